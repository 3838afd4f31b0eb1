"""The steps without Spark, over S3 as moto has it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import boto3
import pytest
from clean_dictionary_data import cleaned
from moto.server import ThreadedMotoServer

SCRIPTS = Path(__file__).parents[1] / "scripts"
METRICS = "pdm/metrics/pdm.json"
RUN = "pdm@2026-01-08T01:00:00Z"


class Bucket:
    """The bucket of a night, and the scripts that work on it."""

    def __init__(self, endpoint):
        self.environment = {
            **os.environ,
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
        }
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        self.s3 = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **keys)
        self.s3.create_bucket(Bucket="night")

    def put(self, *keys):
        for key in keys:
            self.s3.put_object(Bucket="night", Key=key, Body=b"something")

    def listed(self):
        return [one["Key"] for one in self.s3.list_objects_v2(Bucket="night").get("Contents", [])]

    def json(self, key):
        return json.loads(self.s3.get_object(Bucket="night", Key=key)["Body"].read())

    def run(self, script, *arguments):
        done = subprocess.run(
            [SCRIPTS / script, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def bucket():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    # What moto keeps is kept for the whole process.
    urlopen(Request(f"{endpoint}/moto-api/reset", method="POST")).close()
    yield Bucket(endpoint)
    server.stop()


def test_a_run_begins_without_what_an_earlier_attempt_left_and_touches_no_other_run(bucket):
    kept = ["pdm/source/x.parquet", "pdm/tmp/another/dictionary.csv", "pdm/tmp/pdm_2026-01-08T01_00_00Z2/x"]
    bucket.put("pdm/tmp/pdm_2026-01-08T01_00_00Z/dictionary.csv", *kept)
    for _ in range(2):
        bucket.run("courtesy-flush.sh", "s3://night/pdm", RUN)
        assert bucket.listed() == kept


def test_metrics_are_begun_in_place_of_stale_ones_and_are_gone_at_the_end(bucket):
    bucket.put(METRICS)
    for attempt in (1, 2):
        bucket.run("metrics-setup.sh", f"s3://night/{METRICS}", "PDM", RUN, str(attempt))
        begun = {"data_product": "PDM", "correlation_id": RUN, "run_id": attempt, "rows": {}}
        assert bucket.json(METRICS) == begun
    for _ in range(2):
        bucket.run("flush-gateway.sh", f"s3://night/{METRICS}")
        assert bucket.listed() == []


def test_the_manifest_names_what_was_published_and_the_temporary_folder_goes(bucket):
    bucket.put("pdm/exposed/daily_metrics/part-0.parquet", "pdm/exposedly/no", "pdm/tmp/another/x")
    bucket.s3.put_object(Bucket="night", Key="pdm/exposed/daily_metrics/_SUCCESS", Body=b"")
    bucket.put("pdm/tmp/pdm_2026-01-08T01_00_00Z/dictionary.csv")
    for _ in range(2):
        bucket.run("flush-s3.sh", "s3://night/pdm", "s3://night/pdm/exposed", RUN)
        assert bucket.json("pdm/manifests/pdm_2026-01-08T01_00_00Z.json") == {
            "correlation_id": RUN,
            "published": [{"key": "pdm/exposed/daily_metrics/part-0.parquet", "bytes": 9}],
        }
        assert [key for key in bucket.listed() if key.startswith("pdm/tmp/")] == ["pdm/tmp/another/x"]


def test_a_run_that_published_nothing_has_a_manifest_that_says_so(bucket):
    bucket.run("flush-s3.sh", "s3://night/pdm", "s3://night/pdm/exposed/", "r-1")
    assert bucket.json("pdm/manifests/r-1.json") == {"correlation_id": "r-1", "published": []}


def test_the_dictionary_is_cleaned_from_one_object_into_the_run_s_temporary_folder(bucket):
    raw = "\ufeffcode,dataset,field,description\n b ,To_Dos,STATUS,  In   progress \n"
    bucket.s3.put_object(Bucket="night", Key="raw.csv", Body=raw.encode())
    said = bucket.run("clean_dictionary_data.py", "s3://night/raw.csv", "s3://night/pdm/", RUN)
    assert "wrote 1 rows" in said and "left out: none" in said
    body = bucket.s3.get_object(Bucket="night", Key="pdm/tmp/pdm_2026-01-08T01_00_00Z/dictionary.csv")["Body"]
    assert body.read() == b"dataset,field,code,description\nto_dos,status,B,In progress\n"


def test_rows_of_the_dictionary_are_left_out_for_a_reason_and_the_last_for_a_code_holds():
    text, rows, left_out = cleaned(
        "dataset,field,code,description\nd,f,A,first\nd,f,a,second\nd,f,,no code\nd,f,B,TBC\nd,,C,x\nd,f\n"
    )
    assert (text, rows) == ("dataset,field,code,description\nd,f,A,second\n", 1)
    assert left_out == {"replaced_by_a_later_row": 1, "incomplete": 3, "without_description": 1}


def test_a_dictionary_without_its_columns_says_which():
    with pytest.raises(SystemExit, match="no column field, description"):
        cleaned("dataset,code\na,b\n")
