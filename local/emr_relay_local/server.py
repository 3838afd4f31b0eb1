"""One process, one port: moto with the extensions of local mode."""

import importlib
import importlib.util
import os
import threading
from pathlib import Path

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from . import asynchronous, events, functions, queues, targets, topics
from .children import CHILDREN
from .faults import FAULTS
from .gateway import Gateway
from .pools import POOLS
from .quotas import Quotas

ACCOUNT = "123456789012"


class Server:
    """The whole cloud, from `start` to `stop`."""

    def __init__(
        self, port: int, data: Path, quotas: bool = False, retry_delays: list[float] | None = None
    ) -> None:
        """Take the port and put the extensions in place; nothing is served yet."""
        os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
        if retry_delays is not None:
            asynchronous.RETRY_DELAYS[:] = retry_delays
        app = DomainDispatcherApplication(create_backend_app)
        gateway = Gateway(app, FAULTS, Quotas() if quotas else None)
        self._server = make_server("127.0.0.1", port, gateway, threaded=True, request_handler=_QuietHandler)
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self._install(data)

    def start(self) -> None:
        """Serve, on threads of the server's own."""
        threading.Thread(target=self._server.serve_forever, name="server", daemon=True).start()

    def stop(self) -> None:
        """Stop serving and end every process that was started."""
        POOLS.close()
        if emr := _extension("emr"):
            emr.shutdown()
        CHILDREN.stop()
        self._server.server_close()

    def _install(self, data: Path) -> None:
        if storage := _extension("storage"):
            storage.install(data)
        functions.install(data, self.endpoint)
        queues.install()
        topics.install()
        targets.install(FAULTS)
        events.install(FAULTS)
        if emr := _extension("emr"):
            emr.install(data, self.endpoint, FAULTS)


def _extension(name: str):
    found = importlib.util.find_spec(f"{__package__}.{name}")
    return importlib.import_module(f"{__package__}.{name}") if found else None


class _QuietHandler(MotoRequestHandler):
    """Requests are kept in the list of calls, not printed."""

    def log(self, _type: str, _message: str, *_arguments) -> None:
        """Say nothing."""
