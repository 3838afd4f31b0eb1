import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from emr_relay_local import rows


@pytest.fixture
def place(tmp_path):
    place = tmp_path / "buckets" / "data" / "rentals"
    for folder, query in {
        "kpis/daily": "SELECT DATE '2024-01-02' AS day, 1.50::DECIMAL(9,2) AS revenue UNION ALL "
        "SELECT DATE '2024-01-01', NULL",
        "curated/users/dt=1": "SELECT 1 AS id",
        "curated/users/dt=2": "SELECT 2 AS id",
        "_temporary/users": "SELECT 3 AS id",
    }.items():
        (place / folder).mkdir(parents=True)
        duckdb.sql(query).write_parquet(str(place / folder / "part-0.parquet"))
    return place


def test_tables_are_the_folders_with_parquet_and_partitions_belong_to_one(place):
    counted = {table["table"]: (table["files"], table["rows"]) for table in rows.describe(place)}
    assert counted == {"kpis/daily": (1, 2), "curated/users": (2, 2)}


def test_first_rows_come_in_order_as_plain_values(place):
    shown = rows.first_rows(place, "daily", 10)
    assert shown == {
        "table": "kpis/daily",
        "columns": ["day", "revenue"],
        "rows": [["2024-01-01", None], ["2024-01-02", "1.50"]],
    }
    assert len(rows.first_rows(place, "users", 1)["rows"]) == 1


def test_the_command_reads_a_bucket_of_local_mode_and_says_which_tables_there_are(place, tmp_path):
    def run(*arguments):
        command = [sys.executable, "-m", "emr_relay_local.rows", "s3://data/rentals", "--data", str(tmp_path)]
        package = Path(rows.__file__).parents[1]
        return subprocess.run([*command, *arguments], capture_output=True, text=True, cwd=package)

    assert {table["table"] for table in json.loads(run().stdout)["tables"]} == {"kpis/daily", "curated/users"}
    missing = run("--table", "weekly")
    assert missing.returncode == 1
    assert "there is no table weekly" in missing.stderr and "kpis/daily" in missing.stderr
