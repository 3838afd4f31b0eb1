"""Loads the transactional dimensions for the first time, from full snapshots; only where a flag says so.

    spark-submit initial_transactional_load.py --initial_load full --input FOLDER ... (see pdm_run.py)

Snapshots lie in INPUT/transactional/full/DIMENSION.jsonl. What was merged before is kept where it is later.
"""

from __future__ import annotations

import argparse
import re

import pdm_run
from dimensions import DIMENSIONS, merge
from pyspark.sql import SparkSession


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = pdm_run.parser(__doc__)
    parser.add_argument("--input", required=True, type=pdm_run.folder, help="holds the snapshots")
    parser.add_argument("--initial_load", required=True, help="`full` loads; anything else does nothing")
    return parser.parse_args(argv)


def load(spark: SparkSession, options: argparse.Namespace) -> dict[str, int]:
    """Merges the full snapshots; none is merged where one is missing."""
    folder = f"{options.input}/transactional/full"
    found = pdm_run.files_below(spark, folder)
    files = {d.name: [f for f in found if is_of(d.name, f)] for d in DIMENSIONS}
    missing = [name for name, its_files in files.items() if not its_files]
    if missing:
        raise pdm_run.Stop(
            f"no full snapshot of {', '.join(missing)} in {folder}; put one there, or launch with another"
            " snapshot_type than full"
        )
    return {d.table: merge(spark, d, files[d.name], options.data) for d in DIMENSIONS}


def is_of(dimension: str, file: str) -> bool:
    """Whether a file holds rows of a dimension; large ones come in numbered parts."""
    return re.search(rf"/{dimension}(-\d+)?\.jsonl(\.gz)?$", file) is not None


def main(argv: list[str] | None = None) -> None:
    """Runs the job, without waiting for a Spark that would have nothing to do."""
    options = arguments(argv)
    if options.initial_load != "full":
        print(f"nothing to do: the snapshot type is {options.initial_load}, and only full is a first load")
        return
    pdm_run.perform("initial_transactional_load", options, load)


if __name__ == "__main__":
    main()
