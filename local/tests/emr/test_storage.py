"""S3 as files: what S3 takes is a file, what is a file S3 shows."""

import io
import itertools
import os
import urllib.request

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from emr_relay_local import storage

names = (f"bucket-{number}" for number in itertools.count())


@pytest.fixture
def s3(client):
    """An S3 client."""
    return client("s3")


@pytest.fixture
def bucket(s3):
    """A new bucket's name."""
    name = next(names)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return name


@pytest.fixture
def folder(local, bucket):
    """The bucket's folder."""
    return local.data / "buckets" / bucket


def body(s3, bucket, key, **more):
    """An object's bytes."""
    return s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read()


def keys(s3, bucket, **more):
    """All keys of a bucket, over all pages."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, **more)
    return [item["Key"] for page in pages for item in page.get("Contents", [])]


def code(error):
    """The error's code."""
    return error.value.response["Error"]["Code"]


def write(folder, key, content=b"by others"):
    """Writes a file as Spark would, past S3."""
    path = folder / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_an_object_is_a_plain_file_under_its_key(s3, bucket, folder):
    s3.put_object(Bucket=bucket, Key="dt=2024-01-01/part-0.csv", Body=b"a,b")
    assert (folder / "dt=2024-01-01/part-0.csv").read_bytes() == b"a,b"


def test_a_file_that_others_wrote_is_an_object_at_once(s3, bucket, folder):
    write(folder, "out/part-0", b"12345")
    head = s3.head_object(Bucket=bucket, Key="out/part-0")
    [listed] = s3.list_objects_v2(Bucket=bucket, Prefix="out/")["Contents"]
    assert head["ContentLength"] == listed["Size"] == 5
    assert head["ETag"] == listed["ETag"]
    assert head["LastModified"] == listed["LastModified"].replace(microsecond=0)
    assert body(s3, bucket, "out/part-0") == b"12345"


def test_an_object_that_others_overwrote_shows_its_new_content_and_etag(s3, bucket, folder):
    before = s3.put_object(Bucket=bucket, Key="k", Body=b"first", Metadata={"by": "s3"})["ETag"]
    write(folder, "k", b"other")
    head = s3.head_object(Bucket=bucket, Key="k")
    assert body(s3, bucket, "k") == b"other"
    assert head["ETag"] != before and head["Metadata"] == {}


def test_a_file_that_others_removed_is_no_object_any_more(s3, bucket, folder):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    (folder / "k").unlink()
    assert keys(s3, bucket) == []
    with pytest.raises(ClientError) as error:
        s3.head_object(Bucket=bucket, Key="k")
    assert code(error) == "404"


def test_uncommitted_output_and_empty_folders_are_no_objects(s3, bucket, folder):
    write(folder, "out/_temporary/0/part-0")
    (folder / "empty/deeper").mkdir(parents=True)
    write(folder, "out/_SUCCESS", b"")
    assert keys(s3, bucket) == ["out/_SUCCESS"]


def test_deleting_the_last_object_of_a_folder_leaves_no_folder(s3, bucket, folder):
    s3.put_object(Bucket=bucket, Key="a/b/c", Body=b"x")
    s3.delete_object(Bucket=bucket, Key="a/b/c")
    assert list(folder.iterdir()) == []
    s3.delete_bucket(Bucket=bucket)
    assert not folder.exists()


@pytest.mark.parametrize(
    "key",
    [
        "plus+and%percent",
        "with space and  two",
        "ünïcode/日本/🙂",
        "dt=2024-01-01/hour=03/part-0.parquet",
        "k" * 900,
        "/".join(["deep"] * 180),
        "folder/",
        "double//slash",
        "/leading",
        "a/../b",
        "quote'\"<&>;?#",
        "~tilde/.hidden",
        "%2F%20",
        "x/_temporary/y",
    ],
)
def test_odd_keys_survive(s3, bucket, key):
    s3.put_object(Bucket=bucket, Key=key, Body=b"odd")
    assert body(s3, bucket, key) == b"odd"
    assert keys(s3, bucket) == [key]
    s3.copy_object(Bucket=bucket, Key=f"copy of {key}", CopySource={"Bucket": bucket, "Key": key})
    assert body(s3, bucket, f"copy of {key}") == b"odd"
    s3.delete_object(Bucket=bucket, Key=key)
    assert keys(s3, bucket) == [f"copy of {key}"]


