//! What is told when a run ends: an event for programs, a notification for people.

mod notification;

pub use notification::Notification;

use futures_util::future::join;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::ports::Notices;
use crate::run::{Cause, Course, Decision, Outcome, Run, Status, Topics};

/// `source` of our events on the bus.
pub const SOURCE: &str = "emr-relay";

/// `detail-type` of the event that tells of a run's end.
pub const RUN_STATE_CHANGE: &str = "Pipeline Run State Change";

/// The `detail` of our event. Written with a version, so that listeners can tell what they read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct RunStateChange {
    /// Version of this shape.
    pub version: u32,
    /// The pipeline's folder.
    pub pipeline: String,
    /// The run.
    pub correlation_id: String,
    /// What it makes.
    pub data_product: String,
    /// Which attempt ended.
    pub run_id: u32,
    /// The run's status now.
    pub status: String,
    /// How it ended.
    pub outcome: String,
    /// Why; absent where it ended well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// What is done about it; absent where it ended well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<ToldDecision>,
    /// The cluster of the attempt, where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_id: Option<String>,
    /// The step it stood at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_step: Option<String>,
    /// The day that the run is about.
    pub date: String,
    /// When it ended, RFC 3339.
    pub ended_at: String,
}

/// A decision as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct ToldDecision {
    /// `RELAUNCH`, `HAND_OVER` or `GIVE_UP`.
    pub course: String,
    /// Why.
    pub why: String,
    /// The first step that runs again, where the run is resumed at one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// When the next attempt is launched at the earliest, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// All of it in one sentence.
    pub sentence: String,
}

impl From<&Decision> for ToldDecision {
    fn from(decision: &Decision) -> Self {
        let (from, at) = match &decision.course {
            Course::Relaunch { from, at } => (from.clone(), Some(at.to_string())),
            Course::HandOver | Course::GiveUp => (None, None),
        };
        let course = decision.course.as_str().to_owned();
        Self { course, why: decision.why.clone(), from, at, sentence: decision.to_string() }
    }
}

impl RunStateChange {
    /// What a run that has just ended tells.
    pub fn of(run: &Run, outcome: Outcome, cause: Option<&Cause>, ended_at: Timestamp) -> Self {
        Self {
            version: 1,
            pipeline: run.pipeline.to_string(),
            correlation_id: run.key.correlation_id.to_string(),
            data_product: run.key.data_product.to_string(),
            run_id: run.attempt.0,
            status: outcome.status().to_string(),
            outcome: outcome.to_string(),
            cause: cause.cloned(),
            decision: run.decided().map(ToldDecision::from),
            cluster_id: run.cluster_id.as_ref().map(ToString::to_string),
            current_step: run.current_step.clone(),
            date: run.date.clone(),
            ended_at: ended_at.to_string(),
        }
    }
}

/// Tells programs and people at once that a run has ended, as its row has it. `false` where it has not.
///
/// Repeated, it tells again: listeners tell repetitions by correlation id, attempt and status.
pub(crate) async fn announce(notices: &impl Notices, topics: &Topics, run: &Run) -> Result<bool, Failure> {
    let Some(outcome) = run.outcome else { return Ok(false) };
    let change = RunStateChange::of(run, outcome, run.cause.as_ref(), run.updated_at);
    let notification = Notification::of(&change);
    let notify = async {
        match topic_for(is_critical(outcome, run.decided()), &run.notify, topics) {
            Some(topic) => notices.notify(topic, &notification).await,
            None => Ok(()),
        }
    };
    let (published, notified) = join(notices.publish(&change), notify).await;
    published.and(notified).map(|()| true)
}

/// The topic for what is told: the pipeline's own topics win over the deployment's, and one topic serves for both weights
/// where there is only one.
pub(crate) fn topic_for<'a>(critical: bool, own: &'a Topics, deployed: &'a Topics) -> Option<&'a str> {
    let information = own.information.as_deref().or(deployed.information.as_deref());
    let alarming = own.critical.as_deref().or(deployed.critical.as_deref());
    match critical {
        true => alarming.or(information),
        false => information.or(alarming),
    }
}

/// Whether a person has to look at it: at a failure that is not being mended.
fn is_critical(outcome: Outcome, decision: Option<&Decision>) -> bool {
    let mended = decision.is_some_and(|decision| decision.course != Course::GiveUp);
    match outcome.status() {
        Status::Failed => !mended,
        Status::Completed => outcome == Outcome::SucceededWithErrors,
        Status::Cancelled | Status::Launching | Status::InProgress => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topics(information: Option<&str>, critical: Option<&str>) -> Topics {
        Topics { information: information.map(Into::into), critical: critical.map(Into::into) }
    }

    #[test]
    fn an_end_goes_to_the_topic_of_its_weight_and_the_pipelines_own_topic_wins() {
        let deployed = topics(Some("info"), Some("critical"));
        for (outcome, own, expected) in [
            (Outcome::Succeeded, topics(None, None), Some("info")),
            (Outcome::Cancelled, topics(None, None), Some("info")),
            (Outcome::StepFailed, topics(None, None), Some("critical")),
            (Outcome::SucceededWithErrors, topics(None, None), Some("critical")),
            (Outcome::StepFailed, topics(None, Some("mine")), Some("mine")),
            (Outcome::Succeeded, topics(None, Some("mine")), Some("info")),
        ] {
            let critical = is_critical(outcome, None);
            assert_eq!(topic_for(critical, &own, &deployed), expected, "{outcome}");
        }
        assert_eq!(topic_for(false, &topics(None, None), &topics(None, Some("one"))), Some("one"));
        assert_eq!(topic_for(false, &topics(None, None), &topics(None, None)), None);
    }

    #[test]
    fn a_failure_that_is_being_mended_alarms_nobody() {
        let decision =
            |course| Decision { attempt: crate::run::Attempt(1), cluster_id: None, course, why: "".into() };
        let mended = decision(Course::Relaunch { from: None, at: Timestamp::UNIX_EPOCH });
        assert!(!is_critical(Outcome::StepFailed, Some(&mended)));
        assert!(is_critical(Outcome::StepFailed, Some(&decision(Course::GiveUp))));
        assert!(is_critical(Outcome::StepFailed, None));
    }
}
