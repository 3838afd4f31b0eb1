//! What a caller is told.

use serde_json::{Map, Value, json};

use crate::failure::Explained;
use crate::plan::Plan;
use crate::ports::StartedCluster;
use crate::run::{ClusterId, Run, Status};

use super::LaunchError;
use super::claim::Held;

/// What became of one trigger.
#[derive(Debug, Clone)]
pub enum Answer {
    /// The plan, and nothing was started.
    Planned(Box<Plan>),
    /// A cluster works on it.
    Launched(Launched),
    /// The run existed: the row, as it is.
    Existing(Box<Run>),
}

/// A run that this call has launched.
#[derive(Debug, Clone, PartialEq)]
pub struct Launched {
    cluster_id: ClusterId,
    cluster_arn: Option<String>,
    run: Value,
}

impl Answer {
    pub(super) fn launched(held: &Held, recorded: ClusterId, started: StartedCluster) -> Self {
        let run = json!({
            "correlation_id": held.key.run.correlation_id.as_str(),
            "data_product": held.key.run.data_product.as_str(),
            "run_id": held.key.attempt.0,
            "pipeline": held.pipeline.as_str(),
            "status": Status::InProgress.as_str(),
            "existing": recorded != started.cluster_id,
        });
        let cluster_arn = started.arn.filter(|_| recorded == started.cluster_id);
        Self::Launched(Launched { cluster_id: recorded, cluster_arn, run })
    }

    /// RunJobFlow's members, where there is a cluster, and ours.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Planned(plan) => plan.to_json(),
            Self::Launched(launched) => launched.to_json(),
            Self::Existing(run) => existing(run),
        }
    }
}

impl Launched {
    fn to_json(&self) -> Value {
        let mut answer = Map::new();
        answer.insert("JobFlowId".into(), self.cluster_id.as_str().into());
        if let Some(arn) = &self.cluster_arn {
            answer.insert("ClusterArn".into(), arn.as_str().into());
        }
        if let Value::Object(run) = &self.run {
            answer.extend(run.clone());
        }
        Value::Object(answer)
    }
}

fn existing(run: &Run) -> Value {
    let mut answer = Map::new();
    if let Some(cluster) = &run.cluster_id {
        answer.insert("JobFlowId".into(), cluster.as_str().into());
    }
    answer.insert("correlation_id".into(), run.key.correlation_id.as_str().into());
    answer.insert("data_product".into(), run.key.data_product.as_str().into());
    answer.insert("run_id".into(), run.attempt.0.into());
    answer.insert("pipeline".into(), run.pipeline.as_str().into());
    answer.insert("status".into(), run.status.as_str().into());
    if let Some(outcome) = run.outcome {
        answer.insert("outcome".into(), outcome.as_str().into());
    }
    answer.insert("existing".into(), true.into());
    Value::Object(answer)
}

/// One answer as itself, several as a list; nothing to do as an empty list.
pub fn answer_json(answers: &[Answer]) -> Value {
    match answers {
        [one] => one.to_json(),
        several => several.iter().map(Answer::to_json).collect(),
    }
}

/// The partial batch response of SQS ("Reporting batch item failures", Lambda developer guide), with the reasons
/// beside it for the log.
#[derive(Debug, Default)]
pub struct BatchAnswer {
    failures: Vec<(String, LaunchError)>,
}

impl BatchAnswer {
    pub(super) fn add(&mut self, message_id: &str, result: Result<(), LaunchError>) {
        if let Err(error) = result {
            self.failures.push((message_id.to_owned(), error));
        }
    }

    /// The response, with each failure told beside its message.
    pub fn to_json(&self) -> Value {
        let failed = self.failures.iter().map(|(id, _)| json!({"itemIdentifier": id}));
        let told = self
            .failures
            .iter()
            .map(|(id, error)| json!({"messageId": id, "code": error.code(), "message": error.to_string()}));
        json!({
            "batchItemFailures": failed.collect::<Vec<_>>(),
            "errors": told.collect::<Vec<_>>(),
        })
    }
}
