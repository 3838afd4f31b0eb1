"""moto with storage and EMR laid over it, in a thread, for tests of these two alone."""

import threading
from pathlib import Path

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server


class LocalServer:
    """A server on a free port."""

    def __init__(self):
        """Starts serving."""
        app = DomainDispatcherApplication(create_backend_app)
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Stops serving."""
        self.server.shutdown()


def data_folder(tmp: Path) -> Path:
    """A folder whose name has to be quoted."""
    folder = tmp / "data of mine"
    folder.mkdir()
    return folder
