//! EMR's answers, reduced to what is decided on.

use aws_sdk_emr::types::{
    Cluster, ClusterStateChangeReasonCode, ClusterStatus, ErrorDetail as SdkErrorDetail,
    FailureDetails as SdkDetails, StepStatus, StepSummary, Tag,
};
use aws_smithy_types::DateTime;
use jiff::Timestamp;
use pipeline::failure::{Failure, Kind};
use pipeline::ports::{ClusterReport, ErrorDetail, FailureDetails, StepReport};
use pipeline::run::{ClusterId, ClusterState, StepId, StepState};

/// DescribeCluster's answer.
pub(super) fn cluster(cluster: &Cluster) -> ClusterReport {
    let status = cluster.status();
    let reason = status.and_then(ClusterStatus::state_change_reason);
    let timeline = status.and_then(ClusterStatus::timeline);
    let word =
        |code: &ClusterStateChangeReasonCode| Some(code.as_str().to_owned()).filter(|code| !code.is_empty());
    let tag = |tag: &Tag| Some((tag.key.clone()?, tag.value.clone().unwrap_or_default()));
    ClusterReport {
        name: cluster.name.clone().unwrap_or_default(),
        state: status.and_then(ClusterStatus::state).and_then(|state| ClusterState::parse(state.as_str())),
        reason_code: reason.and_then(|reason| reason.code()).and_then(word),
        reason_message: reason.and_then(|reason| reason.message.clone()),
        error_details: status
            .map(ClusterStatus::error_details)
            .unwrap_or_default()
            .iter()
            .filter_map(detail)
            .collect(),
        tags: cluster.tags().iter().filter_map(tag).collect(),
        log_uri: cluster.log_uri.clone(),
        normalized_instance_hours: cluster.normalized_instance_hours,
        ready_at: timeline.and_then(|line| moment(line.ready_date_time())),
        ended_at: timeline.and_then(|line| moment(line.end_date_time())),
    }
}

fn detail(detail: &SdkErrorDetail) -> Option<ErrorDetail> {
    Some(ErrorDetail { code: detail.error_code.clone()?, message: detail.error_message.clone() })
}

/// One of ListSteps.
pub(super) fn step(cluster: &ClusterId, step: &StepSummary) -> Result<StepReport, Failure> {
    let status = step.status();
    let timeline = status.and_then(StepStatus::timeline);
    let id = StepId::parse(step.id().unwrap_or_default());
    Ok(StepReport {
        id: id.map_err(|bad| strange(cluster, &bad.to_string()))?,
        name: step.name.clone().unwrap_or_default(),
        state: status.and_then(StepStatus::state).and_then(|state| StepState::parse(state.as_str())),
        action_on_failure: step.action_on_failure().map(|action| action.as_str().to_owned()),
        failure: status.and_then(StepStatus::failure_details).map(details),
        started_at: timeline.and_then(|line| moment(line.start_date_time())),
        ended_at: timeline.and_then(|line| moment(line.end_date_time())),
    })
}

fn details(details: &SdkDetails) -> FailureDetails {
    let SdkDetails { reason, message, log_file, .. } = details.clone();
    FailureDetails { reason, message, log_file }
}

pub(super) fn moment(time: Option<&DateTime>) -> Option<Timestamp> {
    Timestamp::from_millisecond(time?.to_millis().ok()?).ok()
}

fn strange(cluster: &ClusterId, why: &str) -> Failure {
    Failure {
        doing: format!("list the steps of {cluster}"),
        word: "answer".into(),
        message: why.to_owned(),
        kind: Kind::Unknown,
    }
}
