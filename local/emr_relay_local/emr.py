"""moto's EMR, made real: its clusters live, and their steps are processes of this machine.

Invariant: requests are checked as AWS checks them before anything changes, and changes happen under one lock.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dateutil.parser import isoparse
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import camelcase_to_underscores, get_service_model
from moto.emr.models import ElasticMapReduceBackend
from moto.emr.responses import ElasticMapReduceResponse

from . import archive, descriptions, instances, launches, metastore, processes, request_shapes
from .clusters import BY_USER, Cluster
from .host import Host
from .request_shapes import ValidationException

PAGE = 50
MOST_IDS = 10

Request = dict[str, Any]
Action = Callable[["Caller", Request], Request]

_host: Host | None = None
_actions: dict[str, Action] = {}
_stock_reset = ElasticMapReduceBackend.reset


class InvalidRequestException(ServiceException):
    """A request about something that is not there."""

    code = "InvalidRequestException"

    def __init__(self, message: str, error_code: str | None = None):
        """`error_code` is the member of that name in EMR's answer."""
        super().__init__(message)
        self.error_code = error_code


class Caller:
    """An account in a region, and what it can see."""

    def __init__(self, host: Host, backend: ElasticMapReduceBackend):
        """`backend` is moto's, which keeps the security configurations."""
        self.host, self.backend = host, backend
        self.account, self.region = backend.account_id, backend.region_name

    def clusters(self) -> list[Cluster]:
        """Its clusters, newest first."""
        here = (self.account, self.region)
        return [c for c in self.host.clusters.values() if (c.account, c.region) == here][::-1]

    def cluster(self, name: str) -> Cluster:
        """One of its clusters, for those calls that say `InvalidRequestException`."""
        found = self.host.clusters.get(name)
        if found is None or found not in self.clusters():
            raise InvalidRequestException(f"Cluster id '{name}' is not valid.", "NoSuchCluster")
        return found

    def job_flow(self, name: str) -> Cluster:
        """One of its clusters, for the older calls, which say `ValidationException`."""
        try:
            return self.cluster(name)
        except InvalidRequestException as error:
            raise ValidationException("Specified job flow ID does not exist.") from error


def install(data_dir: Path, endpoint: Callable[[], str], faults: Any = None) -> None:
    """Makes moto's EMR run what it is asked to, in `data_dir`; `endpoint` is where steps find AWS."""
    global _host
    shutdown()
    metastore.install(data_dir)
    _host = Host(data_dir, endpoint, faults, metastore.address)
    for name, action in _actions.items():
        setattr(ElasticMapReduceResponse, camelcase_to_underscores(name), _answering(name, action))
    ElasticMapReduceBackend.reset = _reset
    # moto looks for the region in EMR's host names only, which no request to this server has.
    ElasticMapReduceResponse.get_region_from_url = BaseResponse.get_region_from_url
    archive.prepare()


def shutdown() -> None:
    """Ends every cluster, step and helper process."""
    if _host is not None:
        _host.shutdown()
    metastore.shutdown()
    processes.stop_all()


def _reset(self) -> None:
    """Forgets the clusters too, with whatever runs on them."""
    if _host is not None:
        with _host.changed:
            for cluster in Caller(_host, self).clusters():
                cluster.end(BY_USER)
                del _host.clusters[cluster.id]
    _stock_reset(self)


def _answering(name: str, action: Action) -> Callable[[ElasticMapReduceResponse], ActionResult]:
    """moto's method for an action: the request is checked, and answered under the lock."""

    def answer(self: ElasticMapReduceResponse) -> ActionResult:
        request = json.loads(self.body or "{}")
        request_shapes.check(get_service_model("emr").operation_model(name), request)
        with _host.changed:
            return ActionResult(action(Caller(_host, self.backend), request))

    return answer


def _action(function: Action) -> Action:
    """Registers the action whose name the function bears."""
    _actions["".join(word.capitalize() for word in function.__name__.split("_"))] = function
    return function


@_action
def run_job_flow(caller: Caller, request: Request) -> Request:
    """Starts a cluster."""
    launches.check(request, caller.backend.security_configurations)
    cluster = Cluster(caller.host, caller.account, caller.region, request)
    caller.host.clusters[cluster.id] = cluster
    cluster.start()
    return {"JobFlowId": cluster.id, "ClusterArn": cluster.arn}


@_action
def describe_cluster(caller: Caller, request: Request) -> Request:
    """Shows a cluster."""
    return {"Cluster": descriptions.cluster(caller.cluster(request["ClusterId"]))}


