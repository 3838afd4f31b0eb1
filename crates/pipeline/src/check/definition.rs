//! Rules between `pipeline.yaml` and the request: what it says about steps must be about steps that there are.

use crate::document::{Node, Path, Problem, did_you_mean};
use crate::folder::Folder;
use crate::overlay::{step_name, step_names};

pub(super) fn check(folder: &Folder) -> Vec<Problem> {
    let mut problems = unknown_steps(folder);
    problems.extend(duplicate_names(folder));
    problems.extend(sent_forward(folder));
    problems.extend(numbers(folder));
    problems
}

fn unknown_steps(folder: &Folder) -> Vec<Problem> {
    let known = step_names(&folder.request);
    let named = named_steps(&folder.definition_document);
    let unknown =
        named.into_iter().filter(|(_, node)| node.as_text().is_some_and(|name| !known.contains(&name)));
    let told = unknown.map(|(path, node)| {
        let name = node.as_text().unwrap_or_default();
        Problem::error("config.unknown_step", &node.origin, &path, format!("no step is called {name}"))
            .help(did_you_mean(name, known.iter().copied()))
    });
    told.collect()
}

/// Every place of a definition that names a step.
fn named_steps(definition: &Node) -> Vec<(Path, Node)> {
    let lists = [["retry", "steps_not_to_retry"], ["retry", "always_run"], ["catch_up", "expand"]];
    let mut named: Vec<(Path, Node)> = Vec::new();
    for names in lists {
        let items = names
            .iter()
            .try_fold(definition, |node, name| node.get(name))
            .map(Node::items)
            .unwrap_or_default();
        let path = Path::keys(&names);
        named.extend(items.iter().enumerate().map(|(index, item)| (path.index(index), item.clone())));
    }
    let resumes = definition.get("retry").and_then(|retry| retry.get("not_resumable")).and_then(Node::as_map);
    for entry in resumes.map(|map| map.entries()).unwrap_or_default() {
        let path = Path::keys(&["retry", "not_resumable", &entry.key.name]);
        named.push((
            path.clone(),
            Node {
                origin: entry.key.origin.clone(),
                ..Node::text(&entry.key.name, &entry.key.origin.source)
            },
        ));
        named.push((path, entry.value.clone()));
    }
    named
}

/// A resume further on would pass over the steps between, which have not completed.
fn sent_forward(folder: &Folder) -> Vec<Problem> {
    let known = step_names(&folder.request);
    let place = |name: &str| known.iter().position(|step| *step == name);
    let definition = &folder.definition_document;
    let resumes = definition.get("retry").and_then(|retry| retry.get("not_resumable")).and_then(Node::as_map);
    let entries = resumes.map(|map| map.entries()).unwrap_or_default().iter();
    let told = entries.filter_map(|entry| {
        let (from, to) = (&entry.key.name, entry.value.as_text()?);
        (place(from)? < place(to)?).then(|| {
            let path = Path::keys(&["retry", "not_resumable", from]);
            let message =
                format!("step {to} comes after {from}, so resuming there would leave {from} undone");
            Problem::error("config.not_resumable", &entry.value.origin, &path, message)
                .help(format!("name a step before {from}"))
        })
    });
    told.collect()
}

/// A resume finds its place by the names of steps. A folder that never spoke of attempts ran without them.
fn duplicate_names(folder: &Folder) -> Vec<Problem> {
    let attempts = folder.definition.retry.max_attempts;
    if attempts == Some(1) {
        return Vec::new();
    }
    let steps = folder.request.get("Steps").map(Node::items).unwrap_or_default();
    let names: Vec<Option<&str>> = steps.iter().map(step_name).collect();
    let told = steps.iter().enumerate().filter_map(|(index, step)| {
        let name = step_name(step)?;
        let first = names.iter().take(index).position(|earlier| *earlier == Some(name))?;
        let path = Path::root().key("Steps").index(index).key("Name");
        let message = format!(
            "the steps {} and {} are both called {name}, and a resume could not tell them apart",
            first + 1,
            index + 1
        );
        let told = if attempts.is_some() { Problem::error } else { Problem::warning };
        let origin = &folder.request.nearest(&path).origin;
        Some(told("config.duplicate_step", origin, &path, message).help("give each step a name of its own"))
    });
    told.collect()
}

fn numbers(folder: &Folder) -> Vec<Problem> {
    let definition = &folder.definition;
    let error = |names: &[&str], message: &str| {
        let path = Path::keys(names);
        Problem::error("config.value", &folder.definition_document.nearest(&path).origin, &path, message)
    };
    let mut problems = Vec::new();
    if definition.retry.max_attempts == Some(0) {
        problems.push(error(&["retry", "max_attempts"], "a run has one attempt at least, the first"));
    }
    if definition.retry.backoff.factor < 1.0 {
        problems
            .push(error(&["retry", "backoff", "factor"], "waits cannot shrink: the factor is 1 at least"));
    }
    if definition.catch_up.as_ref().is_some_and(|catch_up| catch_up.max_dates == 0) {
        problems.push(error(&["catch_up", "max_dates"], "a run takes on one date at least"));
    }
    problems.extend(duplicate_queries(folder));
    problems
}

fn duplicate_queries(folder: &Folder) -> Vec<Problem> {
    let queries = &folder.definition.queries;
    let twice = |(index, name): (usize, &str)| {
        queries.iter().take(index).any(|earlier| earlier.name == name).then(|| {
            let path = Path::root().key("queries").index(index).key("name");
            let message = format!("a query called {name} stands here a second time");
            Problem::error(
                "config.duplicate_query",
                &folder.definition_document.nearest(&path).origin,
                &path,
                message,
            )
        })
    };
    queries.iter().map(|query| query.name.as_str()).enumerate().filter_map(twice).collect()
}
