//! The right to start a cluster: had by exactly one invocation.

use jiff::{SignedDuration, Timestamp};

use crate::plan::Plan;
use crate::ports::{Claim, Claimed, Clock, Runs};
use crate::run::{AttemptKey, Run, Status};

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
        notify: plan.notify.clone(),
        task_token: order.event.task_token.clone(),
        expires_at: now + SignedDuration::from_hours(24 * i64::from(settings.retention_days)),
    }
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
pub(super) struct Held {
    /// The attempt.
    pub key: AttemptKey,
    /// Who holds it.
    pub claimant: String,
    /// When the attempt was first claimed, by whomever.
    pub claimed_at: Timestamp,
    /// The day of the run, as it was first claimed.
    pub date: String,
    /// Whether an earlier holder may have started a cluster.
    pub uncertain: bool,
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
        claimant: claim.claimant.clone(),
        claimed_at: claim.at,
        date: claim.date.clone(),
        uncertain: false,
    }
}

async fn lost(ports: &(impl Clock + Runs), claim: &Claim, run: Box<Run>) -> Result<Standing, LaunchError> {
    if run.payload_hash.as_ref() != Some(&claim.payload_hash) {
        return Err(LaunchError::PayloadDiffers { key: run.key });
    }
    if run.status != Status::Launching || run.cluster_id.is_some() {
        return Ok(Standing::Existing(run));
    }
    if ports.now() <= run.lease_until {
        return Err(LaunchError::InFlight { key: run.key, lease_until: run.lease_until });
    }
    match ports.take_over(&run, &claim.claimant, claim.lease_until).await.map_err(LaunchError::Runs)? {
        Claimed::Won => Ok(Standing::Held(taken_over(claim, &run))),
        Claimed::Lost(now) if now.cluster_id.is_some() || now.status.is_ended() => {
            Ok(Standing::Existing(now))
        }
        Claimed::Lost(now) => Err(LaunchError::InFlight { key: now.key, lease_until: now.lease_until }),
    }
}

fn taken_over(claim: &Claim, run: &Run) -> Held {
    Held {
        key: AttemptKey { run: run.key.clone(), attempt: run.attempt },
        claimant: claim.claimant.clone(),
        claimed_at: run.claimed_at,
        date: run.date.clone(),
        uncertain: true,
    }
}
