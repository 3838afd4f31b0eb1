//! What happened to an attempt, written where it is news.

use aws_sdk_dynamodb::types::AttributeValue;
use pipeline::failure::Failure;
use pipeline::ports::{Applied, AttemptUpdate, Fence, Updates};
use pipeline::run::{AttemptKey, Decision};

use super::change::Change;
use super::claim::OPEN;
use super::fence::fenced;
use super::run_change::{UNDECIDED, cluster_of, end, run_change};
use super::steps::{fill_times, step_change};
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
    changes.extend(updates.run.iter().map(|update| run_change(aws, key, fence, update, updates.at)));
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

/// Notes in the run item that its end has been told, and that of which cluster.
pub(super) async fn mark_announced(
    aws: &Aws,
    key: &AttemptKey,
    fence: &Fence,
    told: Option<&Decision>,
) -> Result<(), Failure> {
    let goes_on = told.is_some_and(|told| told.course.goes_on());
    let change = still_so(fenced(key, fence), fence, told)
        .set("Announced", AttributeValue::Bool(true))
        .replace("Announced_Cluster_Id", cluster_of(fence).map(value::text))
        .replace("Open", goes_on.then(|| value::text(OPEN)));
    aws.write(&format!("note that {} is announced", read::named(&key.run)), &change).await.map(|_| ())
}

/// What was told is still what the row has decided: a decision that took its place meanwhile has to be told itself.
fn still_so(change: Change, fence: &Fence, told: Option<&Decision>) -> Change {
    let same = |change: Change, told: &Decision| {
        change.when("#Decision.#course = :told").bind("told", value::text(told.course.as_str()))
    };
    match (told, fence) {
        (Some(told), Fence::Cluster(_)) => same(change, told).when("#Decision.#cluster_id = :holder"),
        (Some(told), Fence::Claimant(_)) => same(change, told),
        (None, Fence::Cluster(_)) => change.when(UNDECIDED),
        (None, Fence::Claimant(_)) => change,
    }
}

/// An attempt is of one cluster, and ends once.
const NEVER_ENDED: &str = "attribute_not_exists(#Outcome)";

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
        AttemptUpdate::Decide(decision) => change.set("Decision", value::decision(decision)),
        AttemptUpdate::End { at, outcome, cause, normalized_instance_hours } => {
            end(change, NEVER_ENDED, *outcome, cause.as_ref())
                .set("Ended_At", value::time(*at))
                .set_some("Normalized_Instance_Hours", normalized_instance_hours.as_ref().map(value::number))
        }
    }
}
