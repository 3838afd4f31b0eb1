//! The verb behind `relay cancel`: a person wants a run stopped, and nothing of it to go on.
//!
//! The reason is stored before anything is stopped, so that the end is judged by it. Called twice, it asks again for what
//! has been asked already; it never reports as stopped what EMR does not show as stopped.

use crate::failure::{Explained, Failure, Remedy};
use crate::ports::{
    AttemptUpdate, Clock, Clusters, Fence, RunUpdate, Runs, StepReport, Uncancelled, Updates,
};
use crate::run::{ClusterId, Course, Decision, Outcome, Run, RunKey, Status, StepId, StepState};

/// All that cancelling needs of the world.
pub trait Ports: Clock + Clusters + Runs {}
impl<P: Clock + Clusters + Runs> Ports for P {}

/// Why nothing is done about a failure that a person has cancelled.
const BY_A_PERSON: &str = "a person cancelled it";

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Cancelled {
    /// The cluster is told to go; this is how its steps stood then.
    Stopping(Box<Run>, Stopped),
    /// The run had failed, and is not relaunched any more.
    GivenUp(Box<Run>, Decision),
    /// A launch is under way: whether there is a cluster is not known yet. Nothing was changed.
    Launching(Box<Run>),
    /// Another launcher was asked to go on with the run, which cannot be taken back. Nothing was changed.
    HandedOver(Box<Run>, Decision),
    /// The run had ended, and nothing of it is to come. Nothing was changed.
    Ended(Box<Run>),
    /// The run moved on between two calls: this is the row. Asked again, it is cancelled as it stands then.
    MovedOn(Box<Run>),
}

/// A cluster that was told to go.
#[derive(Debug, Clone, PartialEq)]
pub struct Stopped {
    /// The cluster.
    pub cluster_id: ClusterId,
    /// Its steps as EMR showed them after it was asked to cancel them; what they would have shown, where it did not
    /// answer.
    pub steps: Result<Vec<StoppedStep>, Failure>,
}

/// A step of a cluster that was told to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoppedStep {
    /// The step.
    pub step_id: StepId,
    /// Its name.
    pub name: String,
    /// Its state; `None` for a word that is not known here.
    pub state: Option<StepState>,
    /// Why EMR would not cancel it, where it would not.
    pub refused: Option<String>,
}

impl StoppedStep {
    /// Whether it neither has ended nor is about to: only the end of its cluster stops it.
    pub fn goes_on(&self) -> bool {
        self.state.is_none_or(is_living)
    }
}

/// Why a run could not be cancelled. Everything here is harmless to repeat.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CancelError {
    /// The table did not answer.
    #[error("the run table did not answer")]
    Runs(#[source] Failure),
    /// The run vanished.
    #[error("there is no run {} of {}", .0.correlation_id, .0.data_product)]
    Gone(RunKey),
    /// The cluster could not be told to go, and may go on.
    #[error("cluster {cluster_id} could not be terminated, and may go on")]
    Terminate {
        /// The cluster.
        cluster_id: ClusterId,
        /// Why.
        source: Failure,
    },
}

impl Explained for CancelError {
    fn code(&self) -> &'static str {
        match self {
            Self::Runs(_) => "cancel.runs",
            Self::Gone(_) => "cancel.gone",
            Self::Terminate { .. } => "cancel.terminate",
        }
    }

    fn remedy(&self) -> Remedy {
        match self {
            Self::Runs(failure) | Self::Terminate { source: failure, .. } => failure.remedy_if_idempotent(),
            Self::Gone(_) => Remedy::GiveUp,
        }
    }
}

/// What there is to cancel.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Standing {
    /// A cluster works on it.
    Works(ClusterId),
    /// It failed, and something would follow: what is decided, if anything is.
    Failed(ClusterId),
    /// Another launcher goes on with it.
    HandedOver(Decision),
    /// It is claimed, without a cluster.
    Claimed,
    /// Nothing.
    Over,
}

fn standing(run: &Run) -> Standing {
    let Some(cluster_id) = run.cluster_id.clone() else {
        return if run.is_claim() { Standing::Claimed } else { Standing::Over };
    };
    let Some(outcome) = run.outcome else { return Standing::Works(cluster_id) };
    match (outcome.status(), run.decided()) {
        (Status::Failed, Some(Decision { course: Course::GiveUp, .. })) => Standing::Over,
        (Status::Failed, Some(decision @ Decision { course: Course::HandOver, .. })) => {
            Standing::HandedOver(decision.clone())
        }
        (Status::Failed, Some(Decision { course: Course::Relaunch { .. }, .. }) | None) => {
            Standing::Failed(cluster_id)
        }
        (Status::Completed | Status::Cancelled | Status::Launching | Status::InProgress, _) => Standing::Over,
    }
}

