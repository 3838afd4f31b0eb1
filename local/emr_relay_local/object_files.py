"""S3 objects whose bytes are files that others read and write too.

Invariant: an object that is stored holds no bytes in memory, and its ETag never changes without its file.
"""

import hashlib
import os
import uuid
from datetime import UTC, datetime
from pathlib import Path

from moto.s3.exceptions import MissingKey, S3ClientError
from moto.s3.models import FakeKey

MAX_NAME_BYTES = 255
MAX_PATH_BYTES = 4000
UNSAVED = {"_value_buffer", "lock", "path", "mark", "multipart", "disposed"}


class KeyConflict(S3ClientError):
    """A key that is a file here cannot also be the folder of another key."""

    code = "InvalidRequest"

    def __init__(self, key: str):
        """Says which key it is."""
        super().__init__(
            f"local mode keeps objects as files: key {key!r} cannot be stored, since one key would be both a "
            "file and the folder of another; rename one of the two"
        )


def is_path(key: str) -> bool:
    """Whether a key can be a file under its own name; `_temporary` cannot, since writers own it."""
    parts = key.split("/")
    return (
        len(key.encode()) <= MAX_PATH_BYTES
        and "\0" not in key
        and not {"", ".", "..", "_temporary"}.intersection(parts)
        and all(len(part.encode()) <= MAX_NAME_BYTES for part in parts)
    )


def mark_of(path: Path) -> tuple[int, int, int] | None:
    """What changes whenever a file is written or replaced; None where there is no file."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return mark_from(stat) if path.is_file() else None


def mark_from(stat: os.stat_result) -> tuple[int, int, int]:
    """The same, of a stat that is already there."""
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


class ObjectFile(FakeKey):
    """moto's object, with its value in `path` once it is stored."""

    # moto registers its models by the module that they say they are from.
    __module__ = "moto.s3.models"

    path: Path | None = None
    mark: tuple[int, int, int] | None = None

    def __new__(cls, *_args, **_kwargs):
        """Skips moto's list of every instance ever made, which would keep all of them alive."""
        return object.__new__(cls)

    @property
    def value(self) -> bytes:
        """The bytes, read from the file when there is one."""
        if self.path is None:
            return FakeKey.value.fget(self)
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise MissingKey(self.name) from error

    @value.setter
    def value(self, new_value: bytes) -> None:
        FakeKey.value.fset(self, new_value)

    @property
    def last_modified_ISO8601(self) -> datetime:
        """The time as a time: moto would parse its text again, for most of what a long listing takes."""
        return self.last_modified.replace(microsecond=0)

    def store(self, path: Path, incoming: Path) -> None:
        """Writes the bytes to `path`, which readers see whole or not at all."""
        part = incoming / uuid.uuid4().hex
        content = self.value
        if self._etag is None:
            self._etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        part.write_bytes(content)
        self.put_at(part, path)
        self.multipart = None

    def put_at(self, source: Path, path: Path) -> None:
        """Moves `source` to `path` and makes that this object's file."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                remove_empty_folders(path)
            os.replace(source, path)
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            self.discard(source)
            raise KeyConflict(self.name) from error
        self.settle(path, mark_of(path))

    def discard(self, source: Path) -> None:
        """Removes bytes that were never this object's file."""
        if source != self.path:
            source.unlink(missing_ok=True)

    def settle(self, path: Path, mark: tuple[int, int, int] | None) -> None:
        """Makes `path` this object's file; its time and size are the file's."""
        self.path, self.mark = path, mark
        self._value_buffer.close()
        if mark is not None:
            self.contentsize = mark[1]
            self.last_modified = datetime.fromtimestamp(mark[0] / 1e9, UTC).replace(tzinfo=None)

    def dispose(self, garbage: bool = False) -> None:
        """Frees the buffer; the file stays until the bucket removes it."""
        self._value_buffer.close()
        self.disposed = True

    def __del__(self) -> None:
        """Nothing to warn about: bytes are files."""

    def __deepcopy__(self, _memo) -> "ObjectFile":
        """A second view of the same file; moto copies versions before it lists them."""
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        return twin

    def saved_state(self) -> dict:
        """What has to outlive the process, beside the bytes."""
        return {name: value for name, value in self.__dict__.items() if name not in UNSAVED}


def found(bucket, key: str, path: Path, mark: tuple[int, int, int]) -> ObjectFile:
    """The object that a file is which somebody else wrote.

    Its ETag has the form of a multipart upload's, so that nobody takes it for the content's MD5.
    """
    digest = hashlib.md5(f"{key}\0{mark}".encode(), usedforsecurity=False).hexdigest()
    file = ObjectFile(
        name=key,
        value=b"",
        account_id=bucket.account_id,
        region_name=bucket.region_name,
        bucket_name=bucket.name,
        etag=f"{digest}-1",
        is_versioned=bucket.is_versioned,
        version_id=str(uuid.uuid4()) if bucket.is_versioned else "null",
    )
    file.settle(path, mark)
    return file


def remove_empty_folders(folder: Path) -> None:
    """Removes a folder that holds no file, however deep; leaves it where it does."""
    for where, _, _ in os.walk(folder, topdown=False):
        try:
            os.rmdir(where)
        except OSError:
            return
