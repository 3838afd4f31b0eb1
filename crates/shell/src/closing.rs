//! The line that closes an invocation: what it was about, how it ended, how long it took.

use std::time::Instant;

use pipeline::failure::Explained;
use serde_json::Value;

use crate::failed;

/// What an invocation is about, by the names under which every line tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Subject {
    pipeline: Option<String>,
    correlation_id: Option<String>,
    run_id: Option<u64>,
    cluster_id: Option<String>,
}

impl Subject {
    /// Of an event or an answer, ours or EMR's. Only these members are ever logged of either.
    fn of(value: &Value) -> Self {
        let inner = value.get("detail").unwrap_or(value);
        let text =
            |names: &[&str]| names.iter().find_map(|name| inner.get(name)?.as_str()).map(str::to_owned);
        Self {
            pipeline: text(&["pipeline"]),
            correlation_id: text(&["correlation_id"]),
            run_id: inner.get("run_id").and_then(Value::as_u64),
            cluster_id: text(&["cluster_id", "JobFlowId", "clusterId"]),
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            pipeline: self.pipeline.or(other.pipeline),
            correlation_id: self.correlation_id.or(other.correlation_id),
            run_id: self.run_id.or(other.run_id),
            cluster_id: self.cluster_id.or(other.cluster_id),
        }
    }
}

/// An invocation that has begun.
#[derive(Debug)]
pub(crate) struct Invoked {
    subject: Subject,
    request_id: String,
    began: Instant,
}

/// Writes a line about the subject of an invocation.
macro_rules! line {
    ($write:ident, $subject:expr, $invoked:expr, $($rest:tt)+) => {
        tracing::$write!(
            pipeline = $subject.pipeline,
            correlation_id = $subject.correlation_id,
            run_id = $subject.run_id,
            cluster_id = $subject.cluster_id,
            request_id = $invoked.request_id,
            $($rest)+
        )
    };
}

impl Invoked {
    pub(crate) fn now(event: Option<&Value>, request_id: &str) -> Self {
        let subject = event.map(Subject::of).unwrap_or_default();
        Self { subject, request_id: request_id.to_owned(), began: Instant::now() }
    }

    pub(crate) fn succeeded(self, answer: &Value) {
        for error in answer.get("errors").and_then(Value::as_array).into_iter().flatten() {
            let text = |name: &str| error.get(name).and_then(Value::as_str);
            let (code, message) = (text("code"), text("message").unwrap_or_default());
            line!(error, self.subject, self, error.code = code, message_id = text("messageId"), "{message}");
        }
        let subject = Subject::of(answer).or(self.subject.clone());
        let status = answer.get("status").and_then(Value::as_str).unwrap_or("done");
        line!(info, subject, self, duration_ms = self.milliseconds(), "answered: {status}");
    }

    pub(crate) fn failed(self, error: &impl Explained) {
        let (code, remedy) = (error.code(), failed::word(error.remedy()));
        let message = failed::chain(error);
        let ms = self.milliseconds();
        match error.is_ordinary() {
            true => line!(info, self.subject, self, error.code = code, remedy, duration_ms = ms, "{message}"),
            false => {
                line!(error, self.subject, self, error.code = code, remedy, duration_ms = ms, "{message}")
            }
        }
    }

    fn milliseconds(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Subject;

    #[test]
    fn an_invocation_is_about_what_its_event_and_its_answer_name() {
        let event = json!({"pipeline": "pdm", "correlation_id": "a", "overrides": {"Name": "x"}});
        let answer = json!({"JobFlowId": "j-1", "run_id": 1, "correlation_id": "a"});
        let expected = Subject {
            pipeline: Some("pdm".into()),
            correlation_id: Some("a".into()),
            run_id: Some(1),
            cluster_id: Some("j-1".into()),
        };
        assert_eq!(Subject::of(&answer).or(Subject::of(&event)), expected);
    }

    #[test]
    fn an_event_of_emr_is_about_its_cluster() {
        let event = json!({"detail-type": "EMR Step Status Change", "detail": {"clusterId": "j-2"}});
        assert_eq!(Subject::of(&event).cluster_id.as_deref(), Some("j-2"));
    }
}
