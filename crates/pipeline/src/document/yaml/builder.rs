//! Puts the tree together from the parser's events.

use std::collections::HashMap;
use std::rc::Rc;

use granit_parser::{Event, Marker, Parser, ScalarStyle, Span, StrInput, Tag};

use super::super::node::{Entry, Key, Kind, Node, Scalar, Value};
use super::super::origin::{Origin, Source};
use super::super::path::Path;
use super::super::plain::{self, Reading};
use super::super::problem::{Problem, Problems};
use super::{MAX_DEPTH, MAX_NODES, merge, small, syntax};

/// The tree of the only document; `None` where there is none.
pub(super) fn build(source: &Source) -> Result<Option<Node>, Problems> {
    let options = granit_parser::options! { flow_nesting_limit: MAX_DEPTH, block_nesting_limit: MAX_DEPTH };
    let parser = Parser::new_from_str_with_options(source.text(), options);
    let mut builder = Builder {
        parser,
        source,
        anchors: HashMap::new(),
        nodes: 0,
        path: Path::root(),
        problems: Problems::default(),
    };
    let node = builder.document();
    let Builder { mut problems, .. } = builder;
    match node {
        Ok(node) => problems.unless_errors(node),
        Err(stop) => {
            problems.push(*stop);
            Err(problems)
        }
    }
}

/// What ends the reading at once.
type Stop = Box<Problem>;

/// A node that may be repeated, with what repeating it costs.
struct Anchored {
    node: Node,
    nodes: usize,
    depth: usize,
}

struct Builder<'s> {
    parser: Parser<'s, StrInput<'s>>,
    source: &'s Source,
    anchors: HashMap<usize, Rc<Anchored>>,
    nodes: usize,
    path: Path,
    problems: Problems,
}

impl<'s> Builder<'s> {
    fn document(&mut self) -> Result<Option<Node>, Stop> {
        let mut document = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(document),
                Event::DocumentStart(..) if document.is_some() => {
                    return Err(self.second_document(span.start));
                }
                event if event.is_node() => document = Some(self.node(event, span, 0)?),
                _ => {}
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'s>, Span), Stop> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(Box::new(syntax::problem(self.source, &error))),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'s>, span: Span, depth: usize) -> Result<Node, Stop> {
        let before = self.nodes;
        let (anchor, origin) = (event.anchor_id(), self.origin(span.start));
        if let Event::Alias(id) = event {
            return self.alias(id, origin, depth);
        }
        self.spend(1, depth, &origin)?;
        let value = match event {
            Event::Scalar(text, style, _, tag) => self.scalar(&text, style, tag.as_deref(), &origin)?,
            Event::SequenceStart(_, _, tag) => {
                self.collection_tag(tag.as_deref(), "seq", &origin)?;
                self.list(depth)?
            }
            Event::MappingStart(_, _, tag) => {
                self.collection_tag(tag.as_deref(), "map", &origin)?;
                self.map(depth)?
            }
            _ => return Err(self.stop("config.syntax", &origin, "a value is missing here")),
        };
        let node = Node { value, origin };
        if let Some(id) = anchor {
            let anchored = Anchored { nodes: self.nodes - before, depth: node.depth(), node: node.clone() };
            self.anchors.insert(id, Rc::new(anchored));
        }
        Ok(node)
    }

    fn alias(&mut self, id: usize, origin: Origin, depth: usize) -> Result<Node, Stop> {
        let Some(anchored) = self.anchors.get(&id).cloned() else {
            return Err(self.stop("config.alias", &origin, "the alias stands inside of what it repeats"));
        };
        self.spend(anchored.nodes, depth + anchored.depth, &origin)?;
        Ok(anchored.node.clone())
    }

    /// Counted before anything is copied, so that a bomb is refused before it goes off.
    fn spend(&mut self, nodes: usize, depth: usize, origin: &Origin) -> Result<(), Stop> {
        self.nodes = self.nodes.saturating_add(nodes);
        if depth > MAX_DEPTH {
            let message = format!("values are nested more than {MAX_DEPTH} deep");
            return Err(self.stop("config.too_deep", origin, message));
        }
        if self.nodes > MAX_NODES {
            let message = format!("the aliases of this document make more than {MAX_NODES} values of it");
            return Err(self.stop("config.alias_bomb", origin, message));
        }
        Ok(())
    }