@_action
def list_clusters(caller: Caller, request: Request) -> Request:
    """Lists clusters, newest first."""
    after, before = _moment(request.get("CreatedAfter")), _moment(request.get("CreatedBefore"))
    states = request.get("ClusterStates")
    found = [
        cluster
        for cluster in caller.clusters()
        if (not states or cluster.state in states)
        and (after is None or cluster.created > after)
        and (before is None or cluster.created < before)
    ]
    return _page("Clusters", found, request, descriptions.cluster_summary)


@_action
def terminate_job_flows(caller: Caller, request: Request) -> Request:
    """Begins to end clusters, but for those that are protected."""
    clusters = _job_flows(caller, request)
    for cluster in clusters:
        if not cluster.protected:
            cluster.end(BY_USER)
    if any(cluster.protected and cluster.modifiable for cluster in clusters):
        raise ValidationException(
            "Could not shut down one or more job flows since they are termination protected."
        )
    return {}


@_action
def set_termination_protection(caller: Caller, request: Request) -> Request:
    """Protects clusters from being ended, or no longer."""
    for cluster in _modifiable(_job_flows(caller, request)):
        cluster.protected = request["TerminationProtected"]
    return {}


@_action
def set_keep_job_flow_alive_when_no_steps(caller: Caller, request: Request) -> Request:
    """Lets clusters wait when their steps are done, or no longer."""
    for cluster in _modifiable(_job_flows(caller, request)):
        cluster.keep_alive = request["KeepJobFlowAliveWhenNoSteps"]
    caller.host.changed.notify_all()
    return {}


@_action
def set_visible_to_all_users(caller: Caller, request: Request) -> Request:
    """Notes who may see clusters; here everybody does."""
    for cluster in _job_flows(caller, request):
        cluster.request["VisibleToAllUsers"] = request["VisibleToAllUsers"]
    return {}


@_action
def modify_cluster(caller: Caller, request: Request) -> Request:
    """Changes how many steps run at once."""
    [cluster] = _modifiable([caller.cluster(request["ClusterId"])])
    level = request.get("StepConcurrencyLevel") or cluster.concurrency
    if not 1 <= level <= launches.MOST_STEPS:
        raise InvalidRequestException(f"StepConcurrencyLevel must be between 1 and {launches.MOST_STEPS}.")
    cluster.concurrency = level
    caller.host.changed.notify_all()
    return {"StepConcurrencyLevel": level}


@_action
def add_job_flow_steps(caller: Caller, request: Request) -> Request:
    """Queues steps on a cluster."""
    [cluster] = _modifiable([caller.job_flow(request["JobFlowId"])])
    live = sum(step.live for step in cluster.steps)
    launches.check_steps(request["Steps"], live, cluster.concurrency)
    return {"StepIds": [step.id for step in cluster.add_steps(request["Steps"])]}


@_action
def list_steps(caller: Caller, request: Request) -> Request:
    """Lists a cluster's steps, newest first."""
    cluster = caller.cluster(request["ClusterId"])
    ids, states = request.get("StepIds"), request.get("StepStates")
    if ids and states:
        raise InvalidRequestException("Cannot specify both StepIds and StepStates.")
    if ids and len(ids) > MOST_IDS:
        raise InvalidRequestException(f"A maximum of {MOST_IDS} StepIds is allowed.")
    for name in set(ids or []) - {step.id for step in cluster.steps}:
        raise InvalidRequestException(f"Step id '{name}' is not valid.")
    found = [
        step
        for step in reversed(cluster.steps)
        if (not ids or step.id in ids) and (not states or step.state in states)
    ]
    return _page("Steps", found, request, descriptions.step)


@_action
def describe_step(caller: Caller, request: Request) -> Request:
    """Shows a step."""
    for step in caller.cluster(request["ClusterId"]).steps:
        if step.id == request["StepId"]:
            return {"Step": descriptions.step(step)}
    raise InvalidRequestException(f"Step id '{request['StepId']}' is not valid.")


@_action
def cancel_steps(caller: Caller, request: Request) -> Request:
    """Has steps cancelled that are not over."""
    cluster = caller.cluster(request["ClusterId"])
    kill = request.get("StepCancellationOption") == "TERMINATE_PROCESS"
    known = {step.id: step for step in cluster.steps}
    answers = []
    for name in request["StepIds"]:
        if name not in known:
            answers.append({"StepId": name, "Status": "FAILED", "Reason": f"Step id '{name}' is not valid."})
        elif cluster.cancel(known[name], kill):
            answers.append({"StepId": name, "Status": "SUBMITTED"})
        else:
            reason = f"The step is {known[name].state}; only PENDING and RUNNING steps can be cancelled."
            answers.append({"StepId": name, "Status": "FAILED", "Reason": reason})
    return {"CancelStepsInfoList": answers}


@_action
def add_tags(caller: Caller, request: Request) -> Request:
    """Tags a cluster."""
    cluster = caller.cluster(request["ResourceId"])
    cluster.tags.update({tag["Key"]: tag.get("Value", "") for tag in request["Tags"]})
    return {}


