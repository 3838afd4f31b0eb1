//! Who may start an attempt.

use jiff::Timestamp;
use pipeline::failure::{Failure, Kind};
use pipeline::ports::{Claim, Claimed, NextClaim};
use pipeline::run::{AttemptKey, Run, Status};

use super::{Row, Table};
use crate::funnel::refusal;

impl Table {
    pub(super) fn claim(&mut self, claim: &Claim) -> Claimed {
        if let Some(row) = self.runs.get(&claim.key.run) {
            return match row.run.claimed_by == claim.claimant {
                true => Claimed::Won,
                false => Claimed::Lost(Box::new(row.run.clone())),
            };
        }
        self.runs.insert(claim.key.run.clone(), Row { run: claimed(claim), rank: None, open: true });
        Claimed::Won
    }

    /// The lease is the caller's to read: whoever has seen it run out says so by what it has seen.
    pub(super) fn take_over(
        &mut self,
        seen: &Run,
        claimant: &str,
        lease_until: Timestamp,
    ) -> Result<Claimed, Failure> {
        let Some(Row { run, .. }) = self.runs.get_mut(&seen.key) else { return Err(gone(seen)) };
        if is_claim(run) && is_as_seen(run, seen) {
            run.claimed_by = claimant.to_owned();
            run.lease_until = lease_until;
        }
        Ok(match run.claimed_by == claimant {
            true => Claimed::Won,
            false => Claimed::Lost(Box::new(run.clone())),
        })
    }

    pub(super) fn claim_next(&mut self, claim: &NextClaim) -> Result<Claimed, Failure> {
        let Some(row) = self.runs.get_mut(&claim.seen.key) else { return Err(gone(&claim.seen)) };
        let run = &mut row.run;
        let seen = &claim.seen;
        if (run.attempt, run.outcome, &run.cluster_id) == (seen.attempt, seen.outcome, &seen.cluster_id) {
            // What others have written since stays.
            *run = NextClaim { seen: run.clone(), ..claim.clone() }.claimed();
            row.rank = None;
            row.open = true;
        }
        Ok(match run.claimed_by == claim.claimant && run.attempt == claim.key().attempt {
            true => Claimed::Won,
            false => Claimed::Lost(Box::new(run.clone())),
        })
    }

    pub(super) fn hand_back(&mut self, key: &AttemptKey, claimant: &str, before: Option<&Run>) {
        let Some(row) = self.at(key) else { return };
        if !is_claim(&row.run) || row.run.claimed_by != claimant {
            return;
        }
        match before {
            Some(before) => row.run = before.clone(),
            None => {
                self.runs.remove(&key.run);
            }
        }
    }
}

/// Whether the row is a claim yet, and no more.
fn is_claim(run: &Run) -> bool {
    run.status == Status::Launching && run.cluster_id.is_none()
}

fn is_as_seen(run: &Run, seen: &Run) -> bool {
    (run.attempt, &run.claimed_by, run.lease_until) == (seen.attempt, &seen.claimed_by, seen.lease_until)
}

fn gone(seen: &Run) -> Failure {
    let doing = format!("take over the claim of {}", seen.key.correlation_id);
    refusal(
        &doing,
        "ClaimHandedBack",
        "the claim was handed back meanwhile; it is free again",
        Kind::Throttled,
    )
}

fn claimed(claim: &Claim) -> Run {
    Run {
        key: claim.key.run.clone(),
        pipeline: claim.pipeline.clone(),
        attempt: claim.key.attempt,
        status: Status::Launching,
        outcome: None,
        cause: None,
        decision: None,
        cluster_id: None,
        name: claim.name.clone(),
        owed: claim.owed.clone(),
        current_step: None,
        date: claim.date.clone(),
        s3_prefix: claim.s3_prefix.clone(),
        snapshot_type: claim.snapshot_type.clone(),
        claimed_at: claim.at,
        claimed_by: claim.claimant.clone(),
        lease_until: claim.lease_until,
        updated_at: claim.at,
        payload_hash: Some(claim.payload_hash.clone()),
        config_hash: Some(claim.config_hash.clone()),
        launch: Some(claim.launch.clone()),
        launch_object: claim.launch_object.clone(),
        deadline: claim.deadline,
        stopping: None,
        continue_fails: claim.continue_fails,
        notify: claim.notify.clone(),
        task_token: claim.task_token.clone(),
        announced: false,
        expires_at: claim.expires_at,
        flaw: None,
    }
}
