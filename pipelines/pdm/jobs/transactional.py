"""Merges the changes of the transactional dimensions, up to the export's day, into their tables.

    spark-submit transactional.py --input FOLDER --correlation_id ... (see pdm_run.py)

Changes lie in INPUT/transactional/changes/DAY/DIMENSION.jsonl. A day without changes is an ordinary day.
"""

from __future__ import annotations

import argparse

import pdm_run
from dimensions import DIMENSIONS, merge
from pyspark.sql import SparkSession


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = pdm_run.parser(__doc__)
    parser.add_argument("--input", required=True, type=pdm_run.folder, help="holds the snapshots")
    return parser.parse_args(argv)


def merge_changes(spark: SparkSession, options: argparse.Namespace) -> dict[str, int]:
    """Merges all changes that are due; answers how many members each dimension has."""
    files = pdm_run.files_below(spark, f"{options.input}/transactional/changes")
    return {
        d.table: merge(spark, d, pdm_run.due(files, d.name, options.export_date), options.data)
        for d in DIMENSIONS
    }


def main(argv: list[str] | None = None) -> None:
    """Runs the job."""
    pdm_run.perform("transactional", arguments(argv), merge_changes)


if __name__ == "__main__":
    main()
