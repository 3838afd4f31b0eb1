"""Bootstrap actions: scripts that have to succeed before a cluster takes steps."""

from typing import Any

from . import commands
from .commands import CannotRun
from .logs import TaskLog
from .spark import SparkMissing

CODE = "BOOTSTRAP_FAILURE"
NON_ZERO = "BOOTSTRAP_FAILURE_PRIMARY_WITH_NON_ZERO_CODE"

Failure = tuple[str, list[dict[str, Any]]]


def run_all(cluster) -> Failure | None:
    """Runs the actions in their order; the answer is the first failure's message and ErrorDetails."""
    if cluster.host.faults.take("fail_bootstrap", cluster_id=cluster.id, cluster_name=cluster.name):
        return _failure(cluster, 1, "fail_bootstrap", NON_ZERO, "was asked to fail by local mode")
    for number, action in enumerate(cluster.request.get("BootstrapActions") or [], start=1):
        if failure := _run(cluster, number, action):
            return failure
    return None


def _run(cluster, number: int, action: dict[str, Any]) -> Failure | None:
    below = f"node/{_machine(cluster)}/bootstrap-actions/{number}"
    log = TaskLog(cluster.folder / below)
    try:
        code = _execute(cluster, action["ScriptBootstrapAction"], log)
        failed, kind = "returned a non-zero return code" if code else None, NON_ZERO
    except (CannotRun, SparkMissing, OSError) as error:
        log.complain(f"local mode: {error}")
        failed, kind = f"could not be run: {error}", "BOOTSTRAP_FAILURE_BA_DOWNLOAD_FAILED_PRIMARY"
    log.publish(cluster.account, cluster.log_folder(below))
    return None if failed is None else _failure(cluster, number, action["Name"], kind, failed)


def _failure(cluster, number: int, name: str, kind: str, what: str) -> Failure:
    machine = _machine(cluster)
    message = f"On the master instance ({machine}), bootstrap action {number} {what}"
    data = {"primary-instance-id": machine, "bootstrap-action": str(number), "name": name}
    return message, [{"ErrorCode": kind, "ErrorMessage": message, "ErrorData": [data]}]


def _machine(cluster) -> str:
    return cluster.machines[0].instance_ids[0]


def _execute(cluster, action: dict[str, Any], log: TaskLog) -> int:
    command = commands.script(action["Path"], action.get("Args") or [], cluster.account, log.folder)
    return cluster.execute(command, cluster.environment(), log)
