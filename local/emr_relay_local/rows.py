"""`python -m emr_relay_local.rows`: what a run wrote, as tables with their first rows.

A table is a folder below the given place that holds Parquet files, partitioned (`dt=2024-01-01/`) or not. The
files are read where local mode keeps the objects, so nothing is copied.
"""

import argparse
import json
import sys
from pathlib import Path

import duckdb


class NoTable(ValueError):
    """There is no such table; says which there are."""


def tables(place: Path) -> dict[str, Path]:
    """The folders that hold Parquet files, by their path below the place."""
    found = {}
    for file in sorted(place.rglob("*.parquet")):
        folder = _unpartitioned(file.parent)
        if not any(part.startswith(("_", ".")) for part in file.relative_to(place).parts):
            found[folder.relative_to(place).as_posix()] = folder
    return found


def describe(place: Path) -> list[dict]:
    """Each table with its files, rows and bytes."""
    return [_described(name, folder) for name, folder in tables(place).items()]


def first_rows(place: Path, name: str, limit: int) -> dict:
    """The first rows of a table, named by its path or by the last part of it."""
    found = tables(place)
    matching = [path for path in found if path == name or path.rpartition("/")[2] == name]
    if not matching:
        raise NoTable(f"there is no table {name} in {place}; there are: {', '.join(found) or 'none'}")
    # Sorted by its first column: files come in any order, and people compare runs.
    relation = duckdb.sql(f"FROM {_parquet(found[matching[0]])} ORDER BY 1 LIMIT {limit}")
    rows = [[_plain(value) for value in row] for row in relation.fetchall()]
    return {"table": matching[0], "columns": relation.columns, "rows": rows}


def _unpartitioned(folder: Path) -> Path:
    while "=" in folder.name:
        folder = folder.parent
    return folder


def _described(name: str, folder: Path) -> dict:
    files = list(folder.rglob("*.parquet"))
    rows = duckdb.sql(f"SELECT count(*) FROM {_parquet(folder)}").fetchone()[0]
    size = sum(file.stat().st_size for file in files)
    return {"table": name, "files": len(files), "rows": rows, "bytes": size}


def _parquet(folder: Path) -> str:
    pattern = f"{folder}/**/*.parquet".replace("'", "''")
    return f"read_parquet('{pattern}', hive_partitioning = true, union_by_name = true)"


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | float | str | None) else str(value)


def _place(data: Path, location: str) -> Path:
    """Where the objects of `s3://bucket/prefix` lie as files; any other text is a folder itself."""
    bucket_and_key = location.removeprefix("s3://")
    return Path(location) if bucket_and_key == location else data / "buckets" / bucket_and_key.rstrip("/")


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m emr_relay_local.rows")
    parser.add_argument("location", help="s3://bucket/prefix of local mode, or a folder")
    parser.add_argument("--data", type=Path, default=Path("."), help="the data folder of local mode")
    parser.add_argument("--table", help="show the first rows of this one; without it, list all")
    parser.add_argument("--limit", type=int, default=10)
    asked = parser.parse_args()
    place = _place(asked.data, asked.location)
    try:
        answer = first_rows(place, asked.table, asked.limit) if asked.table else {"tables": describe(place)}
    except (NoTable, duckdb.Error) as error:
        print(f"rows: {error}", file=sys.stderr)
        return 1
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