def test_a_key_beside_its_own_folder_is_refused_plainly(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a/b", Body=b"file")
    with pytest.raises(ClientError, match="both a file and the folder") as error:
        s3.put_object(Bucket=bucket, Key="a/b/c", Body=b"x")
    assert code(error) == "InvalidRequest"
    s3.put_object(Bucket=bucket, Key="d/e/f", Body=b"x")
    with pytest.raises(ClientError, match="both a file and the folder"):
        s3.put_object(Bucket=bucket, Key="d/e", Body=b"file")
    assert keys(s3, bucket) == ["a/b", "d/e/f"]


def test_a_key_may_take_the_place_of_an_empty_folder(s3, bucket, folder):
    (folder / "a/b").mkdir(parents=True)
    s3.put_object(Bucket=bucket, Key="a", Body=b"file")
    assert body(s3, bucket, "a") == b"file"


def test_the_transfer_manager_uploads_in_parts_and_downloads_in_ranges(s3, bucket, folder):
    content = os.urandom(11 * 1024 * 1024)
    config = TransferConfig(multipart_threshold=5 * 1024 * 1024, multipart_chunksize=5 * 1024 * 1024)
    s3.upload_fileobj(io.BytesIO(content), bucket, "big", Config=config, ExtraArgs={"Metadata": {"a": "1"}})
    got = io.BytesIO()
    s3.download_fileobj(bucket, "big", got, Config=config)
    assert got.getvalue() == content == (folder / "big").read_bytes()
    head = s3.head_object(Bucket=bucket, Key="big")
    assert head["ETag"].endswith('-3"') and head["Metadata"] == {"a": "1"}
    s3.copy({"Bucket": bucket, "Key": "big"}, bucket, "copy", Config=config)
    assert (folder / "copy").read_bytes() == content


def test_an_aborted_upload_leaves_nothing(s3, bucket, folder):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="big")["UploadId"]
    s3.upload_part(Bucket=bucket, Key="big", UploadId=upload, PartNumber=1, Body=b"x" * 10)
    s3.abort_multipart_upload(Bucket=bucket, Key="big", UploadId=upload)
    assert keys(s3, bucket) == [] and list(folder.iterdir()) == []


def test_conditional_writes_hold(s3, bucket, folder):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    for refused in ({"IfNoneMatch": "*"}, {"IfMatch": '"wrong"'}):
        with pytest.raises(ClientError) as error:
            s3.put_object(Bucket=bucket, Key="k", Body=b"2", **refused)
        assert code(error) == "PreconditionFailed"
    s3.put_object(Bucket=bucket, Key="k", Body=b"3", IfMatch=etag)
    write(folder, "spark")
    with pytest.raises(ClientError) as error:
        s3.put_object(Bucket=bucket, Key="spark", Body=b"2", IfNoneMatch="*")
    assert code(error) == "PreconditionFailed" and body(s3, bucket, "k") == b"3"


def test_ranges_are_cut(s3, bucket, folder):
    write(folder, "k", b"0123456789")
    assert body(s3, bucket, "k", Range="bytes=2-4") == b"234"
    assert body(s3, bucket, "k", Range="bytes=-3") == b"789"
    with pytest.raises(ClientError) as error:
        body(s3, bucket, "k", Range="bytes=10-")
    assert code(error) == "InvalidRange"


def test_listings_come_in_pages_and_roll_up_folders(s3, bucket, folder):
    for key in ["a", "b/1", "b/2", "c/d/1", "e"]:
        write(folder, key)
    assert keys(s3, bucket, PaginationConfig={"PageSize": 2}) == ["a", "b/1", "b/2", "c/d/1", "e"]
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": 1}
    )
    seen = [
        entry.get("Key", entry.get("Prefix"))
        for page in pages
        for entry in page.get("Contents", []) + page.get("CommonPrefixes", [])
    ]
    assert seen == ["a", "b/", "c/", "e"]
    rolled_up = s3.list_objects_v2(Bucket=bucket, Delimiter="/")["CommonPrefixes"]
    assert rolled_up == [{"Prefix": "b/"}, {"Prefix": "c/"}]
    assert keys(s3, bucket, StartAfter="b/1") == ["b/2", "c/d/1", "e"]
    v1 = s3.get_paginator("list_objects").paginate(
        Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": 2}
    )
    assert [p["Prefix"] for page in v1 for p in page.get("CommonPrefixes", [])] == ["b/", "c/"]


