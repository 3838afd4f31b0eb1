//! Fleets: a capacity to be met by a mix of instance types.

use serde::{Deserialize, Serialize};

use super::words::words;
use super::{Configuration, EbsConfiguration};

/// The machines of one role, as a capacity to be met (4.8.0 and later, not 5.0.x). EMR API:
/// `InstanceFleetConfig`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct InstanceFleetConfig {
    /// The fleet's name, at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What its machines do in the cluster. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_fleet_type: Option<InstanceFleetType>,
    /// Units to buy on demand; a unit is what `WeightedCapacity` counts. At least one target must exceed 0,
    /// and a master fleet has exactly one target of 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_on_demand_capacity: Option<i32>,
    /// Units to buy on the spot market, under the same rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_spot_capacity: Option<i32>,
    /// The types it may use: at most 5, or 30 with an allocation strategy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_type_configs: Option<Vec<InstanceTypeConfig>>,
    /// How the capacity is found when the cluster starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub launch_specifications: Option<InstanceFleetProvisioningSpecifications>,
    /// How the capacity is found when the fleet grows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resize_specifications: Option<InstanceFleetResizingSpecifications>,
    /// Reserved by EMR.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
}

/// One instance type that a fleet may use. EMR API: `InstanceTypeConfig`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct InstanceTypeConfig {
    /// The EC2 instance type. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_type: Option<String>,
    /// The units that one such machine provides: 1 or more, and 1 in a master fleet, which is also EMR's
    /// default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weighted_capacity: Option<i32>,
    /// The highest price for one machine on the spot market, in USD an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bid_price: Option<String>,
    /// The same as a percentage of the on-demand price. EMR's default is 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bid_price_as_percentage_of_on_demand_price: Option<f64>,
    /// The volumes of each such machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ebs_configuration: Option<EbsConfiguration>,
    /// Settings of the applications on such machines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configurations: Option<Vec<Configuration>>,
    /// An AMI of one's own for this type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_ami_id: Option<String>,
    /// The order in which a prioritised strategy takes the types; 0 goes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<f64>,
}

/// How a fleet finds its capacity when the cluster starts. EMR API:
/// `InstanceFleetProvisioningSpecifications`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct InstanceFleetProvisioningSpecifications {
    /// On the spot market.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spot_specification: Option<SpotProvisioningSpecification>,
    /// On demand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_demand_specification: Option<OnDemandProvisioningSpecification>,
}

/// How spot capacity is found when the cluster starts. EMR API: `SpotProvisioningSpecification`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct SpotProvisioningSpecification {
    /// How long to look for it, in minutes: 5 to 1440. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_duration_minutes: Option<i32>,
    /// What to do if it is not found by then. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_action: Option<SpotProvisioningTimeoutAction>,
    /// A fixed lifetime in minutes: 60, 120, 180, 240, 300 or 360. EC2 no longer sells these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_duration_minutes: Option<i32>,
    /// How to choose among the types.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocation_strategy: Option<SpotProvisioningAllocationStrategy>,
}

/// How on-demand capacity is found when the cluster starts (5.12.1 and later). EMR API:
/// `OnDemandProvisioningSpecification`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct OnDemandProvisioningSpecification {
    /// How to choose among the types. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocation_strategy: Option<OnDemandProvisioningAllocationStrategy>,
    /// Whether to use capacity that is reserved already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_reservation_options: Option<OnDemandCapacityReservationOptions>,
}

/// How a fleet finds its capacity when it grows. EMR API: `InstanceFleetResizingSpecifications`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct InstanceFleetResizingSpecifications {
    /// On the spot market.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spot_resize_specification: Option<SpotResizingSpecification>,
    /// On demand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_demand_resize_specification: Option<OnDemandResizingSpecification>,
}

/// How spot capacity is found when a fleet grows. EMR API: `SpotResizingSpecification`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct SpotResizingSpecification {
    /// How long to look for it, in minutes: 5 to 10080.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_duration_minutes: Option<i32>,
    /// How to choose among the types. EMR's default is `price-capacity-optimized` (6.9.0 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocation_strategy: Option<SpotProvisioningAllocationStrategy>,
}

/// How on-demand capacity is found when a fleet grows. EMR API: `OnDemandResizingSpecification`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct OnDemandResizingSpecification {
    /// How long to look for it, in minutes: 5 to 10080.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_duration_minutes: Option<i32>,
    /// How to choose among the types. EMR's default is `lowest-price`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocation_strategy: Option<OnDemandProvisioningAllocationStrategy>,
    /// Whether to use capacity that is reserved already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_reservation_options: Option<OnDemandCapacityReservationOptions>,
}

/// The use of capacity that is reserved already. EMR API: `OnDemandCapacityReservationOptions`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct OnDemandCapacityReservationOptions {
    /// Whether unused reservations go first. Otherwise the allocation strategy alone decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_strategy: Option<OnDemandCapacityReservationUsageStrategy>,
    /// Which reservations a machine may run in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_reservation_preference: Option<OnDemandCapacityReservationPreference>,
    /// The resource group of the reservations to use, at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_reservation_resource_group_arn: Option<String>,
}

words! {
    /// What the machines of a fleet do in a cluster. EMR API: `InstanceFleetType`.
    InstanceFleetType {
        /// They run the cluster.
        Master = "MASTER",
        /// They compute, and store HDFS blocks.
        Core = "CORE",
        /// They compute only, so that they can leave at any time.
        Task = "TASK",
    }
}

words! {
    /// What to do about spot capacity that is not found in time. EMR API: `SpotProvisioningTimeoutAction`.
    SpotProvisioningTimeoutAction {
        /// Buy the rest on demand.
        SwitchToOnDemand = "SWITCH_TO_ON_DEMAND",
        /// End the cluster.
        TerminateCluster = "TERMINATE_CLUSTER",
    }
}

words! {
    /// How a fleet chooses among spot types. EMR API: `SpotProvisioningAllocationStrategy`.
    SpotProvisioningAllocationStrategy {
        /// Where most capacity is spare, so that least is taken back.
        CapacityOptimized = "capacity-optimized",
        /// Where much capacity is spare, and then the cheapest.
        PriceCapacityOptimized = "price-capacity-optimized",
        /// The cheapest.
        LowestPrice = "lowest-price",
        /// Some of each.
        Diversified = "diversified",
        /// Where most capacity is spare, with regard to `Priority`.
        CapacityOptimizedPrioritized = "capacity-optimized-prioritized",
    }
}

words! {
    /// How a fleet chooses among on-demand types. EMR API: `OnDemandProvisioningAllocationStrategy`.
    OnDemandProvisioningAllocationStrategy {
        /// The cheapest.
        LowestPrice = "lowest-price",
        /// In the order of `Priority`.
        Prioritized = "prioritized",
    }
}

words! {
    /// Whether unused reservations go first. EMR API: `OnDemandCapacityReservationUsageStrategy`.
    OnDemandCapacityReservationUsageStrategy {
        /// They do.
        UseCapacityReservationsFirst = "use-capacity-reservations-first",
    }
}

words! {
    /// Which reservations a machine may run in. EMR API: `OnDemandCapacityReservationPreference`.
    OnDemandCapacityReservationPreference {
        /// Any open one that matches it.
        Open = "open",
        /// None, even if one is free.
        None = "none",
    }
}
