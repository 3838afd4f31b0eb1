//! The verb of the sweeper: what lost events left behind is brought to the state that EMR shows.
//!
//! It works through a few tasks at a time, chosen by a pure function over two lists that may lag; each task reads what it
//! is about again, consistently, before it does anything. What does not fit today's budget of calls waits for the next
//! sweep. Called twice, the second finds nothing left to do.

mod stranger;
mod tasks;

pub use tasks::{Budget, Task, Work, tasks};

use jiff::{SignedDuration, Timestamp};

use crate::announcement::{Notification, topic_for};
use crate::failure::{Explained, Failure, Remedy};
use crate::launch::{self, Invocation, LaunchError};
use crate::ports::{Fence, RunUpdate, Updates};
use crate::record::{RecordError, Recorded, catch_up_with};
use crate::relaunch::{Ports, RelaunchError, Relaunched, Settings, claimed_steps, finish};
use crate::run::{AttemptKey, AttemptRecord, ClusterId, Outcome, RunKey, Topics};

/// Clusters that were made longer ago are looked at only where a run that is still open names them.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(24);

/// What is left of an invocation when no further task is begun.
const RESERVE: SignedDuration = SignedDuration::from_secs(10);

/// Whether things are done or only told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// They are done.
    Repair,
    /// They are told, as they would be done.
    DryRun,
}

/// What a sweep came to.
#[derive(Debug, Default)]
pub struct Swept {
    /// How many runs were looked at.
    pub open_runs: usize,
    /// What was repaired, or would be.
    pub repairs: Vec<Repair>,
    /// What could not be, with the reason; the next sweep tries again.
    pub errors: Vec<SweepError>,
    /// How many tasks wait for the next sweep.
    pub left: usize,
}

/// One thing that was repaired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// The run, if there is one.
    pub run: Option<RunKey>,
    /// The cluster, if it is about one.
    pub cluster_id: Option<ClusterId>,
    /// What was done, in a sentence.
    pub done: String,
}

