"""One run of the pipeline as its Spark jobs see it: where things lie, and what is entered in the books.

Invariant: a job that is run again replaces its own entries and no others.
"""

import argparse
import json
import logging
import re
import sys
from dataclasses import dataclass

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

log = logging.getLogger("pdm")
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
SETTINGS = {
    # Days begin at midnight UTC, wherever the cluster stands.
    "spark.sql.session.timeZone": "UTC",
    # What does not follow a timestamp's pattern is null, not an error that stops the night.
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    # A day that is loaded again replaces itself; the others stay.
    "spark.sql.sources.partitionOverwriteMode": "dynamic",
}


class Stop(Exception):
    """The job cannot do its work: what is wrong, and what to do instead."""


@dataclass(frozen=True)
class Run:
    """Which attempt of which run this is, and where its pipeline keeps things."""

    correlation_id: str
    run_id: int
    export_date: str
    data: str
    metrics: str

    @property
    def temporary(self) -> str:
        """The run's own folder, from courtesy-flush to flush-s3; the same for every attempt."""
        return f"{self.data}/tmp/{re.sub('[^A-Za-z0-9._-]', '_', self.correlation_id)}"


def parser(description: str) -> argparse.ArgumentParser:
    """A command line with what every job is told of its run."""
    made = argparse.ArgumentParser(description=description.splitlines()[0])
    made.add_argument("--correlation_id", required=True, help="the run")
    made.add_argument("--run_id", required=True, type=int, help="the number of the attempt")
    made.add_argument("--export_date", required=True, help="later snapshots are left alone (YYYY-MM-DD)")
    made.add_argument("--data", required=True, type=folder, help="holds a folder for each layer")
    made.add_argument("--metrics", required=True, help="the metrics file of the pipeline")
    return made


def folder(value: str) -> str:
    """A folder, given with or without a slash at its end."""
    return value.rstrip("/")


def run_of(options: argparse.Namespace) -> Run:
    """The run that the command line names."""
    return Run(options.correlation_id, options.run_id, options.export_date, options.data, options.metrics)


def session(step: str) -> SparkSession:
    """Spark with the pipeline's settings, over the metastore."""
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format=LOG_FORMAT)
    logging.getLogger("py4j").setLevel(logging.WARNING)
    builder = SparkSession.builder.appName(f"pdm-{step}").enableHiveSupport()
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("WARN")
    return spark


def perform(step: str, options: argparse.Namespace, work) -> None:
    """Runs a job: its work, and then the books; what stops it is one plain line and exit code 1."""
    spark = session(step)
    try:
        enter(spark, run_of(options), step, work(spark, options))
    except Stop as problem:
        sys.exit(f"Error: {problem}")
    finally:
        spark.stop()


def enter(spark: SparkSession, run: Run, step: str, counts: dict[str, int]) -> None:
    """Enters in the books how many rows each table has now, and tells the metrics."""
    for table, rows in counts.items():
        log.info("%s has %d rows", table, rows)
    if counts:
        values = ", ".join(f"('{table}', {rows}L)" for table, rows in counts.items())
        spark.sql(
            "INSERT OVERWRITE TABLE pdm_audit.steps PARTITION"
            f" (correlation_id = '{run.correlation_id}', run_id = {run.run_id}, step = '{step}')"
            f" SELECT col1, col2, current_timestamp() FROM VALUES {values}"
        )
    try:
        write_text(spark, run.metrics, json.dumps(metrics(spark, run)))
    except Py4JJavaError as problem:
        # Nobody's night may end because a gauge could not be set.
        log.warning("%s could not be written: %s", run.metrics, problem.java_exception)


def metrics(spark: SparkSession, run: Run) -> dict:
    """The run's rows by table, as the books of its attempts have them; the latest attempt holds."""
    entries = spark.sql(
        "SELECT table_name, max_by(row_count, recorded_at) AS row_count FROM pdm_audit.steps"
        f" WHERE correlation_id = '{run.correlation_id}' GROUP BY table_name ORDER BY table_name"
    ).collect()
    rows = {entry.table_name: entry.row_count for entry in entries}
    named = {"data_product": "PDM", "correlation_id": run.correlation_id, "run_id": run.run_id}
    return {**named, "rows": rows}


def write_text(spark: SparkSession, name: str, text: str) -> None:
    """Puts a small file in place of the one that was there."""
    path = spark._jvm.org.apache.hadoop.fs.Path(name)
    stream = path.getFileSystem(spark._jsc.hadoopConfiguration()).create(path, True)
    stream.write(bytearray(text.encode()))
    stream.close()


def files_below(spark: SparkSession, name: str) -> list[str]:
    """All files at any depth under a folder, in the order of their names; none where it is not there."""
    path = spark._jvm.org.apache.hadoop.fs.Path(name)
    files = path.getFileSystem(spark._jsc.hadoopConfiguration())
    found = []
    if files.exists(path):
        listing = files.listFiles(path, True)
        while listing.hasNext():
            found.append(listing.next().getPath().toString())
    return sorted(found)


def due(files: list[str], table: str, until: str) -> list[str]:
    """Those of the files that hold a table's rows of a day that is not later than the export's."""
    pattern = re.compile(rf"/(\d{{4}}-\d\d-\d\d)/{table}(-\d+)?\.(csv|jsonl)(\.gz)?$")
    dated = ((pattern.search(name), name) for name in files)
    return [name for match, name in dated if match and match.group(1) <= until]
