//! Walks the items of lists and the members of maps, leaving out what was refused before.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Expected, IntoDeserializer, MapAccess, SeqAccess};

use super::super::nearest::did_you_mean;
use super::super::node::{Entry, Key, Kind, Map, Node};
use super::super::plain;
use super::super::problem::Problem;
use super::deserializer::At;
use super::fault::Fault;
use super::{Nulls, Trail};

/// The items of a list.
pub(super) struct Items<'r, 'n> {
    list: At<'r, 'n>,
    items: std::iter::Enumerate<std::slice::Iter<'n, Node>>,
}

impl<'r, 'n> Items<'r, 'n> {
    pub(super) fn new(list: At<'r, 'n>, items: &'n [Node]) -> Self {
        Self { list, items: items.iter().enumerate() }
    }
}

impl<'n> SeqAccess<'n> for Items<'_, 'n> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'n>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        let At { trail, reader, .. } = self.list;
        for (index, node) in self.items.by_ref() {
            let trail = Trail::Index(&trail, index);
            if node.is_null() {
                let problem =
                    Problem::error("config.no_value", &node.origin, &trail.path(), "an item without a value");
                reader.note(node, problem.help("write a value, or remove the item"));
            }
            if !reader.is_refused(node) {
                return seed.deserialize(At { node, trail, reader }).map(Some);
            }
        }
        Ok(None)
    }
}

/// The members of a map; of a struct where the names that it knows are given.
pub(super) struct Members<'r, 'n> {
    map: At<'r, 'n>,
    fields: Option<&'static [&'static str]>,
    entries: std::slice::Iter<'n, Entry>,
    current: Option<&'n Entry>,
    refused: bool,
}

impl<'r, 'n> Members<'r, 'n> {
    pub(super) fn new(map: At<'r, 'n>, members: &'n Map, fields: Option<&'static [&'static str]>) -> Self {
        Self { map, fields, entries: members.entries().iter(), current: None, refused: false }
    }

    /// Whether a member was left out because something is wrong with it.
    pub(super) fn has_refused(&self) -> bool {
        self.refused
    }

    /// The next member that can be read, after telling what is wrong with those before it.
    fn next_readable(&mut self) -> Option<&'n Entry> {
        loop {
            let entry = self.entries.next()?;
            if let Some(problem) = self.problem(entry) {
                self.map.reader.note(&entry.value, problem);
            }
            if self.map.reader.is_refused(&entry.value) {
                self.refused = true;
            } else if !(entry.value.is_null() && self.map.reader.nulls == Nulls::Absent) {
                return Some(entry);
            }
        }
    }

    fn problem(&self, entry: &Entry) -> Option<Problem> {
        let Entry { key, value } = entry;
        let path = || Trail::Key(&self.map.trail, &key.name).path();
        match self.fields {
            Some(fields) if !fields.contains(&key.name.as_str()) => {
                let message = format!("unknown field {}", key.name);
                let problem = Problem::error("config.unknown_field", &key.origin, &path(), message);
                return Some(problem.help(did_you_mean(&key.name, fields.iter().copied())));
            }
            None if !is_text(key) => {
                let message = format!(
                    "the key {} is {} where text belongs",
                    key.name,
                    plain::reading(&key.name).what()
                );
                let problem = Problem::error("config.not_text", &key.origin, &path(), message);
                return Some(problem.help(format!("quote it: \"{}\"", key.name)));
            }
            Some(_) | None => {}
        }
        (value.is_null() && self.map.reader.nulls == Nulls::Refused).then(|| {
            let message = format!("{} has no value", key.name);
            let problem = Problem::error("config.no_value", &key.origin, &path(), message);
            problem.help("write a value, or remove the line")
        })
    }
}

fn is_text(key: &Key) -> bool {
    key.kind != Kind::Plain || plain::reading(&key.name) == plain::Reading::Text
}

impl<'n> MapAccess<'n> for &mut Members<'_, 'n> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'n>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        self.current = self.next_readable();
        let Some(entry) = self.current else { return Ok(None) };
        let name: StrDeserializer<'n, Fault> = entry.key.name.as_str().into_deserializer();
        let trail = Trail::Key(&self.map.trail, &entry.key.name);
        seed.deserialize(name).map(Some).map_err(|fault| fault.at_key(&entry.key, &entry.value, &trail))
    }

    fn next_value_seed<S: DeserializeSeed<'n>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let At { trail, reader, .. } = self.map;
        let Some(Entry { key, value }) = self.current else {
            return Err(serde::de::Error::custom("a value was asked for before its name"));
        };
        seed.deserialize(At { node: value, trail: Trail::Key(&trail, &key.name), reader })
    }
}

/// What is expected where one of a few words belongs.
pub(super) struct Word;

impl Expected for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word")
    }
}