/// Why something could not be repaired. Everything here is harmless to repeat.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SweepError {
    /// The runs or clusters could not be listed: nothing was swept.
    #[error("what there is could not be listed")]
    List(#[source] Failure),
    /// The table did not answer.
    #[error("the run table did not answer")]
    Runs(#[source] Failure),
    /// EMR did not answer.
    #[error("EMR did not answer")]
    Clusters(#[source] Failure),
    /// A cluster's state could not be recorded.
    #[error("what EMR shows could not be recorded")]
    Record(#[source] RecordError),
    /// A claim could not be settled.
    #[error("a launch that was left half way could not be settled")]
    Settle(#[source] LaunchError),
    /// A failure could not be handed on.
    #[error("a failure that nobody relaunched could not be handed on")]
    Relaunch(#[source] RelaunchError),
    /// What was repaired could not be told.
    #[error("what was repaired could not be announced")]
    Notices(#[source] Failure),
}

impl Explained for SweepError {
    fn code(&self) -> &'static str {
        match self {
            Self::List(_) => "sweep.list",
            Self::Runs(_) => "sweep.runs",
            Self::Clusters(_) => "sweep.clusters",
            Self::Record(_) => "sweep.record",
            Self::Settle(_) => "sweep.settle",
            Self::Relaunch(_) => "sweep.relaunch",
            Self::Notices(_) => "sweep.notices",
        }
    }

    fn remedy(&self) -> Remedy {
        match self {
            Self::List(failure) | Self::Runs(failure) | Self::Clusters(failure) | Self::Notices(failure) => {
                failure.remedy_if_idempotent()
            }
            Self::Record(error) => error.remedy(),
            Self::Settle(error) => error.remedy(),
            Self::Relaunch(error) => error.remedy(),
        }
    }
}

/// Sweeps once.
///
/// # Errors
/// Where nothing could be listed; what goes wrong with one task is told beside what was repaired.
pub async fn sweep(
    ports: &impl Ports,
    settings: &Settings,
    mode: Mode,
    by: &Invocation,
) -> Result<Swept, SweepError> {
    let now = ports.now();
    let open = ports.open().await.map_err(SweepError::List)?;
    let oldest = open.iter().map(|run| run.claimed_at).min().unwrap_or(now);
    let since = oldest.min(now - LOOK_BACK);
    let listed = ports.list(since).await.map_err(SweepError::List)?;
    let all = tasks(&open, &listed, now);
    let (chosen, left) = Budget::of_a_sweep().choose(all, now);
    let mut swept = Swept { open_runs: open.len(), left, ..Swept::default() };
    for task in chosen {
        if ports.now() + RESERVE > by.deadline {
            swept.left += 1;
            continue;
        }
        match carry_out(ports, settings, mode, &task, by).await {
            Ok(repair) => swept.repairs.extend(repair),
            Err(error) => swept.errors.push(error),
        }
    }
    if mode == Mode::Repair {
        announce(ports, &settings.launch.topics, &swept).await?;
    }
    Ok(swept)
}

async fn announce(ports: &impl Ports, topics: &Topics, swept: &Swept) -> Result<(), SweepError> {
    let Some(topic) = topic_for(false, &Topics::NONE, topics) else { return Ok(()) };
    if swept.repairs.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = swept.repairs.iter().map(Repair::to_string).collect();
    let title = format!("emr-relay repaired {} that events did not tell", count(lines.len(), "thing"));
    ports.notify(topic, &Notification::of_repairs(&title, &lines)).await.map_err(SweepError::Notices)
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

impl std::fmt::Display for Repair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.run {
            Some(run) => write!(f, "run {} of {}: {}", run.correlation_id, run.data_product, self.done),
            None => f.write_str(&self.done),
        }
    }
}

async fn carry_out(
    ports: &impl Ports,
    settings: &Settings,
    mode: Mode,
    task: &Task,
    by: &Invocation,
) -> Result<Option<Repair>, SweepError> {
    if let Task::Examine(cluster_id) = task {
        return stranger::examine(ports, &settings.launch.topics, mode, cluster_id).await;
    }
    if mode == Mode::DryRun {
        return Ok(task.would());
    }
    match task {
        Task::Settle(key) => settle(ports, settings, key, by).await,
        Task::Record(work) | Task::Follow(work) => record(ports, settings, work).await,
        Task::Stop { attempt, cluster_id, deadline } => stop(ports, attempt, cluster_id, *deadline).await,
        Task::GoOn(attempt) => go_on(ports, settings, attempt, by).await,
        Task::Examine(_) => Ok(None),
    }
}

async fn settle(
    ports: &impl Ports,
    settings: &Settings,
    key: &RunKey,
    by: &Invocation,
) -> Result<Option<Repair>, SweepError> {
    let Some(run) = ports.find(key).await.map_err(SweepError::Runs)? else { return Ok(None) };
    if !run.is_claim() || ports.now() <= run.lease_until {
        return Ok(None);
    }
    let steps = claimed_steps(&run);
    let settled = launch::settle(ports, &settings.launch, &run, steps, by).await;
    let answer = settled.map_err(SweepError::Settle)?.to_json();
    let cluster = answer.get("JobFlowId").and_then(|id| id.as_str()).and_then(|id| ClusterId::parse(id).ok());
    let done = match &cluster {
        Some(cluster) => {
            format!("its launch had been left half way; attempt {} is on {cluster}", run.attempt)
        }
        None => format!("its launch had been left half way; attempt {} is settled", run.attempt),
    };
    Ok(Some(Repair { run: Some(key.clone()), cluster_id: cluster, done }))
}

/// A living cluster whose run says so is only brought up to date, which is no repair that anybody has to hear of.
async fn record(ports: &impl Ports, settings: &Settings, work: &Work) -> Result<Option<Repair>, SweepError> {
    let Work { attempt, cluster_id, .. } = work;
    let history = ports.history(&attempt.run.correlation_id).await.map_err(SweepError::Runs)?;
    let record: Option<AttemptRecord> = history.attempts.into_iter().find(|known| known.key == *attempt);
    let Some(record) = record.filter(|known| known.cluster_id == *cluster_id) else { return Ok(None) };
    match catch_up_with(ports, &settings.launch.topics, record).await.map_err(SweepError::Record)? {
        Recorded::Ended(_, outcome) => Ok(Some(Repair {
            run: Some(attempt.run.clone()),
            cluster_id: Some(cluster_id.clone()),
            done: format!(
                "attempt {} had ended {outcome} on {cluster_id}, and is recorded now",
                attempt.attempt
            ),
        })),
        Recorded::Ignored(_) | Recorded::Unchanged(_) | Recorded::Advanced(_) => Ok(None),
    }
}

/// The reason is stored before the cluster is told to go, so that its end is judged by it. The end itself is recorded
/// when EMR shows it.
async fn stop(
    ports: &impl Ports,
    attempt: &AttemptKey,
    cluster_id: &ClusterId,
    deadline: Timestamp,
) -> Result<Option<Repair>, SweepError> {
    let stopping = Some(RunUpdate::Stop(Outcome::TimedOut));
    let updates = Updates { run: stopping, attempt: None, steps: vec![], at: ports.now() };
    let fence = Fence::Cluster(cluster_id.clone());
    ports.apply(attempt, &fence, &updates).await.map_err(SweepError::Runs)?;
    let run = ports.find(&attempt.run).await.map_err(SweepError::Runs)?;
    let stopped = run.is_some_and(|run| {
        run.attempt_key() == *attempt && run.cluster_id.as_ref() == Some(cluster_id) && run.stopping.is_some()
    });
    if !stopped {
        return Ok(None);
    }
    ports.terminate(std::slice::from_ref(cluster_id)).await.map_err(SweepError::Clusters)?;
    Ok(Some(Repair {
        run: Some(attempt.run.clone()),
        cluster_id: Some(cluster_id.clone()),
        done: format!(
            "attempt {} was alive past its deadline {deadline}; {cluster_id} is being stopped",
            attempt.attempt
        ),
    }))
}

async fn go_on(
    ports: &impl Ports,
    settings: &Settings,
    attempt: &AttemptKey,
    by: &Invocation,
) -> Result<Option<Repair>, SweepError> {
    let relaunched = finish(ports, settings, attempt, by).await.map_err(SweepError::Relaunch)?;
    let done = match relaunched {
        Relaunched::Ignored(_) => return Ok(None),
        Relaunched::Told(run) => format!("its end {} is told now", run.outcome.map_or("", Outcome::as_str)),
        Relaunched::Launched(_) => format!(
            "attempt {} had failed, and attempt {} is launched",
            attempt.attempt,
            attempt.attempt.next()
        ),
        Relaunched::Waiting(_, decision)
        | Relaunched::HandedOver(_, decision)
        | Relaunched::GivenUp(_, decision) => {
            format!("attempt {} had failed; {decision}", attempt.attempt)
        }
    };
    Ok(Some(Repair { run: Some(attempt.run.clone()), cluster_id: None, done }))
}
