"""Where Spark and Java are, and what a cluster's Spark is told.

Invariant: what makes `s3://` a folder here is never overridden by what a cluster configures for AWS.
"""

import importlib.util
import os
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import mounts

VIEWFS = "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme"
COMMITTER = "org.apache.hadoop.mapreduce.lib.output.FileOutputCommitterFactory"
CHECKPOINTS = "org.apache.spark.sql.execution.streaming.FileSystemBasedCheckpointFileManager"
SCHEMES = ("s3", "s3a", "s3n", "hdfs")
SITES = ("hive-site", "spark-hive-site", "core-site", "hdfs-site", "mapred-site", "emrfs-site", "yarn-site")
FAST_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+IgnoreUnrecognizedVMOptions -Xshare:auto"
OPTIONS = "spark.driver.extraJavaOptions"
# These name AWS's own classes, the cluster manager, or a metastore that is not reachable from here.
NOT_HERE = (
    "spark.master",
    "spark.submit.deployMode",
    "spark.driver.extraClassPath",
    "spark.driver.extraLibraryPath",
    "spark.executor.extraClassPath",
    "spark.executor.extraLibraryPath",
    "spark.eventLog.enabled",
    "spark.hadoop.hive.metastore.client.factory.class",
    "spark.hadoop.hive.metastore.uris",
    "spark.hadoop.javax.jdo.",
    "spark.hadoop.fs.",
    "spark.hadoop.mapreduce.outputcommitter.",
    "spark.sql.parquet.output.committer.class",
    "spark.sql.parquet.fs.optimized.committer.",
    "spark.sql.sources.commitProtocolClass",
    "spark.sql.streaming.checkpointFileManagerClass",
)


class SparkMissing(RuntimeError):
    """Spark or Java is not installed."""


def home() -> Path:
    """Where Spark is: inside the pyspark package of the running interpreter."""
    found = importlib.util.find_spec("pyspark")
    if found is None or found.origin is None:
        raise SparkMissing("Spark is not installed beside local mode; run: pip install 'pyspark==3.5.9'")
    return Path(found.origin).parent


def java() -> Path:
    """The `java` that Spark will use."""
    named = Path(os.environ["JAVA_HOME"], "bin", "java") if "JAVA_HOME" in os.environ else None
    found = named if named and named.exists() else shutil.which("java")
    if found is None:
        raise SparkMissing("Java is not installed; Spark 3.5 needs Java 8, 11 or 17 (set JAVA_HOME or PATH)")
    return Path(found)


def class_path() -> str:
    """Every jar that comes with Spark."""
    return f"{home()}/jars/*"


def file_systems(data_dir: Path) -> dict[str, str]:
    """Hadoop's settings by which bucket names are folders."""
    return {
        **{f"fs.{scheme}.impl": VIEWFS for scheme in SCHEMES},
        "fs.rawfile.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
        "fs.viewfs.mounttable.path": f"file://{mounts.folder(data_dir)}",
        "mapreduce.outputcommitter.factory.scheme.s3a": COMMITTER,
    }


def properties(
    data_dir: Path, configurations: list[dict[str, Any]], metastore: str, archive: Path | None
) -> dict[str, str]:
    """Spark's properties for a cluster: the cluster's own, and over them what has to hold here."""
    own = {key: value for key, value in _configured(configurations).items() if not key.startswith(NOT_HERE)}
    held = {f"spark.hadoop.{key}": value for key, value in file_systems(data_dir).items()}
    return {
        "spark.sql.shuffle.partitions": "2",
        "spark.default.parallelism": "2",
        "spark.sql.warehouse.dir": "hdfs:///user/spark/warehouse",
        **own,
        **held,
        OPTIONS: java_options(own.get(OPTIONS, ""), archive),
        "spark.hadoop.hive.metastore.uris": metastore,
        "spark.sql.streaming.checkpointFileManagerClass": CHECKPOINTS,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
    }


def java_options(own: str, archive: Path | None) -> str:
    """The driver's JVM options; a cluster that chooses its collector gets it, and starts slower."""
    if "-XX:+Use" in own:
        return f"-XX:+IgnoreUnrecognizedVMOptions {own}"
    shared = f'"-XX:SharedArchiveFile={archive}"' if archive else ""
    return " ".join(part for part in (FAST_START, shared, own) if part)


def _configured(configurations: list[dict[str, Any]]) -> dict[str, str]:
    """What a cluster's `Configurations` say to Spark, in Spark's own names."""
    found: dict[str, str] = {}
    for entry in configurations:
        name, values = entry.get("Classification"), entry.get("Properties") or {}
        if name == "spark-defaults":
            found.update(values)
        elif name in SITES:
            found.update({f"spark.hadoop.{key}": value for key, value in values.items()})
            if "hive.metastore.warehouse.dir" in values:
                found["spark.sql.warehouse.dir"] = values["hive.metastore.warehouse.dir"]
    return found


def exports(configurations: list[dict[str, Any]]) -> dict[str, str]:
    """Environment variables that a cluster sets for Spark, save those that say where EMR has its programs."""
    found: dict[str, str] = {}
    for entry in configurations:
        if entry.get("Classification") == "spark-env":
            for inner in entry.get("Configurations") or []:
                if inner.get("Classification") == "export":
                    found.update(inner.get("Properties") or {})
        if entry.get("Classification") == "spark-defaults":
            prefix = "spark.yarn.appMasterEnv."
            values = entry.get("Properties") or {}
            found.update({k.removeprefix(prefix): v for k, v in values.items() if k.startswith(prefix)})
    return {key: value for key, value in found.items() if key not in ("PYSPARK_PYTHON", "JAVA_HOME", "PATH")}


def write_properties(file: Path, values: Mapping[str, str]) -> None:
    """Writes a properties file, in one move, since another step may be reading it."""
    part = file.with_name(f"{uuid.uuid4().hex}.part")
    part.write_text("".join(f"{_escaped(key)}={_escaped(value)}\n" for key, value in values.items()))
    os.replace(part, file)


def _escaped(text: str) -> str:
    text = str(text).replace("\\", "\\\\").replace("\n", "\\n").replace("=", "\\=").replace(":", "\\:")
    return text.replace(" ", "\\ ").replace("#", "\\#")
