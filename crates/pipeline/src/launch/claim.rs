//! The right to start a cluster: had by exactly one invocation.

use jiff::{SignedDuration, Timestamp};

use crate::plan::Plan;
use crate::ports::{Claim, Claimed, Clock, NextClaim, Runs};
use crate::run::{AttemptKey, Decision, PipelineName, Run, Status};

use super::{Invocation, LaunchError, Order, Settings};

/// What the claim of a plan says.
pub(super) fn of(plan: &Plan, order: &Order, settings: &Settings, by: &Invocation, now: Timestamp) -> Claim {
    Claim {
        key: plan.key.clone(),
        pipeline: plan.pipeline.clone(),
        date: plan.date.clone(),
        s3_prefix: plan.s3_prefix.clone(),
        snapshot_type: order.event.snapshot_type.clone(),
        at: now,
        claimant: by.claimant.clone(),
        lease_until: by.deadline,
        payload_hash: plan.payload_hash.clone(),
        config_hash: plan.config_hash.clone(),
        launch: order.event.as_launched().to_json().to_string(),
        launch_object: order.object.clone(),
        name: plan.name.clone(),
        owed: plan.owed.clone(),
        deadline: deadline(plan, now),
        continue_fails: plan.continue_fails,
        notify: plan.notify.clone(),
        task_token: order.event.task_token.clone(),
        expires_at: expires_at(settings, now),
    }
}

/// What the claim of the attempt after the one that was seen says.
pub(crate) fn next_of(
    plan: &Plan,
    order: &Order,
    seen: &Run,
    decision: Decision,
    settings: &Settings,
    by: &Invocation,
    now: Timestamp,
) -> NextClaim {
    NextClaim {
        seen: seen.clone(),
        at: now,
        claimant: by.claimant.clone(),
        lease_until: by.deadline,
        pipeline: plan.pipeline.clone(),
        launch: order.event.as_launched().to_json().to_string(),
        config_hash: plan.config_hash.clone(),
        notify: plan.notify.clone(),
        name: plan.name.clone(),
        owed: plan.owed.clone(),
        deadline: deadline(plan, now),
        continue_fails: plan.continue_fails,
        decision,
        expires_at: expires_at(settings, now),
    }
}

fn deadline(plan: &Plan, now: Timestamp) -> Option<Timestamp> {
    plan.deadline.and_then(|period| now.checked_add(period.as_duration()).ok())
}

fn expires_at(settings: &Settings, now: Timestamp) -> Timestamp {
    now + SignedDuration::from_hours(24 * i64::from(settings.retention_days))
}

/// How the caller stands to the run.
pub(super) enum Standing {
    /// It may start the cluster.
    Held(Held),
    /// The run exists.
    Existing(Box<Run>),
}

/// A claim that the caller holds.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    /// The attempt.
    pub key: AttemptKey,
    /// The pipeline.
    pub pipeline: PipelineName,
    /// Who holds it.
    pub claimant: String,
    /// When the attempt was first claimed, by whomever.
    pub claimed_at: Timestamp,
    /// The day of the run, as it was first claimed.
    pub date: String,
    /// `Name` of the request, as it was first claimed.
    pub name: String,
    /// Whether an earlier holder may have started a cluster.
    pub uncertain: bool,
    /// What a claim that is handed back leaves: the run as it was before, if it was there.
    pub before: Option<Box<Run>>,
}

impl Held {
    /// The claim of the next attempt, just won.
    pub(crate) fn next(claim: &NextClaim) -> Self {
        Self {
            key: claim.key(),
            pipeline: claim.pipeline.clone(),
            claimant: claim.claimant.clone(),
            claimed_at: claim.at,
            date: claim.seen.date.clone(),
            name: claim.name.clone(),
            uncertain: false,
            before: Some(Box::new(claim.seen.clone())),
        }
    }
}

/// Claims, or takes over from a holder that must be dead.
pub(super) async fn claim(ports: &(impl Clock + Runs), claim: &Claim) -> Result<Standing, LaunchError> {
    match ports.claim(claim).await.map_err(LaunchError::Runs)? {
        Claimed::Won => Ok(Standing::Held(fresh(claim))),
        Claimed::Lost(run) => lost(ports, claim, run).await,
    }
}

fn fresh(claim: &Claim) -> Held {
    Held {
        key: claim.key.clone(),
        pipeline: claim.pipeline.clone(),
        claimant: claim.claimant.clone(),
        claimed_at: claim.at,
        date: claim.date.clone(),
        name: claim.name.clone(),
        uncertain: false,
        before: None,
    }
}

async fn lost(ports: &(impl Clock + Runs), claim: &Claim, run: Box<Run>) -> Result<Standing, LaunchError> {
    if run.payload_hash.as_ref() != Some(&claim.payload_hash) {
        return Err(LaunchError::PayloadDiffers { key: run.key });
    }
    take_over(ports, run, &claim.claimant, claim.lease_until).await
}

/// Takes a claim over whose holder must be dead.
pub(super) async fn take_over(
    ports: &(impl Clock + Runs),
    run: Box<Run>,
    claimant: &str,
    lease_until: Timestamp,
) -> Result<Standing, LaunchError> {
    if run.status != Status::Launching || !run.is_claim() {
        return Ok(Standing::Existing(run));
    }
    if ports.now() <= run.lease_until {
        return Err(LaunchError::InFlight { key: run.key, lease_until: run.lease_until });
    }
    match ports.take_over(&run, claimant, lease_until).await.map_err(LaunchError::Runs)? {
        Claimed::Won => Ok(Standing::Held(taken_over(claimant, &run))),
        Claimed::Lost(now) if now.cluster_id.is_some() || now.status.is_ended() => {
            Ok(Standing::Existing(now))
        }
        Claimed::Lost(now) => Err(LaunchError::InFlight { key: now.key, lease_until: now.lease_until }),
    }
}

fn taken_over(claimant: &str, run: &Run) -> Held {
    Held {
        key: run.attempt_key(),
        pipeline: run.pipeline.clone(),
        claimant: claimant.to_owned(),
        claimed_at: run.claimed_at,
        date: run.date.clone(),
        name: run.name.clone(),
        uncertain: true,
        before: None,
    }
}
