"""Count rentals twice: in the raw CSV files by hand, and in the Parquet files that the pipeline wrote.

The first count shares nothing with the pipeline: plain `csv`, and its own reading of what a good row is.
"""

import csv
import json
import sys
import tempfile
from collections import Counter, defaultdict
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import boto3
import duckdb

KEYS = {"users": "user_id", "vehicles": "vehicle_id", "locations": "location_id"}
REFERENCES = {
    "user_id": "users",
    "vehicle_id": "vehicles",
    "pickup_location": "locations",
    "dropoff_location": "locations",
}
MOMENTS = ("%Y-%m-%d %H:%M:%S", "%m/%d/%Y %I:%M %p")


def rows_of(folder):
    """Every row of a table with its values stripped; None for one that does not fit its header."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
            for row in rows:
                fits = len(row) == len(header)
                yield dict(zip(header, map(str.strip, row), strict=True)) if fits else None


def moment(text):
    """A time in one of the spellings that are generated; None for anything else."""
    for spelling in MOMENTS:
        try:
            return datetime.strptime(text, spelling)
        except ValueError:
            continue
    return None


def amount(text):
    """Money; None for anything else."""
    try:
        return Decimal(text.replace("$", "").replace(",", ""))
    except InvalidOperation:
        return None


def good_keys(folder, key):
    """The keys that a table's rows may be referred to by, and how many rows fail."""
    seen, bad = set(), 0
    for row in rows_of(folder):
        if row is None or not row[key] or row[key] in seen:
            bad += 1
        else:
            seen.add(row[key])
    return seen, bad


def is_good(row, keys, seen):
    """Whether a rental can have been."""
    if row is None or not all(row.values()) or row["rental_id"] in seen:
        return False
    start, end, money = (
        moment(row["rental_start_time"]),
        moment(row["rental_end_time"]),
        amount(row["total_amount"]),
    )
    if start is None or end is None or money is None or end < start or money < 0:
        return False
    return all(row[column] in keys[table] for column, table in REFERENCES.items())


def counted(raw):
    """What the raw files hold."""
    keys, rejects = {}, {}
    for table, key in KEYS.items():
        keys[table], rejects[table] = good_keys(raw / table, key)
    days, seen, bad = defaultdict(lambda: [0, Decimal(0)]), set(), Counter()
    for row in rows_of(raw / "rental_transactions"):
        if not is_good(row, keys, seen):
            bad["rental_transactions"] += 1
            continue
        seen.add(row["rental_id"])
        day = days[moment(row["rental_start_time"]).date().isoformat()]
        day[0] += 1
        day[1] += amount(row["total_amount"])
    tables = {**{table: len(found) for table, found in keys.items()}, "rental_transactions": len(seen)}
    return {
        "curated": tables,
        "rejects": rejects | bad,
        "kpis": {
            "location_metrics": tables["locations"],
            "vehicle_metrics": tables["vehicles"],
            "user_metrics": tables["users"],
            "daily_metrics": len(days),
            "transaction_metrics": 1,
        },
        "days": {day: [rentals, f"{money:.2f}"] for day, (rentals, money) in sorted(days.items())},
    }


def written(folder):
    """What the Parquet files hold."""

    def rows(kind):
        tables = sorted((folder / kind).iterdir())
        return {table.name: ask(f"SELECT count(*) FROM '{table}/*.parquet'")[0][0] for table in tables}

    daily = f"'{folder}/kpis/daily_metrics/*.parquet'"
    days = ask(f"SELECT rental_date, rentals, total_revenue FROM {daily} ORDER BY rental_date")
    return {
        **{kind: rows(kind) for kind in ("curated", "rejects", "kpis")},
        "days": {day.isoformat(): [rentals, f"{money:.2f}"] for day, rentals, money in days},
    }


def ask(sql):
    """The rows of an answer."""
    return duckdb.sql(sql).fetchall()


def download(bucket, prefix, folder):
    """Put every object below a prefix into a folder."""
    s3 = boto3.client("s3")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            path = folder / found["Key"].removeprefix(prefix)
            path.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file(bucket, found["Key"], str(path))


def main():
    """Count both."""
    given = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        download(given["data_bucket"], "rentals/", Path(folder))
        print(json.dumps({"counted": counted(Path(given["raw"])), "written": written(Path(folder))}))


main()
