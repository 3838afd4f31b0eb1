//! Claims: who may start an attempt.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use pipeline::failure::{Failure, Kind};
use pipeline::ports::{Claim, Claimed};
use pipeline::run::{Run, Status};

use super::change::{Change, Item};
use super::write::Written;
use super::{key, read, value};
use crate::Aws;

/// Version of the shape of our items.
pub(super) const VERSION: u32 = 1;

/// Of the column `Open`, by which the sweeper finds the runs of which something is still to come.
pub(super) const OPEN: &str = "run";

/// The claim is still a claim: this attempt's, and without a cluster.
pub(super) const STILL_CLAIMED: &str =
    "#Attempt = :attempt AND #Status = :launching AND attribute_not_exists(#Cluster_Id)";

/// Creates the run item, unless there is one.
pub(super) async fn claim(aws: &Aws, claim: &Claim) -> Result<Claimed, Failure> {
    let doing = format!("claim {}", read::named(&claim.key.run));
    match aws.write(&doing, &creation(claim)).await? {
        Written::Done => Ok(Claimed::Won),
        Written::Refused(Some(row)) => judged(&row, &claim.claimant),
        Written::Refused(None) => Err(vanished(&doing)),
    }
}

fn creation(claim: &Claim) -> Change {
    Change::of(key::run(&claim.key.run))
        .when("attribute_not_exists(#Correlation_Id)")
        .set("Version", value::number(VERSION))
        .set("Pipeline", value::text(&claim.pipeline))
        .set("Attempt", value::number(claim.key.attempt))
        .set("Run_Id", value::number(claim.key.attempt))
        .set("Status", value::text(Status::Launching))
        .set("Date", value::text(&claim.date))
        .set_some("S3_Prefix_Snapshots", claim.s3_prefix.as_ref().map(value::text))
        .set_some("Snapshot_Type", claim.snapshot_type.as_ref().map(value::text))
        .set("Claimed_At", value::time(claim.at))
        .set("Claimed_By", value::text(&claim.claimant))
        .set("Lease_Until", value::number(claim.lease_until.as_millisecond()))
        .set("Updated_At", value::time(claim.at))
        .set("Payload_Hash", value::text(&claim.payload_hash))
        .set("Config_Hash", value::text(&claim.config_hash))
        .set("Launch", value::text(&claim.launch))
        .set_some("Launch_Object", claim.launch_object.as_ref().map(value::object))
        .set("Name", value::text(&claim.name))
        .set_some("Owed", value::owed(&claim.owed))
        .set_some("Deadline", claim.deadline.map(value::time))
        .set("Continue_Fails", AttributeValue::Bool(claim.continue_fails))
        .set_some("Notify", value::topics(&claim.notify))
        .set_some("Task_Token", claim.task_token.as_ref().map(value::text))
        .set("TimeToExist", value::number(claim.expires_at.as_second()))
        .set("Open", value::text(OPEN))
}

/// Moves a claim to another claimant, if nobody has touched it since it was seen.
pub(super) async fn take_over(
    aws: &Aws,
    seen: &Run,
    claimant: &str,
    lease_until: Timestamp,
) -> Result<Claimed, Failure> {
    let doing = format!("take over {}", read::named(&seen.key));
    match aws.write(&doing, &succession(seen, claimant, lease_until)).await? {
        Written::Done => Ok(Claimed::Won),
        Written::Refused(Some(row)) => judged(&row, claimant),
        Written::Refused(None) => Err(vanished(&doing)),
    }
}

fn succession(seen: &Run, claimant: &str, lease_until: Timestamp) -> Change {
    Change::of(key::run(&seen.key))
        .when(STILL_CLAIMED)
        .when("#Claimed_By = :seen_claimant AND #Lease_Until = :seen_lease")
        .bind("attempt", value::number(seen.attempt))
        .bind("launching", value::text(Status::Launching))
        .bind("seen_claimant", value::text(&seen.claimed_by))
        .bind("seen_lease", value::number(seen.lease_until.as_millisecond()))
        .set("Claimed_By", value::text(claimant))
        .set("Lease_Until", value::number(lease_until.as_millisecond()))
}

/// Whose the claim is: a write that the SDK sent twice finds its own first sending.
fn judged(row: &Item, claimant: &str) -> Result<Claimed, Failure> {
    let run = read::run(row)?;
    Ok(if run.claimed_by == claimant { Claimed::Won } else { Claimed::Lost(Box::new(run)) })
}

/// A row that was there when the condition failed, and was handed back before it could be read.
pub(super) fn vanished(doing: &str) -> Failure {
    Failure {
        doing: doing.to_owned(),
        word: "ClaimHandedBack".into(),
        message: "the claim was handed back meanwhile; it is free again".into(),
        kind: Kind::Throttled,
    }
}
