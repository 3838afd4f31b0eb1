"""The server that most tests share."""

import pytest
from cloud_process import executable, start


@pytest.fixture(scope="session")
def functions_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("functions")
    executable(folder / "recorder")
    return folder


@pytest.fixture(scope="session")
def shared_cloud(functions_folder, tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    cloud = start("--functions", functions_folder, "--data", data, "--retry-delays", "0,0")
    yield cloud
    cloud.end()


@pytest.fixture
def cloud(shared_cloud):
    yield shared_cloud
    shared_cloud.control("DELETE", "faults")
