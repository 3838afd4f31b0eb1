"""Bootstrap actions: scripts that have to succeed before a cluster takes steps."""

from typing import Any

from . import commands
from .commands import CannotRun
from .logs import TaskLog
from .spark import SparkMissing

CODE = "BOOTSTRAP_FAILURE"

Failure = tuple[str, list[dict[str, Any]]]


def run_all(cluster) -> Failure | None:
    """Runs the actions in their order; the answer is the first failure's message and ErrorDetails."""
    for number, action in enumerate(cluster.request.get("BootstrapActions") or [], start=1):
        if failure := _run(cluster, number, action):
            return failure
    return None


def _run(cluster, number: int, action: dict[str, Any]) -> Failure | None:
    machine = cluster.machines[0].instance_ids[0]
    below = f"node/{machine}/bootstrap-actions/{number}"
    log = TaskLog(cluster.folder / below)
    try:
        code = _execute(cluster, action["ScriptBootstrapAction"], log)
        failed = f"bootstrap action {number} returned a non-zero return code" if code else None
        kind = "BOOTSTRAP_FAILURE_PRIMARY_WITH_NON_ZERO_CODE"
    except (CannotRun, SparkMissing, OSError) as error:
        log.complain(f"local mode: {error}")
        failed = f"bootstrap action {number} could not be run: {error}"
        kind = "BOOTSTRAP_FAILURE_BA_DOWNLOAD_FAILED_PRIMARY"
    log.publish(cluster.account, cluster.log_folder(below))
    if failed is None:
        return None
    message = f"On the master instance ({machine}), {failed}"
    data = {"primary-instance-id": machine, "bootstrap-action": str(number), "name": action["Name"]}
    return message, [{"ErrorCode": kind, "ErrorMessage": message, "ErrorData": [data]}]


def _execute(cluster, action: dict[str, Any], log: TaskLog) -> int:
    command = commands.script(action["Path"], action.get("Args") or [], cluster.account, log.folder)
    return cluster.execute(command, cluster.environment(), log)
