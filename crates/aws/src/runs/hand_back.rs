//! Claims handed back: the run is again as it was before.

use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use pipeline::failure::Failure;
use pipeline::run::{AttemptKey, Cause, Run, Status};

use super::change::Change;
use super::claim::STILL_CLAIMED;
use super::{key, read, value};
use crate::Aws;
use crate::failure::failure;

/// Undoes a claim, if the claimant still holds it.
pub(super) async fn hand_back(
    aws: &Aws,
    key: &AttemptKey,
    claimant: &str,
    before: Option<&Run>,
) -> Result<(), Failure> {
    let doing = format!("hand back {}", read::named(&key.run));
    match before {
        Some(before) => aws.write(&doing, &restoration(key, claimant, before)).await.map(|_| ()),
        None => delete(aws, &doing, &held(key, claimant)).await,
    }
}

fn held(key: &AttemptKey, claimant: &str) -> Change {
    Change::of(key::run(&key.run))
        .when(STILL_CLAIMED)
        .when("#Claimed_By = :claimant")
        .bind("attempt", value::number(key.attempt))
        .bind("launching", value::text(Status::Launching))
        .bind("claimant", value::text(claimant))
}

/// Deletes the run item that the claim made.
async fn delete(aws: &Aws, doing: &str, condition: &Change) -> Result<(), Failure> {
    let sent = aws.dynamodb.delete_item().table_name(&aws.table.name).set_key(Some(condition.key()));
    let sent = sent
        .set_condition_expression(condition.condition())
        .set_expression_attribute_names(Some(condition.names()))
        .set_expression_attribute_values(Some(condition.values()))
        .send()
        .await;
    match sent {
        Ok(_) => Ok(()),
        Err(error) => match error.as_service_error() {
            Some(DeleteItemError::ConditionalCheckFailedException(_)) => Ok(()),
            _ => Err(failure(doing, &error)),
        },
    }
}

/// Puts back what the claim of a further attempt replaced. `Open` stays, since that attempt is still to come.
fn restoration(key: &AttemptKey, claimant: &str, before: &Run) -> Change {
    let change = counted(held(key, claimant), before).set("Status", value::text(before.status));
    let change = ended(change, before);
    let stopped = before.stopping.is_some();
    change
        .replace("Decision", before.decision.as_ref().map(value::decision))
        .replace("Cluster_Id", before.cluster_id.as_ref().map(value::text))
        .replace("Name", some_text(&before.name))
        .replace("Owed", value::owed(&before.owed))
        .replace("Claimed_At", some_time(before.claimed_at, Timestamp::UNIX_EPOCH))
        .replace("Claimed_By", some_text(&before.claimed_by))
        .replace("Lease_Until", lease(before))
        .replace("Updated_At", some_time(before.updated_at, before.claimed_at))
        .replace("Config_Hash", before.config_hash.as_ref().map(value::text))
        .replace("Launch", before.launch.as_ref().map(value::text))
        .replace("Deadline", before.deadline.map(value::time))
        .replace("Stopping", before.stopping.map(value::text))
        .replace("Stopping_Cluster_Id", before.cluster_id.as_ref().filter(|_| stopped).map(value::text))
        .replace("Continue_Fails", value::flag(before.continue_fails))
        .replace("Notify", value::topics(&before.notify))
        .replace("TimeToExist", expiry(before))
}

/// The count. A row of somebody else's has no count but `Run_Id`, so that there it is as it was, too.
fn counted(change: Change, before: &Run) -> Change {
    let usual = read::usual_pipeline(&before.key.data_product);
    let pipeline = Some(&before.pipeline).filter(|named| usual.as_ref() != Some(named));
    match before.is_foreign() {
        true => change
            .remove(&["Attempt", "Version"])
            .set("Run_Id", value::number(before.attempt))
            .replace("Pipeline", pipeline.map(value::text)),
        false => change
            .set("Attempt", value::number(before.attempt))
            .set("Pipeline", value::text(&before.pipeline)),
    }
}

/// The end of the attempt before, and whose end it was.
fn ended(change: Change, before: &Run) -> Change {
    let cluster = || before.cluster_id.as_ref().map(value::text);
    let fullness = |_| value::number(before.cause.as_ref().map_or(0, Cause::fullness));
    let cause = before.cause.as_ref().zip(before.outcome);
    change
        .replace("Outcome", before.outcome.map(value::text))
        .replace("Cause", cause.map(|(cause, outcome)| value::cause(cause, outcome)))
        .replace("Cause_Fullness", before.outcome.map(fullness))
        .replace("Ended_Cluster_Id", before.outcome.and_then(|_| cluster()))
        .replace("Announced", value::flag(before.announced))
        .replace("Announced_Cluster_Id", cluster().filter(|_| before.announced))
}

fn some_text(text: &str) -> Option<AttributeValue> {
    (!text.is_empty()).then(|| value::text(text))
}

/// A time, unless it is what a reader takes for its absence.
fn some_time(time: Timestamp, absent: Timestamp) -> Option<AttributeValue> {
    (time != absent).then(|| value::time(time))
}

fn lease(before: &Run) -> Option<AttributeValue> {
    let known = before.lease_until != Timestamp::UNIX_EPOCH;
    known.then(|| value::number(before.lease_until.as_millisecond()))
}

fn expiry(before: &Run) -> Option<AttributeValue> {
    (before.expires_at != Timestamp::MAX).then(|| value::number(before.expires_at.as_second()))
}
