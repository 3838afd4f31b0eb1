//! The end of a cluster: looked at, judged, recorded, told.

use futures_util::future::join3;
use jiff::Timestamp;

use crate::announcement::announce;
use crate::failure::Remedy;
use crate::judge::{Ending, Verdict, judge};
use crate::ports::{AttemptUpdate, ClusterReport, Fence, Logs, RunUpdate, StepReport, Updates};
use crate::run::{AttemptRecord, Cause, History, Outcome, Run, Status, Topics};

use super::{Ports, RecordError, Recorded, step_record};

/// Records how an attempt ended. Repeated, it fills in what was not known before.
pub(super) async fn record_end(
    ports: &impl Ports,
    attempt: AttemptRecord,
    at: Timestamp,
) -> Result<Recorded, RecordError> {
    let (cluster, steps, history) = look(ports, &attempt).await?;
    let run = history.runs.iter().find(|run| run.attempt_key() == attempt.key);
    let mut verdict = judge(&Ending {
        cluster_id: &attempt.cluster_id,
        cluster: &cluster,
        steps: steps.as_deref(),
        owed: &attempt.steps,
        continue_fails: run.is_some_and(|run| run.continue_fails),
        stopping: run.and_then(|run| run.stopping),
    });
    read_log(ports, &mut verdict).await;

    let steps = steps.unwrap_or_default();
    let updates = updates(&attempt, &cluster, &steps, &history, &verdict, at, ports.now());
    apply(ports, &attempt, &updates).await?;
    Ok(Recorded::Ended(attempt, verdict.outcome))
}

/// Records that EMR does not know the cluster of an attempt any more.
pub(super) async fn record_loss(ports: &impl Ports, attempt: AttemptRecord) -> Result<Recorded, RecordError> {
    let cause = Some(Cause {
        code: Some("CLUSTER_NOT_FOUND".into()),
        message: Some(format!("EMR does not know cluster {} any more", attempt.cluster_id)),
        ..Cause::default()
    });
    let (outcome, at) = (Outcome::Lost, ports.now());
    let run = RunUpdate::End { outcome, cause: cause.clone(), current_step: None, decision: None };
    let ended = AttemptUpdate::End { at, outcome, cause, normalized_instance_hours: None };
    apply(ports, &attempt, &Updates { run: Some(run), attempt: Some(ended), steps: vec![], at }).await?;
    Ok(Recorded::Ended(attempt, outcome))
}

async fn apply(ports: &impl Ports, attempt: &AttemptRecord, updates: &Updates) -> Result<(), RecordError> {
    let fence = Fence::Cluster(attempt.cluster_id.clone());
    ports.apply(&attempt.key, &fence, updates).await.map(|_| ()).map_err(RecordError::Runs)
}

/// What a cluster that has ended shows; its steps are `None` where they cannot be had, now or later.
async fn look(
    ports: &impl Ports,
    attempt: &AttemptRecord,
) -> Result<(ClusterReport, Option<Vec<StepReport>>, History), RecordError> {
    let cluster_id = &attempt.cluster_id;
    let (cluster, steps, history) = join3(
        ports.describe(cluster_id),
        ports.steps(cluster_id),
        ports.history(&attempt.key.run.correlation_id),
    )
    .await;
    let unanswered = |source| RecordError::Clusters { cluster_id: cluster_id.clone(), source };
    let cluster = cluster.map_err(unanswered)?;
    let steps = match steps {
        Ok(steps) => Some(steps),
        Err(failure) if failure.remedy() == Remedy::GiveUp => None,
        Err(failure) => return Err(unanswered(failure)),
    };
    let not_yet = || RecordError::NotYetEnded { cluster_id: cluster_id.clone() };
    let cluster =
        cluster.filter(|report| report.state.is_some_and(|state| state.is_ended())).ok_or_else(not_yet)?;
    match steps.iter().flatten().all(|step| step.state.is_none_or(|state| state.is_ended())) {
        true => Ok((cluster, steps, history.map_err(RecordError::Runs)?)),
        false => Err(not_yet()),
    }
}

/// The log is a help, not a condition: where it cannot be read, the cause goes without.
async fn read_log(logs: &impl Logs, verdict: &mut Verdict) {
    let Some(cause) = &mut verdict.cause else { return };
    let Some(folder) = cause.log_uri.clone() else { return };
    if let Ok(Some(log)) = logs.step_log(&folder).await {
        cause.log_line = first_error_line(&log);
    }
}

/// The first line of a log that names an error: in Python's and Java's way, or in plain words.
pub fn first_error_line(log: &str) -> Option<String> {
    let says_error = |line: &&str| {
        let line = line.to_ascii_lowercase();
        ["error", "exception", "fatal"].iter().any(|word| line.contains(word)) && !line.contains(" warn ")
    };
    log.lines().map(str::trim).find(says_error).map(|line| line.chars().take(400).collect())
}

fn updates(
    attempt: &AttemptRecord,
    cluster: &ClusterReport,
    steps: &[StepReport],
    history: &History,
    verdict: &Verdict,
    event_at: Timestamp,
    now: Timestamp,
) -> Updates {
    let (outcome, cause) = (verdict.outcome, verdict.cause.clone());
    Updates {
        run: Some(RunUpdate::End {
            outcome,
            cause: cause.clone(),
            current_step: verdict.current_step.clone(),
            decision: None,
        }),
        attempt: Some(AttemptUpdate::End {
            at: cluster.ended_at.unwrap_or(event_at),
            outcome,
            cause,
            normalized_instance_hours: cluster.normalized_instance_hours,
        }),
        steps: steps
            .iter()
            .filter_map(|step| step_record(attempt, step, true))
            .filter(|step| !history.steps.contains(step))
            .collect(),
        at: now,
    }
}

/// Tells the end of the run as the table has it, unless it has been told. A run that has moved on to another cluster
/// is not ended by this one; a failure is told by the relauncher, together with what is done about it.
pub(super) async fn tell(
    ports: &impl Ports,
    topics: &Topics,
    attempt: &AttemptRecord,
) -> Result<(), RecordError> {
    let run = ports.find(&attempt.key.run).await.map_err(RecordError::Runs)?;
    let current = run.filter(|run| run.cluster_id.as_ref() == Some(&attempt.cluster_id) && !run.announced);
    let told_here = |run: &Run| run.outcome.is_some_and(|outcome| outcome.status() != Status::Failed);
    let Some(run) = current.filter(told_here) else { return Ok(()) };
    if announce(ports, topics, &run).await.map_err(RecordError::Notices)? {
        let fence = Fence::Cluster(attempt.cluster_id.clone());
        ports.mark_announced(&attempt.key, &fence, run.decided()).await.map_err(RecordError::Runs)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::first_error_line;

    #[test]
    fn the_first_line_that_names_an_error_is_taken_and_warnings_are_not() {
        let log = "26/11/21 INFO Start\n26/11/21 WARN error rate high\nTraceback (most recent call last):\n  File x\nValueError: no column 'a'\nException later";
        assert_eq!(first_error_line(log).as_deref(), Some("ValueError: no column 'a'"));
        assert_eq!(first_error_line("all is well"), None);
    }
}
