//! The members that EMR's model requires, structure by structure.

use super::view::View;
use crate::document::{Node, Path, Problem};

/// Where a structure stands (`[]` after the name of a list) and what it must have. EMR API: version 2009-03-31.
const REQUIRED: [(&str, &[&str]); 24] = [
    ("", &["Name", "Instances"]),
    ("Instances.InstanceGroups[]", &["InstanceRole", "InstanceType", "InstanceCount"]),
    ("Instances.InstanceGroups[].EbsConfiguration.EbsBlockDeviceConfigs[]", &["VolumeSpecification"]),
    (
        "Instances.InstanceGroups[].EbsConfiguration.EbsBlockDeviceConfigs[].VolumeSpecification",
        &["VolumeType", "SizeInGB"],
    ),
    ("Instances.InstanceGroups[].AutoScalingPolicy", &["Constraints", "Rules"]),
    ("Instances.InstanceGroups[].AutoScalingPolicy.Constraints", &["MinCapacity", "MaxCapacity"]),
    ("Instances.InstanceGroups[].AutoScalingPolicy.Rules[]", &["Name", "Action", "Trigger"]),
    ("Instances.InstanceGroups[].AutoScalingPolicy.Rules[].Action", &["SimpleScalingPolicyConfiguration"]),
    (
        "Instances.InstanceGroups[].AutoScalingPolicy.Rules[].Action.SimpleScalingPolicyConfiguration",
        &["ScalingAdjustment"],
    ),
    ("Instances.InstanceGroups[].AutoScalingPolicy.Rules[].Trigger", &["CloudWatchAlarmDefinition"]),
    (
        "Instances.InstanceGroups[].AutoScalingPolicy.Rules[].Trigger.CloudWatchAlarmDefinition",
        &["ComparisonOperator", "MetricName", "Period", "Threshold"],
    ),
    ("Instances.InstanceFleets[]", &["InstanceFleetType"]),
    ("Instances.InstanceFleets[].InstanceTypeConfigs[]", &["InstanceType"]),
    (
        "Instances.InstanceFleets[].InstanceTypeConfigs[].EbsConfiguration.EbsBlockDeviceConfigs[]",
        &["VolumeSpecification"],
    ),
    (
        "Instances.InstanceFleets[].InstanceTypeConfigs[].EbsConfiguration.EbsBlockDeviceConfigs[].VolumeSpecification",
        &["VolumeType", "SizeInGB"],
    ),
    (
        "Instances.InstanceFleets[].LaunchSpecifications.SpotSpecification",
        &["TimeoutDurationMinutes", "TimeoutAction"],
    ),
    ("Instances.InstanceFleets[].LaunchSpecifications.OnDemandSpecification", &["AllocationStrategy"]),
    ("Steps[]", &["Name", "HadoopJarStep"]),
    ("Steps[].HadoopJarStep", &["Jar"]),
    ("BootstrapActions[]", &["Name", "ScriptBootstrapAction"]),
    ("BootstrapActions[].ScriptBootstrapAction", &["Path"]),
    ("KerberosAttributes", &["Realm", "KdcAdminPassword"]),
    ("ManagedScalingPolicy.ComputeLimits", &["UnitType", "MinimumCapacityUnits", "MaximumCapacityUnits"]),
    ("PlacementGroupConfigs[]", &["InstanceRole"]),
];

/// Every structure that lacks a member.
pub(super) fn check(view: &View<'_>) -> Vec<Problem> {
    REQUIRED.iter().flat_map(|(place, members)| missing(view, place, members)).collect()
}

fn missing(view: &View<'_>, place: &str, members: &[&str]) -> Vec<Problem> {
    let mut found = vec![(Path::root(), view.get(&[]))];
    for part in place.split('.').filter(|part| !part.is_empty()) {
        found = found.into_iter().flat_map(|(path, node)| below(&path, node, part)).collect();
    }
    // What is no map is told when it is typed, and a name without a value too.
    let maps = found.iter().filter_map(|(path, node)| Some((path, node.as_ref()?.as_map()?)));
    let lacking = maps.flat_map(|(path, map)| {
        let lacks = members.iter().filter(|name| map.get(name).is_none());
        lacks.map(|name| view.error("config.missing_field", path, format!("{name} is missing{}", of(path))))
    });
    lacking.collect()
}

fn of(path: &Path) -> String {
    if *path == Path::root() { String::new() } else { format!(" in {path}") }
}

fn below<'n>(path: &Path, node: Option<&'n Node>, part: &str) -> Vec<(Path, Option<&'n Node>)> {
    let name = part.trim_end_matches("[]");
    let (path, member) = (path.key(name), node.and_then(|node| node.get(name)));
    if name == part {
        return vec![(path, member)];
    }
    let items = member.map(Node::items).unwrap_or_default();
    items.iter().enumerate().map(|(index, item)| (path.index(index), Some(item))).collect()
}
