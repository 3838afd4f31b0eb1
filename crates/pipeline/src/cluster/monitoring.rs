//! Where the cluster's own logs go.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::words::words;

/// Where the cluster's logs go besides `LogUri`. EMR API: `MonitoringConfiguration`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct MonitoringConfiguration {
    /// To CloudWatch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud_watch_log_configuration: Option<CloudWatchLogConfiguration>,
    /// To S3, by the kind of log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3_logging_configuration: Option<S3LoggingConfiguration>,
}

/// The cluster's logs in CloudWatch. EMR API: `CloudWatchLogConfiguration`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct CloudWatchLogConfiguration {
    /// Whether they go there at all. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The log group, at most 10280 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_group_name: Option<String>,
    /// How the names of the log streams begin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_stream_name_prefix: Option<String>,
    /// The KMS key that encrypts them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption_key_arn: Option<String>,
    /// Which files of which kind: of `STEP_LOGS`, `SPARK_DRIVER` and `SPARK_EXECUTOR`, each `STDOUT` or
    /// `STDERR`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_types: Option<BTreeMap<String, Vec<String>>>,
}

/// The cluster's logs in S3. EMR API: `S3LoggingConfiguration`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct S3LoggingConfiguration {
    /// What becomes of each kind of log. `persistent-ui-logs` cannot be `on-customer-s3only`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_type_upload_policy: Option<BTreeMap<LogType, LogUploadPolicyValue>>,
}

words! {
    /// A kind of log. EMR API: `LogType`.
    LogType {
        /// Of EMR's own daemons.
        SystemLogs = "system-logs",
        /// Of Hadoop, Spark, Hive and the like.
        ApplicationLogs = "application-logs",
        /// What the Spark and Tez history pages live on.
        PersistentUiLogs = "persistent-ui-logs",
    }
}

words! {
    /// What becomes of a kind of log. EMR API: `LogUploadPolicyValue`.
    LogUploadPolicyValue {
        /// It goes to `LogUri`, and EMR keeps some for support.
        EmrManaged = "emr-managed",
        /// It goes to `LogUri` only, which must be given.
        OnCustomerS3Only = "on-customer-s3only",
        /// It is not uploaded.
        Disabled = "disabled",
    }
}
