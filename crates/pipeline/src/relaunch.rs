//! The verb of the relauncher: a run that failed goes on, on a new cluster, from the step that failed.
//!
//! What is done about a failure is decided once, stored, and only then told and acted upon; every later call finds the
//! decision and goes on from there. The next attempt is claimed like the first one, on the run as it was seen.

mod asked;
mod course;
mod error;
mod prospect;

pub use asked::{Asked, Wish, asked};
pub use error::RelaunchError;

use crate::announcement::announce;
use crate::launch::{self, Invocation, Selection, tell_refusal};
use crate::ports::{Clock, Clusters, Documents, Fence, Logs, Notices, Runs, Secrets, Timers};
use crate::record::{RecordError, Recorded, record_end_of};
use crate::resume::Deployed;
use crate::run::{AttemptKey, Decision, Run, Status};
use crate::signal::ClusterSignal;

/// All that relaunching needs of the world.
pub trait Ports: Clock + Clusters + Documents + Logs + Notices + Runs + Secrets + Timers {}
impl<P: Clock + Clusters + Documents + Logs + Notices + Runs + Secrets + Timers> Ports for P {}

/// What the deployment says of every relaunch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// As for every launch.
    pub launch: launch::Settings,
    /// `MAX_RETRY_COUNT` and `STEPS_TO_NOT_RETRY`, where `pipeline.yaml` does not say otherwise.
    pub deployed: Deployed,
    /// `SNS_TOPIC`: the topic of another launcher, which resumes runs in our place.
    pub sns_topic: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum Relaunched {
    /// There was nothing to relaunch, because.
    Ignored(String),
    /// The next attempt is launched, or found launched.
    Launched(Box<launch::Answer>),
    /// The next attempt waits for its time.
    Waiting(Box<Run>, Decision),
    /// Another launcher was asked.
    HandedOver(Box<Run>, Decision),
    /// Nothing more is done by itself.
    GivenUp(Box<Run>, Decision),
    /// It did not fail, and its end is told now.
    Told(Box<Run>),
}

/// Does what is to be done about a failure.
///
/// Called twice, or by several at once, it does it once: the decision is stored under a condition, timers have names, and
/// the next attempt is claimed. Dead half way, the next call goes on from what is stored.
pub async fn relaunch(
    ports: &impl Ports,
    settings: &Settings,
    asked: Asked,
    by: &Invocation,
) -> Result<Relaunched, RelaunchError> {
    match asked {
        Asked::Nothing(why) => Ok(Relaunched::Ignored(why)),
        Asked::Ended(signal) => ended(ports, settings, &signal, by).await,
        Asked::Due(attempt) => after(ports, settings, &attempt, by).await,
        Asked::Resume(wish) => wished(ports, settings, &wish, by).await,
    }
}

/// The end of a cluster is recorded first, whoever else is doing so: what is done rests on it.
async fn ended(
    ports: &impl Ports,
    settings: &Settings,
    signal: &ClusterSignal,
    by: &Invocation,
) -> Result<Relaunched, RelaunchError> {
    let recorded = record_end_of(ports, &signal.cluster_id, signal.at).await;
    match recorded.map_err(RelaunchError::Record)? {
        Recorded::Ignored(why) => Ok(Relaunched::Ignored(why)),
        Recorded::Unchanged(attempt) | Recorded::Advanced(attempt) | Recorded::Ended(attempt, _) => {
            after(ports, settings, &attempt.key, by).await
        }
    }
}

/// Goes on after an attempt that has failed.
async fn after(
    ports: &impl Ports,
    settings: &Settings,
    attempt: &AttemptKey,
    by: &Invocation,
) -> Result<Relaunched, RelaunchError> {
    let found = ports.find(&attempt.run).await.map_err(RelaunchError::Runs)?;
    let Some(run) = found else {
        return Ok(Relaunched::Ignored(format!("there is no run {} any more", attempt.run.correlation_id)));
    };
    match standing(&run, attempt) {
        Standing::Failed => course::take(ports, settings, run, by).await,
        Standing::Claimed => settled(ports, settings, &run, by).await,
        Standing::Otherwise(why) => Ok(Relaunched::Ignored(why)),
    }
}

/// How a run stands to one of its attempts.
enum Standing {
    /// That attempt is its last, and has failed.
    Failed,
    /// The next attempt is claimed, and has no cluster yet.
    Claimed,
    /// There is nothing to relaunch, because.
    Otherwise(String),
}

