//! How a cluster resizes itself, and when it ends by itself.

use serde::{Deserialize, Serialize};

use super::words::words;
use super::{CloudWatchAlarmDefinition, MarketType};

/// The limits within which EMR resizes core and task nodes. EMR API: `ManagedScalingPolicy`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct ManagedScalingPolicy {
    /// The limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compute_limits: Option<ComputeLimits>,
    /// From saving (1) to speed (100): 1, 25, 50, 75 or 100. For the `ADVANCED` strategy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub utilization_performance_index: Option<i32>,
    /// Whether `UtilizationPerformanceIndex` counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaling_strategy: Option<ScalingStrategy>,
}

/// How small and how large core and task nodes may become together. EMR API: `ComputeLimits`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct ComputeLimits {
    /// What the limits count. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_type: Option<ComputeLimitsUnitType>,
    /// The least there may be. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_capacity_units: Option<i32>,
    /// The most there may be. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_capacity_units: Option<i32>,
    /// The most that may be bought on demand; the rest is spot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_on_demand_capacity_units: Option<i32>,
    /// The most that may be core nodes; the rest are task nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_core_capacity_units: Option<i32>,
}

/// When an idle cluster ends by itself. EMR API: `AutoTerminationPolicy`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct AutoTerminationPolicy {
    /// How long it may be idle, in seconds: 60 to 604800 (seven days).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_timeout: Option<i64>,
}

/// How an instance group resizes itself on CloudWatch alarms. EMR API: `AutoScalingPolicy`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct AutoScalingPolicy {
    /// How small and how large it may become. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<ScalingConstraints>,
    /// What makes it grow or shrink. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<ScalingRule>>,
}

/// How small and how large an instance group may become. EMR API: `ScalingConstraints`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct ScalingConstraints {
    /// The fewest machines. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_capacity: Option<i32>,
    /// The most machines. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_capacity: Option<i32>,
}

/// An alarm and what it does. EMR API: `ScalingRule`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct ScalingRule {
    /// The rule's name, unique within its policy. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it does. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<ScalingAction>,
    /// What sets it off. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<ScalingTrigger>,
}

/// What a rule does. EMR API: `ScalingAction`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct ScalingAction {
    /// Not for instance groups, whose own market counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub market: Option<MarketType>,
    /// By how much it resizes. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub simple_scaling_policy_configuration: Option<SimpleScalingPolicyConfiguration>,
}

/// By how much a rule resizes, and how often. EMR API: `SimpleScalingPolicyConfiguration`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct SimpleScalingPolicyConfiguration {
    /// What `ScalingAdjustment` counts. EMR's default is `CHANGE_IN_CAPACITY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjustment_type: Option<AdjustmentType>,
    /// The change: negative to shrink, but positive for `EXACT_CAPACITY`. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaling_adjustment: Option<i32>,
    /// The rest after it, in seconds, before another rule may act. EMR's default is 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cool_down: Option<i32>,
}

/// What sets a rule off. EMR API: `ScalingTrigger`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct ScalingTrigger {
    /// The alarm. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud_watch_alarm_definition: Option<CloudWatchAlarmDefinition>,
}

words! {
    /// Whether managed scaling heeds the performance index. EMR API: `ScalingStrategy`.
    ScalingStrategy {
        /// It does not.
        Default = "DEFAULT",
        /// It does.
        Advanced = "ADVANCED",
    }
}

words! {
    /// What the limits of managed scaling count. EMR API: `ComputeLimitsUnitType`.
    ComputeLimitsUnitType {
        /// Units of instance fleets.
        InstanceFleetUnits = "InstanceFleetUnits",
        /// Machines of instance groups.
        Instances = "Instances",
        /// Virtual CPUs of instance groups.
        Vcpu = "VCPU",
    }
}

words! {
    /// What a scaling adjustment counts. EMR API: `AdjustmentType`.
    AdjustmentType {
        /// Machines more or fewer.
        ChangeInCapacity = "CHANGE_IN_CAPACITY",
        /// Per cent more or fewer.
        PercentChangeInCapacity = "PERCENT_CHANGE_IN_CAPACITY",
        /// Machines in all.
        ExactCapacity = "EXACT_CAPACITY",
    }
}
