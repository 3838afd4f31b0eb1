"""Copies every view into a table of its own in the exposed folder, for readers outside the pipeline.

    spark-submit create_views_tables.py --exposed FOLDER --correlation_id ... (see pdm_run.py)

A table whose view is gone goes too, with its files: nobody should read what nobody brings up to date.
"""

from __future__ import annotations

import argparse

import pdm_run
from pyspark.sql import SparkSession

EXPOSED, VIEWS = "pdm_exposed", "pdm_views"


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = pdm_run.parser(__doc__)
    parser.add_argument("--exposed", required=True, type=pdm_run.folder, help="gets a folder for each view")
    return parser.parse_args(argv)


def copy_all(spark: SparkSession, options: argparse.Namespace) -> dict[str, int]:
    """Copies the views; answers how many rows each table has."""
    views = [row.viewName for row in spark.sql(f"SHOW VIEWS IN {VIEWS}").collect()]
    if not views:
        raise pdm_run.Stop(f"there are no views in {VIEWS}; the step views makes them")
    exposed = {row.tableName for row in spark.sql(f"SHOW TABLES IN {EXPOSED}").collect()}
    for stale in exposed - set(views):
        withdraw(spark, stale, options.exposed)
    return {f"{EXPOSED}.{view}": copy(spark, view, options.exposed) for view in views}


def copy(spark: SparkSession, view: str, exposed: str) -> int:
    """Copies one view; its table takes the columns that the view has now."""
    frame = spark.table(f"{VIEWS}.{view}").coalesce(1)
    frame = frame.sortWithinPartitions(*frame.columns[:3])
    frame.write.mode("overwrite").option("path", f"{exposed}/{view}").saveAsTable(f"{EXPOSED}.{view}")
    return spark.table(f"{EXPOSED}.{view}").count()


def withdraw(spark: SparkSession, table: str, exposed: str) -> None:
    """Removes a table that has lost its view."""
    spark.sql(f"DROP TABLE {EXPOSED}.{table}")
    path = spark._jvm.org.apache.hadoop.fs.Path(f"{exposed}/{table}")
    path.getFileSystem(spark._jsc.hadoopConfiguration()).delete(path, True)
    pdm_run.log.info("removed %s.%s, which has no view any more", EXPOSED, table)


def main(argv: list[str] | None = None) -> None:
    """Runs the job."""
    pdm_run.perform("create-views-tables", arguments(argv), copy_all)


if __name__ == "__main__":
    main()
