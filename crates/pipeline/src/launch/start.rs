//! From a held claim to a recorded cluster.
//!
//! The order is what makes it exactly one: look (where an earlier holder may have started one), start once, record,
//! and terminate whatever stands beside the recorded cluster.

use crate::announcement::announce;
use crate::failure::{Failure, Kind};
use crate::plan::Plan;
use crate::ports::{Attachment, Fence, FoundCluster, Mark, RunUpdate, StartedCluster, Updates};
use crate::run::{Cause, ClusterId, Course, Decision, Outcome, Run, Topics};

use super::answer::Answer;
use super::claim::Held;
use super::error::costs_nothing;
use super::reading::Prepared;
use super::{LaunchError, Ports};

/// Starts the cluster of a held claim, or adopts the one that an earlier holder started.
pub(crate) async fn start(
    ports: &impl Ports,
    topics: &Topics,
    plan: &Plan,
    held: &Held,
    prepared: Result<Prepared, LaunchError>,
) -> Result<Answer, LaunchError> {
    if held.uncertain
        && let Some(answer) = adopt(ports, held).await?
    {
        return Ok(answer);
    }
    start_new(ports, topics, plan, held, prepared).await
}

/// Starts the cluster of a held claim that has none.
pub(super) async fn start_new(
    ports: &impl Ports,
    topics: &Topics,
    plan: &Plan,
    held: &Held,
    prepared: Result<Prepared, LaunchError>,
) -> Result<Answer, LaunchError> {
    let Prepared { request, secrets } = match ready(ports, plan, prepared).await {
        Ok(prepared) => prepared,
        Err(error) => return Err(give_back(ports, held, error).await),
    };
    let started = ports.start(&request).await;
    // EMR may quote the request that it refuses.
    match started.map_err(|failure| Failure { message: secrets.redact(&failure.message), ..failure }) {
        Ok(started) => record(ports, held, plan.owed_steps(), started).await,
        Err(failure) if costs_nothing(&failure) => {
            let error = LaunchError::NotTaken { key: held.key.run.clone(), source: Box::new(failure) };
            Err(give_back(ports, held, error).await)
        }
        Err(failure) if failure.kind == Kind::Unknown => unanswered(ports, held, failure).await,
        Err(failure) => Err(refused(ports, topics, held, failure).await),
    }
}

/// Records the cluster that an earlier holder made, if it shows. What it owes is what it was asked for, whatever the
/// folder says by now.
pub(super) async fn adopt(ports: &impl Ports, held: &Held) -> Result<Option<Answer>, LaunchError> {
    let Some(found) = look(ports, held).await? else { return Ok(None) };
    let steps = ports.steps(&found.cluster_id).await.map_err(LaunchError::Clusters)?;
    let steps = steps.into_iter().map(|step| step.name).collect();
    record(ports, held, steps, found).await.map(Some)
}

/// What the cluster of a claim is found by.
fn mark(held: &Held) -> Mark {
    Mark { name: held.name.clone(), key: held.key.clone() }
}

/// The cluster that an earlier holder made, if it shows: one that lives before one that has ended.
async fn look(ports: &impl Ports, held: &Held) -> Result<Option<StartedCluster>, LaunchError> {
    let found = ports.find_marked(&mark(held), held.claimed_at).await.map_err(LaunchError::Clusters)?;
    let adopted = found.iter().find(|cluster| lives(cluster)).or(found.first());
    Ok(adopted.map(|cluster| StartedCluster { cluster_id: cluster.cluster_id.clone(), arn: None }))
}

fn lives(cluster: &FoundCluster) -> bool {
    !cluster.state.is_some_and(|state| state.is_ended())
}

/// The request, after what it refers to has been made.
async fn ready(
    ports: &impl Ports,
    plan: &Plan,
    prepared: Result<Prepared, LaunchError>,
) -> Result<Prepared, LaunchError> {
    let prepared = prepared?;
    if let Some((from, to)) = &plan.security_configuration_copy {
        ports.copy_security_configuration(from, to).await.map_err(LaunchError::Clusters)?;
    }
    Ok(prepared)
}

/// Nothing was started: the claim goes back, so that the next delivery starts from nothing. A claim that was taken over
/// stays: an earlier holder's cluster may be there and not show yet.
async fn give_back(ports: &impl Ports, held: &Held, error: LaunchError) -> LaunchError {
    if held.uncertain {
        return error;
    }
    match ports.hand_back(&held.key, &held.claimant, held.before.as_deref()).await {
        Ok(()) => error,
        // The lease runs out by itself, and the next holder looks first.
        Err(_) => error,
    }
}