    fn list(&mut self, depth: usize) -> Result<Value, Stop> {
        let mut items = Vec::new();
        let path = self.path.clone();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                self.path = path;
                return Ok(Value::List(items));
            }
            self.path = path.index(items.len());
            items.push(self.node(event, span, depth + 1)?);
        }
    }

    fn map(&mut self, depth: usize) -> Result<Value, Stop> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut known: HashMap<String, Origin> = HashMap::new();
        let path = self.path.clone();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                self.path = path;
                return Ok(Value::Map(merge::flatten(entries, &self.path, &mut self.problems)));
            }
            let key = self.key(event, span, depth)?;
            self.path = path.key(&key.name);
            let (event, span) = self.next()?;
            let value = self.node(event, span, depth + 1)?;
            match known.get(&key.name) {
                Some(first) => self.problems.push(duplicate(&key, first, &self.path)),
                None => {
                    known.insert(key.name.clone(), key.origin.clone());
                    entries.push(Entry { key, value });
                }
            }
        }
    }

    fn key(&mut self, event: Event<'s>, span: Span, depth: usize) -> Result<Key, Stop> {
        let node = self.node(event, span, depth + 1)?;
        match node.value {
            Value::Scalar(scalar) => {
                let kind = if scalar.reading() == Reading::Text { scalar.kind() } else { Kind::Plain };
                Ok(Key { name: scalar.reveal().to_owned(), kind, origin: node.origin })
            }
            // Braces without quotes are a map, which is what becomes of `{{date}}`.
            Value::Map(_) => Err(Box::new(self.bad_key(&node).help("quote a text that begins with {{"))),
            Value::Null | Value::List(_) => Err(Box::new(self.bad_key(&node))),
        }
    }

    fn bad_key(&self, node: &Node) -> Problem {
        Problem::error("config.key", &node.origin, &self.path, "a key must be one word or one text")
    }

    fn scalar(&self, text: &str, style: ScalarStyle, tag: Option<&Tag>, at: &Origin) -> Result<Value, Stop> {
        let kind = match tag {
            None if style == ScalarStyle::Plain => Kind::Plain,
            None => Kind::Text,
            Some(tag) => self.tagged(tag, at)?,
        };
        if kind == Kind::Plain && plain::reading(text) == Reading::Null {
            return Ok(Value::Null);
        }
        Ok(Value::Scalar(Scalar::new(text, kind)))
    }

    fn tagged(&self, tag: &Tag, at: &Origin) -> Result<Kind, Stop> {
        match tag.core_suffix() {
            Some("str") => Ok(Kind::Text),
            Some("int" | "float" | "bool" | "null" | "timestamp") => Ok(Kind::Plain),
            _ if tag.original() == "!" => Ok(Kind::Text),
            _ => Err(self.unknown_tag(tag, at)),
        }
    }

    fn collection_tag(&self, tag: Option<&Tag>, own: &str, at: &Origin) -> Result<(), Stop> {
        match tag {
            Some(tag) if !tag.is_yaml_core_schema_tag(own) => Err(self.unknown_tag(tag, at)),
            Some(_) | None => Ok(()),
        }
    }

    fn unknown_tag(&self, tag: &Tag, at: &Origin) -> Stop {
        self.stop("config.tag", at, format!("the tag {} means nothing here", tag.original()))
    }

    fn second_document(&self, start: Marker) -> Stop {
        self.stop(
            "config.many_documents",
            &self.origin(start),
            "a second document starts here; a file is one",
        )
    }

    fn stop(&self, code: &'static str, origin: &Origin, message: impl Into<String>) -> Stop {
        Box::new(Problem::error(code, origin, &self.path, message))
    }

    fn origin(&self, mark: Marker) -> Origin {
        Origin::at(self.source, small(mark.line()), small(mark.col() + 1))
    }
}

fn duplicate(key: &Key, first: &Origin, path: &Path) -> Problem {
    let line = first.line().unwrap_or_default();
    let message = format!("the key {} stands here a second time; the first is in line {line}", key.name);
    Problem::error("config.duplicate_key", &key.origin, path, message).help("remove one of them")
}

impl Node {
    fn depth(&self) -> usize {
        let below = match &self.value {
            Value::Null | Value::Scalar(_) => return 0,
            Value::List(items) => items.iter().map(Node::depth).max(),
            Value::Map(map) => map.entries().iter().map(|entry| entry.value.depth()).max(),
        };
        1 + below.unwrap_or_default()
    }
}
