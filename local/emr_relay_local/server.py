"""One process, one port: moto with the extensions of local mode."""

import socket
import threading
from contextlib import ExitStack
from pathlib import Path

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from . import (
    asynchronous,
    conditions,
    emr,
    events,
    functions,
    invocations,
    queues,
    rule_schedules,
    scheduler,
    storage,
    targets,
    topics,
)
from .children import CHILDREN
from .faults import FAULTS
from .gateway import Gateway
from .pools import POOLS
from .quotas import Quotas

ACCOUNT = "123456789012"

_WAITING = 128


class Server:
    """The whole cloud, from `start` to `stop`."""

    def __init__(
        self, port: int, data: Path, quotas: bool = False, retry_delays: list[float] | None = None
    ) -> None:
        """Take the port; nothing is served yet."""
        if retry_delays is not None:
            asynchronous.RETRY_DELAYS[:] = retry_delays
        app = DomainDispatcherApplication(create_backend_app)
        gateway = Gateway(app, FAULTS, Quotas() if quotas else None)
        self._server = _listen(port, gateway)
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.port}"
        self._data = data
        self._ending = ExitStack()
        self._ending.callback(self._server.server_close)
        # Whoever waits for a function writes to its log at the end, in a folder that may go next.
        self._ending.callback(POOLS.join)
        self._ending.callback(CHILDREN.stop)
        self._ending.callback(POOLS.close)

    def start(self) -> None:
        """Put the extensions in place and serve, on threads of the server's own."""
        self._install(self._data)
        threading.Thread(target=self._server.serve_forever, name="server", daemon=True).start()
        self._ending.callback(self._server.shutdown)

    def stop(self) -> None:
        """Stop serving and end every process that was started."""
        self._ending.close()

    def _install(self, data: Path) -> None:
        storage.install(data)
        functions.install(data, self.endpoint)
        invocations.install()
        queues.install()
        topics.install()
        conditions.install()
        targets.install(FAULTS)
        events.install()
        rule_schedules.install()
        scheduler.install()
        self._ending.callback(emr.shutdown)
        emr.install(data, lambda: self.endpoint, FAULTS)


def _listen(port: int, gateway: Gateway) -> BaseWSGIServer:
    # werkzeug would end the process itself, with a message of its own, when a port is taken.
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            raise OSError(f"port {port} is taken: {error.strerror}") from error
        listener.listen(_WAITING)
        number, handle = listener.getsockname()[1], listener.fileno()
        options = {"threaded": True, "request_handler": _QuietHandler, "fd": handle}
        return make_server("127.0.0.1", number, gateway, **options)


class _QuietHandler(MotoRequestHandler):
    """Requests are kept in the list of calls, not printed."""

    def log(self, _type: str, _message: str, *_arguments) -> None:
        """Say nothing."""
