//! The tree that every document becomes.

use std::fmt;

use super::MASK;
use super::origin::{Origin, Source};
use super::path::{Path, Segment};
use super::plain::{self, Reading};

/// A value and where it was written.
#[derive(Clone, Debug)]
pub struct Node {
    /// What was written.
    pub value: Value,
    /// Where.
    pub origin: Origin,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub enum Value {
    /// Nothing: `~`, `null`, or a key with nothing behind it.
    Null,
    /// One word or text.
    Scalar(Scalar),
    /// Items in their order.
    List(Vec<Node>),
    /// Members in the order in which they were written.
    Map(Map),
}

/// How a scalar was written, which decides how it may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Without quotes in YAML: text, a number, a word for yes or no, or a date, by its looks.
    Plain,
    /// Text beyond doubt: quoted, a block, or a string of JSON.
    Text,
    /// A number of JSON.
    Number,
    /// `true` or `false` of JSON.
    Bool,
}

/// A scalar as it was written.
#[derive(Clone, PartialEq, Eq)]
pub struct Scalar {
    text: String,
    kind: Kind,
    secret: bool,
}

impl Scalar {
    /// A scalar that anybody may see.
    pub fn new(text: impl Into<String>, kind: Kind) -> Self {
        Self { text: text.into(), kind, secret: false }
    }

    /// A text that is shown to nobody; only typing reveals it.
    pub fn secret(text: impl Into<String>) -> Self {
        Self { text: text.into(), kind: Kind::Text, secret: true }
    }

    /// How it was written.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether this must not be shown.
    pub fn is_secret(&self) -> bool {
        self.secret
    }

    /// The text, or a mask in the place of a secret.
    pub fn shown(&self) -> &str {
        if self.secret { MASK } else { &self.text }
    }

    /// What the text means to those who read YAML as PyYAML does.
    pub fn reading(&self) -> Reading {
        match self.kind {
            Kind::Plain => plain::reading(&self.text),
            Kind::Text => Reading::Text,
            Kind::Number if plain::is_whole(&self.text) => Reading::Integer,
            Kind::Number => Reading::Float,
            Kind::Bool => Reading::Bool,
        }
    }

    /// The text itself, secret or not.
    pub(crate) fn reveal(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ({:?})", self.shown(), self.kind)
    }
}

/// The name of a member and where it was written.
#[derive(Clone, Debug)]
pub struct Key {
    /// The name.
    pub name: String,
    /// How it was written.
    pub kind: Kind,
    /// Where it was written.
    pub origin: Origin,
}

/// A member of a map.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name.
    pub key: Key,
    /// Its value.
    pub value: Node,
}

/// The members of a map, each name once, in the order in which they were written.
#[derive(Clone, Debug, Default)]
pub struct Map(Vec<Entry>);

impl Map {
    /// The members in their order.
    pub fn entries(&self) -> &[Entry] {
        &self.0
    }

    /// The members, for rewriting their values.
    pub fn values_mut(&mut self) -> impl Iterator<Item = (&Key, &mut Node)> {
        self.0.iter_mut().map(|entry| (&entry.key, &mut entry.value))
    }

    /// The value of a member.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.0.iter().find(|entry| entry.key.name == name).map(|entry| &entry.value)
    }

    /// The value of a member, for changing it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Node> {
        self.0.iter_mut().find(|entry| entry.key.name == name).map(|entry| &mut entry.value)
    }

    /// Puts a member in the place of the one of the same name, or at the end.
    pub fn put(&mut self, entry: Entry) {
        match self.0.iter_mut().find(|known| known.key.name == entry.key.name) {
            Some(known) => *known = entry,
            None => self.0.push(entry),
        }
    }

    /// The value of a member, made without a value where it is missing.
    pub(crate) fn get_or_put(&mut self, name: &str, origin: &Origin) -> &mut Node {
        let position = self.0.iter().position(|entry| entry.key.name == name).unwrap_or_else(|| {
            let key = Key { name: name.to_owned(), kind: Kind::Text, origin: origin.clone() };
            self.0.push(Entry { key, value: Node { value: Value::Null, origin: origin.clone() } });
            self.0.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "the position was found or made just now")]
        &mut self.0[position].value
    }

    /// Removes a member.
    pub fn remove(&mut self, name: &str) -> Option<Node> {
        let position = self.0.iter().position(|entry| entry.key.name == name)?;
        Some(self.0.remove(position).value)
    }

    /// Takes members whose names are known to differ.
    pub(super) fn of_distinct(entries: Vec<Entry>) -> Self {
        Self(entries)
    }

    pub(crate) fn into_entries(self) -> Vec<Entry> {
        self.0
    }
}

