//! A run: one piece of work of a pipeline, which survives the clusters that work on it.
//!
//! The nouns of the run table (its columns are listed in [`Run`]), and the order in which their values rise.

mod decision;
mod ids;
mod words;

pub use decision::{Course, Decision};
pub use ids::{BadId, ClusterId, CorrelationId, DataProduct, PipelineName, StepId};
pub use words::{ClusterState, Outcome, Status, StepState};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::signal::S3Object;

/// The key of a run in the table: partition `Correlation_Id`, sort `DataProduct`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunKey {
    /// Names the piece of work; shared by every attempt at it.
    pub correlation_id: CorrelationId,
    /// The product that the pipeline makes.
    pub data_product: DataProduct,
}

/// Which attempt at a run: from 1, one for each cluster. The column `Run_Id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Attempt(pub u32);

impl Attempt {
    /// The attempt that starts a run.
    pub const FIRST: Attempt = Attempt(1);

    /// The one after this.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl std::fmt::Display for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// One attempt at one run: what a signal, a write or a tag speaks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttemptKey {
    /// The run.
    pub run: RunKey,
    /// Which attempt at it.
    pub attempt: Attempt,
}

/// The run item: one row per run, as operators know it.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// `Correlation_Id` and `DataProduct`.
    pub key: RunKey,
    /// `Pipeline`: the folder that the run was launched from.
    pub pipeline: PipelineName,
    /// `Attempt`, our own count: `Run_Id` may be raised by writers on the cluster, this may not.
    pub attempt: Attempt,
    /// `Status`.
    pub status: Status,
    /// `Outcome`, once the run has ended.
    pub outcome: Option<Outcome>,
    /// `Cause`, once the run has ended other than well.
    pub cause: Option<Cause>,
    /// `Decision`: what is done about the last failure. It stays after the relaunch, so [`Run::decided`] tells whether
    /// it speaks of the end that is recorded.
    pub decision: Option<Decision>,
    /// `Cluster_Id` of the current attempt, once it is attached.
    pub cluster_id: Option<ClusterId>,
    /// `Name` of the current attempt's request, by which its cluster is found again; empty on rows of others.
    pub name: String,
    /// `Owed`: every step of the pipeline as it was when the current attempt was claimed, in order.
    pub owed: Vec<OwedStep>,
    /// `CurrentStep`: the furthest step that is known to have started.
    pub current_step: Option<String>,
    /// `Date`: the day the run is about, `YYYY-MM-DD`.
    pub date: String,
    /// `S3_Prefix_Snapshots`, as the launch named it.
    pub s3_prefix: Option<String>,
    /// `Snapshot_Type`, as the launch named it.
    pub snapshot_type: Option<String>,
    /// `Claimed_At`: when the current attempt was first claimed.
    pub claimed_at: Timestamp,
    /// `Claimed_By`: which invocation holds the claim.
    pub claimed_by: String,
    /// `Lease_Until`: until when that invocation may still be alive.
    pub lease_until: Timestamp,
    /// `Updated_At`.
    pub updated_at: Timestamp,
    /// `Payload_Hash` of the launch event; absent on rows that somebody else wrote.
    pub payload_hash: Option<String>,
    /// `Config_Hash` of the folder at launch.
    pub config_hash: Option<String>,
    /// `Launch`: the launch event as JSON, so that a resume repeats it whole; absent on rows that somebody else wrote.
    pub launch: Option<String>,
    /// `Launch_Object`: the S3 object that asked for the launch, if one did.
    pub launch_object: Option<S3Object>,
    /// `Deadline`: when the current attempt is stopped if it is still alive.
    pub deadline: Option<Timestamp>,
    /// `Stopping`: the outcome for whose sake we are stopping the current attempt.
    pub stopping: Option<Outcome>,
    /// `Continue_Fails`: whether a failed step fails the run although its action is CONTINUE.
    pub continue_fails: bool,
    /// `Notify`: where the pipeline wants to be told, if it says so itself.
    pub notify: Topics,
    /// `Task_Token` of the state machine that waits for the run.
    pub task_token: Option<String>,
    /// `Announced`: whether the end of the run has been told.
    pub announced: bool,
    /// `TimeToExist`: when the row may vanish (epoch seconds in the table).
    pub expires_at: Timestamp,
    /// What of the row cannot be read, where a decision would rest on it; nothing is relaunched on a guess.
    pub flaw: Option<String>,
}

impl Run {
    /// The attempt that the row is at.
    pub fn attempt_key(&self) -> AttemptKey {
        AttemptKey { run: self.key.clone(), attempt: self.attempt }
    }

