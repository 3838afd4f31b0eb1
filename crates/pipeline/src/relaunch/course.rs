//! A decision about a failure: stored, told, and carried out.

use jiff::SignedDuration;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::failure::{Explained, Remedy};
use crate::launch::{self, Held, Invocation, LaunchError, Order, next_of};
use crate::plan::Plan;
use crate::ports::{AttemptUpdate, Claimed, Fence, RunUpdate, Timer, Updates};
use crate::run::{AttemptKey, Course, Decision, Run};

use super::asked::due_event;
use super::prospect::{Prospect, Wanted, decision, look};
use super::{Ports, RelaunchError, Relaunched, Settings, tell};

/// Takes the course that is stored, or decides on one.
pub(super) async fn take(
    ports: &impl Ports,
    settings: &Settings,
    run: Run,
    by: &Invocation,
) -> Result<Relaunched, RelaunchError> {
    match run.decided().cloned() {
        Some(decision) => go_on(ports, settings, run, decision, by).await,
        None => decide(ports, settings, run, by).await,
    }
}

/// Carries a stored decision on: whoever stored it may have died at any point after that.
async fn go_on(
    ports: &impl Ports,
    settings: &Settings,
    run: Run,
    stored: Decision,
    by: &Invocation,
) -> Result<Relaunched, RelaunchError> {
    match stored.course {
        Course::GiveUp => given_up(ports, settings, run, stored).await,
        Course::HandOver if run.announced => Ok(Relaunched::HandedOver(Box::new(run), stored)),
        Course::HandOver => unheard(ports, settings, run).await,
        Course::Relaunch { at, .. } if at > ports.now() => wait(ports, settings, run, stored, at).await,
        Course::Relaunch { .. } => {
            // The pipeline may have changed while it waited.
            let prospect = look(ports, settings, &run, Wanted::ByPolicy).await?;
            match prospect.attempt {
                Some((order, plan)) => go(ports, settings, run, stored, &order, &plan, by).await,
                None => give_up(ports, settings, run, prospect.decision).await,
            }
        }
    }
}

async fn decide(
    ports: &impl Ports,
    settings: &Settings,
    run: Run,
    by: &Invocation,
) -> Result<Relaunched, RelaunchError> {
    let Prospect { decision, attempt } = look(ports, settings, &run, Wanted::ByPolicy).await?;
    let run = match store(ports, &run, &decision).await? {
        Stored::Ours(run) => *run,
        Stored::Theirs(run, stored) => return Box::pin(go_on(ports, settings, *run, stored, by)).await,
        Stored::Nowhere => return Ok(moved_on()),
    };
    match (&decision.course, attempt) {
        (Course::Relaunch { at, .. }, Some(_)) if *at > ports.now() => {
            let at = *at;
            wait(ports, settings, run, decision, at).await
        }
        (Course::Relaunch { .. }, Some((order, plan))) => {
            go(ports, settings, run, decision, &order, &plan, by).await
        }
        (Course::HandOver, _) => hand_over(ports, settings, run, decision).await,
        (Course::GiveUp | Course::Relaunch { .. }, _) => given_up(ports, settings, run, decision).await,
    }
}

fn moved_on() -> Relaunched {
    Relaunched::Ignored("the run has moved on meanwhile".to_owned())
}

/// A person's wish needs no leave of the policy and no waiting; where it cannot be met, they are told why.
pub(super) async fn take_wished(
    ports: &impl Ports,
    settings: &Settings,
    run: Run,
    from: Option<&str>,
    by: &Invocation,
) -> Result<Relaunched, RelaunchError> {
    let prospect = look(ports, settings, &run, Wanted::ByPerson(from)).await?;
    match prospect.attempt {
        Some((order, plan)) => launch_next(ports, settings, run, prospect.decision, &order, &plan, by).await,
        None => Err(RelaunchError::NotResumable { key: run.key, why: prospect.decision.why }),
    }
}

/// The end is told before the claim takes its place in the row.
async fn go(
    ports: &impl Ports,
    settings: &Settings,
    run: Run,
    decision: Decision,
    order: &Order,
    plan: &Plan,
    by: &Invocation,
) -> Result<Relaunched, RelaunchError> {
    let run = tell(ports, settings, run).await?;
    launch_next(ports, settings, run, decision, order, plan, by).await
}

/// Whose decision the row holds.
enum Stored {
    /// This call's; the row as it is now.
    Ours(Box<Run>),
    /// Another call's, which stands.
    Theirs(Box<Run>, Decision),
    /// None: the run is not at that end any more.
    Nowhere,
}

async fn store(ports: &impl Ports, run: &Run, decision: &Decision) -> Result<Stored, RelaunchError> {
    let Some(cluster) = &run.cluster_id else {
        // A run that never had a cluster was refused, which its launcher tells.
        return Ok(Stored::Ours(Box::new(run.clone())));
    };
    let updates = Updates {
        run: Some(RunUpdate::Decide(decision.clone())),
        attempt: Some(AttemptUpdate::Decide(decision.clone())),
        steps: vec![],
        at: ports.now(),
    };
    let fence = Fence::Cluster(cluster.clone());
    let applied = ports.apply(&run.attempt_key(), &fence, &updates).await.map_err(RelaunchError::Runs)?;
    let now = ports.find(&run.key).await.map_err(RelaunchError::Runs)?;
    let Some(now) = now.filter(|now| now.attempt_key() == run.attempt_key()) else {
        return Ok(Stored::Nowhere);
    };
    match now.decided().cloned() {
        Some(_) if applied.run => Ok(Stored::Ours(Box::new(now))),
        Some(stored) => Ok(Stored::Theirs(Box::new(now), stored)),
        None => Ok(Stored::Nowhere),
    }
}

