"""An object's versions as records, and back.

Invariant: a record speaks only for the file that it was made for; of any other file it says nothing.
"""

from pathlib import Path
from typing import Any

from moto.s3.models import FakeDeleteMarker
from moto.utilities.tagging_service import TaggingService

from .object_files import ObjectFile, found, mark_of


def pack(version: ObjectFile | FakeDeleteMarker, tagger: TaggingService) -> dict[str, Any]:
    """What of a version has to be kept."""
    if isinstance(version, FakeDeleteMarker):
        return {"marker": (version._version_id, version.last_modified)}
    tags = tagger.get_tag_dict_for_resource(version.arn)
    return {"state": version.saved_state(), "mark": version.mark, "path": str(version.path), "tags": tags}


def unpack(
    bucket, key: str, saved: dict[str, Any], tagger: TaggingService
) -> ObjectFile | FakeDeleteMarker | None:
    """The version again; None when its file is gone or another."""
    if "marker" in saved:
        gone = ObjectFile(key, b"", bucket.account_id, bucket.region_name)
        marker = FakeDeleteMarker(key=gone)
        marker._version_id, marker.last_modified = saved["marker"]
        return marker
    path = Path(saved["path"])
    mark = mark_of(path)
    # A folder that was copied has other inodes, but the same times and sizes.
    if mark is None or mark[:2] != saved["mark"][:2]:
        return None
    file = found(bucket, key, path, mark)
    file.__dict__.update(saved["state"])
    if saved["tags"]:
        tags = [{"Key": name, "Value": value} for name, value in saved["tags"].items()]
        tagger.tag_resource(file.arn, tags)
    return file
