//! The volumes of each machine.

use serde::{Deserialize, Serialize};

/// The EBS volumes of a machine. EMR API: `EbsConfiguration`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct EbsConfiguration {
    /// The volumes it gets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ebs_block_device_configs: Option<Vec<EbsBlockDeviceConfig>>,
    /// Whether it has bandwidth of its own for them. EMR's default is no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ebs_optimized: Option<bool>,
}

/// Volumes of one kind. EMR API: `EbsBlockDeviceConfig`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct EbsBlockDeviceConfig {
    /// Their kind. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_specification: Option<VolumeSpecification>,
    /// How many of them each machine gets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volumes_per_instance: Option<i32>,
}

/// The kind of a volume. EMR API: `VolumeSpecification`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct VolumeSpecification {
    /// `gp3`, `gp2`, `io1`, `st1`, `sc1` or `standard`. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_type: Option<String>,
    /// The operations a second that it supports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iops: Option<i32>,
    /// Its size in GiB: 1 to 1024, and 10 at least if it is EBS-optimised. Required.
    #[serde(rename = "SizeInGB", skip_serializing_if = "Option::is_none")]
    pub size_in_gb: Option<i32>,
    /// Its throughput in MiB/s: 125 to 1000, for `gp3` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throughput: Option<i32>,
}
