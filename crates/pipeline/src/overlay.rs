//! What an event lays over a request: `overrides`, `extend`, `additional_step_args`, and the arguments that an
//! S3 notification stands for.
//!
//! Everything is laid over the tree before it is typed, so that a value keeps the place where it was written and
//! a member that EMR does not know is told as what it is: a slip in the event.

use crate::document::{Entry, Key, Map, Node, Origin, Path, Problem, Problems, Source, Value, did_you_mean};

/// Merges maps deeply; everything else, lists too, is replaced.
pub fn merge(request: &mut Node, overrides: Node) -> Problems {
    match overrides.value {
        Value::Map(members) => merge_map(request, members),
        Value::Null => {}
        Value::Scalar(_) | Value::List(_) => return not_a_map("overrides", &overrides).into(),
    }
    Problems::default()
}

fn merge_map(onto: &mut Node, members: Map) {
    let Value::Map(known) = &mut onto.value else {
        onto.value = Value::Map(members);
        return;
    };
    for Entry { key, value } in members.into_entries() {
        match (known.get_mut(&key.name), value) {
            (Some(below), Node { value: Value::Map(members), origin }) => {
                if below.as_map().is_none() {
                    below.origin = origin;
                }
                merge_map(below, members);
            }
            (_, value) => known.put(Entry { key, value }),
        }
    }
}

/// Appends items to the lists at dotted paths; a list that is missing is made, and so are the maps above it.
pub fn extend(request: &mut Node, extensions: &Node) -> Problems {
    let Some(extensions_by_path) = members(extensions) else {
        return not_a_map("extend", extensions).into();
    };
    extensions_by_path
        .iter()
        .filter_map(|Entry { key, value }| append_at(request, key, value).err())
        .collect()
}

fn append_at(request: &mut Node, dotted: &Key, items: &Node) -> Result<(), Problem> {
    let mut node = request;
    let mut path = Path::root();
    for name in dotted.name.split('.') {
        if name.is_empty() {
            return Err(refuse(dotted, &path, format!("the path {} has an empty part", dotted.name)));
        }
        node = match child(node, name, &dotted.origin) {
            Ok(child) => child,
            Err(what) => return Err(refuse(dotted, &path, format!("{path} is {what} and has no {name}"))),
        };
        path = path.key(name);
    }
    append(node, items)
        .map_err(|what| refuse(dotted, &path, format!("{path} is {what} and cannot be extended")))
}

fn child<'n>(node: &'n mut Node, name: &str, origin: &Origin) -> Result<&'n mut Node, &'static str> {
    let what = node.what();
    if node.is_null() {
        *node = Node::empty_map(origin.clone());
    }
    match &mut node.value {
        Value::Map(map) => Ok(map.get_or_put(name, origin)),
        Value::Null | Value::Scalar(_) | Value::List(_) => Err(what),
    }
}

/// One item, or a list of them.
fn append(list: &mut Node, items: &Node) -> Result<(), &'static str> {
    let what = list.what();
    if list.is_null() {
        *list = Node::list(Vec::new(), items.origin.clone());
    }
    let Value::List(known) = &mut list.value else { return Err(what) };
    match &items.value {
        Value::List(items) => known.extend(items.iter().cloned()),
        Value::Null | Value::Scalar(_) | Value::Map(_) => known.push(items.clone()),
    }
    Ok(())
}

/// Appends arguments to the steps of a name, to each of them where several share it.
pub fn add_step_args(request: &mut Node, additions: &Node) -> Problems {
    let Some(additions_by_step) = members(additions) else {
        return not_a_map("additional_step_args", additions).into();
    };
    additions_by_step.iter().flat_map(|Entry { key, value }| add_to_steps(request, key, value)).collect()
}

fn add_to_steps(request: &mut Node, name: &Key, args: &Node) -> Vec<Problem> {
    let names: Vec<String> = step_names(request).into_iter().map(str::to_owned).collect();
    if !names.contains(&name.name) {
        let message = format!("no step is called {}", name.name);
        let problem =
            Problem::error("overlay.unknown_step", &name.origin, &Path::root().key(&name.name), message);
        return vec![problem.help(did_you_mean(&name.name, names.iter().map(String::as_str)))];
    }
    let named = steps(request).enumerate().filter(|(_, step)| step_name(step) == Some(&name.name));
    named.filter_map(|(index, step)| add_to_step(step, index, name, args).err()).collect()
}

fn add_to_step(step: &mut Node, index: usize, name: &Key, args: &Node) -> Result<(), Problem> {
    let path = Path::root().key("Steps").index(index).key("HadoopJarStep");
    let list = match step.get_mut("HadoopJarStep").map(|jar| child(jar, "Args", &args.origin)) {
        Some(Ok(list)) => list,
        Some(Err(what)) => {
            return Err(refuse(name, &path, format!("{path} is {what} and takes no arguments")));
        }
        None => {
            return Err(refuse(name, &path, format!("step {} has no HadoopJarStep to add to", name.name)));
        }
    };
    let path = path.key("Args");
    append(list, args).map_err(|what| refuse(name, &path, format!("{path} is {what} and cannot be extended")))
}

/// Appends arguments to every step that runs a JAR, as an S3 notification asks for.
pub fn add_to_every_step(request: &mut Node, args: &[String], source: &Source) {
    let args = Node::list(args.iter().map(|arg| Node::text(arg, source)).collect(), Origin::of(source));
    for step in steps(request) {
        if let Some(Ok(list)) = step.get_mut("HadoopJarStep").map(|jar| child(jar, "Args", &args.origin)) {
            // What is no list here is told when the request is typed.
            let _ = append(list, &args);
        }
    }
}

/// The names of a request's steps, in their order.
pub(crate) fn step_names(request: &Node) -> Vec<&str> {
    request.get("Steps").map(Node::items).unwrap_or_default().iter().filter_map(step_name).collect()
}

pub(crate) fn step_name(step: &Node) -> Option<&str> {
    step.get("Name")?.as_text()
}

fn steps(request: &mut Node) -> impl Iterator<Item = &mut Node> {
    request.get_mut("Steps").map(Node::items_mut).unwrap_or_default().iter_mut()
}

/// The members of a map; none where nothing was written.
fn members(node: &Node) -> Option<&[Entry]> {
    if node.is_null() { Some(&[]) } else { node.as_map().map(Map::entries) }
}

fn not_a_map(name: &str, node: &Node) -> Problem {
    let message = format!("{name} is {} where a map belongs", node.what());
    Problem::error("overlay.not_a_map", &node.origin, &Path::root(), message)
}

fn refuse(key: &Key, path: &Path, message: String) -> Problem {
    Problem::error("overlay.path", &key.origin, path, message)
}

#[cfg(test)]
mod tests;