@_action
def remove_tags(caller: Caller, request: Request) -> Request:
    """Untags a cluster."""
    cluster = caller.cluster(request["ResourceId"])
    for key in request["TagKeys"]:
        cluster.tags.pop(key, None)
    return {}


@_action
def list_bootstrap_actions(caller: Caller, request: Request) -> Request:
    """Lists a cluster's bootstrap actions."""
    actions = caller.cluster(request["ClusterId"]).request.get("BootstrapActions") or []
    shown = [
        {
            "Name": action["Name"],
            "ScriptPath": action["ScriptBootstrapAction"]["Path"],
            "Args": action["ScriptBootstrapAction"].get("Args") or [],
        }
        for action in actions
    ]
    return {"BootstrapActions": shown}


@_action
def list_instance_groups(caller: Caller, request: Request) -> Request:
    """Lists a cluster's instance groups."""
    return {"InstanceGroups": _collections(caller, request, False, descriptions.group)}


@_action
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


@_action
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


@_action
def add_instance_groups(caller: Caller, request: Request) -> Request:
    """Adds groups of machines to a cluster."""
    [cluster] = _modifiable([caller.job_flow(request["JobFlowId"])])
    added = instances.collections({"InstanceGroups": request["InstanceGroups"]}, datetime.now(UTC))
    cluster.machines += added
    ids = [machines.id for machines in added]
    return {"JobFlowId": cluster.id, "InstanceGroupIds": ids, "ClusterArn": cluster.arn}


@_action
def get_auto_termination_policy(caller: Caller, request: Request) -> Request:
    """Shows how long a cluster may be idle."""
    policy = caller.cluster(request["ClusterId"]).auto_termination
    return {"AutoTerminationPolicy": policy} if policy else {}


@_action
def put_auto_termination_policy(caller: Caller, request: Request) -> Request:
    """Sets how long a cluster may be idle."""
    launches.check_idle_timeout(request.get("AutoTerminationPolicy"))
    caller.cluster(request["ClusterId"]).auto_termination = request.get("AutoTerminationPolicy")
    caller.host.changed.notify_all()
    return {}


@_action
def remove_auto_termination_policy(caller: Caller, request: Request) -> Request:
    """Lets a cluster be idle for ever."""
    caller.cluster(request["ClusterId"]).auto_termination = None
    return {}


@_action
def get_managed_scaling_policy(caller: Caller, request: Request) -> Request:
    """Shows how a cluster is scaled."""
    policy = caller.cluster(request["ClusterId"]).managed_scaling
    return {"ManagedScalingPolicy": policy} if policy else {}


@_action
def put_managed_scaling_policy(caller: Caller, request: Request) -> Request:
    """Sets how a cluster is scaled."""
    caller.cluster(request["ClusterId"]).managed_scaling = request["ManagedScalingPolicy"]
    return {}


@_action
def remove_managed_scaling_policy(caller: Caller, request: Request) -> Request:
    """Leaves a cluster as large as it is."""
    caller.cluster(request["ClusterId"]).managed_scaling = None
    return {}


@_action
def list_security_configurations(caller: Caller, _request: Request) -> Request:
    """Lists security configurations, newest first."""
    found = sorted(
        caller.backend.security_configurations.values(),
        key=lambda one: one.creation_date_time,
        reverse=True,
    )
    shown = [{"Name": one.name, "CreationDateTime": one.creation_date_time} for one in found]
    return {"SecurityConfigurations": shown}


def _job_flows(caller: Caller, request: Request) -> list[Cluster]:
    ids = request["JobFlowIds"]
    if len(ids) > MOST_IDS:
        raise ValidationException(f"A maximum of {MOST_IDS} job flow IDs is allowed.")
    return [caller.job_flow(name) for name in ids]


def _modifiable(clusters: list[Cluster]) -> list[Cluster]:
    if not all(cluster.modifiable for cluster in clusters):
        raise ValidationException(
            "A job flow that is shutting down, terminated, or finished may not be modified."
        )
    return clusters


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    return isoparse(value) if isinstance(value, str) else datetime.fromtimestamp(value, UTC)


def _page(name: str, found: list, request: Request, shown: Callable) -> Request:
    """One page; its marker names the last line shown, so that lines added meanwhile shift nothing."""
    marker = request.get("Marker")
    names = [one.id for one in found]
    if marker is not None and marker not in names:
        raise InvalidRequestException(f"Marker '{marker}' is not valid.")
    start = names.index(marker) + 1 if marker is not None else 0
    page = found[start : start + PAGE]
    answer = {name: [shown(one) for one in page]}
    return answer | ({"Marker": page[-1].id} if start + PAGE < len(found) else {})
