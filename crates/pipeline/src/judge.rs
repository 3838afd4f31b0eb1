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
    /// ListSteps' answer, first step first; `None` where it cannot be had.
    pub steps: Option<&'a [StepReport]>,
    /// Names of the steps that the attempt owed.
    pub owed: &'a [String],
    /// Whether a failed step fails the run although its action is CONTINUE.
    pub continue_fails: bool,
    /// The outcome for whose sake we stopped the cluster, if we did.
    pub stopping: Option<Outcome>,
}

impl Ending<'_> {
    fn steps(&self) -> &[StepReport] {
        self.steps.unwrap_or_default()
    }

    fn may_fail(&self, step: &StepReport) -> bool {
        !self.continue_fails && step.action_on_failure.as_deref() == Some("CONTINUE")
    }
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
    Verdict { outcome, cause: cause(ending, outcome), current_step: current_step(ending) }
}

fn outcome(ending: &Ending<'_>) -> Outcome {
    if all_done(ending) {
        return match failed(ending.steps()).next() {
            None => Outcome::Succeeded,
            Some(_) => Outcome::SucceededWithErrors,
        };
    }
    if failed(ending.steps()).any(|step| !ending.may_fail(step)) {
        return Outcome::StepFailed;
    }
    match reason(ending.cluster) {
        Reason::Known(Outcome::Cancelled) => ending.stopping.unwrap_or(Outcome::Cancelled),
        Reason::Known(outcome) => outcome,
        Reason::Steps if failed(ending.steps()).next().is_some() => Outcome::StepFailed,
        Reason::Steps if stopped(ending.steps()).next().is_some() => {
            ending.stopping.unwrap_or(Outcome::Cancelled)
        }
        Reason::Steps => Outcome::Internal,
    }
}

