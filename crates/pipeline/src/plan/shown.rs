//! A plan as people and scripts see it.

use serde_json::{Map, Value, json};

use crate::cluster::RunJobFlow;
use crate::document::{Node, read};
use crate::template::mask_references;

use super::{Check, Plan, PlannedStep};

impl Plan {
    /// The plan as JSON: the request as it would be sent with `***` in the place of each secret, where each value came
    /// from, the steps, warnings and checks.
    pub fn to_json(&self) -> Value {
        json!({
            "pipeline": self.pipeline.as_str(),
            "correlation_id": self.key.run.correlation_id.as_str(),
            "data_product": self.key.run.data_product.as_str(),
            "run_id": self.key.attempt.0,
            "date": self.date,
            "request": self.shown_request(),
            "origins": self.origins(),
            "steps": self.steps.iter().map(step).collect::<Vec<_>>(),
            "secrets": self.references.iter().map(|secret| secret.secret.to_string()).collect::<Vec<_>>(),
            "checks": self.checks.iter().map(check).collect::<Vec<_>>(),
            "warnings": &self.warnings,
            "payload_hash": self.payload_hash,
            "config_hash": self.config_hash,
        })
    }

    /// The request as it would be sent, with `***` in the place of each secret.
    pub fn shown_request(&self) -> Value {
        let mut request = self.request.clone();
        mask_references(&mut request);
        let typed: Option<RunJobFlow> = read(&request.masked()).ok();
        typed.and_then(|typed| serde_json::to_value(typed).ok()).unwrap_or_default()
    }

    /// Where each value came from: path -> file and line, or the part of the event.
    pub fn origins(&self) -> Map<String, Value> {
        let leaves = Node::provenance(&self.request);
        leaves.into_iter().map(|(path, origin)| (path.to_string(), origin.to_string().into())).collect()
    }
}

fn step(step: &PlannedStep) -> Value {
    json!({"name": step.name, "runs": step.skipped.is_none(), "why": step.skipped})
}

fn check(check: &Check) -> Value {
    json!({"check": check.what, "ok": check.problem.is_none(), "problem": check.problem})
}
