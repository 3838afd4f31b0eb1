//! Which steps a launch runs, and which it leaves out.

use sha2::{Digest, Sha256};

use crate::definition::Definition;
use crate::document::{Node, Problem, Problems, Source, Value, did_you_mean};
use crate::launch::{Order, Selection};
use crate::overlay::step_name;
use crate::run::OwedStep;

/// A step of the pipeline, as planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStep {
    /// Its name.
    pub name: String,
    /// Why it is left out; `None` where it runs.
    pub skipped: Option<String>,
}

/// Every step as it is configured, placeholders unfilled.
pub(crate) fn owed(request: &Node) -> Vec<OwedStep> {
    let steps = steps(request).iter();
    let owed = |step: &Node| OwedStep {
        name: step_name(step).unwrap_or_default().to_owned(),
        fingerprint: fingerprint(step),
        runs: true,
    };
    steps.map(owed).collect()
}

fn fingerprint(step: &Node) -> String {
    let content = step.to_json().to_string();
    Sha256::digest(content.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Leaves out what the selection does not name, but for the steps that run on every resume.
pub(super) fn reduce(
    request: &mut Node,
    order: &Order,
    definition: &Definition,
    event: &Source,
) -> Result<Vec<PlannedStep>, Problems> {
    let names: Vec<String> =
        steps(request).iter().map(|step| step_name(step).unwrap_or_default().to_owned()).collect();
    let choice = Choice::of(order, &names, event)?;
    let always = &definition.retry.always_run;
    let planned: Vec<PlannedStep> = names
        .iter()
        .enumerate()
        .map(|(place, name)| PlannedStep {
            name: name.clone(),
            skipped: choice.skips(place, name).filter(|_| !always.contains(name)),
        })
        .collect();
    if let Some(Node { value: Value::List(steps), .. }) = request.get_mut("Steps") {
        let mut kept = planned.iter().map(|step| step.skipped.is_none());
        steps.retain(|_| kept.next().unwrap_or(true));
    }
    Ok(planned)
}

/// A selection, applied to the steps that there are.
enum Choice<'a> {
    From(usize, &'a str),
    Owed(&'a [String]),
}

impl<'a> Choice<'a> {
    fn of(order: &'a Order, names: &[String], event: &Source) -> Result<Self, Problems> {
        let from = match order.again.as_ref().map(|again| &again.selection) {
            Some(Selection::Owed(owed)) => return Ok(Self::Owed(owed)),
            Some(Selection::From(step)) => Some(step),
            Some(Selection::AsLaunched) | None => order.event.resume_from.as_ref(),
        };
        let Some(from) = from else { return Ok(Self::From(0, "")) };
        let place = names.iter().position(|name| name == from);
        place.map(|place| Self::From(place, from)).ok_or_else(|| unknown(from, names, event))
    }

    /// Why a step is left out, if it is.
    fn skips(&self, place: usize, name: &String) -> Option<String> {
        match self {
            Self::From(first, from) => {
                (place < *first).then(|| format!("before {from}, where it was asked to resume"))
            }
            Self::Owed(owed) => (!owed.contains(name)).then(|| "completed by an earlier attempt".to_owned()),
        }
    }
}

fn steps(request: &Node) -> &[Node] {
    request.get("Steps").map(Node::items).unwrap_or_default()
}

fn unknown(from: &str, names: &[String], event: &Source) -> Problems {
    Problem::about("event.resume_from", event, format!("resume_from: no step is called {from}"))
        .help(did_you_mean(from, names.iter().map(String::as_str)))
        .into()
}
