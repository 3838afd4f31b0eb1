"""Clusters, steps and machines as EMR's API shows them."""

from typing import Any

from .clusters import Cluster
from .endings import STATES as ENDED
from .instances import GROUP_NAMES, Collection, normalized_hours
from .logs import now
from .steps import Step

# Members that EMR gives back as it was given them.
SAME = (
    "LogUri", "LogEncryptionKmsKeyId", "ReleaseLabel", "Applications", "ServiceRole", "Configurations",
    "SecurityConfiguration", "AutoScalingRole", "ScaleDownBehavior", "CustomAmiId", "EbsRootVolumeSize",
    "EbsRootVolumeIops", "EbsRootVolumeThroughput", "RepoUpgradeOnBoot", "KerberosAttributes",
    "OSReleaseLabel", "ExtendedSupport", "MonitoringConfiguration", "SessionEnabled",
)  # fmt: skip
SAME_OF_INSTANCES = (
    "Ec2KeyName", "Ec2SubnetId", "EmrManagedMasterSecurityGroup", "EmrManagedSlaveSecurityGroup",
    "ServiceAccessSecurityGroup", "AdditionalMasterSecurityGroups", "AdditionalSlaveSecurityGroups",
)  # fmt: skip


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _picked(source: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return _without_none({name: source.get(name) for name in names})


def cluster_summary(cluster: Cluster) -> dict[str, Any]:
    """A line of ListClusters."""
    return {
        "Id": cluster.id,
        "Name": cluster.name,
        "Status": _cluster_status(cluster),
        "NormalizedInstanceHours": normalized_hours(cluster.machines, cluster.ready, cluster.ended or now()),
        "ClusterArn": cluster.arn,
    }


def cluster(cluster: Cluster) -> dict[str, Any]:
    """What DescribeCluster answers."""
    request = cluster.request
    return {
        **_picked(request, SAME),
        **cluster_summary(cluster),
        "Ec2InstanceAttributes": _ec2_attributes(cluster),
        "InstanceCollectionType": "INSTANCE_FLEET" if cluster.machines[0].fleet else "INSTANCE_GROUP",
        "AutoTerminate": not cluster.keep_alive,
        "TerminationProtected": cluster.protected,
        "VisibleToAllUsers": request.get("VisibleToAllUsers", True),
        "Tags": [{"Key": key, "Value": value} for key, value in cluster.tags.items()],
        "MasterPublicDnsName": "localhost",
        "StepConcurrencyLevel": cluster.concurrency,
        "PlacementGroups": request.get("PlacementGroupConfigs") or [],
    }


def _cluster_status(cluster: Cluster) -> dict[str, Any]:
    reason = {"Code": cluster.code or None, "Message": cluster.message or None}
    timeline = {
        "CreationDateTime": cluster.created,
        "ReadyDateTime": cluster.ready,
        "EndDateTime": cluster.ended,
    }
    status = {
        "State": cluster.state,
        "StateChangeReason": _without_none(reason),
        "Timeline": _without_none(timeline),
    }
    if cluster.ending is not None and cluster.ending.details:
        status["ErrorDetails"] = cluster.ending.details
    return status


def _ec2_attributes(cluster: Cluster) -> dict[str, Any]:
    asked = cluster.request["Instances"]
    subnets = asked.get("Ec2SubnetIds") or [name for name in [asked.get("Ec2SubnetId")] if name]
    zone = (asked.get("Placement") or {}).get("AvailabilityZone") or f"{cluster.region}a"
    return {
        **_picked(asked, SAME_OF_INSTANCES),
        **({"Ec2SubnetId": subnets[0]} if subnets else {}),
        "RequestedEc2SubnetIds": subnets,
        "Ec2AvailabilityZone": zone,
        "RequestedEc2AvailabilityZones": [],
        "IamInstanceProfile": cluster.request["JobFlowRole"],
    }


def step(step: Step) -> dict[str, Any]:
    """A step, as DescribeStep and ListSteps show it."""
    jar = step.request["HadoopJarStep"]
    properties = {entry["Key"]: entry.get("Value", "") for entry in jar.get("Properties") or []}
    return {
        "Id": step.id,
        "Name": step.name,
        "Config": _without_none(
            {"Jar": jar["Jar"], "Properties": properties, "MainClass": jar.get("MainClass")}
        )
        | {"Args": step.arguments},
        "ActionOnFailure": step.action_on_failure,
        "Status": _step_status(step),
    }


def _step_status(step: Step) -> dict[str, Any]:
    timeline = {"CreationDateTime": step.created, "StartDateTime": step.started, "EndDateTime": step.ended}
    status: dict[str, Any] = {
        "State": step.state,
        "StateChangeReason": {"Code": "NONE"} if step.state != "CANCELLED" else {"Message": "Job terminated"},
        "Timeline": _without_none(timeline),
    }
    if step.failure is not None:
        status["FailureDetails"] = step.failure
    return status


def _machine_state(cluster: Cluster, fleet_or_group: bool) -> str:
    if cluster.state in ENDED:
        return "TERMINATED"
    if cluster.state in ("STARTING", "BOOTSTRAPPING"):
        return (
            {"STARTING": "PROVISIONING"}.get(cluster.state, cluster.state)
            if fleet_or_group
            else ("AWAITING_FULFILLMENT" if cluster.state == "STARTING" else "BOOTSTRAPPING")
        )
    return "RUNNING"


def _machine_status(cluster: Cluster, machines: Collection, state: str) -> dict[str, Any]:
    timeline = {
        "CreationDateTime": machines.created,
        "ReadyDateTime": cluster.ready,
        "EndDateTime": cluster.ended,
    }
    return {"State": state, "StateChangeReason": {}, "Timeline": _without_none(timeline)}


def group(cluster: Cluster, machines: Collection) -> dict[str, Any]:
    """A line of ListInstanceGroups."""
    asked = machines.request
    return {
        **_picked(asked, ("BidPrice", "Configurations", "AutoScalingPolicy", "CustomAmiId")),
        "Id": machines.id,
        "Name": asked.get("Name") or GROUP_NAMES[machines.role],
        "Market": asked.get("Market") or "ON_DEMAND",
        "InstanceGroupType": machines.role,
        "InstanceType": machines.instance_type,
        "RequestedInstanceCount": machines.count,
        "RunningInstanceCount": 0 if cluster.state in ENDED else machines.count,
        "Status": _machine_status(cluster, machines, _machine_state(cluster, True)),
    }


def fleet(cluster: Cluster, machines: Collection) -> dict[str, Any]:
    """A line of ListInstanceFleets."""
    asked = machines.request
    on_demand, spot = asked.get("TargetOnDemandCapacity") or 0, asked.get("TargetSpotCapacity") or 0
    here = cluster.state not in ENDED
    return {
        **_picked(asked, ("LaunchSpecifications", "ResizeSpecifications", "Context")),
        "Id": machines.id,
        "Name": asked.get("Name") or machines.role,
        "InstanceFleetType": machines.role,
        "TargetOnDemandCapacity": on_demand,
        "TargetSpotCapacity": spot,
        "ProvisionedOnDemandCapacity": on_demand if here else 0,
        "ProvisionedSpotCapacity": spot if here else 0,
        "InstanceTypeSpecifications": asked.get("InstanceTypeConfigs") or [],
        "Status": _machine_status(cluster, machines, _machine_state(cluster, True)),
    }


def machines_of(cluster: Cluster, machines: Collection) -> list[dict[str, Any]]:
    """The lines of ListInstances for one group or fleet."""
    state = _machine_state(cluster, False)
    return [
        {
            "Id": f"ci-{name.removeprefix('i-')}",
            "Ec2InstanceId": name,
            "PublicDnsName": "localhost",
            "PrivateDnsName": "localhost",
            "PrivateIpAddress": "127.0.0.1",
            "Status": _machine_status(cluster, machines, state),
            "InstanceFleetId" if machines.fleet else "InstanceGroupId": machines.id,
            "Market": machines.request.get("Market") or "ON_DEMAND",
            "InstanceType": machines.instance_type,
        }
        for name in machines.instance_ids
    ]
