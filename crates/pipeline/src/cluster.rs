//! The RunJobFlow request as its author writes it: every member that EMR knows, under EMR's own names.
//!
//! Members are all optional here, so that one bad member does not hide the next; which of them EMR insists on
//! is asked later, of the whole request. Names and limits follow the EMR API, version 2009-03-31.

mod alarm;
mod fleets;
mod instances;
mod monitoring;
mod scaling;
mod security;
mod software;
mod steps;
mod storage;
#[cfg(test)]
mod tests;
pub(crate) mod words;

use serde::{Deserialize, Serialize};

pub use self::alarm::{CloudWatchAlarmDefinition, ComparisonOperator, MetricDimension, Statistic, Unit};
pub use self::fleets::{
    InstanceFleetConfig, InstanceFleetProvisioningSpecifications, InstanceFleetResizingSpecifications,
    InstanceFleetType, InstanceTypeConfig, OnDemandCapacityReservationOptions,
    OnDemandCapacityReservationPreference, OnDemandCapacityReservationUsageStrategy,
    OnDemandProvisioningAllocationStrategy, OnDemandProvisioningSpecification, OnDemandResizingSpecification,
    SpotProvisioningAllocationStrategy, SpotProvisioningSpecification, SpotProvisioningTimeoutAction,
    SpotResizingSpecification,
};
pub use self::instances::{
    InstanceGroupConfig, InstanceRoleType, JobFlowInstancesConfig, MarketType, PlacementGroupConfig,
    PlacementGroupStrategy, PlacementType,
};
pub use self::monitoring::{
    CloudWatchLogConfiguration, LogType, LogUploadPolicyValue, MonitoringConfiguration,
    S3LoggingConfiguration,
};
pub use self::scaling::{
    AdjustmentType, AutoScalingPolicy, AutoTerminationPolicy, ComputeLimits, ComputeLimitsUnitType,
    ManagedScalingPolicy, ScalingAction, ScalingConstraints, ScalingRule, ScalingStrategy, ScalingTrigger,
    SimpleScalingPolicyConfiguration,
};
pub use self::security::KerberosAttributes;
pub use self::software::{
    Application, BootstrapActionConfig, Configuration, ScriptBootstrapActionConfig, SupportedProductConfig,
};
pub use self::steps::{
    ActionOnFailure, HadoopJarStepConfig, KeyValue, S3MonitoringConfiguration, StepConfig,
    StepMonitoringConfiguration,
};
pub use self::storage::{EbsBlockDeviceConfig, EbsConfiguration, VolumeSpecification};
pub use self::words::UnknownWord;
use self::words::words;

/// One cluster, from its name to its last step. EMR API: `RunJobFlow`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct RunJobFlow {
    /// The cluster's name, at most 256 characters. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where EMR puts the cluster's logs, an `s3://` address. Without it no logs are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_uri: Option<String>,
    /// The KMS key that encrypts the logs (5.30.0 and later, not 6.0.0). Otherwise AES-256.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_encryption_kms_key_id: Option<String>,
    /// JSON that selects further features of EMR.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_info: Option<String>,
    /// The AMI version of releases 2.x and 3.x; later ones have `ReleaseLabel`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ami_version: Option<String>,
    /// The EMR release, `emr-x.y.z`, which fixes the version of every application (4.0 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_label: Option<String>,
    /// Which machines, how many, and where. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instances: Option<JobFlowInstancesConfig>,
    /// The work, in order; at most 256 steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<StepConfig>>,
    /// The runtime role of the steps in this request, not of steps added later. 20 to 2048 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_execution_role_arn: Option<String>,
    /// Scripts that run on each node before Hadoop starts, at most 16.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bootstrap_actions: Option<Vec<BootstrapActionConfig>>,
    /// Third-party software of releases 2.x and 3.x; later ones have `Applications`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supported_products: Option<Vec<String>>,
    /// Third-party software of releases 2.x and 3.x, with arguments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_supported_products: Option<Vec<SupportedProductConfig>>,
    /// What to install, such as `Spark` (4.0 and later). The case of a name does not matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applications: Option<Vec<Application>>,
    /// Settings of the installed applications (4.0 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configurations: Option<Vec<Configuration>>,
    /// No longer has an effect: every cluster is visible to whoever IAM allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible_to_all_users: Option<bool>,
    /// The instance profile that the nodes assume. EMR's default is `EMR_EC2_DefaultRole`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_flow_role: Option<String>,
    /// The role that EMR itself assumes, with its path if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_role: Option<String>,
    /// Labels of the cluster, which its machines inherit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
    /// The name of a security configuration, at most 10280 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_configuration: Option<String>,
    /// The role of automatic scaling policies. EMR's default is `EMR_AutoScaling_DefaultRole`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scaling_role: Option<String>,
    /// When a node that is no longer wanted goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale_down_behavior: Option<ScaleDownBehavior>,
    /// An AMI of one's own for all nodes (5.7.0 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_ami_id: Option<String>,
    /// The size of each node's root volume, in GiB (4.0 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ebs_root_volume_size: Option<i32>,
    /// Which package updates a custom AMI takes when it boots. EMR's default is `SECURITY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo_upgrade_on_boot: Option<RepoUpgradeOnBoot>,
    /// Kerberos, if the security configuration asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kerberos_attributes: Option<KerberosAttributes>,
    /// How many steps may run at once: 1, which is EMR's default, to 256.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_concurrency_level: Option<i32>,
    /// The limits within which EMR resizes the cluster by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_scaling_policy: Option<ManagedScalingPolicy>,
    /// How the nodes of a role are spread over hardware.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement_group_configs: Option<Vec<PlacementGroupConfig>>,
    /// When an idle cluster ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_termination_policy: Option<AutoTerminationPolicy>,
    /// The Amazon Linux release of all nodes. Otherwise the latest that EMR has validated.
    #[serde(rename = "OSReleaseLabel", skip_serializing_if = "Option::is_none")]
    pub os_release_label: Option<String>,
    /// The operations a second of each node's root volume (6.15.0 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ebs_root_volume_iops: Option<i32>,
    /// The throughput of each node's root volume, in MiB/s (6.15.0 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ebs_root_volume_throughput: Option<i32>,
    /// Reserved by EMR.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_support: Option<bool>,
    /// Where the cluster's logs go besides `LogUri`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monitoring_configuration: Option<MonitoringConfiguration>,
    /// Whether Spark Connect sessions may be started on the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_enabled: Option<bool>,
}

/// A label of the cluster, which its machines inherit. EMR API: `Tag`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct Tag {
    /// The label's name, at most 128 characters. Required for a tag to be valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The label's value, at most 256 characters; it may be absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

words! {
    /// When a node that is no longer wanted goes. EMR API: `ScaleDownBehavior`.
    ScaleDownBehavior {
        /// At the end of the hour it is paid for (5.1.0 and later).
        TerminateAtInstanceHour = "TERMINATE_AT_INSTANCE_HOUR",
        /// As soon as its tasks are done (4.1.0 and later).
        TerminateAtTaskCompletion = "TERMINATE_AT_TASK_COMPLETION",
    }
}

words! {
    /// The package updates that a custom AMI takes when it boots. EMR API: `RepoUpgradeOnBoot`.
    RepoUpgradeOnBoot {
        /// Security updates only.
        Security = "SECURITY",
        /// None: the AMI's owner installs them.
        None = "NONE",
    }
}
