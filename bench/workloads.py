"""What is compared: which function, and the events that it is given."""

from __future__ import annotations

import datetime
import json
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fake_clusters import step_id
from sandbox import Target

HELLO, LAUNCHER = "hello world", "launcher"
STEP, CLUSTER, END = "recorder: step", "recorder: cluster", "recorder: end"
RELAUNCHER, SWEEPER = "relauncher", "sweeper"
DEPLOYED, SHARED = "boto3 as deployed", "boto3 clients shared"
OURS = (LAUNCHER, STEP, CLUSTER, END)

TOPIC = "arn:aws:sns:eu-west-2:123456789012:notices"
SETTINGS = {
    "EMR_LAUNCHER_CONFIG_S3_BUCKET": "config",
    "EMR_LAUNCHER_CONFIG_S3_FOLDER": "pdm",
    "TABLE_NAME": "runs",
    "INFORMATION_TOPIC_ARN": TOPIC,
    "CRITICAL_TOPIC_ARN": TOPIC,
    "SCHEDULE_ROLE_ARN": "arn:aws:iam::123456789012:role/schedules",
    "RELAUNCHER_FUNCTION_ARN": "arn:aws:lambda:eu-west-2:123456789012:function:relauncher",
}


@dataclass(frozen=True)
class Workload:
    """A function, its events, how many processes of it are watched, and the warm invocations of each.

    Without events it is started, and not invoked.
    """

    name: str
    target: Target
    event: Callable[[], dict] | None
    rounds: int
    warm: int = 0


def workloads(binaries: dict[str, Path], new_cluster: Callable[[], str], rounds: int) -> list[Workload]:
    """All of them; `new_cluster` launches a run and answers its cluster."""
    functions = {name: Target(name, [str(path)], SETTINGS) for name, path in binaries.items()}
    return [
        Workload(HELLO, functions["hello"], launch_event, rounds, 20),
        Workload(LAUNCHER, functions["launcher"], launch_event, rounds, 20),
        # Of a new cluster each, so that every event is news.
        Workload(STEP, functions["recorder"], lambda: step_event(new_cluster()), rounds, 20),
        Workload(CLUSTER, functions["recorder"], lambda: cluster_event(new_cluster(), "RUNNING"), rounds, 20),
        Workload(END, functions["recorder"], lambda: cluster_event(new_cluster(), "TERMINATED"), rounds, 3),
        Workload(RELAUNCHER, functions["relauncher"], None, rounds),
        Workload(SWEEPER, functions["sweeper"], None, rounds),
        # A boto3 launcher takes long and varies little.
        Workload(DEPLOYED, python("deployed"), launch_event, min(rounds, 3), 3),
        Workload(SHARED, python("shared"), launch_event, min(rounds, 3), 10),
    ]


def python(style: str) -> Target:
    """The boto3 launcher in one of its styles."""
    return python_function("boto3_launcher", f"boto3-{style}", {"BENCH_STYLE": style})


def python_function(module: str, name: str, env: dict[str, str]) -> Target:
    """A function in Python."""
    bootstrap = Path(__file__).resolve().with_name("python_bootstrap")
    command = [sys.executable, "-B", str(bootstrap)]
    return Target(name, command, {**SETTINGS, **env, "_HANDLER": f"{module}.handler"})


def launch_event(correlation_id: str | None = None) -> dict:
    """A run that nobody has asked for yet."""
    return {"pipeline": "pdm", "correlation_id": correlation_id or f"bench-{uuid.uuid4()}"}


def step_event(cluster_id: str) -> dict:
    """A step of the cluster has begun."""
    detail = {"severity": "INFO", "actionOnFailure": "TERMINATE_CLUSTER", "stepId": step_id(1)}
    detail |= {"name": "source", "clusterId": cluster_id, "state": "RUNNING", "message": "Step is running."}
    return bus_event("EMR Step Status Change", detail)


REASONS = {
    "RUNNING": {"code": ""},
    "TERMINATED": {"code": "ALL_STEPS_COMPLETED", "message": "Steps completed"},
    "TERMINATED_WITH_ERRORS": {"code": "STEP_FAILURE", "message": "Shut down as step failed"},
}


def cluster_event(cluster_id: str, state: str) -> dict:
    """The cluster has reached a state."""
    reason = json.dumps(REASONS[state])
    detail = {"severity": "INFO", "stateChangeReason": reason, "name": "pdm", "clusterId": cluster_id}
    detail |= {"state": state, "message": f"The cluster is {state}."}
    return bus_event("EMR Cluster State Change", detail)


def bus_event(kind: str, detail: dict) -> dict:
    """EventBridge's envelope."""
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    about = {"version": "0", "id": str(uuid.uuid4()), "source": "aws.emr", "account": "123456789012"}
    return {
        **about,
        "detail-type": kind,
        "time": now,
        "region": "eu-west-2",
        "resources": [],
        "detail": detail,
    }