    /// What has been decided about the end that is recorded.
    pub fn decided(&self) -> Option<&Decision> {
        let speaks = |decision: &&Decision| {
            decision.cluster_id == self.cluster_id
                && (self.cluster_id.is_some() || decision.attempt == self.attempt)
        };
        self.decision.as_ref().filter(|_| self.outcome.is_some()).filter(speaks)
    }

    /// Whether the row is a claim without a cluster yet.
    pub fn is_claim(&self) -> bool {
        self.outcome.is_none() && self.cluster_id.is_none()
    }

    /// Whether the row was written by somebody else: another launcher, or a writer on a cluster.
    pub fn is_foreign(&self) -> bool {
        self.launch.is_none()
    }
}

/// A step of the pipeline as a launch found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwedStep {
    /// Its name.
    pub name: String,
    /// Changes when anything of the step changes: the start of a SHA-256 over it, in hexadecimal, placeholders unfilled.
    pub fingerprint: String,
    /// Whether the attempt runs it; if not, an earlier one completed it, or nobody asked for it.
    pub runs: bool,
}

/// SNS topics by the weight of what is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topics {
    /// For runs that ended well.
    pub information: Option<String>,
    /// For what a person has to look at.
    pub critical: Option<String>,
}

impl Topics {
    /// No topics.
    pub const NONE: Topics = Topics { information: None, critical: None };
}

/// Why a run ended as it did. Each part is filled as far as it is known; a fuller cause is never replaced by an
/// emptier one ([`Cause::fullness`]).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", default)]
pub struct Cause {
    /// EMR's reason code, or the error code of the refusing call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// One sentence for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Name of the step that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// Where the log of that step is (an `s3://` folder).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_uri: Option<String>,
    /// `FailureDetails.Reason` of the step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The first line of the step's log that names an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_line: Option<String>,
}

impl Cause {
    /// How many parts are known. Of two causes for one end, the one with more parts stays.
    pub fn fullness(&self) -> u32 {
        let parts = [&self.code, &self.message, &self.step, &self.log_uri, &self.reason, &self.log_line];
        parts.iter().filter(|part| part.is_some()).count() as u32
    }
}

/// The attempt item: `{DataProduct}#attempt#{n}`, beside its run.
#[derive(Debug, Clone, PartialEq)]
pub struct AttemptRecord {
    /// Which attempt.
    pub key: AttemptKey,
    /// `Pipeline` of the run.
    pub pipeline: PipelineName,
    /// The cluster that works, or worked, on it.
    pub cluster_id: ClusterId,
    /// `Steps`: the names of the steps that this attempt owes, in their order.
    pub steps: Vec<String>,
    /// When RunJobFlow was answered (or the cluster adopted).
    pub started_at: Timestamp,
    /// When the cluster could first run steps.
    pub ready_at: Option<Timestamp>,
    /// When the cluster ended.
    pub ended_at: Option<Timestamp>,
    /// How the attempt ended.
    pub outcome: Option<Outcome>,
    /// Why.
    pub cause: Option<Cause>,
    /// `NormalizedInstanceHours` of the cluster, as EMR counts them.
    pub normalized_instance_hours: Option<i32>,
    /// What was done about its failure.
    pub decision: Option<Decision>,
}

impl AttemptRecord {
    /// An attempt whose cluster has just been made.
    pub fn begun(
        key: AttemptKey,
        pipeline: PipelineName,
        cluster_id: ClusterId,
        steps: Vec<String>,
        started_at: Timestamp,
    ) -> Self {
        Self {
            key,
            pipeline,
            cluster_id,
            steps,
            started_at,
            ready_at: None,
            ended_at: None,
            outcome: None,
            cause: None,
            normalized_instance_hours: None,
            decision: None,
        }
    }

    /// The attempt of a row that somebody else wrote, which has no attempt item.
    pub fn of_foreign(run: &Run, cluster_id: ClusterId) -> Self {
        Self::begun(run.attempt_key(), run.pipeline.clone(), cluster_id, vec![], run.claimed_at)
    }
}

/// A step item: `{DataProduct}#attempt#{n}#step#{step id}`.
#[derive(Debug, Clone, PartialEq)]
pub struct StepRecord {
    /// The attempt that the step belongs to.
    pub attempt: AttemptKey,
    /// EMR's id of the step; names are not unique.
    pub step_id: StepId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub state: StepState,
    /// When it began to run.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Whether this is what EMR showed after the cluster had ended, rather than what an event told: nothing replaces
    /// it any more.
    pub settled: bool,
}

/// Everything of one correlation id, read at one moment, strongly consistent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// The runs of this correlation id: one for each data product.
    pub runs: Vec<Run>,
    /// Their attempts.
    pub attempts: Vec<AttemptRecord>,
    /// The steps of those attempts.
    pub steps: Vec<StepRecord>,
}