async fn give_up(
    ports: &impl Ports,
    settings: &Settings,
    run: Run,
    decision: Decision,
) -> Result<Relaunched, RelaunchError> {
    match store(ports, &run, &decision).await? {
        Stored::Ours(run) => given_up(ports, settings, *run, decision).await,
        Stored::Theirs(run, same) if same.course == Course::GiveUp => {
            given_up(ports, settings, *run, same).await
        }
        Stored::Theirs(_, other) => Ok(Relaunched::Ignored(format!("it is decided otherwise: {other}"))),
        Stored::Nowhere => Ok(moved_on()),
    }
}

async fn given_up(
    ports: &impl Ports,
    settings: &Settings,
    run: Run,
    decision: Decision,
) -> Result<Relaunched, RelaunchError> {
    let run = tell(ports, settings, run).await?;
    Ok(Relaunched::GivenUp(Box::new(run), decision))
}

/// The timer first, so that what is told is true; a timer that cannot be set does not keep anybody uninformed, and the
/// sweeper stands in for it.
async fn wait(
    ports: &impl Ports,
    settings: &Settings,
    run: Run,
    decision: Decision,
    at: jiff::Timestamp,
) -> Result<Relaunched, RelaunchError> {
    let key = run.attempt_key();
    let set = ports.set(&Timer { name: timer_name(&key), at, event: due_event(&key) }).await;
    let run = tell(ports, settings, run).await?;
    set.map_err(RelaunchError::Timers)?;
    Ok(Relaunched::Waiting(Box::new(run), decision))
}

/// The same for every call about one attempt.
fn timer_name(attempt: &AttemptKey) -> String {
    let run = &attempt.run;
    let digest = Sha256::digest(format!("{}\n{}\n{}", run.correlation_id, run.data_product, attempt.attempt));
    let digits: String = digest.iter().take(20).map(|byte| format!("{byte:02x}")).collect();
    format!("relaunch-{digits}-{}", attempt.attempt)
}

/// Asks the other launcher. The decision is stored before, so that only one call asks; if that one dies, people are told
/// that it may not have.
async fn hand_over(
    ports: &impl Ports,
    settings: &Settings,
    run: Run,
    decision: Decision,
) -> Result<Relaunched, RelaunchError> {
    let topic = settings.sns_topic.as_deref().unwrap_or_default();
    let sent = ports.send(topic, &older_message(&run)).await;
    let run = tell(ports, settings, run).await?;
    sent.map_err(RelaunchError::Notices)?;
    Ok(Relaunched::HandedOver(Box::new(run), decision))
}

/// How long a call may take that asks the other launcher.
const ASKING: SignedDuration = SignedDuration::from_mins(2);

/// Whoever stored that the other launcher is asked has not told so: it is at it, or it died, and nobody knows whether the
/// message was sent. Sent again, it would be a second cluster.
async fn unheard(ports: &impl Ports, settings: &Settings, run: Run) -> Result<Relaunched, RelaunchError> {
    if ports.now() < run.updated_at + ASKING {
        return Ok(Relaunched::Ignored("another call is asking the other launcher".to_owned()));
    }
    let why =
        "another launcher may or may not have been asked: look whether a cluster works on it before resuming";
    let decision = decision(&run, Course::GiveUp, why.to_owned());
    give_up(ports, settings, run, decision).await
}

/// The message of older relaunchers, which their launchers understand.
fn older_message(run: &Run) -> serde_json::Value {
    json!({
        "correlation_id": run.key.correlation_id.as_str(),
        "s3_prefix": run.s3_prefix,
        "snapshot_type": run.snapshot_type,
        "export_date": run.date,
    })
}

/// Claims the next attempt and starts its cluster.
async fn launch_next(
    ports: &impl Ports,
    settings: &Settings,
    run: Run,
    decision: Decision,
    order: &Order,
    plan: &Plan,
    by: &Invocation,
) -> Result<Relaunched, RelaunchError> {
    let prepared = match launch::prepared(ports, plan).await {
        Err(error) if error.remedy() == Remedy::GiveUp => {
            let given_up = Decision { course: Course::GiveUp, why: error.to_string(), ..decision };
            return give_up(ports, settings, run, given_up).await;
        }
        prepared => prepared.map_err(RelaunchError::Launch)?,
    };
    let claim = next_of(plan, order, &run, decision, &settings.launch, by, ports.now());
    match ports.claim_next(&claim).await.map_err(RelaunchError::Runs)? {
        Claimed::Won => {
            let held = Held::next(&claim);
            let started = launch::start(ports, &settings.launch.topics, plan, &held, Ok(prepared)).await;
            Ok(Relaunched::Launched(Box::new(started.map_err(RelaunchError::Launch)?)))
        }
        Claimed::Lost(now) if now.attempt > run.attempt && now.is_claim() => {
            let (key, lease_until) = (now.key, now.lease_until);
            Err(RelaunchError::Launch(LaunchError::InFlight { key, lease_until }))
        }
        Claimed::Lost(now) => Ok(Relaunched::Launched(Box::new(launch::Answer::Existing(now)))),
    }
}
