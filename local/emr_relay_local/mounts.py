"""Which folder each bucket is, in the form that Hadoop reads when a job first touches a bucket.

Invariant: the table names every bucket that exists now, so a job sees one that was made after it started.
"""

import os
import urllib.parse
import uuid
from pathlib import Path
from xml.sax.saxutils import escape

TABLE = "mounts.1.xml"


def folder(data_dir: Path) -> Path:
    """Where the table is; Hadoop is given the folder."""
    return data_dir / "emr" / "mounts"


def write(data_dir: Path) -> None:
    """Brings the table up to date, in one move."""
    entries = [_entry(name, path) for name, path in sorted(_mounted(data_dir).items())]
    target = folder(data_dir)
    target.mkdir(parents=True, exist_ok=True)
    part = data_dir / "emr" / f"{uuid.uuid4().hex}.mounts"
    part.write_text("<configuration>\n" + "\n".join(entries) + "\n</configuration>\n")
    os.replace(part, target / TABLE)


def shadowed(data_dir: Path) -> list[str]:
    """Buckets that jobs cannot see: with `raw`, Hadoop takes `raw.v2` for an option of `raw`."""
    names = _buckets(data_dir)
    return sorted(name for name in names if any(name.startswith(f"{other}.") for other in names))


def _mounted(data_dir: Path) -> dict[str, Path]:
    hidden = shadowed(data_dir)
    buckets = {name: data_dir / "buckets" / name for name in _buckets(data_dir) if name not in hidden}
    # An `hdfs:///` path has no authority, which Hadoop calls `default`.
    return {"default": hdfs(data_dir), **buckets}


def hdfs(data_dir: Path) -> Path:
    """The folder that stands for the clusters' HDFS."""
    path = data_dir / "emr" / "hdfs"
    path.mkdir(parents=True, exist_ok=True)
    return path


def _buckets(data_dir: Path) -> list[str]:
    return [entry.name for entry in os.scandir(data_dir / "buckets") if entry.is_dir()]


def _entry(name: str, path: Path) -> str:
    link = escape(f"fs.viewfs.mounttable.{name}.linkFallback")
    target = escape(f"rawfile://{urllib.parse.quote(str(path))}")
    return f"<property><name>{link}</name><value>{target}</value></property>"
