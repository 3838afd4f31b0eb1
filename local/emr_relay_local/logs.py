"""Logs of steps and bootstrap actions, as EMR lays them out below a cluster's `LogUri`.

Invariant: a log that cannot be published is still in the task's folder, and never stops the task.
"""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import moto.s3.models as s3_models
from moto.s3.exceptions import S3ClientError

NAMES = ("controller", "stdout", "stderr")


def now() -> datetime:
    """The time as EMR writes it, in UTC."""
    return datetime.now(UTC)


def split_uri(uri: str) -> tuple[str, str]:
    """Bucket and key of an `s3://` URI, in any of the schemes that EMR takes for it."""
    bucket, _, key = uri.partition("://")[2].partition("/")
    return bucket, key


def is_s3(uri: str) -> bool:
    """Whether a text is a URI of S3."""
    return uri.startswith(("s3://", "s3a://", "s3n://"))


def read_object(account: str, uri: str) -> bytes | None:
    """An object's bytes; None where there is none."""
    bucket, key = split_uri(uri)
    try:
        found = _backend(account).get_object(bucket, key)
        return found.value if found is not None else None
    except S3ClientError:
        return None


def bucket_exists(account: str, name: str) -> bool:
    """Whether there is such a bucket."""
    try:
        _backend(account).get_bucket(name)
    except S3ClientError:
        return False
    return True


def _backend(account: str) -> s3_models.S3Backend:
    return s3_models.s3_backends[account]["aws"]


class TaskLog:
    """The controller's log, standard output and standard error of one task."""

    def __init__(self, folder: Path):
        """Makes the folder and empty files."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            self.file(name).touch()

    def file(self, name: str) -> Path:
        """Where one of the three is."""
        return self.folder / name

    def say(self, text: str, level: str = "INFO") -> None:
        """Adds a line to the controller's log."""
        stamp = now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        with self.file("controller").open("a") as file:
            file.write(f"{stamp} {level} {text}\n")

    def complain(self, text: str) -> None:
        """Adds a line to standard error, for whoever looks only there."""
        with self.file("stderr").open("a") as file:
            file.write(text + "\n")

    def errors(self) -> str:
        """Standard error's last part, which is where a cause is."""
        with self.file("stderr").open("rb") as file:
            file.seek(max(0, self.file("stderr").stat().st_size - 200_000))
            return file.read().decode(errors="replace")

    def publish(self, account: str, uri: str | None) -> None:
        """Puts the three, packed, below an S3 URI, if a cluster has one."""
        if not uri or not is_s3(uri):
            return
        bucket, prefix = split_uri(uri)
        for name in NAMES:
            try:
                packed = gzip.compress(self.file(name).read_bytes())
                _backend(account).put_object(bucket, f"{prefix}/{name}.gz", packed)
            except S3ClientError as error:
                self.say(f"could not publish {name} to {uri}: {error.message}", "WARN")
                return
