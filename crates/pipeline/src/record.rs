//! The verb of the recorder: EMR's events into the run table, and the end of a run told.
//!
//! Events are lost, doubled, late and out of order. So no event is believed for more than it proves: a step event only
//! raises what is recorded of its step, and the end of a cluster is judged by what EMR answers when asked, not by the
//! event. The cause is stored before anyone is told, and whoever finds an end untold tells it.

mod ending;
pub(crate) mod find;
mod progress;

pub use ending::first_error_line;

use jiff::{SignedDuration, Timestamp};

use crate::failure::{Explained, Failure, Remedy};
use crate::ports::{
    AttemptUpdate, Clock, Clusters, Fence, Logs, Notices, RunUpdate, Runs, StepReport, Updates,
};
use crate::run::{AttemptRecord, ClusterId, ClusterState, Outcome, StepId, StepRecord, StepState, Topics};
use crate::signal::{ClusterSignal, EmrSignal, StepSignal};

/// All that recording needs of the world.
pub trait Ports: Clock + Clusters + Logs + Notices + Runs {}
impl<P: Clock + Clusters + Logs + Notices + Runs> Ports for P {}

/// What came of an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Recorded {
    /// It told nothing that concerns us, because.
    Ignored(String),
    /// It told nothing new.
    Unchanged(AttemptRecord),
    /// The table now says more.
    Advanced(AttemptRecord),
    /// The attempt has ended so.
    Ended(AttemptRecord, Outcome),
}

/// Why an event could not be recorded. Everything here is harmless to repeat.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RecordError {
    /// The table did not answer.
    #[error("the run table did not answer")]
    Runs(#[source] Failure),
    /// EMR did not answer.
    #[error("EMR did not say how cluster {cluster_id} stands")]
    Clusters {
        /// The cluster.
        cluster_id: ClusterId,
        /// Why.
        source: Failure,
    },
    /// The event tells of an end that EMR does not show yet.
    #[error("cluster {cluster_id} has ended by its event, but not yet by DescribeCluster and ListSteps")]
    NotYetEnded {
        /// The cluster.
        cluster_id: ClusterId,
    },
    /// The end is recorded, but could not be told.
    #[error("the end of the run could not be announced")]
    Notices(#[source] Failure),
}

impl Explained for RecordError {
    fn code(&self) -> &'static str {
        match self {
            Self::Runs(_) => "record.runs",
            Self::Clusters { .. } => "record.clusters",
            Self::NotYetEnded { .. } => "record.not_yet_ended",
            Self::Notices(_) => "record.notices",
        }
    }

    fn remedy(&self) -> Remedy {
        match self {
            Self::Runs(failure) | Self::Notices(failure) | Self::Clusters { source: failure, .. } => {
                failure.remedy_if_idempotent()
            }
            Self::NotYetEnded { .. } => Remedy::Retry,
        }
    }
}

/// Records one event of the bus. Called twice, or late, it changes nothing; dead half way, the event's next delivery
/// does the rest.
pub async fn record(ports: &impl Ports, topics: &Topics, signal: EmrSignal) -> Result<Recorded, RecordError> {
    match signal {
        EmrSignal::Ignored(why) => Ok(Recorded::Ignored(why)),
        EmrSignal::Step(step) => record_step(ports, step).await,
        EmrSignal::Cluster(cluster) => record_cluster(ports, topics, cluster).await,
    }
}

async fn record_step(ports: &impl Ports, signal: StepSignal) -> Result<Recorded, RecordError> {
    let attempt = match find::attempt_of(ports, &signal.cluster_id).await? {
        find::Found::Ours(attempt) => *attempt,
        find::Found::NotOurs(why) => return Ok(Recorded::Ignored(why)),
    };
    let updates = step_updates(&signal, &attempt, ports.now());
    advance(ports, attempt, updates).await
}

fn step_updates(signal: &StepSignal, attempt: &AttemptRecord, now: Timestamp) -> Updates {
    let step = StepRecord {
        attempt: attempt.key.clone(),
        step_id: signal.step_id.clone(),
        name: signal.name.clone(),
        state: signal.state,
        started_at: (signal.state == StepState::Running).then_some(signal.at),
        ended_at: signal.state.is_ended().then_some(signal.at),
        settled: false,
    };
    let rank = || rank(&signal.name, signal.at, &signal.step_id, &attempt.steps);
    let progress = || RunUpdate::Progress { step: signal.name.clone(), rank: rank() };
    Updates {
        run: (signal.state == StepState::Running).then(progress),
        attempt: None,
        steps: vec![step],
        at: now,
    }
}

