//! What the verbs need of the world, in the domain's own words.
//!
//! Each call states what holds when it is made twice, since everything here is. Adapters to AWS stand in the crate
//! `aws`; the same ports over memory stand in `world`. A [`Failure`] says what it proves about the effect.

#![expect(
    async_fn_in_trait,
    reason = "ports are used through generics on one thread; no future has to be Send"
)]

mod records;
mod reports;

pub use records::{Applied, Attachment, AttemptUpdate, Claim, Claimed, Fence, NextClaim, RunUpdate, Updates};
pub use reports::{
    ClusterReport, ErrorDetail, FailureDetails, FoundCluster, ListedCluster, StartedCluster, StepReport,
    Uncancelled,
};

use jiff::Timestamp;
use serde_json::Value;

use crate::announcement::{Notification, RunStateChange};
use crate::cluster::RunJobFlow;
use crate::failure::Failure;
use crate::run::{
    AttemptKey, AttemptRecord, ClusterId, CorrelationId, Decision, History, Run, RunKey, StepId,
};
use crate::secret::Secret;

/// The time, as the one thing that reads it.
pub trait Clock {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Where a pipeline's folder lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// `s3://{bucket}/{folder}/`.
    S3 {
        /// The configuration bucket.
        bucket: String,
        /// The folder, without slashes at its ends.
        folder: String,
    },
    /// A folder of this machine.
    Local(std::path::PathBuf),
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::S3 { bucket, folder } => write!(f, "s3://{bucket}/{folder}"),
            Self::Local(path) => write!(f, "{}", path.display()),
        }
    }
}

/// The files of pipelines. Reads only.
pub trait Documents {
    /// The bytes of a file of a folder; `None` where there is no such file.
    async fn read(&self, folder: &Location, name: &str) -> Result<Option<Vec<u8>>, Failure>;

    /// Names of the folders beside this one, to tell a user what a misspelt pipeline may have meant.
    async fn neighbours(&self, folder: &Location) -> Result<Vec<String>, Failure>;
}

/// Secret values. Reads only.
pub trait Secrets {
    /// The current `SecretString` of a secret (Secrets Manager `GetSecretValue`).
    async fn secret(&self, name: &str) -> Result<Secret, Failure>;

    /// A decrypted parameter (Systems Manager `GetParameter`).
    async fn parameter(&self, name: &str) -> Result<Secret, Failure>;
}

/// What finds a cluster again whose RunJobFlow was never answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// `Name` of the request; ListClusters answers names, but no tags.
    pub name: String,
    /// The attempt whose tags it must carry.
    pub key: AttemptKey,
}

/// EMR's clusters.
pub trait Clusters {
    /// RunJobFlow, sent exactly once. It has no client token: twice is two clusters. A failure of kind `Unknown` means
    /// that a cluster may have been made.
    async fn start(&self, request: &RunJobFlow) -> Result<StartedCluster, Failure>;

    /// Clusters of any state that carry the tags of the mark and were created since, oldest first. The list may lag
    /// behind RunJobFlow.
    async fn find_marked(&self, mark: &Mark, since: Timestamp) -> Result<Vec<FoundCluster>, Failure>;

    /// Clusters of any state that were created since (ListClusters, every page). The list may lag behind RunJobFlow.
    async fn list(&self, since: Timestamp) -> Result<Vec<ListedCluster>, Failure>;

    /// DescribeCluster; `None` for a cluster that EMR does not know (any more).
    async fn describe(&self, cluster: &ClusterId) -> Result<Option<ClusterReport>, Failure>;

    /// All steps, first one first (ListSteps, every page).
    async fn steps(&self, cluster: &ClusterId) -> Result<Vec<StepReport>, Failure>;

    /// TerminateJobFlows, past termination protection: only clusters that nothing may keep alive are named here. On a
    /// cluster that is ending or has ended it changes nothing.
    async fn terminate(&self, clusters: &[ClusterId]) -> Result<(), Failure>;

    /// CancelSteps: asks for it, and answers with the steps that EMR would not take it for. Repeating it is harmless.
    async fn cancel_steps(&self, cluster: &ClusterId, steps: &[StepId]) -> Result<Vec<Uncancelled>, Failure>;

