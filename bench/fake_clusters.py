"""The fake endpoint's EMR: every cluster has ended, and well, unless it was made to fail."""

from __future__ import annotations

import time
from dataclasses import dataclass

ARN = "arn:aws:elasticmapreduce:eu-west-2:123456789012"
HOUR = 3600


@dataclass
class Cluster:
    """A cluster as it was asked for; `failed` is the place of the step that failed, if one did."""

    created: float
    asked: dict
    failed: int | None = None


class Clusters:
    """All clusters."""

    def __init__(self) -> None:
        """There is none."""
        self._clusters: dict[str, Cluster] = {}

    def answer(self, operation: str, request: dict) -> dict:
        """What EMR answers; an operation that is not known here is an error of the bench."""
        return getattr(self, f"_{operation}")(request)

    def fail(self, id_: str, step: int) -> None:
        """Makes a cluster one that failed at a step, an hour ago, so that no backoff is waited for."""
        cluster = self._clusters[id_]
        cluster.failed, cluster.created = step, cluster.created - 2 * HOUR

    def _RunJobFlow(self, request: dict) -> dict:
        id_ = f"j-{len(self._clusters):013d}"
        self._clusters[id_] = Cluster(time.time(), request)
        return {"JobFlowId": id_, "ClusterArn": f"{ARN}:cluster/{id_}"}

    def _ListClusters(self, request: dict) -> dict:
        since = request.get("CreatedAfter", 0)
        found = [(id_, cluster) for id_, cluster in self._clusters.items() if cluster.created >= since]
        return {"Clusters": [summary(*one) for one in reversed(found)]}

    def _DescribeCluster(self, request: dict) -> dict:
        id_ = request["ClusterId"]
        cluster = self._clusters[id_]
        asked = cluster.asked
        more = {"Tags": asked.get("Tags", []), "LogUri": asked.get("LogUri"), "NormalizedInstanceHours": 8}
        return {"Cluster": {**summary(id_, cluster), **more}}

    def _ListSteps(self, request: dict) -> dict:
        cluster = self._clusters[request["ClusterId"]]
        steps = [step(number, cluster, one) for number, one in enumerate(cluster.asked.get("Steps", []))]
        return {"Steps": steps[::-1]}


def summary(id_: str, cluster: Cluster) -> dict:
    """A cluster that has ended."""
    began = cluster.created
    timeline = {"CreationDateTime": began, "ReadyDateTime": began + 300, "EndDateTime": began + HOUR}
    state, reason = "TERMINATED", {"Code": "ALL_STEPS_COMPLETED", "Message": "Steps completed"}
    if cluster.failed is not None:
        state = "TERMINATED_WITH_ERRORS"
        reason = {"Code": "STEP_FAILURE", "Message": "Shut down as step failed"}
    status = {"State": state, "StateChangeReason": reason, "Timeline": timeline}
    return {"Id": id_, "Name": cluster.asked["Name"], "Status": status}


def step(number: int, cluster: Cluster, asked: dict) -> dict:
    """A step: completed, or the one that failed, or cancelled after it."""
    start = cluster.created + 300 + 60 * number
    timeline = {"CreationDateTime": cluster.created}
    if cluster.failed is None or number <= cluster.failed:
        timeline |= {"StartDateTime": start, "EndDateTime": start + 60}
    status = {"State": step_state(number, cluster.failed), "StateChangeReason": {}, "Timeline": timeline}
    return {
        "Id": step_id(number),
        "Name": asked["Name"],
        "ActionOnFailure": "TERMINATE_CLUSTER",
        "Status": status,
    }


def step_state(number: int, failed: int | None) -> str:
    """How a step stands to the one that failed."""
    if failed is None or number < failed:
        return "COMPLETED"
    return "FAILED" if number == failed else "CANCELLED"


def step_id(number: int) -> str:
    """The id of a cluster's step."""
    return f"s-{number:013d}"
