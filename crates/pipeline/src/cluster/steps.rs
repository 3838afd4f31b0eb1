//! The work of a cluster, step by step.

use serde::{Deserialize, Serialize};

use super::words::words;

/// One step. EMR API: `StepConfig`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct StepConfig {
    /// The step's name, at most 256 characters. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What becomes of the cluster if the step fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_on_failure: Option<ActionOnFailure>,
    /// What the step runs. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hadoop_jar_step: Option<HadoopJarStepConfig>,
    /// Where this step's logs go, instead of where the cluster's go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_monitoring_configuration: Option<StepMonitoringConfiguration>,
}

/// A JAR and its arguments; `command-runner.jar` for everything else. EMR API: `HadoopJarStepConfig`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct HadoopJarStepConfig {
    /// Java properties that are set while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<Vec<KeyValue>>,
    /// Where the JAR lies. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jar: Option<String>,
    /// The class to run, if the manifest of the JAR names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub main_class: Option<String>,
    /// Its arguments, each at most 10280 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<Vec<String>>,
}

/// A Java property. EMR API: `KeyValue`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct KeyValue {
    /// Its name, at most 10280 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Its value, at most 10280 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// Where a step's logs go. EMR API: `StepMonitoringConfiguration`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct StepMonitoringConfiguration {
    /// To S3; a member left out falls back to the cluster's setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3_monitoring_configuration: Option<S3MonitoringConfiguration>,
}

/// A step's logs in S3. EMR API: `S3MonitoringConfiguration`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct S3MonitoringConfiguration {
    /// The `s3://` address the logs go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_uri: Option<String>,
    /// The KMS key that encrypts them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption_key_arn: Option<String>,
}

words! {
    /// What becomes of the cluster if a step fails. EMR API: `ActionOnFailure`.
    ActionOnFailure {
        /// It ends. The older spelling of `TERMINATE_CLUSTER`.
        TerminateJobFlow = "TERMINATE_JOB_FLOW",
        /// It ends.
        TerminateCluster = "TERMINATE_CLUSTER",
        /// The steps after it are cancelled, and the cluster waits.
        CancelAndWait = "CANCEL_AND_WAIT",
        /// The next step runs.
        Continue = "CONTINUE",
    }
}
