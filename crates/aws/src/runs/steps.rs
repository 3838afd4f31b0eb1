//! Step items: a state rises until it is settled, and times that were missing are filled in.

use aws_sdk_dynamodb::types::AttributeValue;
use pipeline::failure::Failure;
use pipeline::ports::Updates;
use pipeline::run::{StepRecord, StepState};

use super::change::{Change, Item};
use super::claim::VERSION;
use super::write::Written;
use super::{key, value};
use crate::Aws;

/// The change of a step's item.
pub(super) fn step_change(aws: &Aws, updates: &Updates, step: &StepRecord) -> Change {
    let change = Change::of(key::step(&step.attempt, &step.step_id))
        .when("attribute_not_exists(#Settled)")
        .fill("Version", value::number(VERSION))
        .fill("TimeToExist", value::number(aws.table.expiry(updates.at).as_second()))
        .set("Step_Id", value::text(&step.step_id))
        .set("Name", value::text(&step.name))
        .set("State", value::text(step.state));
    match step.settled {
        true => change
            .set("Settled", AttributeValue::Bool(true))
            .replace("Started_At", step.started_at.map(value::time))
            .replace("Ended_At", step.ended_at.map(value::time)),
        false => with_times(higher(change, step.state), step),
    }
}

/// Only where the step is not known, or known in a state that this one replaces.
fn higher(change: Change, state: StepState) -> Change {
    let lower: Vec<StepState> = StepState::ALL.iter().copied().filter(|one| *one < state).collect();
    let words: Vec<String> = (0..lower.len()).map(|place| format!("lower{place}")).collect();
    let listed = words.iter().map(|word| format!(":{word}")).collect::<Vec<_>>().join(", ");
    let change = match lower.is_empty() {
        true => change.when("attribute_not_exists(#State)"),
        false => change.when(format!("attribute_not_exists(#State) OR #State IN ({listed})")),
    };
    words.iter().zip(lower).fold(change, |change, (word, state)| change.bind(word, value::text(state)))
}

fn with_times(change: Change, step: &StepRecord) -> Change {
    change
        .fill_some("Started_At", step.started_at.map(value::time))
        .fill_some("Ended_At", step.ended_at.map(value::time))
}

/// A step that did not rise may still lack a time that is known now.
pub(super) async fn fill_times(
    aws: &Aws,
    doing: &str,
    steps: &[StepRecord],
    written: &[Written],
) -> Result<(), Failure> {
    for (step, outcome) in steps.iter().zip(written) {
        let Written::Refused(Some(row)) = outcome else { continue };
        if lacks_a_time(row, step) {
            let change = Change::of(key::step(&step.attempt, &step.step_id));
            let change = change.when("attribute_exists(#State) AND attribute_not_exists(#Settled)");
            aws.write(doing, &with_times(change, step)).await?;
        }
    }
    Ok(())
}

fn lacks_a_time(row: &Item, step: &StepRecord) -> bool {
    let lacks = |column: &str, known: bool| known && !row.contains_key(column);
    let open = !row.contains_key("Settled");
    open && (lacks("Started_At", step.started_at.is_some()) || lacks("Ended_At", step.ended_at.is_some()))
}
