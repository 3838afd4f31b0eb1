"""One server for the whole session, with its clients and the ways to ask clusters of it."""

import boto3
import pytest
from emr_server import Clusters, Faults, LocalServer, data_folder

from emr_relay_local import emr, storage


@pytest.fixture(scope="session")
def local(tmp_path_factory):
    """The server and its data folder."""
    data = data_folder(tmp_path_factory.mktemp("local"))
    faults = Faults()
    storage.install(data)
    emr.install(data, lambda: server.url, faults)
    server = LocalServer()
    server.data, server.faults = data, faults
    yield server
    server.stop()
    emr.shutdown()


@pytest.fixture(scope="session")
def client(local):
    """Makes boto3 clients of the server."""

    def make(service: str):
        return boto3.client(
            service,
            endpoint_url=local.url,
            region_name="eu-west-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    return make


@pytest.fixture(scope="session")
def clusters(client):
    """Starts clusters and waits for what becomes of them."""
    s3 = client("s3")
    s3.create_bucket(Bucket="logs", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.create_bucket(Bucket="code", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return Clusters(client("emr"), s3)
