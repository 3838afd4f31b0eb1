"""EMR's actions on what clusters run on: machines, policies over them, security configurations."""

from collections.abc import Callable

from . import descriptions, instances, launches
from .api import Caller, InvalidRequestException, Request, action, modifiable
from .logs import now


@action
def list_instance_groups(caller: Caller, request: Request) -> Request:
    """Lists a cluster's instance groups."""
    return {"InstanceGroups": _collections(caller, request, False, descriptions.group)}


@action
def list_instance_fleets(caller: Caller, request: Request) -> Request:
    """Lists a cluster's instance fleets."""
    return {"InstanceFleets": _collections(caller, request, True, descriptions.fleet)}


def _collections(caller: Caller, request: Request, fleets: bool, shown: Callable) -> list[Request]:
    cluster = caller.cluster(request["ClusterId"])
    if cluster.machines[0].fleet != fleets:
        raise InvalidRequestException(
            "Instance fleets and instance groups are mutually exclusive. The EMR cluster specified in the "
            f"request uses instance {'groups' if fleets else 'fleets'}. The "
            f"{'ListInstanceFleets' if fleets else 'ListInstanceGroups'} request does not support clusters "
            f"that use instance {'groups' if fleets else 'fleets'}."
        )
    return [shown(cluster, machines) for machines in cluster.machines]


@action
def list_instances(caller: Caller, request: Request) -> Request:
    """Lists a cluster's machines."""
    cluster = caller.cluster(request["ClusterId"])
    ids = {request.get("InstanceGroupId"), request.get("InstanceFleetId")} - {None}
    roles = {*(request.get("InstanceGroupTypes") or []), request.get("InstanceFleetType")} - {None}
    found = [
        line
        for machines in cluster.machines
        if (not ids or machines.id in ids) and (not roles or machines.role in roles)
        for line in descriptions.machines_of(cluster, machines)
    ]
    states = request.get("InstanceStates")
    return {"Instances": [line for line in found if not states or line["Status"]["State"] in states]}


@action
def add_instance_groups(caller: Caller, request: Request) -> Request:
    """Adds groups of machines to a cluster."""
    [cluster] = modifiable([caller.job_flow(request["JobFlowId"])])
    added = instances.collections({"InstanceGroups": request["InstanceGroups"]}, now())
    cluster.machines += added
    ids = [machines.id for machines in added]
    return {"JobFlowId": cluster.id, "InstanceGroupIds": ids, "ClusterArn": cluster.arn}


@action
def get_auto_termination_policy(caller: Caller, request: Request) -> Request:
    """Shows how long a cluster may be idle."""
    policy = caller.cluster(request["ClusterId"]).auto_termination
    return {"AutoTerminationPolicy": policy} if policy else {}


@action
def put_auto_termination_policy(caller: Caller, request: Request) -> Request:
    """Sets how long a cluster may be idle."""
    launches.check_idle_timeout(request.get("AutoTerminationPolicy"))
    caller.cluster(request["ClusterId"]).auto_termination = request.get("AutoTerminationPolicy")
    caller.host.changed.notify_all()
    return {}


@action
def remove_auto_termination_policy(caller: Caller, request: Request) -> Request:
    """Lets a cluster be idle for ever."""
    caller.cluster(request["ClusterId"]).auto_termination = None
    return {}


@action
def get_managed_scaling_policy(caller: Caller, request: Request) -> Request:
    """Shows how a cluster is scaled."""
    policy = caller.cluster(request["ClusterId"]).managed_scaling
    return {"ManagedScalingPolicy": policy} if policy else {}


@action
def put_managed_scaling_policy(caller: Caller, request: Request) -> Request:
    """Sets how a cluster is scaled."""
    caller.cluster(request["ClusterId"]).managed_scaling = request["ManagedScalingPolicy"]
    return {}


@action
def remove_managed_scaling_policy(caller: Caller, request: Request) -> Request:
    """Leaves a cluster as large as it is."""
    caller.cluster(request["ClusterId"]).managed_scaling = None
    return {}


@action
def list_security_configurations(caller: Caller, _request: Request) -> Request:
    """Lists security configurations, newest first."""
    found = sorted(
        caller.backend.security_configurations.values(),
        key=lambda one: one.creation_date_time,
        reverse=True,
    )
    shown = [{"Name": one.name, "CreationDateTime": one.creation_date_time} for one in found]
    return {"SecurityConfigurations": shown}
