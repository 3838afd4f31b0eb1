"""EMR's actions on clusters: starting, showing, changing and ending them."""

from . import descriptions, launches
from .api import (
    Caller,
    InvalidRequestException,
    Request,
    action,
    job_flows,
    modifiable,
    moment,
    page,
)
from .clusters import Cluster
from .endings import BY_USER
from .request_shapes import ValidationException


@action
def run_job_flow(caller: Caller, request: Request) -> Request:
    """Starts a cluster."""
    launches.check(request, caller.backend.security_configurations)
    cluster = Cluster(caller.host, caller.account, caller.region, request)
    caller.host.clusters[cluster.id] = cluster
    cluster.start()
    return {"JobFlowId": cluster.id, "ClusterArn": cluster.arn}


@action
def describe_cluster(caller: Caller, request: Request) -> Request:
    """Shows a cluster."""
    return {"Cluster": descriptions.cluster(caller.cluster(request["ClusterId"]))}


@action
def list_clusters(caller: Caller, request: Request) -> Request:
    """Lists clusters, newest first."""
    after, before = moment(request.get("CreatedAfter")), moment(request.get("CreatedBefore"))
    states = request.get("ClusterStates")
    found = [
        cluster
        for cluster in caller.clusters()
        if (not states or cluster.state in states)
        and (after is None or cluster.created > after)
        and (before is None or cluster.created < before)
    ]
    return page("Clusters", found, request, descriptions.cluster_summary)


@action
def terminate_job_flows(caller: Caller, request: Request) -> Request:
    """Begins to end clusters, but for those that are protected."""
    clusters = job_flows(caller, request)
    for cluster in clusters:
        if not cluster.protected:
            cluster.end(BY_USER)
    if any(cluster.protected and cluster.modifiable for cluster in clusters):
        raise ValidationException(
            "Could not shut down one or more job flows since they are termination protected."
        )
    return {}


@action
def set_termination_protection(caller: Caller, request: Request) -> Request:
    """Protects clusters from being ended, or no longer."""
    for cluster in modifiable(job_flows(caller, request)):
        cluster.protected = request["TerminationProtected"]
    return {}


@action
def set_keep_job_flow_alive_when_no_steps(caller: Caller, request: Request) -> Request:
    """Lets clusters wait when their steps are done, or no longer."""
    for cluster in modifiable(job_flows(caller, request)):
        cluster.keep_alive = request["KeepJobFlowAliveWhenNoSteps"]
    caller.host.changed.notify_all()
    return {}


@action
def set_visible_to_all_users(caller: Caller, request: Request) -> Request:
    """Notes who may see clusters; here everybody does."""
    for cluster in job_flows(caller, request):
        cluster.request["VisibleToAllUsers"] = request["VisibleToAllUsers"]
    return {}


@action
def modify_cluster(caller: Caller, request: Request) -> Request:
    """Changes how many steps run at once."""
    [cluster] = modifiable([caller.cluster(request["ClusterId"])])
    level = request.get("StepConcurrencyLevel") or cluster.concurrency
    if not 1 <= level <= launches.MOST_STEPS:
        raise InvalidRequestException(f"StepConcurrencyLevel must be between 1 and {launches.MOST_STEPS}.")
    cluster.concurrency = level
    caller.host.changed.notify_all()
    return {"StepConcurrencyLevel": level}


@action
def add_tags(caller: Caller, request: Request) -> Request:
    """Tags a cluster."""
    cluster = caller.cluster(request["ResourceId"])
    cluster.tags.update({tag["Key"]: tag.get("Value", "") for tag in request["Tags"]})
    return {}


@action
def remove_tags(caller: Caller, request: Request) -> Request:
    """Untags a cluster."""
    cluster = caller.cluster(request["ResourceId"])
    for key in request["TagKeys"]:
        cluster.tags.pop(key, None)
    return {}


@action
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
