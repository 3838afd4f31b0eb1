"""Loads raw snapshots into the source tables as they came: every value is text, and nothing is left out.

    spark-submit source.py --input FOLDER --correlation_id ... (see pdm_run.py)

Snapshots lie in INPUT/snapshots/DAY/, appointments as CSV and to-dos as JSON lines. Each day is a partition,
which is replaced when the day is loaded again; days whose files are gone from the input stay as they were.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import pdm_run
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

DATABASE = "pdm_source"


@dataclass(frozen=True)
class Dataset:
    """A collection of snapshots: its name, how its files are read, and its columns."""

    name: str
    format: str
    columns: tuple[str, ...]
    options: tuple[tuple[str, str], ...] = ()

    @property
    def schema(self) -> str:
        """All text; what does not fit stays whole in `raw_line`."""
        return ", ".join(f"{name} string" for name in (*self.columns, "raw_line"))


DATASETS = (
    Dataset(
        "appointments",
        "csv",
        (
            "appointment_id",
            "agent_id",
            "site_id",
            "appointment_type_id",
            "status_code",
            "starts_at",
            "updated_at",
        ),
        # A file whose header is not this one stops the job, before its columns are taken for others.
        (("header", "true"), ("enforceSchema", "false")),
    ),
    Dataset(
        "to_dos",
        "json",
        (
            "to_do_id",
            "agent_id",
            "team_id",
            "to_do_type_id",
            "status_code",
            "created_at",
            "completed_at",
            "updated_at",
        ),
    ),
)


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = pdm_run.parser(__doc__)
    parser.add_argument("--input", required=True, type=pdm_run.folder, help="holds the snapshots")
    return parser.parse_args(argv)


def load_all(spark: SparkSession, options: argparse.Namespace) -> dict[str, int]:
    """Loads every dataset and the dictionary; answers how many rows each table has."""
    files = pdm_run.files_below(spark, f"{options.input}/snapshots")
    chosen = {d.name: pdm_run.due(files, d.name, options.export_date) for d in DATASETS}
    missing = [name for name, its_files in chosen.items() if not its_files]
    if missing:
        raise pdm_run.Stop(
            f"no snapshot of {', '.join(missing)} up to {options.export_date} in {options.input}/snapshots;"
            " put one there, or name another s3_prefix or export_date in the event"
        )
    loaded = {f"{DATABASE}.{d.name}": load(spark, d, chosen[d.name], options.data) for d in DATASETS}
    return {**loaded, f"{DATABASE}.dictionary": load_dictionary(spark, options)}


def load(spark: SparkSession, dataset: Dataset, files: list[str], data: str) -> int:
    """Loads some days of a dataset; answers how many rows its table has then."""
    table = f"{DATABASE}.{dataset.name}"
    spark.sql(
        f"CREATE TABLE IF NOT EXISTS {table} ({dataset.schema}, source_file string, snapshot_date date)"
        f" USING parquet PARTITIONED BY (snapshot_date) LOCATION '{data}/source/{dataset.name}'"
    )
    rows(spark, dataset, files).coalesce(1).write.insertInto(table, overwrite=True)
    return spark.table(table).count()


def rows(spark: SparkSession, dataset: Dataset, files: list[str]) -> DataFrame:
    """The rows of some files, each with its file and the day that the file's folder names."""
    reader = spark.read.schema(dataset.schema).options(**dict(dataset.options))
    read = reader.option("columnNameOfCorruptRecord", "raw_line").format(dataset.format).load(files)
    day = F.regexp_extract(F.input_file_name(), r"/(\d{4}-\d\d-\d\d)/[^/]*$", 1).cast("date")
    return read.withColumns({"source_file": F.input_file_name(), "snapshot_date": day})


def load_dictionary(spark: SparkSession, options: argparse.Namespace) -> int:
    """The dictionary as clean-dictionary-data left it for this run."""
    cleaned = f"{pdm_run.run_of(options).temporary}/dictionary.csv"
    frame = spark.read.csv(
        cleaned, header=True, schema="dataset string, field string, code string, description string"
    )
    location = f"{options.data}/source/dictionary"
    frame.coalesce(1).write.mode("overwrite").option("path", location).saveAsTable(f"{DATABASE}.dictionary")
    return spark.table(f"{DATABASE}.dictionary").count()


def main(argv: list[str] | None = None) -> None:
    """Runs the job."""
    pdm_run.perform("source", arguments(argv), load_all)


if __name__ == "__main__":
    main()
