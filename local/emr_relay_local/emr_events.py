"""EMR's events, in the shape in which EventBridge delivers them.

The reason of a cluster's change is a JSON document inside a string, and its code may be empty: consumers meet
both in AWS.
"""

import json
from datetime import datetime
from typing import Any

CLUSTER = "EMR Cluster State Change"
STEP = "EMR Step Status Change"
# BOOTSTRAPPING and TERMINATING are states of the API only.
ANNOUNCED = ("STARTING", "RUNNING", "WAITING", "TERMINATED", "TERMINATED_WITH_ERRORS")
CRITICAL = ("INTERNAL_ERROR", "VALIDATION_ERROR", "INSTANCE_FAILURE", "INSTANCE_FLEET_TIMEOUT")
CRITICAL += ("BOOTSTRAP_FAILURE", "STEP_FAILURE")

CLUSTER_SENTENCES = {
    "STARTING": "was requested at {at} and is being created.",
    "RUNNING": "began running steps at {at}.",
    "WAITING": "was created at {at} and is ready for use.",
    "TERMINATED": "has terminated at {at} with a reason of {code}.",
    "TERMINATED_WITH_ERRORS": "has terminated with errors at {at} with a reason of {code}.",
}
STEP_SENTENCES = {
    "PENDING": "Step {step} was added to {cluster} at {at} and is pending execution.",
    "RUNNING": "Step {step} in {cluster} started running at {at}.",
    "COMPLETED": "Step {step} in {cluster} completed execution at {at}. The step started running at "
    "{started} and took {minutes} minutes to complete.",
    "FAILED": "Step {step} in {cluster} failed at {at}.",
    "CANCEL_PENDING": "Step {step} in {cluster} was cancelled at {at} and is pending cancellation.",
    "CANCELLED": "Cancellation request has succeeded for cluster step {step} in {cluster} at {at}, and the "
    "step is now cancelled.",
    "INTERRUPTED": "Step {step} in {cluster} was interrupted at {at}.",
}
STEP_SEVERITIES = {"FAILED": "ERROR", "CANCELLED": "WARN", "CANCEL_PENDING": "WARN", "INTERRUPTED": "ERROR"}


def minute(moment: datetime) -> str:
    """A moment as these sentences write it."""
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def of_cluster(cluster, moment: datetime) -> dict[str, Any]:
    """The detail of a cluster's change to its present state."""
    sentence = CLUSTER_SENTENCES[cluster.state].format(at=minute(moment), code=cluster.code)
    reason = {"code": cluster.code, **({"message": cluster.message} if cluster.message else {})}
    failed = cluster.state == "TERMINATED_WITH_ERRORS" or cluster.code in CRITICAL
    return {
        "severity": "CRITICAL" if failed else "INFO",
        "stateChangeReason": json.dumps(reason, separators=(",", ":")),
        "name": cluster.name,
        "clusterId": cluster.id,
        "state": cluster.state,
        "message": f"Amazon EMR Cluster {cluster.id} ({cluster.name}) {sentence}",
    }


def of_step(cluster, step, moment: datetime) -> dict[str, Any]:
    """The detail of a step's change to its present state."""
    took = (moment - (step.started or moment)).total_seconds()
    sentence = STEP_SENTENCES[step.state].format(
        step=f"{step.id} ({step.name})",
        cluster=f"Amazon EMR cluster {cluster.id} ({cluster.name})",
        at=minute(moment),
        started=minute(step.started or moment),
        minutes=round(took / 60),
    )
    return {
        "severity": STEP_SEVERITIES.get(step.state, "INFO"),
        "actionOnFailure": step.action_on_failure,
        "stepId": step.id,
        "name": step.name,
        "clusterId": cluster.id,
        "state": step.state,
        "message": sentence,
    }
