//! How the run item rises.

use jiff::Timestamp;
use pipeline::ports::{Fence, RunUpdate};
use pipeline::run::{AttemptKey, Cause, ClusterId, Course, Decision, Outcome};

use super::change::Change;
use super::fence::{ENDED, NOT_ENDED, fenced};
use super::value;
use crate::Aws;

/// The change of the run item.
pub(super) fn run_change(
    aws: &Aws,
    key: &AttemptKey,
    fence: &Fence,
    update: &RunUpdate,
    at: Timestamp,
) -> Change {
    let change = fenced(key, fence).set("Updated_At", value::time(at));
    match update {
        RunUpdate::Progress { step, rank } => change
            .when(NOT_ENDED)
            .when("attribute_not_exists(#Step_Rank) OR #Step_Rank < :Step_Rank")
            .set("CurrentStep", value::text(step))
            .set("Step_Rank", value::text(rank)),
        RunUpdate::End { outcome, cause, current_step, decision } => {
            end(change, NOT_ENDED, *outcome, cause.as_ref())
                .set("Status", value::text(outcome.status()))
                .set_some("CurrentStep", current_step.as_ref().map(value::text))
                .set_some("Decision", decision.as_ref().map(value::decision))
                .replace("Ended_Cluster_Id", cluster_of(fence).map(value::text))
                // Writers on clusters write milliseconds, which DynamoDB takes for a time that never comes.
                .set("TimeToExist", value::number(aws.table.expiry(at).as_second()))
        }
        RunUpdate::Decide(decision) => decide(change, fence, decision),
        RunUpdate::Stop(outcome) => stop(change, fence, *outcome),
    }
}

/// An end: the first one stays, and only a fuller cause of the same one replaces its cause.
pub(super) fn end(change: Change, none_yet: &str, outcome: Outcome, cause: Option<&Cause>) -> Change {
    change
        .when(format!("{none_yet} OR (#Outcome = :Outcome AND #Cause_Fullness < :Cause_Fullness)"))
        .set("Outcome", value::text(outcome))
        .set("Cause_Fullness", value::number(cause.map_or(0, Cause::fullness)))
        .replace("Cause", cause.map(|cause| value::cause(cause, outcome)))
}

/// Nothing is decided about the end of this cluster (`:holder`).
pub(super) const UNDECIDED: &str =
    "attribute_not_exists(#Decision.#cluster_id) OR #Decision.#cluster_id <> :holder";

/// A decision about the end that is recorded, which then has to be told again.
fn decide(change: Change, fence: &Fence, decision: &Decision) -> Change {
    let change = change
        .when(ENDED)
        .set("Decision", value::decision(decision))
        .remove(&["Announced", "Announced_Cluster_Id"]);
    if decision.cluster_id.as_ref() != cluster_of(fence) {
        // It speaks of another end than the one that decisions are compared by.
        return change;
    }
    let undecided = match fence {
        Fence::Cluster(_) => UNDECIDED,
        Fence::Claimant(_) => {
            "attribute_not_exists(#Decision) OR attribute_exists(#Decision.#cluster_id) \
             OR #Decision.#attempt <> :attempt"
        }
    };
    match decision.course {
        Course::GiveUp => change
            .when(format!("{undecided} OR #Decision.#course <> :course"))
            .bind("course", value::text(Course::GiveUp.as_str())),
        Course::Relaunch { .. } | Course::HandOver => change.when(undecided),
    }
}

/// The first reason stays. One for which another cluster was stopped is past: a writer has moved its row on from that one.
fn stop(change: Change, fence: &Fence, outcome: Outcome) -> Change {
    change
        .when(NOT_ENDED)
        .when(
            "attribute_not_exists(#Stopping) OR \
             (attribute_exists(#Stopping_Cluster_Id) AND #Stopping_Cluster_Id <> #Cluster_Id)",
        )
        .set("Stopping", value::text(outcome))
        .replace("Stopping_Cluster_Id", cluster_of(fence).map(value::text))
}

/// The cluster that a fence names.
pub(super) fn cluster_of(fence: &Fence) -> Option<&ClusterId> {
    match fence {
        Fence::Cluster(cluster) => Some(cluster),
        Fence::Claimant(_) => None,
    }
}