def test_a_prefix_may_end_inside_a_name_and_never_leaves_the_bucket(s3, bucket, folder):
    write(folder, "data/part-1")
    write(folder, "data/other")
    assert keys(s3, bucket, Prefix="data/pa") == ["data/part-1"]
    assert keys(s3, bucket, Prefix="../") == keys(s3, bucket, Prefix="nowhere/") == []


def test_tags_and_metadata_stay_with_the_object(s3, bucket):
    s3.put_object(
        Bucket=bucket, Key="k", Body=b"x", Tagging="team=data", ContentType="text/csv", Metadata={"run": "7"}
    )
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/k")
    head = s3.head_object(Bucket=bucket, Key="copy")
    assert (head["ContentType"], head["Metadata"]) == ("text/csv", {"run": "7"})
    tags = s3.get_object_tagging(Bucket=bucket, Key="copy")["TagSet"]
    assert tags == [{"Key": "team", "Value": "data"}]


def test_a_presigned_url_gives_the_object(s3, bucket, folder):
    write(folder, "k", b"signed")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    assert urllib.request.urlopen(url).read() == b"signed"


def test_versions_keep_their_bytes(s3, bucket, folder):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"first")["VersionId"]
    s3.put_object(Bucket=bucket, Key="k", Body=b"second")
    assert body(s3, bucket, "k", VersionId=first) == b"first"
    marker = s3.delete_object(Bucket=bucket, Key="k")["VersionId"]
    assert keys(s3, bucket) == [] and not (folder / "k").exists()
    s3.delete_object(Bucket=bucket, Key="k", VersionId=marker)
    assert body(s3, bucket, "k") == (folder / "k").read_bytes() == b"second"
    for version in s3.list_object_versions(Bucket=bucket)["Versions"]:
        s3.delete_object(Bucket=bucket, Key="k", VersionId=version["VersionId"])
    assert list(folder.iterdir()) == []
    s3.delete_bucket(Bucket=bucket)


def test_everything_is_still_known_after_a_restart(s3, bucket, folder, local):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"first")["VersionId"]
    s3.put_object(Bucket=bucket, Key="k", Body=b"second", Metadata={"run": "7"}, Tagging="team=data")
    s3.put_object(Bucket=bucket, Key="odd//key", Body=b"odd")
    before = s3.head_object(Bucket=bucket, Key="k")
    restart(local)
    after = s3.head_object(Bucket=bucket, Key="k")
    assert [after[name] for name in ("ETag", "Metadata", "VersionId")] == [
        before[name] for name in ("ETag", "Metadata", "VersionId")
    ]
    assert body(s3, bucket, "k", VersionId=first) == b"first"
    assert body(s3, bucket, "odd//key") == b"odd"
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [{"Key": "team", "Value": "data"}]
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == [{"Key": "a", "Value": "b"}]
    assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] == "eu-west-1"


def restart(local):
    """Forgets all that is in memory, as a new process would, and reads the folder again."""
    from moto.s3 import models

    backend = models.s3_backends["123456789012"]["aws"]
    models.s3_backends.bucket_accounts.clear()
    backend.buckets.clear()
    backend.tagger.tags.clear()
    storage.install(local.data)


def test_ten_thousand_files_are_listed_in_order(s3, bucket, folder):
    for day in range(100):
        (folder / f"dt={day:03}").mkdir()
        for part in range(100):
            (folder / f"dt={day:03}" / f"part-{part:05}").write_bytes(b"")
    listed = keys(s3, bucket)
    assert len(listed) == 10_000 and listed == sorted(listed)


def test_a_token_that_no_listing_gave_is_refused(s3, bucket):
    with pytest.raises(ClientError, match="continuation token"):
        s3.list_objects_v2(Bucket=bucket, ContinuationToken="%%%")


def test_the_resource_api_walks_a_bucket(local, bucket, folder):
    write(folder, "k", b"x")
    resource = boto3.resource(
        "s3", endpoint_url=local.url, aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    assert [item.key for item in resource.Bucket(bucket).objects.all()] == ["k"]
