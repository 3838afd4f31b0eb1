import importlib
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml
from pyspark.sql import SparkSession

FOLDER = Path(__file__).parents[1]
sys.path[:0] = [str(FOLDER), str(FOLDER / "jobs"), str(FOLDER / "scripts")]
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dderby.stream.error.file=/dev/null"
LAYERS = ("audit", "transactional", "source", "transform", "model", "views", "exposed")


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """One small real Spark for all tests, over a Hive metastore in memory."""
    from pdm_run import SETTINGS

    folder = tmp_path_factory.mktemp("spark")
    builder = SparkSession.builder.master("local[1]").appName("pdm-tests").enableHiveSupport()
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.adaptive.enabled": "false",
        "spark.driver.extraJavaOptions": QUICK,
        # Rows this few are interpreted sooner than code for them is compiled.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.hadoop.javax.jdo.option.ConnectionURL": "jdbc:derby:memory:pdm;create=true",
        "spark.hadoop.datanucleus.schema.autoCreateAll": "true",
        "spark.hadoop.hive.metastore.schema.verification": "false",
        **SETTINGS,
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def night(spark, tmp_path_factory):
    """A full night over generated input, up to the copies of the views, with what it was generated of."""
    import generate

    night = Night(spark, tmp_path_factory.mktemp("night"))
    night.generated = generate.generate(night.raw, 1200, seed=6, dirty=0.1)["tables"]
    night.upto("create-views-tables")
    return night


@pytest.fixture
def tonight(spark, tmp_path):
    """A night that has not begun, over input that a test writes."""
    return Night(spark, tmp_path)


class Unstoppable:
    """The tests' one Spark, as a job gets it; it goes on when the job stops it."""

    def __init__(self, spark):
        self.spark = spark

    def __getattr__(self, name):
        return getattr(self.spark, name)

    def stop(self):
        """Jobs end their Spark; the next job needs it."""


class Night:
    """Steps as `steps.yaml` has them, run on this machine: a bucket is a folder, and there is no cluster."""

    def __init__(self, spark, root):
        self.spark, self.root = spark, root
        self.data, self.raw = root / "relay-data/pdm", root / "relay-data/pdm/raw"
        for layer in LAYERS:
            spark.sql(f"DROP DATABASE IF EXISTS pdm_{layer} CASCADE")
        self.values = {
            "correlation_id": "pdm@2026-01-08T01:00:00Z",
            "run_id": "1",
            "data_product": "PDM",
            "export_date": "2026-01-08",
            "s3_prefix": "pdm/raw",
            "snapshot_type": "full",
        }
        self.steps = {
            step["Name"]: step["HadoopJarStep"]
            for step in yaml.safe_load((FOLDER / "steps.yaml").read_text())["Steps"]
        }

    def upto(self, last):
        """Runs the steps from the first to this one, save those that need S3 itself."""
        for name in self.steps:
            if name not in ("courtesy-flush", "metrics-setup"):
                self.step(name)
            if name == last:
                return

    def step(self, name, **values):
        """Runs one step."""
        arguments = [self.filled(text, values) for text in self.steps[name]["Args"]]
        if arguments[0] == "spark-sql":
            self.statements(arguments[1:])
        elif arguments[0] == "spark-submit":
            place = next(
                i for i, text in enumerate(arguments) if text.endswith(".py") and "," not in text and i > 4
            )
            self.job(Path(arguments[place]).stem, arguments[place + 1 :])
        else:
            self.script(arguments)

    def filled(self, text, values):
        """An argument with its placeholders filled and its buckets turned into folders."""
        text = re.sub(r"{{(\w+)}}", lambda match: {**self.values, **values}[match[1]], text)
        return text.replace("s3://relay-config/pdm", str(FOLDER)).replace("s3://", f"{self.root}/")

    def statements(self, arguments):
        """What spark-sql does with `-d name=value` and `-f file`."""
        for option, value in zip(arguments[::2], arguments[1::2], strict=True):
            if option == "-d":
                self.spark.conf.set(*value.split("=", 1))
            else:
                text = re.sub("--.*", "", Path(value).read_text())
                for statement in filter(str.strip, text.split(";")):
                    self.spark.sql(statement)

    def job(self, name, arguments):
        """What spark-submit does with a job of ours."""
        import pdm_run

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pdm_run, "session", lambda step: Unstoppable(self.spark))
            importlib.import_module(name).main(arguments)

    def script(self, arguments):
        """What script-runner does, with an AWS CLI that copies files."""
        tools = self.root / "bin"
        tools.mkdir(exist_ok=True)
        (tools / "aws").write_text(COPIES_FILES)
        (tools / "aws").chmod(0o755)
        path = os.pathsep.join((str(tools), str(Path(sys.executable).parent), os.environ["PATH"]))
        subprocess.run(arguments, env={**os.environ, "PATH": path}, check=True)

    def put(self, name, *lines):
        """Writes a file of the input."""
        path = self.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in lines))

    def rows(self, table):
        """A table's rows, sorted, since files have none."""
        return sorted((row.asDict() for row in self.spark.table(table).collect()), key=repr)

    def tables(self):
        """Every table of every layer with its rows; the books without the time of their entries."""
        found = {}
        for layer in LAYERS:
            for table in self.spark.sql(f"SHOW TABLES IN pdm_{layer}").collect():
                rows = self.rows(f"pdm_{layer}.{table.tableName}")
                found[f"{layer}.{table.tableName}"] = [
                    {k: v for k, v in r.items() if k != "recorded_at"} for r in rows
                ]
        return found

    def files(self):
        """How many files of rows each folder has; versions and names differ from run to run."""
        return Counter(
            file.parent.relative_to(self.data).as_posix().partition("/version=")[0]
            for file in self.data.rglob("*.parquet")
        )


COPIES_FILES = """#!/bin/sh
# aws s3 cp --only-show-errors FROM TO, where one of the two is `-`.
set -eu
if [ "$4" = - ]; then mkdir -p "$(dirname "$5")" && cat > "$5"; else cat "$4"; fi
"""
