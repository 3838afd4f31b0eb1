//! The launch event: what a caller may say of one launch.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// The body of a launch, every member optional. Unknown members are refused.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LaunchEvent {
    /// Folder of the pipeline in the configuration bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<String>,
    /// Names the piece of work; derived from the delivery where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// Prefix of the snapshots that the run reads: `{{s3_prefix}}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3_prefix: Option<String>,
    /// Kind of the snapshots: `{{snapshot_type}}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot_type: Option<String>,
    /// Day of the export, `YYYY-MM-DD`: `{{export_date}}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub export_date: Option<String>,
    /// First day to load, `YYYY-MM-DD`: `{{start_date}}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_dt: Option<String>,
    /// Last day to load, `YYYY-MM-DD`: `{{end_date}}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_dt: Option<String>,
    /// Asks the job to delete its output first; needs [`LaunchEvent::confirm`] where the pipeline is guarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clean_up_flg: Option<bool>,
    /// Asks the job to read test files; forbidden where the pipeline is guarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e2e_test_flg: Option<bool>,
    /// Confirms a deletion by naming the pipeline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
    /// Another place for the pipeline's folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3_overrides: Option<S3Overrides>,
    /// Merged deeply into the request; lists are replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overrides: Option<Map<String, Value>>,
    /// Dotted path -> item, or list of items, appended to the list there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extend: Option<Map<String, Value>>,
    /// Step name -> arguments appended to that step's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_step_args: Option<BTreeMap<String, Vec<String>>>,
    /// Copies the security configuration under a name of its own, and uses the copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy_secconfig: Option<bool>,
    /// Starts at this step instead of the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resume_from: Option<String>,
    /// Answers with the plan, and starts nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    /// Token of the Step Functions task that waits for the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_token: Option<String>,
}

/// Where to read the folder instead; the names are those of the existing Python launcher.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct S3Overrides {
    /// The bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emr_launcher_config_s3_bucket: Option<String>,
    /// The folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emr_launcher_config_s3_folder: Option<String>,
}

impl LaunchEvent {
    /// The event as the run item keeps it. What only this delivery asks for (a plan, a token) is left out, so that
    /// two deliveries of one piece of work are equal.
    pub fn as_launched(&self) -> Self {
        Self { dry_run: None, task_token: None, ..self.clone() }
    }

    /// The event as JSON, members in a fixed order.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// SHA-256, in hexadecimal, of what is to be launched: equal for deliveries of the same piece of work.
    pub fn payload_hash(&self) -> String {
        let canonical = sorted(self.as_launched().to_json()).to_string();
        Sha256::digest(canonical.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The same value with every object's members in the order of their names: senders may order them as they like.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<String, Value> =
                members.into_iter().map(|(name, inner)| (name, sorted(inner))).collect();
            Value::Object(members.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(value: Value) -> LaunchEvent {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn the_hash_is_that_of_the_work_not_of_the_delivery() {
        let work = event(json!({"pipeline": "p", "overrides": {"a": 1, "b": {"c": [1, 2], "d": 2}}}));
        let same = event(
            json!({"task_token": "t", "overrides": {"b": {"d": 2, "c": [1, 2]}, "a": 1}, "pipeline": "p"}),
        );
        let other = event(json!({"pipeline": "p", "overrides": {"a": 1, "b": {"c": [2, 1], "d": 2}}}));
        assert_eq!(work.payload_hash(), same.payload_hash());
        assert_ne!(work.payload_hash(), other.payload_hash());
    }
}
