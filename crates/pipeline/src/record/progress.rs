//! How far a living cluster has come, read off EMR where its events were lost.

use crate::ports::{AttemptUpdate, ClusterReport, RunUpdate, StepReport, Updates};
use crate::run::AttemptRecord;

use super::{Ports, RecordError, Recorded, advance, rank, step_record};

/// Records what ListSteps and DescribeCluster show of a cluster that is alive.
pub(super) async fn seen(
    ports: &impl Ports,
    attempt: AttemptRecord,
    report: &ClusterReport,
) -> Result<Recorded, RecordError> {
    let unanswered = |source| RecordError::Clusters { cluster_id: attempt.cluster_id.clone(), source };
    let steps = ports.steps(&attempt.cluster_id).await.map_err(unanswered)?;
    let updates = Updates {
        run: steps.iter().filter_map(|step| begun(&attempt, step)).next_back(),
        attempt: report.ready_at.filter(|_| attempt.ready_at.is_none()).map(|at| AttemptUpdate::Ready { at }),
        steps: steps.iter().filter_map(|step| step_record(&attempt, step, false)).collect(),
        at: ports.now(),
    };
    advance(ports, attempt, updates).await
}

fn begun(attempt: &AttemptRecord, step: &StepReport) -> Option<RunUpdate> {
    let rank = rank(&step.name, step.started_at?, &step.id, &attempt.steps);
    Some(RunUpdate::Progress { step: step.name.clone(), rank })
}
