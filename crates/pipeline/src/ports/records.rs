//! What is written to the run table.

use jiff::Timestamp;

use crate::run::{
    AttemptKey, AttemptRecord, Cause, ClusterId, Decision, Outcome, OwedStep, PipelineName, Run, Status,
    StepRecord, Topics,
};
use crate::signal::S3Object;

/// The claim of a run's first attempt: all that the run item holds before there is a cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// What is claimed.
    pub key: AttemptKey,
    /// Column `Pipeline`.
    pub pipeline: PipelineName,
    /// Column `Date`.
    pub date: String,
    /// Column `S3_Prefix_Snapshots`.
    pub s3_prefix: Option<String>,
    /// Column `Snapshot_Type`.
    pub snapshot_type: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Who: differs for every invocation, also for repeated ones of one event.
    pub claimant: String,
    /// Until when the claimant may be alive.
    pub lease_until: Timestamp,
    /// Column `Payload_Hash`.
    pub payload_hash: String,
    /// Column `Config_Hash`.
    pub config_hash: String,
    /// Column `Launch`: the event as JSON.
    pub launch: String,
    /// Column `Launch_Object`.
    pub launch_object: Option<S3Object>,
    /// Column `Name`.
    pub name: String,
    /// Column `Owed`.
    pub owed: Vec<OwedStep>,
    /// Column `Deadline`.
    pub deadline: Option<Timestamp>,
    /// Column `Continue_Fails`.
    pub continue_fails: bool,
    /// Column `Notify`.
    pub notify: Topics,
    /// Column `Task_Token`.
    pub task_token: Option<String>,
    /// Column `TimeToExist`.
    pub expires_at: Timestamp,
}

/// The claim of the attempt after one that failed. What the claim of the first attempt wrote stays.
#[derive(Debug, Clone, PartialEq)]
pub struct NextClaim {
    /// The run as it was seen: its attempt, cluster and outcome must still be these.
    pub seen: Run,
    /// When.
    pub at: Timestamp,
    /// Who: differs for every invocation, also for repeated ones.
    pub claimant: String,
    /// Until when the claimant may be alive.
    pub lease_until: Timestamp,
    /// Column `Pipeline`; rows that somebody else wrote have none.
    pub pipeline: PipelineName,
    /// Column `Launch`; rows that somebody else wrote have none.
    pub launch: String,
    /// Column `Config_Hash`.
    pub config_hash: String,
    /// Column `Notify`.
    pub notify: Topics,
    /// Column `Name`.
    pub name: String,
    /// Column `Owed`.
    pub owed: Vec<OwedStep>,
    /// Column `Deadline`.
    pub deadline: Option<Timestamp>,
    /// Column `Continue_Fails`.
    pub continue_fails: bool,
    /// Column `Decision`: why there is another attempt.
    pub decision: Decision,
    /// Column `TimeToExist`.
    pub expires_at: Timestamp,
}

impl NextClaim {
    /// The attempt that is claimed.
    pub fn key(&self) -> AttemptKey {
        AttemptKey { run: self.seen.key.clone(), attempt: self.seen.attempt.next() }
    }

    /// The run item as the claim leaves it: the end of the attempt before is in its attempt item.
    pub fn claimed(&self) -> Run {
        Run {
            pipeline: self.pipeline.clone(),
            attempt: self.seen.attempt.next(),
            status: Status::Launching,
            outcome: None,
            cause: None,
            decision: Some(self.decision.clone()),
            cluster_id: None,
            name: self.name.clone(),
            owed: self.owed.clone(),
            claimed_at: self.at,
            claimed_by: self.claimant.clone(),
            lease_until: self.lease_until,
            updated_at: self.at,
            config_hash: Some(self.config_hash.clone()),
            launch: Some(self.launch.clone()),
            deadline: self.deadline,
            stopping: None,
            continue_fails: self.continue_fails,
            notify: self.notify.clone(),
            announced: false,
            expires_at: self.expires_at,
            ..self.seen.clone()
        }
    }
}

/// Who holds a claim now.
#[derive(Debug, Clone, PartialEq)]
pub enum Claimed {
    /// The caller.
    Won,
    /// Somebody else; this is the row.
    Lost(Box<Run>),
}

/// A cluster to be recorded for an attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct Attachment {
    /// The attempt.
    pub key: AttemptKey,
    /// The pipeline of the run.
    pub pipeline: PipelineName,
    /// The cluster.
    pub cluster_id: ClusterId,
    /// Names of the steps that it owes, in their order.
    pub steps: Vec<String>,
    /// When.
    pub at: Timestamp,
}

/// What a later write speaks for. A row that has moved on refuses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fence {
    /// The run's current attempt works on this cluster.
    Cluster(ClusterId),
    /// The run is still claimed by this claimant, without a cluster.
    Claimant(String),
}

/// Updates of the items of one attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct Updates {
    /// Of the run item; needs the fence.
    pub run: Option<RunUpdate>,
    /// Of the attempt item; needs the cluster of the fence, but not that the run is still at this attempt.
    pub attempt: Option<AttemptUpdate>,
    /// Of step items. One that is settled takes nothing more; a settled update replaces any other; otherwise the item
    /// takes a higher state, and times that were missing are filled in whatever the state.
    pub steps: Vec<StepRecord>,
    /// When.
    pub at: Timestamp,
}

/// An update of the run item.
#[derive(Debug, Clone, PartialEq)]
pub enum RunUpdate {
    /// The run, still IN_PROGRESS, has begun a step further on than the one recorded.
    Progress {
        /// Name of the step.
        step: String,
        /// Its place: texts compare as the steps follow one another.
        rank: String,
    },
    /// The run has ended. Refused where it has ended already, unless the end is the same and this cause is fuller.
    End {
        /// How.
        outcome: Outcome,
        /// Why.
        cause: Option<Cause>,
        /// Where it stood.
        current_step: Option<String>,
        /// What is done about it, where that is certain at once.
        decision: Option<Decision>,
    },
    /// What is done about the end that is recorded. Refused where there is none, or where a decision about it stands
    /// that this one may not replace ([`Decision::may_replace`]); the end then has to be told again.
    Decide(Decision),
    /// The run, still IN_PROGRESS, is being stopped for the sake of this outcome. The first reason stays.
    Stop(Outcome),
}

/// An update of the attempt item.
#[derive(Debug, Clone, PartialEq)]
pub enum AttemptUpdate {
    /// The cluster could first run steps.
    Ready {
        /// When; the earliest stays.
        at: Timestamp,
    },
    /// The cluster has ended. Refused where an end is recorded, unless it is the same and this cause is fuller.
    End {
        /// When.
        at: Timestamp,
        /// How.
        outcome: Outcome,
        /// Why.
        cause: Option<Cause>,
        /// `NormalizedInstanceHours`.
        normalized_instance_hours: Option<i32>,
    },
    /// What is done about its failure; the last one stays.
    Decide(Decision),
}

/// What came of [`Updates`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applied {
    /// Whether the run item took its update.
    pub run: bool,
    /// Whether the attempt item took its update.
    pub attempt: bool,
    /// How many step items rose.
    pub steps: usize,
}

impl From<Attachment> for AttemptRecord {
    /// The attempt item as attaching makes it.
    fn from(attachment: Attachment) -> Self {
        let Attachment { key, pipeline, cluster_id, steps, at } = attachment;
        Self::begun(key, pipeline, cluster_id, steps, at)
    }
}
