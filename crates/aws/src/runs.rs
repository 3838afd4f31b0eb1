//! The run table on DynamoDB.
//!
//! One item for a run, beside it one for each attempt and each step (`key`). Writers change attributes and never
//! replace an item, so that what another writer put there stays; each change rides on its own condition, and nothing
//! is decided on a read.

mod apply;
mod attach;
mod change;
mod claim;
mod decision;
mod fence;
mod hand_back;
mod key;
mod next;
mod query;
mod read;
mod row;
mod run_change;
mod steps;
mod table;
mod value;
mod write;

pub use table::RunTable;

use jiff::Timestamp;
use pipeline::failure::Failure;
use pipeline::ports::{Applied, Attachment, Claim, Claimed, Fence, NextClaim, Runs, Updates};
use pipeline::run::{AttemptKey, AttemptRecord, ClusterId, CorrelationId, Decision, History, Run, RunKey};

use crate::Aws;

impl Runs for Aws {
    fn table(&self) -> &str {
        &self.table.name
    }

    async fn claim(&self, claim: &Claim) -> Result<Claimed, Failure> {
        claim::claim(self, claim).await
    }

    async fn take_over(
        &self,
        seen: &Run,
        claimant: &str,
        lease_until: Timestamp,
    ) -> Result<Claimed, Failure> {
        claim::take_over(self, seen, claimant, lease_until).await
    }

    async fn claim_next(&self, claim: &NextClaim) -> Result<Claimed, Failure> {
        next::claim_next(self, claim).await
    }

    async fn hand_back(&self, key: &AttemptKey, claimant: &str, before: Option<&Run>) -> Result<(), Failure> {
        hand_back::hand_back(self, key, claimant, before).await
    }

    async fn attach(&self, attachment: &Attachment) -> Result<Option<ClusterId>, Failure> {
        attach::attach(self, attachment).await
    }

    async fn apply(&self, key: &AttemptKey, fence: &Fence, updates: &Updates) -> Result<Applied, Failure> {
        apply::apply(self, key, fence, updates).await
    }

    async fn mark_announced(
        &self,
        key: &AttemptKey,
        fence: &Fence,
        told: Option<&Decision>,
    ) -> Result<(), Failure> {
        apply::mark_announced(self, key, fence, told).await
    }

    async fn open(&self) -> Result<Vec<Run>, Failure> {
        query::open(self).await
    }

    async fn find(&self, key: &RunKey) -> Result<Option<Run>, Failure> {
        query::find(self, key).await
    }

    async fn by_cluster(&self, cluster: &ClusterId) -> Result<Option<AttemptRecord>, Failure> {
        query::by_cluster(self, cluster).await
    }

    async fn history(&self, correlation_id: &CorrelationId) -> Result<History, Failure> {
        query::history(self, correlation_id).await
    }
}

#[cfg(test)]
mod tests;
