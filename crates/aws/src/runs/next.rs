//! The claim of the attempt after one that failed.

use aws_sdk_dynamodb::types::AttributeValue;
use pipeline::failure::Failure;
use pipeline::ports::{Claimed, NextClaim};
use pipeline::run::Run;

use super::change::Change;
use super::claim::{OPEN, VERSION, vanished};
use super::fence::{ENDED, NOT_ENDED, SAME_ATTEMPT};
use super::write::Written;
use super::{key, read, value};
use crate::Aws;

/// What told of the attempt before; its attempt item keeps its end.
const OF_THE_ATTEMPT_BEFORE: &[&str] = &[
    "Outcome",
    "Cause",
    "Cause_Fullness",
    "Ended_Cluster_Id",
    "Cluster_Id",
    "Announced",
    "Announced_Cluster_Id",
    "Stopping",
    "Stopping_Cluster_Id",
    "Step_Rank",
];

/// Claims the next attempt, if the run is still as it was seen.
pub(super) async fn claim_next(aws: &Aws, claim: &NextClaim) -> Result<Claimed, Failure> {
    let doing = format!("claim attempt {} of {}", claim.key().attempt, read::named(&claim.seen.key));
    match aws.write(&doing, &succession(claim)).await? {
        Written::Done => {
            // Nothing is decided on `Run_Id` of a row that has `Attempt`. Whoever dies before this leaves it one behind,
            // until the next attempt is claimed or a writer on the cluster raises it: so a failure is none of the claim.
            aws.write(&doing, &raised(claim)).await.ok();
            Ok(Claimed::Won)
        }
        Written::Refused(Some(row)) => {
            let run = read::run(&row)?;
            let ours = run.claimed_by == claim.claimant && run.attempt == claim.key().attempt;
            Ok(if ours { Claimed::Won } else { Claimed::Lost(Box::new(run)) })
        }
        Written::Refused(None) => Err(vanished(&doing)),
    }
}

fn succession(claim: &NextClaim) -> Change {
    let run = claim.claimed();
    as_seen(Change::of(key::run(&run.key)), &claim.seen)
        .fill("Version", value::number(VERSION))
        .set("Pipeline", value::text(&run.pipeline))
        .set("Attempt", value::number(run.attempt))
        .set("Status", value::text(run.status))
        .set("Decision", value::decision(&claim.decision))
        .set("Name", value::text(&run.name))
        .replace("Owed", value::owed(&run.owed))
        .set("Claimed_At", value::time(run.claimed_at))
        .set("Claimed_By", value::text(&run.claimed_by))
        .set("Lease_Until", value::number(run.lease_until.as_millisecond()))
        .set("Updated_At", value::time(run.updated_at))
        .set("Config_Hash", value::text(&claim.config_hash))
        .set("Launch", value::text(&claim.launch))
        .replace("Deadline", run.deadline.map(value::time))
        .set("Continue_Fails", AttributeValue::Bool(run.continue_fails))
        .replace("Notify", value::topics(&run.notify))
        .set("TimeToExist", value::number(run.expires_at.as_second()))
        .set("Open", value::text(OPEN))
        .remove(OF_THE_ATTEMPT_BEFORE)
}

/// The run has not moved on since it was seen.
fn as_seen(change: Change, seen: &Run) -> Change {
    let change = change
        .when("attribute_exists(#Correlation_Id)")
        .when(SAME_ATTEMPT)
        .bind("attempt", value::number(seen.attempt));
    let change = match seen.outcome {
        Some(outcome) => {
            change.when("#Outcome = :seen_outcome").when(ENDED).bind("seen_outcome", value::text(outcome))
        }
        None => change.when(NOT_ENDED),
    };
    match &seen.cluster_id {
        Some(cluster) => {
            change.when("#Cluster_Id = :seen_cluster").bind("seen_cluster", value::text(cluster))
        }
        None => change.when("attribute_not_exists(#Cluster_Id)"),
    }
}

/// `Run_Id` is the attempt, or whatever higher number a writer on a cluster has made of it.
fn raised(claim: &NextClaim) -> Change {
    Change::of(key::run(&claim.seen.key))
        .when("#Attempt = :Run_Id")
        .when("attribute_not_exists(#Run_Id) OR #Run_Id < :Run_Id")
        .set("Run_Id", value::number(claim.key().attempt))
}
