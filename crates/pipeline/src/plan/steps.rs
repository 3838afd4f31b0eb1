//! Which steps a launch runs, and which it leaves out.

use crate::definition::Definition;
use crate::document::{Node, Problem, Problems, Source, Value, did_you_mean};
use crate::launch::Order;
use crate::overlay::step_name;

/// A step of the pipeline, as planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStep {
    /// Its name.
    pub name: String,
    /// Why it is left out; `None` where it runs.
    pub skipped: Option<String>,
}

/// Leaves out what stands before `resume_from`, but for the steps that run on every resume.
pub(super) fn reduce(
    request: &mut Node,
    order: &Order,
    definition: &Definition,
    event: &Source,
) -> Result<Vec<PlannedStep>, Problems> {
    let names: Vec<String> =
        steps(request).iter().map(|step| step_name(step).unwrap_or_default().to_owned()).collect();
    let first = match &order.event.resume_from {
        Some(from) => {
            names.iter().position(|name| name == from).ok_or_else(|| unknown(from, &names, event))?
        }
        None => 0,
    };
    let planned: Vec<PlannedStep> = names
        .iter()
        .enumerate()
        .map(|(place, name)| PlannedStep {
            name: name.clone(),
            skipped: skipped(place, first, name, order, definition),
        })
        .collect();
    if let Some(Node { value: Value::List(steps), .. }) = request.get_mut("Steps") {
        let mut kept = planned.iter().map(|step| step.skipped.is_none());
        steps.retain(|_| kept.next().unwrap_or(true));
    }
    Ok(planned)
}

fn skipped(
    place: usize,
    first: usize,
    name: &String,
    order: &Order,
    definition: &Definition,
) -> Option<String> {
    let runs = place >= first || definition.retry.always_run.contains(name);
    let from = order.event.resume_from.as_deref().unwrap_or_default();
    (!runs).then(|| format!("before {from}, where the event asks to resume"))
}

fn steps(request: &Node) -> &[Node] {
    request.get("Steps").map(Node::items).unwrap_or_default()
}

fn unknown(from: &str, names: &[String], event: &Source) -> Problems {
    Problem::about("event.resume_from", event, format!("resume_from: no step is called {from}"))
        .help(did_you_mean(from, names.iter().map(String::as_str)))
        .into()
}
