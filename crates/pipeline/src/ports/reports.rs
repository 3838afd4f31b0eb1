//! What EMR answers, reduced to what is decided on.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::run::{ClusterId, ClusterState, StepId, StepState};

/// RunJobFlow's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartedCluster {
    /// `JobFlowId`.
    pub cluster_id: ClusterId,
    /// `ClusterArn`.
    pub arn: Option<String>,
}

/// A cluster found by its tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCluster {
    /// Its id.
    pub cluster_id: ClusterId,
    /// Its state; `None` for a word that is not known here.
    pub state: Option<ClusterState>,
}

/// One of ListClusters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedCluster {
    /// `Id`.
    pub cluster_id: ClusterId,
    /// `Name`.
    pub name: String,
    /// `Status.State`; `None` for a word that is not known here.
    pub state: Option<ClusterState>,
}

/// A step that could not be cancelled (CancelSteps).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncancelled {
    /// The step.
    pub step_id: StepId,
    /// EMR's reason.
    pub reason: String,
}

/// DescribeCluster's answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClusterReport {
    /// `Name`.
    pub name: String,
    /// `Status.State`; `None` for a word that is not known here.
    pub state: Option<ClusterState>,
    /// `Status.StateChangeReason.Code`; empty is `None`.
    pub reason_code: Option<String>,
    /// `Status.StateChangeReason.Message`.
    pub reason_message: Option<String>,
    /// `Status.ErrorDetails`.
    pub error_details: Vec<ErrorDetail>,
    /// `Tags`.
    pub tags: BTreeMap<String, String>,
    /// `LogUri`.
    pub log_uri: Option<String>,
    /// `NormalizedInstanceHours`.
    pub normalized_instance_hours: Option<i32>,
    /// `Status.Timeline.ReadyDateTime`.
    pub ready_at: Option<Timestamp>,
    /// `Status.Timeline.EndDateTime`.
    pub ended_at: Option<Timestamp>,
}

/// One of `Status.ErrorDetails`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorDetail {
    /// `ErrorCode`, such as `INTERNAL_ERROR_EC2_INSUFFICIENT_CAPACITY_AZ`.
    pub code: String,
    /// `ErrorMessage`; for people, not to be parsed.
    pub message: Option<String>,
}

/// One of ListSteps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepReport {
    /// `Id`.
    pub id: StepId,
    /// `Name`.
    pub name: String,
    /// `Status.State`; `None` for a word that is not known here.
    pub state: Option<StepState>,
    /// `ActionOnFailure`.
    pub action_on_failure: Option<String>,
    /// `Status.FailureDetails`.
    pub failure: Option<FailureDetails>,
    /// `Status.Timeline.StartDateTime`.
    pub started_at: Option<Timestamp>,
    /// `Status.Timeline.EndDateTime`.
    pub ended_at: Option<Timestamp>,
}

/// `FailureDetails` of a step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FailureDetails {
    /// `Reason`.
    pub reason: Option<String>,
    /// `Message`.
    pub message: Option<String>,
    /// `LogFile`.
    pub log_file: Option<String>,
}
