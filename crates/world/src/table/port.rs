//! The port to the run table.

use jiff::Timestamp;
use pipeline::failure::Failure;
use pipeline::ports::{Applied, Attachment, Claim, Claimed, Fence, NextClaim, Runs, Updates};
use pipeline::run::{AttemptKey, AttemptRecord, ClusterId, CorrelationId, Decision, History, Run, RunKey};

use crate::World;

impl Runs for World {
    fn table(&self) -> &str {
        super::TABLE
    }

    async fn claim(&self, claim: &Claim) -> Result<Claimed, Failure> {
        self.call("runs.claim", |state| Ok(state.table.claim(claim))).await
    }

    async fn take_over(
        &self,
        seen: &Run,
        claimant: &str,
        lease_until: Timestamp,
    ) -> Result<Claimed, Failure> {
        self.call("runs.take_over", |state| state.table.take_over(seen, claimant, lease_until)).await
    }

    async fn claim_next(&self, claim: &NextClaim) -> Result<Claimed, Failure> {
        self.call("runs.claim_next", |state| state.table.claim_next(claim)).await
    }

    async fn hand_back(&self, key: &AttemptKey, claimant: &str, before: Option<&Run>) -> Result<(), Failure> {
        self.call("runs.hand_back", |state| {
            state.table.hand_back(key, claimant, before);
            Ok(())
        })
        .await
    }

    async fn attach(&self, attachment: &Attachment) -> Result<Option<ClusterId>, Failure> {
        self.call("runs.attach", |state| Ok(state.table.attach(attachment))).await
    }

    async fn apply(&self, key: &AttemptKey, fence: &Fence, updates: &Updates) -> Result<Applied, Failure> {
        self.call("runs.apply", |state| Ok(state.table.apply(key, fence, updates))).await
    }

    async fn mark_announced(
        &self,
        key: &AttemptKey,
        fence: &Fence,
        told: Option<&Decision>,
    ) -> Result<(), Failure> {
        self.call("runs.mark_announced", |state| {
            state.table.mark_announced(key, fence, told);
            Ok(())
        })
        .await
    }

    async fn open(&self) -> Result<Vec<Run>, Failure> {
        self.call("runs.open", |state| match state.stale {
            true => Ok(vec![]),
            false => Ok(state.table.open()),
        })
        .await
    }

    async fn find(&self, key: &RunKey) -> Result<Option<Run>, Failure> {
        self.call("runs.find", |state| Ok(state.table.runs.get(key).map(|row| row.run.clone()))).await
    }

    async fn by_cluster(&self, cluster: &ClusterId) -> Result<Option<AttemptRecord>, Failure> {
        self.call("runs.by_cluster", |state| match state.stale {
            true => Ok(None),
            false => Ok(state.table.by_cluster(cluster)),
        })
        .await
    }

    async fn history(&self, correlation_id: &CorrelationId) -> Result<History, Failure> {
        self.call("runs.history", |state| {
            Ok(state.table.history(|key| &key.correlation_id == correlation_id))
        })
        .await
    }
}
