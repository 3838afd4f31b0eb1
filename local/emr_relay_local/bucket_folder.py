"""A bucket's keys as a folder's files, seen as they are at this moment.

Invariant: every look first takes in what others wrote, overwrote or removed; the newest version of a key
is the file at the key's own place, and older versions lie among the blobs.
"""

import hashlib
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import moto.s3.models as models
from moto.s3.utils import _VersionedKeyStore

from .object_files import ObjectFile, found, is_path, mark_of, remove_empty_folders
from .place import Place, walk
from .saved_versions import pack, unpack


class FolderKeys(_VersionedKeyStore):
    """moto's key store over one folder."""

    def __init__(self, bucket, place: Place):
        """Makes the bucket's folder if it is missing."""
        super().__init__()
        self.bucket, self.place = bucket, place
        self.folder = place.buckets / bucket.name
        self.folder.mkdir(exist_ok=True)
        self.lock = threading.RLock()

    # Where a key is.

    def path(self, key: str) -> Path:
        """The place of a key's newest version: its own name, or a blob where a file cannot have that name."""
        if is_path(key):
            return self.folder / key
        return self.place.blobs / hashlib.sha256(f"{self.bucket.name}/{key}".encode()).hexdigest()

    # Taking in what others did.

    def refresh(self, prefix: str = "") -> None:
        """Brings every key under `prefix` up to date."""
        with self.lock:
            marks = dict(self._files(prefix))
            for key in [key for key in dict.keys(self) if key.startswith(prefix) and key not in marks]:
                self.refresh_key(key)
            for key, mark in marks.items():
                self._see(key, mark)

    def refresh_key(self, key: str) -> None:
        """Brings one key up to date."""
        with self.lock:
            self._see(key, mark_of(self.path(key)))

    def _files(self, prefix: str) -> Iterator[tuple[str, tuple[int, int, int]]]:
        """The files under a prefix, each with its mark."""
        start = prefix.rpartition("/")[0]
        if start and not is_path(start):
            return
        for key, mark in walk(self.folder / start, f"{start}/" if start else ""):
            if key.startswith(prefix):
                yield key, mark

    def _see(self, key: str, mark: tuple[int, int, int] | None) -> None:
        versions = dict.get(self, key, [])
        live = versions[-1] if versions and isinstance(versions[-1], ObjectFile) else None
        if mark == (live.mark if live else None):
            return
        self._forget_tags(live)
        kept = versions[:-1] if live else versions
        if mark is not None:
            kept = [*kept, found(self.bucket, key, self.path(key), mark)]
        elif live and any(isinstance(version, ObjectFile) for version in kept):
            # The bucket keeps versions: a file that somebody removed leaves a marker behind.
            kept = [*kept, models.FakeDeleteMarker(key=live)]
        self._keep(key, kept)

    def _forget_tags(self, live: Any) -> None:
        if isinstance(live, ObjectFile):
            self._tagger.delete_all_tags_for_resource(live.arn)

    @property
    def _tagger(self):
        return models.s3_backends[self.bucket.account_id][self.bucket.partition].tagger

    # Changing.

    def setlist(self, key: str, list_: Any) -> None:
        """Makes these the versions of a key, oldest first, on disk as in memory."""
        new = list(list_) if isinstance(list_, (list, tuple)) else [list_]
        with self.lock:
            live = self.path(key)
            old = dict.get(self, key, [])
            newest = new[-1] if new and isinstance(new[-1], ObjectFile) else None
            self._shelve([version for version in new if version is not newest], live)
            if newest is not None:
                self._put_live(newest, live)
            gone = [version for version in old if version not in new]
            self._remove_files(gone, kept=live if newest is not None else None)
            # Without versions the key stays until moto, which asks for it once more, has popped it.
            dict.__setitem__(self, key, new)
            self.save(key)

    def _shelve(self, versions: list, live: Path) -> None:
        """Moves older versions out of the place where the newest has to be."""
        for version in versions:
            if isinstance(version, ObjectFile) and version.path == live:
                version.put_at(live, self.place.blobs / uuid.uuid4().hex)

    def _put_live(self, version: ObjectFile, live: Path) -> None:
        if version.path is None:
            version.store(live, self.place.incoming)
        elif version.path != live:
            version.put_at(version.path, live)

    def _remove_files(self, versions: list, kept: Path | None) -> None:
        for version in versions:
            if isinstance(version, ObjectFile) and version.path not in (None, kept):
                version.path.unlink(missing_ok=True)

    def _keep(self, key: str, versions: list) -> None:
        if versions:
            dict.__setitem__(self, key, versions)
        else:
            dict.pop(self, key, None)
            self.place.records.drop_object(self.bucket.name, key)

    def __setitem__(self, key: str, value: Any) -> None:
        """Adds a version."""
        self.setlist(key, [*self.getlist(key, []), value])

    def pop(self, key: str) -> None:
        """Removes a key with all its versions, and the folders that it leaves empty."""
        with self.lock:
            if key not in self:
                raise KeyError(key)
            versions = dict.get(self, key, [])
            self._remove_files(versions, kept=None)
            self._forget_tags(versions[-1] if versions else None)
            self._remove_empty_parents(key)
            self._keep(key, [])

    def _remove_empty_parents(self, key: str) -> None:
        if is_path(key):
            for parent in list(Path(key).parents)[:-1]:
                try:
                    (self.folder / parent).rmdir()
                except OSError:
                    return

    # Looking.

    def __sgetitem__(self, key: str) -> list[Any]:
        """The versions of a key."""
        self.refresh_key(key)
        return dict.__getitem__(self, key)

    def __contains__(self, key: object) -> bool:
        """Whether the key has any version."""
        self.refresh_key(str(key))
        return dict.__contains__(self, key)

    def __len__(self) -> int:
        """How many keys have a version."""
        self.refresh()
        return dict.__len__(self)

    def _self_iterable(self) -> dict[str, Any]:
        self.refresh()
        with self.lock:
            return dict(dict.items(self))

    def under(self, prefix: str) -> list[ObjectFile]:
        """The objects under a prefix, in S3's order."""
        with self.lock:
            self.refresh(prefix)
            newest = ((key, versions[-1]) for key, versions in dict.items(self) if key.startswith(prefix))
            present = [(key, file) for key, file in newest if isinstance(file, ObjectFile)]
        return [file for _, file in sorted(present, key=lambda pair: pair[0])]

    # Outliving the process.

    def save(self, key: str) -> None:
        """Keeps what S3 knows of a key's versions; those whose file lies bare need no record."""
        with self.lock:
            versions = dict.get(self, key)
            if versions:
                self.place.records.save_object(
                    self.bucket.name, key, [pack(one, self._tagger) for one in versions]
                )

    def load(self) -> None:
        """Takes back what was saved, where the files are still those that it was saved for."""
        for key, saved in self.place.records.objects(self.bucket.name).items():
            loaded = (unpack(self.bucket, key, one, self._tagger) for one in saved)
            versions = [version for version in loaded if version is not None]
            if versions:
                dict.__setitem__(self, key, versions)

    def remove(self) -> None:
        """Removes the bucket's folder, blobs and records."""
        for versions in list(dict.values(self)):
            self._remove_files(versions, kept=None)
        dict.clear(self)
        remove_empty_folders(self.folder)
        self.place.records.drop_bucket(self.bucket.name)
