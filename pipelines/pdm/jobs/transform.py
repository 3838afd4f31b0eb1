"""Makes typed, clean tables with one row for each thing out of what the source tables have of all days.

    spark-submit transform.py --correlation_id ... (see pdm_run.py)

A row that cannot be taken goes to pdm_transform.rejects with the first reason that holds. Of the others the
latest update holds, whichever snapshot brought it. What a row refers to is left to the model.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from functools import reduce

import pdm_run
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

DATABASE = "pdm_transform"
# Spellings of nothing that people and programs leave in exports.
NOTHING = ("", "null", "none", "n/a", "-")


@dataclass(frozen=True)
class Dataset:
    """How a source table becomes a clean one: its key, its texts, and its moments, needed or not."""

    name: str
    key: str
    texts: tuple[str, ...]
    needed_moments: tuple[str, ...]
    moments: tuple[str, ...] = ()


DATASETS = (
    Dataset(
        "appointments",
        "appointment_id",
        ("agent_id", "site_id", "appointment_type_id", "status_code"),
        ("updated_at", "starts_at"),
    ),
    Dataset(
        "to_dos",
        "to_do_id",
        ("agent_id", "team_id", "to_do_type_id", "status_code"),
        ("updated_at", "created_at"),
        ("completed_at",),
    ),
)


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    return pdm_run.parser(__doc__).parse_args(argv)


def transform_all(spark: SparkSession, options: argparse.Namespace) -> dict[str, int]:
    """Writes the clean tables and the table of rejects; answers how many rows each has."""
    judged = {d.name: judge(d, due(spark, d, options.export_date)) for d in DATASETS}
    tables = {d.name: latest(d, judged[d.name].where("reject_reason IS NULL")) for d in DATASETS}
    tables["rejects"] = reduce(DataFrame.unionByName, (rejects(d, judged[d.name]) for d in DATASETS))
    return {
        f"{DATABASE}.{name}": save(spark, f"{DATABASE}.{name}", frame, f"{options.data}/transform/{name}")
        for name, frame in tables.items()
    }


def due(spark: SparkSession, dataset: Dataset, until: str) -> DataFrame:
    """The source rows of all days that are not later than the export's."""
    return spark.table(f"pdm_source.{dataset.name}").where(
        F.col("snapshot_date") <= F.lit(until).cast("date")
    )


def judge(dataset: Dataset, source: DataFrame) -> DataFrame:
    """Each row with its values as they should be, how it came, and the reason why it is not taken, if any."""
    came = F.to_json(F.struct(*source.columns))
    values = {
        **{name: said(name) for name in (dataset.key, *dataset.texts)},
        **{name: moment(name) for name in (*dataset.needed_moments, *dataset.moments)},
        "status_code": F.upper(said("status_code")),
    }
    reasons = [
        (F.col("raw_line").isNotNull(), "malformed_row"),
        (said(dataset.key).isNull(), f"missing_{dataset.key}"),
    ]
    for name in dataset.needed_moments:
        reasons.append((said(name).isNull(), f"missing_{name}"))
        reasons.append((moment(name).isNull(), f"invalid_{name}"))
    reason = F.coalesce(*(F.when(holds, F.lit(text)) for holds, text in reasons))
    return source.select(
        *(value.alias(name) for name, value in values.items()),
        reason.alias("reject_reason"),
        came.alias("came_as"),
        "source_file",
        "snapshot_date",
    )


def said(column: str) -> Column:
    """A text without the blanks around it; null where it says nothing."""
    text = F.trim(column)
    return F.when(~F.lower(text).isin(*NOTHING), text)


def moment(column: str) -> Column:
    """A moment in ISO 8601, or day first as people here write it; without a zone it is UTC."""
    text = said(column)
    # A year alone would be read as its first day.
    iso = F.when(text.rlike(r"^\d{4}-\d\d-\d\d[T ]\d\d:"), F.to_timestamp(text))
    return F.coalesce(iso, F.to_timestamp(text, "dd/MM/yyyy HH:mm"))


def latest(dataset: Dataset, good: DataFrame) -> DataFrame:
    """One row for each key: the latest update, and of two at one time always the same."""
    names = [*dataset.needed_moments, "snapshot_date", *dataset.texts, *dataset.moments]
    newest = good.groupBy(dataset.key).agg(F.max(F.struct(*names)).alias("newest"))
    return newest.select(dataset.key, "newest.*").orderBy(dataset.key)


def rejects(dataset: Dataset, judged: DataFrame) -> DataFrame:
    """The rows that are not taken, as they came."""
    found = judged.where("reject_reason IS NOT NULL")
    return found.select(
        F.lit(dataset.name).alias("dataset"), "reject_reason", "came_as", "source_file", "snapshot_date"
    )


def save(spark: SparkSession, table: str, frame: DataFrame, location: str) -> int:
    """Puts a frame in place of a table and of its files; answers how many rows it has."""
    frame.coalesce(1).write.mode("overwrite").option("path", location).saveAsTable(table)
    return spark.table(table).count()


def main(argv: list[str] | None = None) -> None:
    """Runs the job."""
    pdm_run.perform("transform", arguments(argv), transform_all)


if __name__ == "__main__":
    main()
