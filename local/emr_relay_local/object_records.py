"""What S3 knows of buckets and objects beyond their bytes, kept in one file beside the buckets.

Invariant: nothing here is needed to see an object; a record that cannot be read is as good as none.
"""

import pickle
import sqlite3
import threading
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, state BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS objects (bucket TEXT, key TEXT, versions BLOB NOT NULL, PRIMARY KEY (bucket, key));
"""


class Records:
    """Saved state of buckets and of their objects' versions."""

    def __init__(self, file: Path):
        """Opens `file`, or makes it."""
        self.lock = threading.Lock()
        self.database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute("PRAGMA synchronous = OFF")
        self.database.executescript(SCHEMA)

    def _run(self, statement: str, *values: Any) -> list[tuple]:
        with self.lock:
            return self.database.execute(statement, values).fetchall()

    def save_bucket(self, name: str, state: dict[str, Any]) -> None:
        """Keeps a bucket's settings."""
        self._run("REPLACE INTO buckets VALUES (?, ?)", name, pickle.dumps(state))

    def buckets(self) -> dict[str, dict[str, Any]]:
        """All buckets that were saved, by name."""
        rows = self._run("SELECT name, state FROM buckets")
        return {name: state for name, blob in rows if (state := _load(blob)) is not None}

    def drop_bucket(self, name: str) -> None:
        """Forgets a bucket and everything in it."""
        self._run("DELETE FROM buckets WHERE name = ?", name)
        self._run("DELETE FROM objects WHERE bucket = ?", name)

    def save_object(self, bucket: str, key: str, versions: list[dict[str, Any]]) -> None:
        """Keeps the versions of one key, oldest first."""
        self._run("REPLACE INTO objects VALUES (?, ?, ?)", bucket, key, pickle.dumps(versions))

    def objects(self, bucket: str) -> dict[str, list[dict[str, Any]]]:
        """The versions of every key of a bucket."""
        rows = self._run("SELECT key, versions FROM objects WHERE bucket = ?", bucket)
        return {key: versions for key, blob in rows if (versions := _load(blob)) is not None}

    def drop_object(self, bucket: str, key: str) -> None:
        """Forgets one key."""
        self._run("DELETE FROM objects WHERE bucket = ? AND key = ?", bucket, key)


def _load(blob: bytes) -> Any:
    try:
        return pickle.loads(blob)
    # A record of another moto: its classes may have moved, been renamed or changed their shape.
    except (pickle.UnpicklingError, AttributeError, ImportError, TypeError, EOFError):
        return None