/// Every owed step has completed, or failed where it may. An attempt that owed nothing is done when its cluster ended in
/// order and by itself.
fn all_done(ending: &Ending<'_>) -> bool {
    let Some(steps) = ending.steps else { return false };
    let missing = ending.owed.len() > steps.len();
    let unfinished = steps.iter().any(|step| match step.state {
        Some(StepState::Completed) => false,
        Some(StepState::Failed) => !ending.may_fail(step),
        _ => true,
    });
    match (missing || unfinished, steps.is_empty()) {
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

fn failed(steps: &[StepReport]) -> impl Iterator<Item = &StepReport> {
    steps.iter().filter(|step| step.state == Some(StepState::Failed))
}

fn stopped(steps: &[StepReport]) -> impl Iterator<Item = &StepReport> {
    steps.iter().filter(|step| matches!(step.state, Some(StepState::Cancelled | StepState::Interrupted)))
}

/// The first step that decided the end: one that had to succeed before one that may fail.
fn decisive<'a>(ending: &'a Ending<'_>) -> Option<&'a StepReport> {
    failed(ending.steps()).find(|step| !ending.may_fail(step)).or_else(|| failed(ending.steps()).next())
}

fn current_step(ending: &Ending<'_>) -> Option<String> {
    let begun = |step: &&StepReport| step.started_at.is_some() || step.state == Some(StepState::Completed);
    let last = decisive(ending).or_else(|| ending.steps().iter().rev().find(begun))?;
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
        | Outcome::Lost => Some(cluster_cause(ending)),
        Outcome::TimedOut => Some(Cause {
            code: Some("DEADLINE".into()),
            message: Some("the attempt was alive past its deadline, and was stopped".into()),
            ..cluster_cause(ending)
        }),
    }
}

fn step_cause(ending: &Ending<'_>) -> Cause {
    let Some(step) = decisive(ending) else { return cluster_cause(ending) };
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
    let unfinished = ending.steps().iter().find(|step| step.state != Some(StepState::Completed));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::{ErrorDetail, FailureDetails};
    use crate::run::StepId;

    fn step(name: &str, state: &str, action: &str) -> StepReport {
        let ended = StepState::parse(state).filter(|state| *state != StepState::Cancelled);
        StepReport {
            id: StepId::parse(&format!("s-{}", name.to_uppercase())).unwrap(),
            name: name.into(),
            state: StepState::parse(state),
            action_on_failure: Some(action.into()),
            failure: None,
            started_at: ended.map(|_| jiff::Timestamp::UNIX_EPOCH),
            ended_at: None,
        }
    }

    /// Steps from words such as `a:COMPLETED b:FAILED:CONTINUE`.
    fn steps(words: &str) -> Vec<StepReport> {
        words
            .split_whitespace()
            .map(|word| {
                let mut parts = word.split(':');
                let (name, state) = (parts.next().unwrap(), parts.next().unwrap());
                step(name, state, parts.next().unwrap_or("TERMINATE_CLUSTER"))
            })
            .collect()
    }

    fn cluster(state: ClusterState, code: &str) -> ClusterReport {
        ClusterReport {
            state: Some(state),
            reason_code: Some(code.to_owned()).filter(|code| !code.is_empty()),
            log_uri: Some("s3://logs/emr/".into()),
            ..ClusterReport::default()
        }
    }

    fn judged(cluster: &ClusterReport, steps: &[StepReport], owed: &[&str]) -> Verdict {
        let owed: Vec<String> = owed.iter().map(|name| (*name).to_owned()).collect();
        let cluster_id = ClusterId::parse("j-1").unwrap();
        judge(&Ending {
            cluster_id: &cluster_id,
            cluster,
            steps: Some(steps),
            owed: &owed,
            continue_fails: false,
            stopping: None,
        })
    }

    #[test]
    fn an_end_is_judged_by_the_steps_as_well_as_by_the_reason() {
        use ClusterState::{Terminated, TerminatedWithErrors};
        for (state, code, words, expected) in [
            (Terminated, "ALL_STEPS_COMPLETED", "a:COMPLETED b:COMPLETED", Outcome::Succeeded),
            (Terminated, "STEP_FAILURE", "a:FAILED:CONTINUE b:COMPLETED", Outcome::SucceededWithErrors),
            (
                Terminated,
                "ALL_STEPS_COMPLETED",
                "a:FAILED:CONTINUE b:COMPLETED",
                Outcome::SucceededWithErrors,
            ),
            (TerminatedWithErrors, "STEP_FAILURE", "a:FAILED b:CANCELLED", Outcome::StepFailed),
            (Terminated, "", "a:FAILED b:CANCELLED", Outcome::StepFailed),
            (Terminated, "USER_REQUEST", "a:FAILED:CANCEL_AND_WAIT b:CANCELLED", Outcome::StepFailed),
            (Terminated, "USER_REQUEST", "a:COMPLETED b:CANCELLED", Outcome::Cancelled),
            (Terminated, "USER_REQUEST", "a:COMPLETED b:COMPLETED", Outcome::Succeeded),
            (Terminated, "ALL_STEPS_COMPLETED", "a:COMPLETED b:CANCELLED", Outcome::Cancelled),
            (TerminatedWithErrors, "BOOTSTRAP_FAILURE", "a:CANCELLED b:CANCELLED", Outcome::BootstrapFailed),
            (TerminatedWithErrors, "INSTANCE_FAILURE", "a:COMPLETED b:INTERRUPTED", Outcome::InstanceFailed),
            (TerminatedWithErrors, "INSTANCE_FLEET_TIMEOUT", "a:CANCELLED b:CANCELLED", Outcome::Capacity),
            (TerminatedWithErrors, "INTERNAL_ERROR", "a:COMPLETED b:CANCELLED", Outcome::Internal),
            (TerminatedWithErrors, "VALIDATION_ERROR", "a:CANCELLED b:CANCELLED", Outcome::Validation),
            (Terminated, "ALL_STEPS_COMPLETED", "a:COMPLETED", Outcome::Internal),
            (Terminated, "ALL_STEPS_COMPLETED", "", Outcome::Internal),
        ] {
            let verdict = judged(&cluster(state, code), &steps(words), &["a", "b"]);
            assert_eq!(verdict.outcome, expected, "{code:?} {words:?}");
            assert_eq!(verdict.cause.is_none(), expected == Outcome::Succeeded, "{code:?} {words:?}");
        }
    }

    #[test]
    fn a_cluster_that_owed_no_step_succeeds_only_when_it_ended_by_itself() {
        let by_itself = cluster(ClusterState::Terminated, "ALL_STEPS_COMPLETED");
        assert_eq!(judged(&by_itself, &[], &[]).outcome, Outcome::Succeeded);
        let stopped = cluster(ClusterState::Terminated, "USER_REQUEST");
        assert_eq!(judged(&stopped, &[], &[]).outcome, Outcome::Cancelled);
    }

    #[test]
    fn a_lack_of_instances_is_capacity_under_whatever_reason_code() {
        let mut report = cluster(ClusterState::TerminatedWithErrors, "INTERNAL_ERROR");
        report.error_details =
            vec![ErrorDetail { code: "INTERNAL_ERROR_EC2_INSUFFICIENT_CAPACITY_AZ".into(), message: None }];
        let verdict = judged(&report, &[], &["a"]);
        assert_eq!(verdict.outcome, Outcome::Capacity);
        let code = verdict.cause.and_then(|cause| cause.code);
        assert_eq!(code.as_deref(), Some("INTERNAL_ERROR_EC2_INSUFFICIENT_CAPACITY_AZ"));
    }

    #[test]
    fn a_failed_step_is_named_with_its_details_and_its_log() {
        let mut steps = steps("a:COMPLETED b:FAILED c:CANCELLED");
        steps[1].failure =
            Some(FailureDetails { reason: Some("Unknown Error.".into()), ..Default::default() });
        let verdict =
            judged(&cluster(ClusterState::TerminatedWithErrors, "STEP_FAILURE"), &steps, &["a", "b", "c"]);
        let cause = verdict.cause.unwrap();
        assert_eq!(cause.step.as_deref(), Some("b"));
        assert_eq!(cause.reason.as_deref(), Some("Unknown Error."));
        assert_eq!(cause.log_uri.as_deref(), Some("s3://logs/emr/j-1/steps/s-B/"));
        assert_eq!(verdict.current_step.as_deref(), Some("b"));
    }
}