    /// Copies a security configuration under another name. Where that name exists, it is the copy: no change.
    async fn copy_security_configuration(&self, from: &str, to: &str) -> Result<(), Failure>;
}

/// The logs that EMR leaves in S3. Reads only.
pub trait Logs {
    /// The start of a step's log under its log folder, unpacked; `None` where it has not arrived.
    async fn step_log(&self, folder: &str) -> Result<Option<String>, Failure>;
}

/// The run table. A run has ended when it has an outcome: writers on clusters set `Status` as they please.
pub trait Runs {
    /// Its name: the tag `Run_Table` of the clusters that it knows.
    fn table(&self) -> &str;

    /// Claims the first attempt of a run: one conditional write, which exactly one caller wins. A repetition by the
    /// same claimant has won too.
    async fn claim(&self, claim: &Claim) -> Result<Claimed, Failure>;

    /// Takes over a claim whose lease has run out, if it is still as it was seen. A repetition by the same claimant
    /// has won too. A claim that was handed back meanwhile is a failure of kind `Throttled`: it is free again.
    async fn take_over(&self, seen: &Run, claimant: &str, lease_until: Timestamp)
    -> Result<Claimed, Failure>;

    /// Claims the attempt after one that failed: one conditional write on the run as it was seen, which exactly one
    /// caller wins. A repetition by the same claimant has won too.
    async fn claim_next(&self, claim: &NextClaim) -> Result<Claimed, Failure>;

    /// Hands a claim back as if it had never been made, if the claimant still holds it and it has no cluster: the run
    /// is again as it was before (`None`: it was not there).
    async fn hand_back(&self, key: &AttemptKey, claimant: &str, before: Option<&Run>) -> Result<(), Failure>;

    /// Records the cluster of an attempt, unless one is recorded: answers whoever is recorded. `None` where the run
    /// has moved on to another attempt, has ended, or is gone.
    async fn attach(&self, attachment: &Attachment) -> Result<Option<ClusterId>, Failure>;

    /// Applies each update whose fence and order hold, and no other; all are harmless to repeat.
    async fn apply(&self, key: &AttemptKey, fence: &Fence, updates: &Updates) -> Result<Applied, Failure>;

    /// Notes that the end of the run has been told together with this decision, if the fence still holds and the row
    /// has not come to decide otherwise. After a relaunch that is decided, something is still to come ([`Runs::open`]).
    async fn mark_announced(
        &self,
        key: &AttemptKey,
        fence: &Fence,
        told: Option<&Decision>,
    ) -> Result<(), Failure>;

    /// The runs of which something is still to come, by an index: it may lag, and is never decided on. Rows that
    /// somebody else wrote are not among them.
    async fn open(&self) -> Result<Vec<Run>, Failure>;

    /// One run, strongly consistent.
    async fn find(&self, key: &RunKey) -> Result<Option<Run>, Failure>;

    /// The attempt that a cluster works on, by the index: it may lag, and is never decided on. A row that somebody else
    /// wrote has no attempt item, and stands for its attempt itself ([`AttemptRecord::of_foreign`]).
    async fn by_cluster(&self, cluster: &ClusterId) -> Result<Option<AttemptRecord>, Failure>;

    /// Everything of one correlation id, strongly consistent.
    async fn history(&self, correlation_id: &CorrelationId) -> Result<History, Failure>;
}

/// What we tell others.
pub trait Notices {
    /// Puts the event on the bus. At least once: listeners tell repetitions by correlation id, attempt and status.
    async fn publish(&self, change: &RunStateChange) -> Result<(), Failure>;

    /// Publishes to an SNS topic. At least once.
    async fn notify(&self, topic: &str, notification: &Notification) -> Result<(), Failure>;

    /// Publishes a message for a program to an SNS topic, sent once: what listens may act on every copy of it.
    async fn send(&self, topic: &str, message: &Value) -> Result<(), Failure>;
}

/// A call of the relauncher at a later time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    /// Names it: 1 to 64 letters, digits or any of _ . -, made of what it is for, so that it is set once only.
    pub name: String,
    /// When; the service may be late by a minute.
    pub at: Timestamp,
    /// What the relauncher is called with.
    pub event: Value,
}

/// One-time schedules.
pub trait Timers {
    /// Sets a timer. Where that name exists it is the timer: no change.
    async fn set(&self, timer: &Timer) -> Result<(), Failure>;
}
