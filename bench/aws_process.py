"""The fake endpoint as a process of its own, with the certificates that its clients trust."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from pathlib import Path

from certificates import make_certificates
from sandbox import peak_mib

HERE = Path(__file__).resolve().parent


class AwsProcess:
    """A running endpoint; a context, at whose end it has ended."""

    def __init__(self, folder: Path) -> None:
        """`folder` takes the certificates."""
        self._certificate, self._bundle = folder / "server.pem", folder / "ca-bundle.pem"
        make_certificates(self._certificate, self._bundle)

    def __enter__(self) -> AwsProcess:
        """Starts the endpoint and waits for its ports."""
        command = [sys.executable, "-B", HERE / "fake_aws.py", HERE / "objects", self._certificate]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = subprocess.Popen(command, text=True, **pipes)
        self._ports = json.loads(self._process.stdout.readline())
        return self

    def __exit__(self, *_) -> None:
        """Ends it."""
        self._process.communicate()

    def env(self, scheme: str) -> dict[str, str]:
        """What points a function here; the bundle is of the usual size, since loading it takes time."""
        return {
            "AWS_ENDPOINT_URL": f"{scheme}://127.0.0.1:{self._ports[scheme]}",
            "AWS_CA_BUNDLE": str(self._bundle),
            "SSL_CERT_FILE": str(self._bundle),
        }

    def set_latency(self, milliseconds: float) -> None:
        """Sets the delay of every call from now on."""
        self._ask(f"/-/latency/{milliseconds}")

    def calls(self) -> list[dict]:
        """The calls since this was last asked, in the order of their ends."""
        return self._ask("/-/calls")

    def fill(self, rows: int) -> None:
        """Adds rows of other runs until the table holds this many."""
        self._ask(f"/-/fill/{rows}")

    def fail(self, cluster_id: str, step: int) -> None:
        """Makes a cluster one that failed at a step."""
        self._ask(f"/-/fail/{cluster_id}/{step}")

    def peak_mib(self) -> float:
        """The endpoint's own peak memory."""
        return peak_mib(self._process.pid)

    def _ask(self, path: str):
        connection = http.client.HTTPConnection("127.0.0.1", self._ports["http"])
        connection.request("GET", path)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer
