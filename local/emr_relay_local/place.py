"""Where a data folder keeps buckets, what is beside them, and which files in a bucket are objects."""

import os
from collections.abc import Iterator
from pathlib import Path

from .object_files import mark_from
from .object_records import Records


class Place:
    """The folders of one data folder."""

    def __init__(self, data_dir: Path):
        """Makes the folders that are missing."""
        self.data_dir = data_dir
        self.buckets = data_dir / "buckets"
        self.blobs = data_dir / "s3" / "blobs"
        self.incoming = data_dir / "s3" / "incoming"
        for folder in (self.buckets, self.blobs, self.incoming):
            folder.mkdir(parents=True, exist_ok=True)
        self.records = Records(data_dir / "s3" / "records.sqlite")


def walk(folder: Path | str, start: str) -> Iterator[tuple[str, tuple[int, int, int]]]:
    """Files below a folder by key; what a job has not committed yet is not there."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.name == "_temporary" or not _is_text(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from walk(entry.path, f"{start}{entry.name}/")
            continue
        try:
            yield start + entry.name, mark_from(entry.stat())
        except OSError:
            continue


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
