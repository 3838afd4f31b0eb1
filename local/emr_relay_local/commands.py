"""The command line that a step or a bootstrap action stands for."""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from . import archive, spark, tools
from .logs import is_s3, read_object, split_uri
from .steps import Step

NOT_OURS = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")


class CannotRun(Exception):
    """A step that cannot be run here, with the reason in EMR's words where EMR has some."""

    def __init__(self, reason: str, message: str):
        """`reason` is EMR's; `message` says what is wrong and what would do instead."""
        super().__init__(message)
        self.reason, self.message = reason, message


def environment(
    endpoint: str, region: str, commands: Path, exports: Mapping[str, str], ids: Mapping[str, str]
) -> dict[str, str]:
    """What a step finds in its environment: AWS is the local one, and `commands` come first."""
    inherited = {key: value for key, value in os.environ.items() if key not in NOT_OURS}
    return {
        **inherited,
        **exports,
        **ids,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "PATH": tools.path(commands),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "SPARK_HOME": str(spark.home()),
        "SPARK_CONF_DIR": str(archive.conf_folder()),
        "SPARK_LOCAL_IP": "127.0.0.1",
    }


def of_step(step: Step, account: str, folder: Path, path: str) -> list[str]:
    """The command of a step; scripts from S3 are put in `folder`."""
    runner = step.jar.rpartition("/")[2]
    if runner == "command-runner.jar":
        return _command(step.arguments, path)
    if runner == "script-runner.jar":
        if not step.arguments:
            raise CannotRun("Illegal arguments.", "script-runner.jar needs a script as its first argument")
        return script(step.arguments[0], step.arguments[1:], account, folder)
    raise CannotRun(
        "Jar not supported.",
        f"local mode has no Hadoop to run {step.jar}; use command-runner.jar (for example with spark-submit) "
        "or script-runner.jar",
    )


def _command(arguments: list[str], path: str) -> list[str]:
    if not arguments:
        raise CannotRun("Illegal arguments.", "command-runner.jar needs a command as its first argument")
    program = shutil.which(arguments[0], path=path)
    if program is None:
        raise CannotRun("Command not found.", f"there is no command {arguments[0]!r} on this machine's PATH")
    return [program, *arguments[1:]]


def script(source: str, arguments: list[str], account: str, folder: Path) -> list[str]:
    """The command that runs a script, from S3 or from a path."""
    if not is_s3(source):
        source = source.removeprefix("file://")
        if not Path(source).is_file():
            raise CannotRun("File not found.", f"there is no script {source} on this machine")
        return [*_interpreter(Path(source)), source, *arguments]
    content = read_object(account, source)
    if content is None:
        bucket, key = split_uri(source)
        raise CannotRun("File not found.", f"there is no script {source}: no object {key!r} in {bucket!r}")
    file = folder / source.rpartition("/")[2]
    file.write_bytes(content)
    file.chmod(0o755)
    return [*_interpreter(file), str(file), *arguments]


def _interpreter(file: Path) -> list[str]:
    """Nothing for a script that names its own, as EMR has it; bash for one that does not."""
    with file.open("rb") as content:
        named = content.read(2) == b"#!"
    return [] if named and os.access(file, os.X_OK) else ["bash"]
