"""Rows of runs that ended long ago, as many as are wanted: what a lookup must not pay for."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator

from dynamodb_storage import Storage, Stored, size_of

# Stands where a row's own number comes, and is as wide.
NUMBER = "NNNNNNNNNN"
LAUNCH = {
    "pipeline": "pdm",
    "correlation_id": f"export-{NUMBER}",
    "s3_prefix": f"business-data/mongo/ucfs/2024-03-01/export-{NUMBER}/",
    "snapshot_type": "incremental",
}
ROW = {
    "Correlation_Id": {"S": f"export-{NUMBER}"},
    "DataProduct": {"S": "PDM"},
    "Version": {"N": "1"},
    "Pipeline": {"S": "pdm"},
    "Attempt": {"N": "1"},
    "Run_Id": {"N": "1"},
    "Status": {"S": "COMPLETED"},
    "Outcome": {"S": "SUCCEEDED"},
    "Cluster_Id": {"S": f"j-F{NUMBER}"},
    "CurrentStep": {"S": "flush-pushgateway"},
    "Date": {"S": "2024-03-01"},
    "S3_Prefix_Snapshots": {"S": LAUNCH["s3_prefix"]},
    "Snapshot_Type": {"S": LAUNCH["snapshot_type"]},
    "Launch": {"S": json.dumps(LAUNCH)},
    "Config_Hash": {"S": "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"},
    "Claimed_At": {"S": "2024-03-01T01:00:00.000Z"},
    "Updated_At": {"S": "2024-03-01T03:12:45.000Z"},
    "Announced": {"BOOL": True},
    "TimeToExist": {"N": "1802998800"},
}


def fill(storage: Storage, rows: int) -> None:
    """Adds such rows until the table holds this many."""
    # Collecting garbage among so many objects takes seconds, in the middle of a measurement, and finds none.
    gc.disable()
    storage.fill(some(storage.count, rows))
    gc.freeze()
    gc.enable()


def some(first: int, end: int) -> Iterator[tuple[dict, Stored]]:
    """The rows of these numbers: of each what it is found by, and what is stored."""
    text, size, product = json.dumps(ROW), size_of(ROW), ROW["DataProduct"]
    for number in range(first, end):
        own = f"{number:010d}"
        found_by = {"Correlation_Id": {"S": f"export-{own}"}, "Cluster_Id": {"S": f"j-F{own}"}}
        yield {**found_by, "DataProduct": product}, Stored(text.replace(NUMBER, own).encode(), size)