/// Cancels a run as it stands.
///
/// # Errors
/// Where the table or EMR did not answer; the same call may be made again.
pub async fn cancel(ports: &impl Ports, key: &RunKey) -> Result<Cancelled, CancelError> {
    let run = Box::new(found(ports, key).await?);
    match standing(&run) {
        Standing::Works(cluster_id) => stop(ports, &run, cluster_id).await,
        Standing::Failed(cluster_id) => give_up(ports, &run, cluster_id).await,
        Standing::HandedOver(decision) => Ok(Cancelled::HandedOver(run, decision)),
        Standing::Claimed => Ok(Cancelled::Launching(run)),
        Standing::Over => Ok(Cancelled::Ended(run)),
    }
}

async fn found(ports: &impl Runs, key: &RunKey) -> Result<Run, CancelError> {
    let run = ports.find(key).await.map_err(CancelError::Runs)?;
    run.ok_or_else(|| CancelError::Gone(key.clone()))
}

async fn stop(ports: &impl Ports, seen: &Run, cluster_id: ClusterId) -> Result<Cancelled, CancelError> {
    let reason = RunUpdate::Stop(Outcome::Cancelled);
    let run = stored(ports, seen, &cluster_id, reason, None).await?;
    // Whoever stopped it first, its deadline perhaps, has said why; it is stopped all the same.
    if standing(&run) != Standing::Works(cluster_id.clone()) || run.stopping.is_none() {
        return Ok(Cancelled::MovedOn(run));
    }
    let steps = stop_steps(ports, &cluster_id).await;
    let told = ports.terminate(std::slice::from_ref(&cluster_id)).await;
    told.map_err(|source| CancelError::Terminate { cluster_id: cluster_id.clone(), source })?;
    Ok(Cancelled::Stopping(run, Stopped { cluster_id, steps }))
}

/// Stores what is decided about the run, and reads the row again: it alone tells what holds.
async fn stored(
    ports: &impl Ports,
    seen: &Run,
    cluster_id: &ClusterId,
    run: RunUpdate,
    attempt: Option<AttemptUpdate>,
) -> Result<Box<Run>, CancelError> {
    let updates = Updates { run: Some(run), attempt, steps: vec![], at: ports.now() };
    let fence = Fence::Cluster(cluster_id.clone());
    ports.apply(&seen.attempt_key(), &fence, &updates).await.map_err(CancelError::Runs)?;
    found(ports, &seen.key).await.map(Box::new)
}

/// Cancels the steps that wait or run, the waiting ones included so that none of them begins while the cluster goes.
async fn stop_steps(ports: &impl Clusters, cluster_id: &ClusterId) -> Result<Vec<StoppedStep>, Failure> {
    let before = ports.steps(cluster_id).await?;
    let living: Vec<StepId> =
        before.iter().filter(|step| step.state.is_none_or(is_living)).map(|step| step.id.clone()).collect();
    if living.is_empty() {
        return Ok(stopped(before, &[]));
    }
    let refused = ports.cancel_steps(cluster_id, &living).await?;
    Ok(stopped(ports.steps(cluster_id).await?, &refused))
}

fn is_living(state: StepState) -> bool {
    match state {
        StepState::Pending | StepState::Running => true,
        StepState::CancelPending
        | StepState::Completed
        | StepState::Interrupted
        | StepState::Cancelled
        | StepState::Failed => false,
    }
}

fn stopped(steps: Vec<StepReport>, refused: &[Uncancelled]) -> Vec<StoppedStep> {
    let reason =
        |id: &StepId| refused.iter().find(|step| step.step_id == *id).map(|step| step.reason.clone());
    let step = |step: StepReport| StoppedStep {
        refused: reason(&step.id),
        step_id: step.id,
        name: step.name,
        state: step.state,
    };
    steps.into_iter().map(step).collect()
}

/// The relauncher, whenever it comes to this run, finds that nothing is to be done, and tells so.
async fn give_up(ports: &impl Ports, seen: &Run, cluster_id: ClusterId) -> Result<Cancelled, CancelError> {
    let decision = Decision {
        attempt: seen.attempt,
        cluster_id: Some(cluster_id.clone()),
        course: Course::GiveUp,
        why: BY_A_PERSON.to_owned(),
    };
    let (run, attempt) = (RunUpdate::Decide(decision.clone()), AttemptUpdate::Decide(decision));
    let run = stored(ports, seen, &cluster_id, run, Some(attempt)).await?;
    Ok(match run.decided().cloned() {
        Some(decision) if decision.course == Course::GiveUp => Cancelled::GivenUp(run, decision),
        Some(_) | None => Cancelled::MovedOn(run),
    })
}
