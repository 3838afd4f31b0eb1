//! The cluster of an attempt, recorded.

use pipeline::failure::Failure;
use pipeline::ports::Attachment;
use pipeline::run::{ClusterId, Status};

use super::change::Change;
use super::claim::VERSION;
use super::write::Written;
use super::{key, query, read, value};
use crate::Aws;

/// Records the cluster in the run item and makes the attempt item, both or neither; answers whoever is recorded.
pub(super) async fn attach(aws: &Aws, attachment: &Attachment) -> Result<Option<ClusterId>, Failure> {
    let run = &attachment.key.run;
    let doing = format!("record {} for {}", attachment.cluster_id, read::named(run));
    let changes = [run_change(attachment), attempt_change(aws, attachment)];
    if aws.write_both(&doing, &changes).await? == Written::Done {
        return Ok(Some(attachment.cluster_id.clone()));
    }
    let recorded = query::find(aws, run).await?;
    let still = recorded.filter(|run| run.attempt == attachment.key.attempt && run.outcome.is_none());
    Ok(still.and_then(|run| run.cluster_id))
}

fn run_change(attachment: &Attachment) -> Change {
    Change::of(key::run(&attachment.key.run))
        // The outcome tells whether the run has ended: writers on clusters set `Status` as they please.
        .when("#Attempt = :attempt AND attribute_not_exists(#Outcome)")
        .when("attribute_not_exists(#Cluster_Id) OR #Cluster_Id = :Cluster_Id")
        .bind("attempt", value::number(attachment.key.attempt))
        .set("Cluster_Id", value::text(&attachment.cluster_id))
        .set("Status", value::text(Status::InProgress))
        .set("Updated_At", value::time(attachment.at))
}

fn attempt_change(aws: &Aws, attachment: &Attachment) -> Change {
    Change::of(key::attempt(&attachment.key))
        .fill("Version", value::number(VERSION))
        .fill("Pipeline", value::text(&attachment.pipeline))
        .fill("Cluster_Id", value::text(&attachment.cluster_id))
        .fill("Steps", value::texts(&attachment.steps))
        .fill("Started_At", value::time(attachment.at))
        .fill("TimeToExist", value::number(aws.table.expiry(attachment.at).as_second()))
}
