//! A living cluster that no open run names: ours and forgotten, ours and known, or somebody else's.

use crate::announcement::{Notification, topic_for};
use crate::ports::ClusterReport;
use crate::record::find::tagged;
use crate::run::{Attempt, ClusterId, CorrelationId, Run, RunKey, Topics};

use super::{Mode, Ports, Repair, SweepError};

/// What is done about a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    /// Nothing.
    Leave,
    /// It is terminated, because.
    Terminate(Option<RunKey>, String),
}

/// Terminates the cluster if it is ours and no run is on it. People are told first: once it is gone, nobody could see any
/// more that it was there.
pub(super) async fn examine(
    ports: &impl Ports,
    topics: &Topics,
    mode: Mode,
    cluster_id: &ClusterId,
) -> Result<Option<Repair>, SweepError> {
    let report = ports.describe(cluster_id).await.map_err(SweepError::Clusters)?;
    let Some(report) = report.filter(|report| report.state.is_some_and(|state| !state.is_ended())) else {
        return Ok(None);
    };
    let Some((correlation_id, attempt)) = tagged(&report, ports.table()) else { return Ok(None) };
    let history = ports.history(&correlation_id).await.map_err(SweepError::Runs)?;
    let Verdict::Terminate(run, why) = verdict(&report, cluster_id, &correlation_id, attempt, &history.runs)
    else {
        return Ok(None);
    };
    match mode {
        Mode::DryRun => Ok(Some(repair(run, cluster_id, format!("{cluster_id} would be terminated: {why}")))),
        Mode::Repair => {
            let done = format!("{cluster_id} is being terminated: {why}");
            tell(ports, topics, cluster_id, &done).await?;
            ports.terminate(std::slice::from_ref(cluster_id)).await.map_err(SweepError::Clusters)?;
            Ok(Some(repair(run, cluster_id, done)))
        }
    }
}

fn repair(run: Option<RunKey>, cluster_id: &ClusterId, done: String) -> Repair {
    Repair { run, cluster_id: Some(cluster_id.clone()), done }
}

async fn tell(
    ports: &impl Ports,
    topics: &Topics,
    cluster_id: &ClusterId,
    done: &str,
) -> Result<(), SweepError> {
    let Some(topic) = topic_for(true, &Topics::NONE, topics) else { return Ok(()) };
    let title = format!("emr-relay terminates cluster {cluster_id}, which no run is on");
    let notification = Notification::of_repairs(&title, &[done.to_owned()]);
    ports.notify(topic, &notification).await.map_err(SweepError::Notices)
}

fn verdict(
    report: &ClusterReport,
    cluster_id: &ClusterId,
    correlation_id: &CorrelationId,
    attempt: Attempt,
    runs: &[Run],
) -> Verdict {
    let pipeline = report.tags.get("Pipeline").map(String::as_str).unwrap_or_default();
    let Some(run) = runs.iter().find(|run| run.pipeline.as_str() == pipeline) else {
        return Verdict::Terminate(None, format!("there is no run {correlation_id} of pipeline {pipeline}"));
    };
    let because = |why: String| Verdict::Terminate(Some(run.key.clone()), why);
    match &run.cluster_id {
        Some(recorded) if recorded == cluster_id => Verdict::Leave,
        _ if run.attempt < attempt => Verdict::Leave,
        // Whoever holds the claim, or settles it, finds this cluster by its tags.
        None if run.is_claim() && run.attempt == attempt => Verdict::Leave,
        Some(recorded) if run.attempt == attempt => because(format!("attempt {attempt} is on {recorded}")),
        Some(_) | None => {
            because(format!("the run is at attempt {}, and this is of attempt {attempt}", run.attempt))
        }
    }
}