fn standing(run: &Run, attempt: &AttemptKey) -> Standing {
    let at = run.attempt;
    if at > attempt.attempt {
        return match run.is_claim() {
            true => Standing::Claimed,
            false => Standing::Otherwise(format!("it was relaunched already, as attempt {at}")),
        };
    }
    match run.outcome {
        None => Standing::Otherwise(format!("attempt {at} is {}, not failed", run.status)),
        Some(outcome) if outcome.status() == Status::Failed => Standing::Failed,
        Some(outcome) => Standing::Otherwise(format!("attempt {at} ended {outcome}, which is no failure")),
    }
}

/// The next attempt was claimed by an invocation that may have died.
async fn settled(
    ports: &impl Ports,
    settings: &Settings,
    run: &Run,
    by: &Invocation,
) -> Result<Relaunched, RelaunchError> {
    let answer = launch::settle(ports, &settings.launch, run, claimed_steps(run), by).await;
    Ok(Relaunched::Launched(Box::new(answer.map_err(RelaunchError::Launch)?)))
}

/// The steps that the claim was made for.
pub(crate) fn claimed_steps(run: &Run) -> Selection {
    match run.owed.iter().all(|step| step.runs) {
        true => Selection::AsLaunched,
        false => {
            let runs = run.owed.iter().filter(|step| step.runs);
            Selection::Owed(runs.map(|step| step.name.clone()).collect())
        }
    }
}

/// A person wants it resumed.
async fn wished(
    ports: &impl Ports,
    settings: &Settings,
    wish: &Wish,
    by: &Invocation,
) -> Result<Relaunched, RelaunchError> {
    let run = looked_at(ports, wish).await?;
    let seen = wish.attempt.unwrap_or(run.attempt);
    match standing(&run, &AttemptKey { run: run.key.clone(), attempt: seen }) {
        Standing::Failed => course::take_wished(ports, settings, run, wish.from.as_deref(), by).await,
        Standing::Claimed => settled(ports, settings, &run, by).await,
        Standing::Otherwise(_) if run.status == Status::Cancelled && run.outcome.is_some() => {
            course::take_wished(ports, settings, run, wish.from.as_deref(), by).await
        }
        Standing::Otherwise(why) => Err(RelaunchError::NotResumable { key: run.key, why }),
    }
}

/// A run whose end nobody has recorded yet is looked at before a person is told that it is alive.
async fn looked_at(ports: &impl Ports, wish: &Wish) -> Result<Run, RelaunchError> {
    let found = async || {
        let history = ports.history(&wish.correlation_id).await.map_err(RelaunchError::Runs)?;
        wish.one_of(history.runs)
    };
    let run = found().await?;
    let Some(cluster_id) = run.cluster_id.as_ref().filter(|_| run.outcome.is_none()) else { return Ok(run) };
    match record_end_of(ports, cluster_id, ports.now()).await {
        Ok(_) => found().await,
        Err(RecordError::NotYetEnded { .. }) => Ok(run),
        Err(error) => Err(RelaunchError::Record(error)),
    }
}

/// Brings a run that has ended to its rest: what failed goes on, what did not is told.
pub(crate) async fn finish(
    ports: &impl Ports,
    settings: &Settings,
    attempt: &AttemptKey,
    by: &Invocation,
) -> Result<Relaunched, RelaunchError> {
    let found = ports.find(&attempt.run).await.map_err(RelaunchError::Runs)?;
    match found.filter(|run| run.attempt == attempt.attempt) {
        Some(run) if run.outcome.is_some_and(|outcome| outcome.status() != Status::Failed) => {
            Ok(Relaunched::Told(Box::new(tell(ports, settings, run).await?)))
        }
        _ => after(ports, settings, attempt, by).await,
    }
}

/// Tells the end of a run with what is done about it, unless that has been told; answers the run as it is then.
async fn tell(ports: &impl Ports, settings: &Settings, run: Run) -> Result<Run, RelaunchError> {
    let topics = &settings.launch.topics;
    let Some(cluster) = run.cluster_id.clone() else {
        tell_refusal(ports, topics, &run).await.map_err(RelaunchError::Launch)?;
        return Ok(Run { announced: true, ..run });
    };
    if run.announced || !announce(ports, topics, &run).await.map_err(RelaunchError::Notices)? {
        return Ok(run);
    }
    let fence = Fence::Cluster(cluster);
    ports.mark_announced(&run.attempt_key(), &fence, run.decided()).await.map_err(RelaunchError::Runs)?;
    Ok(Run { announced: true, ..run })
}
