//! What happened to an attempt, written where it is news.

use aws_sdk_dynamodb::types::AttributeValue;
use pipeline::failure::Failure;
use pipeline::ports::{Applied, AttemptUpdate, Fence, RunUpdate, Updates};
use pipeline::run::{AttemptKey, Cause, Outcome, StepRecord, StepState};

use super::change::{Change, Item};
use super::claim::VERSION;
use super::write::Written;
use super::{key, read, value};
use crate::Aws;

/// Applies the updates that hold: steps first and the run last, so that whoever sees it ended sees the rest too.
pub(super) async fn apply(
    aws: &Aws,
    key: &AttemptKey,
    fence: &Fence,
    updates: &Updates,
) -> Result<Applied, Failure> {
    let doing = format!("record attempt {} of {}", key.attempt, read::named(&key.run));
    let mut changes: Vec<Change> = updates.steps.iter().map(|step| step_change(aws, updates, step)).collect();
    changes.extend(updates.attempt.iter().map(|update| attempt_change(key, fence, update)));
    changes.extend(updates.run.iter().map(|update| run_change(key, fence, update, updates)));
    let mut written = aws.write_all(&doing, &changes).await?;
    let ends = written.split_off(updates.steps.len());
    fill_times(aws, &doing, &updates.steps, &written).await?;
    let mut ends = ends.iter().map(|one| *one == Written::Done);
    let mut took = |asked: bool| asked && ends.next().unwrap_or(false);
    Ok(Applied {
        attempt: took(updates.attempt.is_some()),
        run: took(updates.run.is_some()),
        steps: written.iter().filter(|one| **one == Written::Done).count(),
    })
}

/// Notes in the run item that its end has been told.
pub(super) async fn mark_announced(aws: &Aws, key: &AttemptKey, fence: &Fence) -> Result<(), Failure> {
    let change = fenced(key, fence).set("Announced", AttributeValue::Bool(true));
    aws.write(&format!("note that {} is announced", read::named(&key.run)), &change).await.map(|_| ())
}

/// A change of the run item that speaks for this attempt and its holder.
fn fenced(key: &AttemptKey, fence: &Fence) -> Change {
    let change = Change::of(key::run(&key.run))
        .when("#Attempt = :attempt")
        .bind("attempt", value::number(key.attempt));
    match fence {
        Fence::Cluster(cluster) => change.when("#Cluster_Id = :holder").bind("holder", value::text(cluster)),
        Fence::Claimant(claimant) => change
            .when("#Claimed_By = :holder AND attribute_not_exists(#Cluster_Id)")
            .bind("holder", value::text(claimant)),
    }
}

fn run_change(key: &AttemptKey, fence: &Fence, update: &RunUpdate, updates: &Updates) -> Change {
    let change = fenced(key, fence).set("Updated_At", value::time(updates.at));
    match update {
        RunUpdate::Progress { step, rank } => change
            .when("attribute_not_exists(#Outcome)")
            .when("attribute_not_exists(#Step_Rank) OR #Step_Rank < :Step_Rank")
            .set("CurrentStep", value::text(step))
            .set("Step_Rank", value::text(rank)),
        RunUpdate::End { outcome, cause, current_step } => end(change, *outcome, cause.as_ref())
            .set("Status", value::text(outcome.status()))
            .set_some("CurrentStep", current_step.as_ref().map(value::text)),
    }
}

/// An end: the first one stays, and only a fuller cause of the same one replaces its cause.
fn end(change: Change, outcome: Outcome, cause: Option<&Cause>) -> Change {
    change
        .when("attribute_not_exists(#Outcome) OR (#Outcome = :Outcome AND #Cause_Fullness < :Cause_Fullness)")
        .set("Outcome", value::text(outcome))
        .set("Cause_Fullness", value::number(cause.map_or(0, Cause::fullness)))
        .set_some("Cause", cause.map(|cause| value::cause(cause, outcome)))
}

fn attempt_change(key: &AttemptKey, fence: &Fence, update: &AttemptUpdate) -> Change {
    let change = Change::of(key::attempt(key));
    let change = match fence {
        Fence::Cluster(cluster) => change.when("#Cluster_Id = :holder").bind("holder", value::text(cluster)),
        Fence::Claimant(_) => change.when("attribute_exists(#Cluster_Id)"),
    };
    match update {
        AttemptUpdate::Ready { at } => change
            .when("attribute_not_exists(#Ready_At) OR #Ready_At > :Ready_At")
            .set("Ready_At", value::time(*at)),
        AttemptUpdate::End { at, outcome, cause, normalized_instance_hours } => {
            end(change, *outcome, cause.as_ref())
                .set("Ended_At", value::time(*at))
                .set_some("Normalized_Instance_Hours", normalized_instance_hours.as_ref().map(value::number))
        }
    }
}

fn step_change(aws: &Aws, updates: &Updates, step: &StepRecord) -> Change {
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
async fn fill_times(
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
