//! Which machines a cluster has: uniform groups, or the older three members that describe them.

use serde::{Deserialize, Serialize};

use super::words::words;
use super::{AutoScalingPolicy, Configuration, EbsConfiguration, InstanceFleetConfig};

/// The machines: groups, or fleets, or (not advised) the first three members. EMR API:
/// `JobFlowInstancesConfig`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct JobFlowInstancesConfig {
    /// The master's EC2 instance type, if neither groups nor fleets are given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub master_instance_type: Option<String>,
    /// The other nodes' EC2 instance type, if neither groups nor fleets are given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slave_instance_type: Option<String>,
    /// How many machines in all, if neither groups nor fleets are given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_count: Option<i32>,
    /// Uniform groups; not together with `InstanceFleets`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_groups: Option<Vec<InstanceGroupConfig>>,
    /// Fleets of mixed instance types (4.8.0 and later, not 5.0.x); not together with `InstanceGroups`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_fleets: Option<Vec<InstanceFleetConfig>>,
    /// The EC2 key pair that lets `hadoop` log in to the master by SSH.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ec2_key_name: Option<String>,
    /// The availability zone, or several to choose from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement: Option<PlacementType>,
    /// Whether the cluster outlives its last step. EMR's default is no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_job_flow_alive_when_no_steps: Option<bool>,
    /// Whether the cluster refuses to be ended by a call, a person or a failed step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub termination_protected: Option<bool>,
    /// Whether EMR replaces degraded core nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unhealthy_node_replacement: Option<bool>,
    /// The version of Hadoop (before 4.0).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hadoop_version: Option<String>,
    /// The subnet, for instance groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ec2_subnet_id: Option<String>,
    /// The subnets that EMR may choose from, for instance fleets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ec2_subnet_ids: Option<Vec<String>>,
    /// The master's security group, given together with the other nodes'.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emr_managed_master_security_group: Option<String>,
    /// The other nodes' security group, given together with the master's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emr_managed_slave_security_group: Option<String>,
    /// The security group through which EMR reaches a private subnet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_access_security_group: Option<String>,
    /// Further security groups of the master.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_master_security_groups: Option<Vec<String>>,
    /// Further security groups of the other nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_slave_security_groups: Option<Vec<String>>,
}

/// Where the machines stand. EMR API: `PlacementType`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct PlacementType {
    /// The zone, for instance groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<String>,
    /// The zones that EMR may choose from, for instance fleets (4.8.0 and later, not 5.0.x).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability_zones: Option<Vec<String>>,
}

/// How the nodes of one role are spread over hardware. EMR API: `PlacementGroupConfig`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct PlacementGroupConfig {
    /// The role it is about: `MASTER` is the only one EMR supports. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_role: Option<InstanceRoleType>,
    /// How they are spread: `SPREAD` is the only way EMR supports for masters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement_strategy: Option<PlacementGroupStrategy>,
}

/// Machines of one type and one role. EMR API: `InstanceGroupConfig`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct InstanceGroupConfig {
    /// The group's name, at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How its machines are bought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub market: Option<MarketType>,
    /// What they do in the cluster. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_role: Option<InstanceRoleType>,
    /// The highest price for one machine on the spot market, in USD an hour. EMR's default is the on-demand
    /// price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bid_price: Option<String>,
    /// Their EC2 instance type. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_type: Option<String>,
    /// How many. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_count: Option<i32>,
    /// Settings of the applications on this group (4.0 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configurations: Option<Vec<Configuration>>,
    /// Their volumes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ebs_configuration: Option<EbsConfiguration>,
    /// How the group resizes itself; core and task groups only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scaling_policy: Option<AutoScalingPolicy>,
    /// An AMI of one's own for this group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_ami_id: Option<String>,
}

words! {
    /// How machines are bought. EMR API: `MarketType`.
    MarketType {
        /// At the list price, kept until the cluster lets them go.
        OnDemand = "ON_DEMAND",
        /// From spare capacity, which EC2 may take back.
        Spot = "SPOT",
    }
}

words! {
    /// What a machine does in a cluster. EMR API: `InstanceRoleType`.
    InstanceRoleType {
        /// Runs the cluster.
        Master = "MASTER",
        /// Computes, and stores HDFS blocks.
        Core = "CORE",
        /// Computes only, so that it can leave at any time.
        Task = "TASK",
    }
}

words! {
    /// How nodes are spread over hardware. EMR API: `PlacementGroupStrategy`.
    PlacementGroupStrategy {
        /// Each on hardware of its own.
        Spread = "SPREAD",
        /// In partitions that share no hardware.
        Partition = "PARTITION",
        /// Close together, for fast networking.
        Cluster = "CLUSTER",
        /// As EC2 sees fit.
        None = "NONE",
    }
}