/// EMR's silence: the cluster may be there. If it shows, it is ours; if not, the claim stays uncertain.
async fn unanswered(ports: &impl Ports, held: &Held, failure: Failure) -> Result<Answer, LaunchError> {
    match adopt(ports, held).await {
        Ok(Some(answer)) => Ok(answer),
        Ok(None) | Err(_) => {
            Err(LaunchError::Unanswered { key: held.key.run.clone(), source: Box::new(failure) })
        }
    }
}

/// EMR has said no: the run is recorded as FAILED and told, since nothing else will ever come of it.
async fn refused(ports: &impl Ports, topics: &Topics, held: &Held, failure: Failure) -> LaunchError {
    match record_refusal(ports, topics, held, &failure).await {
        Ok(()) => LaunchError::Refused { key: held.key.run.clone(), source: Box::new(failure) },
        Err(error) => error,
    }
}

async fn record_refusal(
    ports: &impl Ports,
    topics: &Topics,
    held: &Held,
    failure: &Failure,
) -> Result<(), LaunchError> {
    let cause = Cause {
        code: Some(failure.word.clone()),
        message: Some(failure.message.clone()),
        ..Cause::default()
    };
    end_without_cluster(ports, topics, held, cause).await
}

/// Ends a claim of which no cluster can come, and tells it.
pub(super) async fn end_without_cluster(
    ports: &impl Ports,
    topics: &Topics,
    held: &Held,
    cause: Cause,
) -> Result<(), LaunchError> {
    let fence = Fence::Claimant(held.claimant.clone());
    let decision = Decision {
        attempt: held.key.attempt,
        cluster_id: None,
        course: Course::GiveUp,
        why: "the same request would be refused again".to_owned(),
    };
    let end = RunUpdate::End {
        outcome: Outcome::Validation,
        cause: Some(cause),
        current_step: None,
        decision: Some(decision),
    };
    let updates = Updates { run: Some(end), attempt: None, steps: vec![], at: ports.now() };
    ports.apply(&held.key, &fence, &updates).await.map_err(LaunchError::Runs)?;
    match ports.find(&held.key.run).await.map_err(LaunchError::Runs)? {
        Some(run) => tell_refusal(ports, topics, &run).await,
        None => Ok(()),
    }
}

/// Tells the end of a run that never had a cluster, unless it has been told: no event of EMR's will ever ask for it, so
/// whoever finds it untold does it.
pub(crate) async fn tell_refusal(ports: &impl Ports, topics: &Topics, run: &Run) -> Result<(), LaunchError> {
    if run.announced || run.cluster_id.is_some() {
        return Ok(());
    }
    if announce(ports, topics, run).await.map_err(LaunchError::Notices)? {
        let fence = Fence::Claimant(run.claimed_by.clone());
        ports.mark_announced(&run.attempt_key(), &fence, run.decided()).await.map_err(LaunchError::Runs)?;
    }
    Ok(())
}

/// Records the cluster, and answers whoever is recorded. What stands beside it goes.
async fn record(
    ports: &impl Ports,
    held: &Held,
    steps: Vec<String>,
    started: StartedCluster,
) -> Result<Answer, LaunchError> {
    let attachment = Attachment {
        key: held.key.clone(),
        pipeline: held.pipeline.clone(),
        cluster_id: started.cluster_id.clone(),
        steps,
        at: ports.now(),
    };
    let recorded = ports.attach(&attachment).await.map_err(LaunchError::Runs)?;
    if held.uncertain || recorded.as_ref() != Some(&started.cluster_id) {
        sweep(ports, held, recorded.as_ref(), &started.cluster_id).await?;
    }
    match recorded {
        Some(recorded) => Ok(Answer::launched(held, recorded, started)),
        None => Err(LaunchError::Superseded { key: held.key.run.clone() }),
    }
}

/// Terminates every living cluster of this attempt but the recorded one.
async fn sweep(
    ports: &impl Ports,
    held: &Held,
    recorded: Option<&ClusterId>,
    ours: &ClusterId,
) -> Result<(), LaunchError> {
    let found = ports.find_marked(&mark(held), held.claimed_at).await.map_err(LaunchError::Clusters)?;
    let living = found.into_iter().filter(lives).map(|cluster| cluster.cluster_id);
    let mut strangers: Vec<ClusterId> = living.filter(|id| Some(id) != recorded).collect();
    // The list may lag behind what we know ourselves.
    if recorded != Some(ours) && !strangers.contains(ours) {
        strangers.push(ours.clone());
    }
    match strangers.is_empty() {
        true => Ok(()),
        false => ports.terminate(&strangers).await.map_err(LaunchError::Clusters),
    }
}
