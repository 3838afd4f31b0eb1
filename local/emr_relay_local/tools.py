"""The commands that a cluster's steps find before all others on their PATH."""

import os
import shlex
import shutil
import sys
from pathlib import Path

from . import spark

SPARK = ("spark-submit", "spark-sql", "spark-shell", "pyspark")
START = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from emr_relay_local.spark_command import main; main()"
)


def path(tools: Path) -> str:
    """The PATH of steps: `tools`, then what is beside the running Python, then what the server has."""
    return os.pathsep.join((str(tools), str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))


def write(folder: Path, properties: Path) -> None:
    """Makes the commands; Spark's read their settings from `properties`."""
    folder.mkdir(parents=True, exist_ok=True)
    package = str(Path(__file__).parent.parent)
    for name in SPARK:
        words = (sys.executable, "-c", START, package, str(spark.home()), str(properties), name)
        _write(folder / name, shlex.join(words))
    aws = shutil.which("aws", path=path(folder / "nowhere"))
    if aws is not None:
        # Version 1 of the CLI leaves AWS_ENDPOINT_URL out of account for all services but S3.
        _write(folder / "aws", f'{shlex.quote(aws)} --endpoint-url "$AWS_ENDPOINT_URL"')


def _write(file: Path, command: str) -> None:
    if not file.exists():
        part = file.with_suffix(f".{os.urandom(4).hex()}")
        part.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        part.chmod(0o755)
        os.replace(part, file)
