"""How a cluster ends that was asked to end badly: for want of capacity, or at a step."""

from dataclasses import dataclass
from typing import Any

from .endings import Ending

_NO_CAPACITY = "INTERNAL_ERROR_EC2_INSUFFICIENT_CAPACITY_AZ"


@dataclass(frozen=True)
class Misfortune:
    """An ending, and how many seconds after a step's process started it strikes; None: before it starts."""

    ending: Ending
    after: float | None


def at_start(cluster) -> Ending | None:
    """How the cluster ends before it runs anything, if it was asked to."""
    fault = cluster.host.faults.take("no_capacity", cluster_id=cluster.id, cluster_name=cluster.name)
    if fault is None:
        return None
    message = "local mode was asked to have no capacity for this cluster"
    return _ending({"code": "INTERNAL_ERROR", "error_code": _NO_CAPACITY, "message": message, **fault})


def at_step(cluster, step) -> Misfortune | None:
    """How the cluster ends at this step, if it was asked to."""
    facts = {"cluster_id": cluster.id, "cluster_name": cluster.name, "step_name": step.name}
    fault = cluster.host.faults.take("kill_cluster", **facts)
    if fault is None:
        return None
    message = f"local mode was asked to end this cluster at step {step.name!r}"
    ending = _ending({"code": "INSTANCE_FAILURE", "message": message, **fault})
    return Misfortune(ending, fault["ms"] / 1000 if "ms" in fault else None)


def _ending(fault: dict[str, Any]) -> Ending:
    details = [
        {"ErrorCode": code, "ErrorMessage": fault["message"], "ErrorData": []}
        for code in [fault.get("error_code")]
        if code
    ]
    return Ending("TERMINATED_WITH_ERRORS", fault["code"], fault["message"], details)
