//! From a cluster to the attempt that it works on.

use crate::plan::RUN_TABLE;
use crate::ports::{Attachment, ClusterReport};
use crate::run::{Attempt, AttemptKey, AttemptRecord, ClusterId, CorrelationId, Run};

use super::{Ports, RecordError};

/// Whose cluster it is.
pub(super) enum Found {
    Ours(Box<AttemptRecord>),
    NotOurs(String),
}

/// Finds the attempt: by the index, or, where the index has nothing (yet), by the cluster's own tags.
pub(super) async fn attempt_of(ports: &impl Ports, cluster_id: &ClusterId) -> Result<Found, RecordError> {
    match ports.by_cluster(cluster_id).await.map_err(RecordError::Runs)? {
        Some(attempt) => Ok(Found::Ours(Box::new(attempt))),
        None => by_tags(ports, cluster_id).await,
    }
}

async fn by_tags(ports: &impl Ports, cluster_id: &ClusterId) -> Result<Found, RecordError> {
    let unanswered = |source| RecordError::Clusters { cluster_id: cluster_id.clone(), source };
    let report = ports.describe(cluster_id).await.map_err(unanswered)?;
    let Some((correlation_id, attempt)) = report.as_ref().and_then(|report| tagged(report, ports.table()))
    else {
        return Ok(Found::NotOurs(format!("cluster {cluster_id} does not carry our tags")));
    };
    let history = ports.history(&correlation_id).await.map_err(RecordError::Runs)?;
    let known = history.attempts.into_iter().find(|known| known.cluster_id == *cluster_id);
    if let Some(known) = known {
        return Ok(Found::Ours(Box::new(known)));
    }
    let pipeline =
        report.as_ref().and_then(|report| report.tags.get("Pipeline")).cloned().unwrap_or_default();
    let run =
        history.runs.into_iter().find(|run| run.pipeline.as_str() == pipeline && run.attempt == attempt);
    match run {
        Some(run) => adopt(ports, run, cluster_id).await,
        None => {
            Ok(Found::NotOurs(format!("no run of {correlation_id} is at attempt {attempt} of {pipeline}")))
        }
    }
}

/// Whose cluster it is by its tags; one of another deployment's run table is not ours.
pub(crate) fn tagged(report: &ClusterReport, table: &str) -> Option<(CorrelationId, Attempt)> {
    if report.tags.get(RUN_TABLE).is_some_and(|tagged| tagged != table) {
        return None;
    }
    let correlation_id = CorrelationId::parse(report.tags.get("Correlation_Id")?).ok()?;
    let attempt = report.tags.get("Run_Id")?.parse().ok()?;
    Some((correlation_id, Attempt(attempt)))
}

/// The launcher died, or is about to write: the cluster is recorded for it. If another one is recorded by then, this
/// one is a stranger, which the launcher or the sweeper terminates.
async fn adopt(ports: &impl Ports, run: Run, cluster_id: &ClusterId) -> Result<Found, RecordError> {
    if run.outcome.is_some() {
        return Ok(Found::NotOurs(format!("{} is not waiting for a cluster", run.key.correlation_id)));
    }
    let unanswered = |source| RecordError::Clusters { cluster_id: cluster_id.clone(), source };
    let steps = ports.steps(cluster_id).await.map_err(unanswered)?;
    let attachment = Attachment {
        key: AttemptKey { run: run.key, attempt: run.attempt },
        pipeline: run.pipeline,
        cluster_id: cluster_id.clone(),
        steps: steps.into_iter().map(|step| step.name).collect(),
        at: ports.now(),
    };
    match ports.attach(&attachment).await.map_err(RecordError::Runs)? {
        Some(recorded) if recorded == *cluster_id => Ok(Found::Ours(Box::new(attachment.into()))),
        Some(other) => Ok(Found::NotOurs(format!("cluster {cluster_id} stands beside the recorded {other}"))),
        None => Ok(Found::NotOurs(format!("the run of cluster {cluster_id} has moved on"))),
    }
}
