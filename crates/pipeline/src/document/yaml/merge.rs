//! The merge key `<<`: what is written beside it wins over what it brings, and the first of a list over the rest.

use std::collections::HashSet;

use super::super::node::{Entry, Kind, Map, Node, Value};
use super::super::path::Path;
use super::super::problem::{Problem, Problems};

/// The members with those that merge keys bring.
pub(super) fn flatten(entries: Vec<Entry>, path: &Path, problems: &mut Problems) -> Map {
    if !entries.iter().any(is_merge) {
        return Map::of_distinct(entries);
    }
    let (merges, own): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(is_merge);
    let mut known: HashSet<String> = own.iter().map(|entry| entry.key.name.clone()).collect();
    let mut members = own;
    for map in merges.into_iter().flat_map(|merge| maps(merge, path, problems)) {
        members.extend(map.into_entries().into_iter().filter(|entry| known.insert(entry.key.name.clone())));
    }
    Map::of_distinct(members)
}

fn is_merge(entry: &Entry) -> bool {
    entry.key.name == "<<" && entry.key.kind == Kind::Plain
}

fn maps(merge: Entry, path: &Path, problems: &mut Problems) -> Vec<Map> {
    let nodes = match merge.value.value {
        Value::List(items) => items,
        value @ (Value::Null | Value::Scalar(_) | Value::Map(_)) => {
            vec![Node { value, origin: merge.value.origin }]
        }
    };
    nodes.into_iter().filter_map(|node| map(node, path, problems)).collect()
}

fn map(node: Node, path: &Path, problems: &mut Problems) -> Option<Map> {
    let what = node.what();
    match node.value {
        Value::Map(map) => Some(map),
        Value::Null | Value::Scalar(_) | Value::List(_) => {
            let message = format!("<< merges a map, and this is {what}");
            problems.push(Problem::error("config.merge", &node.origin, &path.key("<<"), message));
            None
        }
    }
}