impl Node {
    /// A text that a part of the product wrote itself, such as an argument taken from an event.
    pub fn text(text: impl Into<String>, source: &Source) -> Self {
        Self { value: Value::Scalar(Scalar::new(text, Kind::Text)), origin: Origin::of(source) }
    }

    /// A map without members.
    pub fn empty_map(origin: Origin) -> Self {
        Self { value: Value::Map(Map::default()), origin }
    }

    /// A list of these items.
    pub fn list(items: Vec<Node>, origin: Origin) -> Self {
        Self { value: Value::List(items), origin }
    }

    /// The value of a member, where this is a map that has it.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.as_map()?.get(name)
    }

    /// The value of a member, for changing it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Node> {
        match &mut self.value {
            Value::Map(map) => map.get_mut(name),
            Value::Null | Value::Scalar(_) | Value::List(_) => None,
        }
    }

    /// The members, where this is a map.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            Value::Null | Value::Scalar(_) | Value::List(_) => None,
        }
    }

    /// The items; none where this is no list.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            Value::Null | Value::Scalar(_) | Value::Map(_) => &[],
        }
    }

    /// The items, for changing them; none where this is no list.
    pub fn items_mut(&mut self) -> &mut [Node] {
        match &mut self.value {
            Value::List(items) => items,
            Value::Null | Value::Scalar(_) | Value::Map(_) => &mut [],
        }
    }

    /// The scalar, where this is one.
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The text of a scalar as it was written, or a mask in the place of a secret.
    pub fn as_text(&self) -> Option<&str> {
        self.as_scalar().map(Scalar::shown)
    }

    /// The whole number that was written here.
    pub fn as_i64(&self) -> Option<i64> {
        let scalar = self.as_scalar().filter(|scalar| scalar.reading() == Reading::Integer)?;
        scalar.text.parse().ok()
    }

    /// The word for yes or no that was written here.
    pub fn as_bool(&self) -> Option<bool> {
        let scalar = self.as_scalar().filter(|scalar| scalar.reading() == Reading::Bool)?;
        plain::boolean(&scalar.text)
    }

    /// Whether nothing was written here.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The node at a path or, where the path leads further than the document, the last one on the way.
    pub fn nearest(&self, path: &Path) -> &Node {
        let mut node = self;
        for segment in path.segments() {
            let next = match segment {
                Segment::Key(name) => node.get(name),
                Segment::Index(index) => node.items().get(*index),
            };
            let Some(next) = next else { return node };
            node = next;
        }
        node
    }

    /// Every leaf with its path and origin: which file or override each value came from.
    pub fn provenance(&self) -> Vec<(Path, &Origin)> {
        let mut leaves = Vec::new();
        self.visit(&Path::root(), &mut |path, node| leaves.push((path.clone(), &node.origin)));
        leaves
    }

    /// Visits every leaf; a list or map without content is one.
    pub(crate) fn visit<'n>(&'n self, path: &Path, leaf: &mut impl FnMut(&Path, &'n Node)) {
        match &self.value {
            Value::List(items) if !items.is_empty() => {
                items.iter().enumerate().for_each(|(index, item)| item.visit(&path.index(index), leaf));
            }
            Value::Map(map) if !map.entries().is_empty() => {
                map.entries().iter().for_each(|entry| entry.value.visit(&path.key(&entry.key.name), leaf));
            }
            Value::Null | Value::Scalar(_) | Value::List(_) | Value::Map(_) => leaf(path, self),
        }
    }

    /// Visits every scalar, for rewriting it.
    pub(crate) fn rewrite(&mut self, path: &Path, scalar: &mut impl FnMut(&Path, &mut Scalar, &Origin)) {
        match &mut self.value {
            Value::Null => {}
            Value::Scalar(text) => scalar(path, text, &self.origin),
            Value::List(items) => {
                items
                    .iter_mut()
                    .enumerate()
                    .for_each(|(index, item)| item.rewrite(&path.index(index), scalar));
            }
            Value::Map(map) => {
                map.values_mut().for_each(|(key, value)| value.rewrite(&path.key(&key.name), scalar));
            }
        }
    }

    /// The same tree with a mask in the place of each secret, for typing what people may see.
    #[must_use]
    pub fn masked(&self) -> Node {
        let mut shown = self.clone();
        shown.rewrite(&Path::root(), &mut |_, scalar, _| {
            if scalar.is_secret() {
                *scalar = Scalar::new(MASK, Kind::Text);
            }
        });
        shown
    }

    /// What this is, in a problem's words.
    pub(crate) fn what(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Scalar(scalar) => scalar.reading().what(),
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }
}
