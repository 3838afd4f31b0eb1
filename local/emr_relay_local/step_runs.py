"""Running one step, from its command to the cause of its failure.

Invariant: the logs are published before anybody is told how the step ended.
"""

import re

from . import commands, mounts, spark
from .commands import CannotRun
from .logs import TaskLog, bucket_exists
from .steps import Step

UNKNOWN = "Unknown Error."
NO_MOUNT = re.compile(r"Could not initialize target File System for URI : s3[an]?://([^/\s]+)")
CAUSE = re.compile(r"^(?!\s+at )(?=.*(?:Error|Exception)\b).*$", re.MULTILINE)


def run(cluster, step: Step) -> dict[str, str] | None:
    """Runs a step to its end; the answer is its FailureDetails, or None when it did what it should."""
    log = TaskLog(cluster.folder / "steps" / step.id)
    failure = _run_logged(cluster, step, log)
    uri = cluster.log_folder(f"steps/{step.id}")
    log.publish(cluster.account, uri)
    if failure is not None and uri is not None:
        failure["LogFile"] = f"{uri}/stderr.gz"
    return failure


def _run_logged(cluster, step: Step, log: TaskLog) -> dict[str, str] | None:
    log.say(f"Created Runner for step {step.id} ({step.name})")
    asked = {"cluster_id": cluster.id, "cluster_name": cluster.name, "step_name": step.name}
    if cluster.host.faults.take("fail_step", **asked):
        return _failed(log, 1, f"local mode was asked to fail step {step.name!r}")
    try:
        code = _execute(cluster, step, log)
    except (CannotRun, spark.SparkMissing, OSError) as error:
        log.complain(f"local mode: {error}")
        log.say(f"Step could not be started: {error}", "ERROR")
        return {"Reason": getattr(error, "reason", UNKNOWN), "Message": str(error)}
    if code == 0:
        log.say("Step succeeded with exitCode 0")
        return None
    return _failed(log, code, _plain_cause(cluster, log))


def _execute(cluster, step: Step, log: TaskLog) -> int:
    environment = cluster.environment(EMR_STEP_ID=step.id)
    command = commands.of_step(step, cluster.account, log.folder, environment["PATH"])
    log.say(f"startExec 'hadoop jar {step.jar} {' '.join(step.arguments)}'")
    for bucket in mounts.shadowed(cluster.host.data_dir):
        log.say(f"s3://{bucket} cannot be read by Spark here: its name extends another bucket's", "WARN")
    return cluster.execute(command, environment, log, step)


def _failed(log: TaskLog, code: int, cause: str | None) -> dict[str, str]:
    if cause is not None and cause.startswith("local mode"):
        log.complain(cause)
    log.say(f"Step failed with exitCode {code}", "WARN")
    return {"Reason": UNKNOWN, "Message": cause or f"The command ended with exit code {code}."}


def _plain_cause(cluster, log: TaskLog) -> str | None:
    """The cause in one line, where standard error has one."""
    errors = log.errors()
    if missing := NO_MOUNT.findall(errors):
        return _about_bucket(cluster, missing[-1])
    causes = CAUSE.findall(errors)
    return causes[-1].strip()[:1000] if causes else None


def _about_bucket(cluster, name: str) -> str:
    if not bucket_exists(cluster.account, name):
        return f"local mode: the bucket {name!r} does not exist; create it first"
    return f"local mode: Spark cannot read the bucket {name!r}, whose name extends another's by a dot"
