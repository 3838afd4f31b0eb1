//! What the relauncher is asked, read tolerantly where AWS asks and strictly where people do.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::{Node, Source, read_sparse};
use crate::run::{Attempt, AttemptKey, ClusterState, CorrelationId, DataProduct, Run, RunKey};
use crate::signal::{ClusterSignal, EmrSignal, emr_signal};

use super::RelaunchError;

/// What asks for a relaunch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// A cluster has ended.
    Ended(ClusterSignal),
    /// A relaunch that had to wait is due: after this attempt.
    Due(AttemptKey),
    /// A person wants a run resumed.
    Resume(Wish),
    /// Nothing that concerns us, because.
    Nothing(String),
}

/// `{"resume": {...}}`: what a person asks for. Unknown members are refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The run.
    pub correlation_id: CorrelationId,
    /// Which of several products of that name.
    pub data_product: Option<DataProduct>,
    /// The attempt that the person has seen fail: a repetition of the wish finds another one, and changes nothing.
    pub attempt: Option<Attempt>,
    /// The step to begin at, whatever has completed.
    pub from: Option<String>,
}

impl Wish {
    /// The run that is meant.
    pub(super) fn one_of(&self, runs: Vec<Run>) -> Result<Run, RelaunchError> {
        let id = &self.correlation_id;
        let meant =
            |run: &Run| self.data_product.as_ref().is_none_or(|product| run.key.data_product == *product);
        let mut runs: Vec<Run> = runs.into_iter().filter(meant).collect();
        match (runs.pop(), runs.is_empty()) {
            (Some(run), true) => Ok(run),
            (Some(run), false) => {
                runs.push(run);
                let products: Vec<&str> = runs.iter().map(|run| run.key.data_product.as_str()).collect();
                Err(RelaunchError::Event(format!(
                    "run {id} is of several data products, name one: {}",
                    products.join(", ")
                )))
            }
            (None, _) => Err(RelaunchError::Event(format!("there is no run {id}"))),
        }
    }
}

/// The one-time schedule's event: `{"relaunch": {...}}`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RelaunchBody {
    correlation_id: String,
    data_product: String,
    attempt: u32,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ResumeBody {
    correlation_id: String,
    data_product: Option<String>,
    attempt: Option<u32>,
    from: Option<String>,
}

/// The event of a timer that is due after this attempt.
pub(super) fn due_event(attempt: &AttemptKey) -> Value {
    let body = RelaunchBody {
        correlation_id: attempt.run.correlation_id.to_string(),
        data_product: attempt.run.data_product.to_string(),
        attempt: attempt.attempt.0,
    };
    serde_json::json!({"relaunch": body})
}

/// Reads an event: of EMR's, of a schedule, or of a person.
///
/// # Errors
/// An event of ours that is malformed.
pub fn asked(event: &Value) -> Result<Asked, RelaunchError> {
    if let Some(body) = event.get("resume") {
        return wish(body).map(Asked::Resume);
    }
    if let Some(body) = event.get("relaunch") {
        return due(body).map(Asked::Due);
    }
    Ok(match emr_signal(event) {
        EmrSignal::Cluster(signal) if is_success(&signal) => {
            Asked::Nothing(format!("cluster {} has completed its steps", signal.cluster_id))
        }
        EmrSignal::Cluster(signal) if signal.state.is_ended() => Asked::Ended(signal),
        EmrSignal::Cluster(signal) => Asked::Nothing(format!("cluster {} has not ended", signal.cluster_id)),
        EmrSignal::Step(signal) => {
            Asked::Nothing(format!("the end of step {} is not that of its cluster", signal.step_id))
        }
        EmrSignal::Ignored(why) => Asked::Nothing(why),
    })
}

/// The recorder looks at each step of such a cluster all the same; what it finds failed, the sweeper hands on.
fn is_success(signal: &ClusterSignal) -> bool {
    signal.state == ClusterState::Terminated && signal.reason_code.as_deref() == Some("ALL_STEPS_COMPLETED")
}

fn wish(body: &Value) -> Result<Wish, RelaunchError> {
    let read: ResumeBody = read(body, "resume")?;
    let product = read.data_product.as_deref().map(DataProduct::parse).transpose();
    Ok(Wish {
        correlation_id: CorrelationId::parse(&read.correlation_id).map_err(bad)?,
        data_product: product.map_err(bad)?,
        attempt: read.attempt.map(Attempt),
        from: read.from,
    })
}

fn due(body: &Value) -> Result<AttemptKey, RelaunchError> {
    let read: RelaunchBody = read(body, "relaunch")?;
    let run = RunKey {
        correlation_id: CorrelationId::parse(&read.correlation_id).map_err(bad)?,
        data_product: DataProduct::parse(&read.data_product).map_err(bad)?,
    };
    Ok(AttemptKey { run, attempt: Attempt(read.attempt) })
}

fn read<T: serde::de::DeserializeOwned + Default>(
    body: &Value,
    name: &'static str,
) -> Result<T, RelaunchError> {
    let node = Node::from_json(&Source::named(name), body);
    read_sparse(&node).map_err(|problems| RelaunchError::Event(problems.to_string()))
}

fn bad(bad: crate::run::BadId) -> RelaunchError {
    RelaunchError::Event(bad.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_aws_sends_is_read_tolerantly_and_what_people_send_strictly() {
        let ended = json!({"detail-type": "EMR Cluster State Change", "time": "2026-11-21T02:00:00Z",
                           "detail": {"clusterId": "j-1", "state": "TERMINATED_WITH_ERRORS", "stateChangeReason": "{"}});
        assert!(matches!(asked(&ended), Ok(Asked::Ended(signal)) if signal.cluster_id.as_str() == "j-1"));
        assert!(matches!(asked(&json!({"detail": 1})), Ok(Asked::Nothing(_))));
        let wish = json!({"resume": {"correlation_id": "a", "form": "model"}});
        assert!(asked(&wish).unwrap_err().to_string().contains("from"));
        assert!(asked(&json!({"relaunch": {"correlation_id": "", "attempt": 1}})).is_err());
    }

    #[test]
    fn a_timer_is_read_as_it_was_set() {
        let run = RunKey {
            correlation_id: CorrelationId::parse("a").unwrap(),
            data_product: DataProduct::parse("PDM").unwrap(),
        };
        let attempt = AttemptKey { run, attempt: Attempt(2) };
        assert_eq!(asked(&due_event(&attempt)).unwrap(), Asked::Due(attempt));
    }
}
