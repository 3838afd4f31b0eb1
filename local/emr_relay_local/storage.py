"""moto's S3 over plain files: what Spark writes, S3 shows, and what S3 takes, Spark reads.

Invariant: moto decides what S3 answers; this package decides only where the bytes are.
"""

import base64
import functools
import shutil
import threading
from pathlib import Path
from typing import Any

import moto.s3.models as models
import moto.s3.responses as responses
from moto.core.base_backend import BaseBackend
from moto.s3.exceptions import InvalidContinuationToken, MethodNotAllowed, S3ClientError

from . import mounts
from .bucket_folder import FolderKeys
from .object_files import ObjectFile
from .place import Place

ACCOUNT = "123456789012"
READS = {"GET", "HEAD", "OPTIONS"}
IN_MEMORY = {"keys", "multiparts"}

_stock_bucket_init = models.FakeBucket.__init__
_stock_delete_bucket = models.S3Backend.delete_bucket
_stock_key_response = responses.S3Response.key_response
_stock_bucket_response = responses.S3Response.bucket_response
_conditional_writes = threading.RLock()


def install(data_dir: Path) -> None:
    """Lays moto's S3 over `data_dir`/buckets and takes back the buckets that are there."""
    place = Place(Path(data_dir).resolve())
    models.FakeKey = responses.FakeKey = ObjectFile
    models.FakeBucket.__init__ = functools.partialmethod(_init_bucket, place)
    models.S3Backend.list_objects = _list_objects
    models.S3Backend.list_objects_v2 = _list_objects_v2
    models.S3Backend.delete_bucket = _delete_bucket
    models.S3Backend.reset = functools.partialmethod(_reset, place)
    responses.S3Response.key_response = _key_response
    responses.S3Response.bucket_response = _bucket_response
    _restore(place)


def _init_bucket(self, place: Place, *args: Any, **kwargs: Any) -> None:
    _stock_bucket_init(self, *args, **kwargs)
    if not isinstance(self, models.FakeTableStorageBucket):
        self.keys = FolderKeys(self, place)
        mounts.write(place.data_dir)


def _restore(place: Place) -> None:
    saved = place.records.buckets()
    bare = {folder.name for folder in place.buckets.iterdir() if folder.is_dir()}
    for name in sorted(bare | saved.keys()):
        entry = saved.get(name, {})
        state = entry.get("state", {})
        account, region = state.get("account_id", ACCOUNT), state.get("region_name", "us-east-1")
        bucket = models.FakeBucket(name, account, region)
        bucket.__dict__.update(state)
        backend = models.s3_backends[bucket.account_id][bucket.partition]
        backend.buckets[name] = bucket
        if entry.get("tags"):
            backend.put_bucket_tagging(name, entry["tags"])
        bucket.keys.load()


def _save_bucket(backend: models.S3Backend, name: str | None) -> None:
    bucket = backend.buckets.get(name) if name else None
    if bucket is not None and isinstance(bucket.keys, FolderKeys):
        state = {key: value for key, value in bucket.__dict__.items() if key not in IN_MEMORY}
        tags = backend.tagger.get_tag_dict_for_resource(bucket.arn)
        bucket.keys.place.records.save_bucket(bucket.name, {"state": state, "tags": tags})


def _bucket_response(self, request: Any, full_url: str, headers: Any) -> Any:
    """Answers as moto does, and keeps what changed about the bucket."""
    answer = _stock_bucket_response(self, request, full_url, headers)
    if request.method not in READS:
        _save_bucket(self.backend, self.parse_bucket_name_from_url(request, full_url))
    return answer


def _key_response(self, request: Any, full_url: str, headers: Any) -> Any:
    """Answers as moto does, and keeps what changed about the object."""
    if request.method in READS:
        return _stock_key_response(self, request, full_url, headers)
    if "If-Match" not in request.headers and "If-None-Match" not in request.headers:
        return _change_key(self, request, full_url, headers)
    # moto looks and then writes: of two that look at once, both would write.
    with _conditional_writes:
        return _change_key(self, request, full_url, headers)


def _change_key(self, request: Any, full_url: str, headers: Any) -> Any:
    answer = _stock_key_response(self, request, full_url, headers)
    try:
        keys = self.backend.get_bucket(self.parse_bucket_name_from_url(request, full_url)).keys
    except S3ClientError:
        return answer
    if isinstance(keys, FolderKeys):
        keys.save(self.parse_key_name())
    return answer


def _delete_bucket(self, bucket_name: str) -> models.FakeBucket | None:
    removed = _stock_delete_bucket(self, bucket_name)
    if removed is not None:
        removed.keys.remove()
        mounts.write(removed.keys.place.data_dir)
    return removed


def _reset(self, place: Place) -> None:
    """Forgets every bucket, with its files: a reset that kept them would bring them back."""
    for name in list(self.buckets):
        models.s3_backends.bucket_accounts.pop(name, None)
        shutil.rmtree(place.buckets / name, ignore_errors=True)
        place.records.drop_bucket(name)
    BaseBackend.reset(self)


def _page(
    bucket, prefix: str, delimiter: str | None, after: str | None, size: int | None
) -> tuple[list[ObjectFile | str], bool]:
    """One page of a listing in S3's order: objects, and what is common to several as text."""
    entries: list[Any] = []
    rolled_up = None
    for file in bucket.keys.under(prefix):
        name = file.name
        cut = name.find(delimiter, len(prefix)) if delimiter else -1
        if cut >= 0:
            name = name[: cut + len(delimiter)]
            if name == rolled_up:
                continue
            rolled_up = name
        if after is not None and name <= after:
            continue
        if size is not None and len(entries) == size:
            return entries, size > 0
        entries.append(name if cut >= 0 else file)
    return entries, False


def _list_objects(self, bucket, prefix, delimiter, marker, max_keys) -> tuple:
    entries, truncated = _page(_listable(bucket), prefix or "", delimiter, marker, max_keys)
    files = [entry for entry in entries if isinstance(entry, ObjectFile)]
    folders = [entry for entry in entries if isinstance(entry, str)]
    return files, folders, truncated, _name(entries[-1]) if truncated else None


def _list_objects_v2(self, bucket, prefix, delimiter, continuation_token, start_after, max_keys) -> tuple:
    after = _name_in(continuation_token) if continuation_token else start_after
    entries, truncated = _page(_listable(bucket), prefix or "", delimiter, after, max_keys)
    token = base64.urlsafe_b64encode(_name(entries[-1]).encode()).decode() if truncated else None
    return entries, truncated, token


def _name_in(token: str) -> str:
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise InvalidContinuationToken() from error


def _listable(bucket):
    if isinstance(bucket, models.FakeTableStorageBucket):
        raise MethodNotAllowed()
    return bucket


def _name(entry: ObjectFile | str) -> str:
    return entry if isinstance(entry, str) else entry.name
