//! How an attempt ended, and why: judged by what every step did as well as by the cluster's own reason.
//!
//! What is not known is not success.

use crate::ports::{ClusterReport, StepReport};
use crate::run::{Cause, ClusterId, ClusterState, Outcome, StepState};

/// What is judged: a cluster that has ended, its steps, and the steps that the attempt owed.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'a> {
    /// The cluster.
    pub cluster_id: &'a ClusterId,
    /// DescribeCluster's answer.
    pub cluster: &'a ClusterReport,
    /// ListSteps' answer, first step first.
    pub steps: &'a [StepReport],
    /// Names of the steps that the attempt owed.
    pub owed: &'a [String],
}

/// The judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How it ended.
    pub outcome: Outcome,
    /// Why; `None` where it ended well.
    pub cause: Option<Cause>,
    /// The step it stood at.
    pub current_step: Option<String>,
}

/// Judges an ending.
pub fn judge(ending: &Ending<'_>) -> Verdict {
    let outcome = outcome(ending);
    Verdict { outcome, cause: cause(ending, outcome), current_step: current_step(ending.steps) }
}

fn outcome(ending: &Ending<'_>) -> Outcome {
    if all_done(ending) {
        return match failed(ending.steps).next() {
            None => Outcome::Succeeded,
            Some(_) => Outcome::SucceededWithErrors,
        };
    }
    if failed(ending.steps).any(|step| !may_fail(step)) {
        return Outcome::StepFailed;
    }
    match reason(ending.cluster) {
        Reason::Known(outcome) => outcome,
        Reason::Steps if failed(ending.steps).next().is_some() => Outcome::StepFailed,
        Reason::Steps if stopped(ending.steps).next().is_some() => Outcome::Cancelled,
        Reason::Steps => Outcome::Internal,
    }
}

/// Every owed step has completed, or failed where its action is CONTINUE. An attempt that owed nothing is done when its
/// cluster ended in order and by itself.
fn all_done(ending: &Ending<'_>) -> bool {
    let missing = ending.owed.len() > ending.steps.len();
    let unfinished = ending.steps.iter().any(|step| match step.state {
        Some(StepState::Completed) => false,
        Some(StepState::Failed) => !may_fail(step),
        _ => true,
    });
    match (missing || unfinished, ending.steps.is_empty()) {
        (true, _) => false,
        (false, false) => true,
        (false, true) => ended_by_itself(ending.cluster),
    }
}

fn ended_by_itself(cluster: &ClusterReport) -> bool {
    cluster.state == Some(ClusterState::Terminated) && matches!(reason(cluster), Reason::Steps)
}

/// What a cluster's reason says: an outcome of its own, or only that the steps decide.
enum Reason {
    Known(Outcome),
    Steps,
}

/// Codes: `ClusterStateChangeReasonCode` of the EMR API.
fn reason(cluster: &ClusterReport) -> Reason {
    if lacked_capacity(cluster) {
        return Reason::Known(Outcome::Capacity);
    }
    match cluster.reason_code.as_deref() {
        Some("USER_REQUEST") => Reason::Known(Outcome::Cancelled),
        Some("BOOTSTRAP_FAILURE") => Reason::Known(Outcome::BootstrapFailed),
        Some("INSTANCE_FAILURE") => Reason::Known(Outcome::InstanceFailed),
        Some("INSTANCE_FLEET_TIMEOUT") => Reason::Known(Outcome::Capacity),
        Some("VALIDATION_ERROR") => Reason::Known(Outcome::Validation),
        Some("INTERNAL_ERROR") => Reason::Known(Outcome::Internal),
        Some("STEP_FAILURE") => Reason::Known(Outcome::StepFailed),
        Some(_) | None => Reason::Steps,
    }
}

/// EMR tells a lack of instances under several reason codes; the codes of ErrorDetails are exact.
fn lacked_capacity(cluster: &ClusterReport) -> bool {
    cluster.error_details.iter().any(|detail| {
        ["INSUFFICIENT_CAPACITY", "SPOT_NO_CAPACITY", "SPOT_PRICE_INCREASE"]
            .iter()
            .any(|word| detail.code.contains(word))
    })
}

fn may_fail(step: &StepReport) -> bool {
    step.action_on_failure.as_deref() == Some("CONTINUE")
}

fn failed(steps: &[StepReport]) -> impl Iterator<Item = &StepReport> {
    steps.iter().filter(|step| step.state == Some(StepState::Failed))
}

fn stopped(steps: &[StepReport]) -> impl Iterator<Item = &StepReport> {
    steps.iter().filter(|step| matches!(step.state, Some(StepState::Cancelled | StepState::Interrupted)))
}

/// The first step that decided the end: one that had to succeed before one that may fail.
fn decisive(steps: &[StepReport]) -> Option<&StepReport> {
    failed(steps).find(|step| !may_fail(step)).or_else(|| failed(steps).next())
}

fn current_step(steps: &[StepReport]) -> Option<String> {
    let begun = |step: &&StepReport| step.started_at.is_some() || step.state == Some(StepState::Completed);
    let last = decisive(steps).or_else(|| steps.iter().rev().find(begun))?;
    Some(last.name.clone())
}

fn cause(ending: &Ending<'_>, outcome: Outcome) -> Option<Cause> {
    match outcome {
        Outcome::Succeeded | Outcome::NothingToDo => None,
        Outcome::StepFailed | Outcome::SucceededWithErrors => Some(step_cause(ending)),
        Outcome::BootstrapFailed
        | Outcome::InstanceFailed
        | Outcome::Capacity
        | Outcome::Internal
        | Outcome::Validation
        | Outcome::Cancelled
        | Outcome::TimedOut
        | Outcome::Lost => Some(cluster_cause(ending)),
    }
}

fn step_cause(ending: &Ending<'_>) -> Cause {
    let Some(step) = decisive(ending.steps) else { return cluster_cause(ending) };
    let details = step.failure.clone().unwrap_or_default();
    Cause {
        code: Some("STEP_FAILURE".into()),
        message: Some(details.message.unwrap_or_else(|| format!("step {} failed", step.name))),
        step: Some(step.name.clone()),
        log_uri: details.log_file.or_else(|| log_folder(ending, step)),
        reason: details.reason,
        log_line: None,
    }
}

/// Where EMR lays the logs of a step ("View log files", EMR management guide).
fn log_folder(ending: &Ending<'_>, step: &StepReport) -> Option<String> {
    let root = ending.cluster.log_uri.as_deref()?.trim_end_matches('/');
    Some(format!("{root}/{}/steps/{}/", ending.cluster_id, step.id))
}

fn cluster_cause(ending: &Ending<'_>) -> Cause {
    let detail = ending.cluster.error_details.first();
    let unfinished = ending.steps.iter().find(|step| step.state != Some(StepState::Completed));
    Cause {
        code: detail.map(|detail| detail.code.clone()).or_else(|| ending.cluster.reason_code.clone()),
        message: detail
            .and_then(|detail| detail.message.clone())
            .or_else(|| ending.cluster.reason_message.clone())
            .or_else(|| unfinished.map(told_state)),
        step: unfinished.map(|step| step.name.clone()),
        log_uri: None,
        reason: None,
        log_line: None,
    }
}

fn told_state(step: &StepReport) -> String {
    let state = step.state.map_or("unknown", StepState::as_str);
    format!("the cluster ended while step {} was {state}", step.name)
}
