//! Rules about the work.

use super::view::View;
use crate::document::{Node, Path, Problem};

const MOST_STEPS: usize = 256;
const MOST_CHARACTERS: usize = 10_240;
const LONGEST_NAME: usize = 256;
const CONCURRENCY: std::ops::RangeInclusive<i64> = 1..=256;

pub(super) fn check(view: &View<'_>) -> Vec<Problem> {
    let steps = view.items(&["Steps"]);
    let mut problems: Vec<Problem> = number_of_steps(view, steps.len()).into_iter().collect();
    problems.extend(concurrency(view, steps));
    for (index, step) in steps.iter().enumerate() {
        let path = Path::root().key("Steps").index(index);
        problems.extend(length(view, step, &path));
        problems.extend(name(view, step, &path));
        problems.extend(waiting(view, step, &path));
    }
    problems
}

fn number_of_steps(view: &View<'_>, count: usize) -> Option<Problem> {
    let path = Path::root().key("Steps");
    match count {
        0 if !stays_alive(view) => {
            let message = "there are no steps, so the cluster would end as soon as it has started";
            Some(view.warning("config.no_steps", &path, message))
        }
        0..=MOST_STEPS => None,
        _ => {
            // The place of the first step that is one too many.
            let message = format!("{count} steps; EMR takes {MOST_STEPS} in one request");
            let problem = view.error("config.too_many_steps", &path.index(MOST_STEPS), message);
            Some(Problem { path, ..problem }.help("split the pipeline in two"))
        }
    }
}

fn stays_alive(view: &View<'_>) -> bool {
    view.get(&["Instances", "KeepJobFlowAliveWhenNoSteps"]).and_then(Node::as_bool) == Some(true)
}

fn concurrency(view: &View<'_>, steps: &[Node]) -> Vec<Problem> {
    let Some(level) = view.number(&["StepConcurrencyLevel"]) else { return Vec::new() };
    if !CONCURRENCY.contains(&level) {
        let message = format!("a StepConcurrencyLevel of {level}; EMR takes 1 to 256");
        return vec![view.error("config.concurrency", &Path::root().key("StepConcurrencyLevel"), message)];
    }
    let stopping = steps.iter().enumerate().filter(|(_, step)| level > 1 && action(step) != Some("CONTINUE"));
    let told = stopping.map(|(index, _)| {
        let path = Path::root().key("Steps").index(index).key("ActionOnFailure");
        let message = format!("steps that run {level} at a time must have the ActionOnFailure CONTINUE");
        view.error("config.concurrency", &path, message).help("write CONTINUE, or StepConcurrencyLevel: 1")
    });
    told.collect()
}

fn action(step: &Node) -> Option<&str> {
    step.get("ActionOnFailure")?.as_text()
}

fn name(view: &View<'_>, step: &Node, path: &Path) -> Option<Problem> {
    let (path, length) = (path.key("Name"), step.get("Name")?.as_text()?.chars().count());
    match length {
        0 => Some(view.error("config.step_name", &path, "the step's Name is empty")),
        1..=LONGEST_NAME => None,
        _ => {
            let message = format!("the step's Name has {length} characters; EMR takes {LONGEST_NAME}");
            Some(view.error("config.step_name", &path, message))
        }
    }
}

fn waiting(view: &View<'_>, step: &Node, path: &Path) -> Option<Problem> {
    if action(step) != Some("CANCEL_AND_WAIT") || stays_alive(view) {
        return None;
    }
    let message = "CANCEL_AND_WAIT does not wait on a cluster that ends with its steps: it ends it";
    Some(
        view.warning("config.cancel_and_wait", &path.key("ActionOnFailure"), message)
            .help("write TERMINATE_CLUSTER"),
    )
}

/// EMR counts the texts of a step's JAR: its address, class, arguments and properties.
fn length(view: &View<'_>, step: &Node, path: &Path) -> Option<Problem> {
    let path = path.key("HadoopJarStep");
    let mut characters = 0;
    step.get("HadoopJarStep")?.visit(&path, &mut |_, node| characters += length_of(node));
    let message =
        format!("the step has {characters} characters of JAR and arguments; EMR takes {MOST_CHARACTERS}");
    let problem = || view.error("config.step_too_long", &path, message);
    (characters > MOST_CHARACTERS)
        .then(|| problem().help("put the arguments into a file, and pass its address"))
}

fn length_of(node: &Node) -> usize {
    node.as_scalar().map(|scalar| scalar.reveal().chars().count()).unwrap_or_default()
}