/// A step as EMR lists it; `None` in a state that is not known here. What is listed after the end of its cluster is
/// settled.
fn step_record(attempt: &AttemptRecord, step: &StepReport, settled: bool) -> Option<StepRecord> {
    Some(StepRecord {
        attempt: attempt.key.clone(),
        step_id: step.id.clone(),
        name: step.name.clone(),
        state: step.state?,
        started_at: step.started_at,
        ended_at: step.ended_at,
        settled,
    })
}

/// A text that compares as the steps follow one another. Events carry no order: the launch knows it by name; where a
/// name is unknown or stands twice, the time decides, and at last the id, so that any order of events ends the same.
fn rank(name: &str, began: Timestamp, id: &StepId, steps: &[String]) -> String {
    let place = steps.iter().position(|known| known == name).unwrap_or(steps.len());
    format!("{place:05} {:012} {id}", began.as_second().max(0))
}

async fn record_cluster(
    ports: &impl Ports,
    topics: &Topics,
    signal: ClusterSignal,
) -> Result<Recorded, RecordError> {
    let attempt = match find::attempt_of(ports, &signal.cluster_id).await? {
        find::Found::Ours(attempt) => *attempt,
        find::Found::NotOurs(why) => return Ok(Recorded::Ignored(why)),
    };
    if signal.state.is_ended() {
        let recorded = ending::record_end(ports, attempt.clone(), signal.at).await?;
        ending::tell(ports, topics, &attempt).await?;
        return Ok(recorded);
    }
    match signal.state.runs_steps() {
        true => {
            let ready = Some(AttemptUpdate::Ready { at: signal.at });
            let updates = Updates { run: None, attempt: ready, steps: vec![], at: ports.now() };
            advance(ports, attempt, updates).await
        }
        false => Ok(Recorded::Unchanged(attempt)),
    }
}

/// Records the end of a cluster, and leaves it untold: whoever asks for this tells it, with what is done about it.
/// An end that is recorded is not looked at again.
pub(crate) async fn record_end_of(
    ports: &impl Ports,
    cluster_id: &ClusterId,
    at: Timestamp,
) -> Result<Recorded, RecordError> {
    match find::attempt_of(ports, cluster_id).await? {
        find::Found::NotOurs(why) => Ok(Recorded::Ignored(why)),
        find::Found::Ours(attempt) => match attempt.outcome {
            Some(outcome) => Ok(Recorded::Ended(*attempt, outcome)),
            None => ending::record_end(ports, *attempt, at).await,
        },
    }
}

/// EMR may not know a younger cluster yet, wherever it is asked.
pub(crate) const SHOWS_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// Brings an attempt to the state that EMR shows, for want of its events; what ended well is told.
pub(crate) async fn catch_up_with(
    ports: &impl Ports,
    topics: &Topics,
    attempt: AttemptRecord,
) -> Result<Recorded, RecordError> {
    let cluster_id = &attempt.cluster_id;
    let unanswered = |source| RecordError::Clusters { cluster_id: cluster_id.clone(), source };
    let recorded = match ports.describe(cluster_id).await.map_err(unanswered)? {
        None if ports.now() < attempt.started_at + SHOWS_AFTER => return Ok(Recorded::Unchanged(attempt)),
        None => ending::record_loss(ports, attempt.clone()).await?,
        Some(report) if report.state.is_some_and(ClusterState::is_ended) => {
            ending::record_end(ports, attempt.clone(), ports.now()).await?
        }
        Some(report) => return progress::seen(ports, attempt, &report).await,
    };
    ending::tell(ports, topics, &attempt).await?;
    Ok(recorded)
}

async fn advance(
    ports: &impl Ports,
    attempt: AttemptRecord,
    updates: Updates,
) -> Result<Recorded, RecordError> {
    let fence = Fence::Cluster(attempt.cluster_id.clone());
    let applied = ports.apply(&attempt.key, &fence, &updates).await.map_err(RecordError::Runs)?;
    Ok(match applied.run || applied.attempt || applied.steps > 0 {
        true => Recorded::Advanced(attempt),
        false => Recorded::Unchanged(attempt),
    })
}
