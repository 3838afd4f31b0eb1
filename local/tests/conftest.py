"""One server for the whole session, with its clients."""

import boto3
import pytest
from emr_relay_local import storage
from emr_server import LocalServer, data_folder


@pytest.fixture(scope="session")
def local(tmp_path_factory):
    """The server and its data folder."""
    data = data_folder(tmp_path_factory.mktemp("local"))
    storage.install(data)
    server = LocalServer()
    server.data = data
    yield server
    server.stop()


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
