"""The Hive metastore, started when somebody first asks it something.

Invariant: its address answers from the moment of `install`; whoever does not use Hive never pays for it.
"""

import contextlib
import os
import socket
import threading
from pathlib import Path
from xml.sax.saxutils import escape

from . import mounts, processes, spark

START_SECONDS = 120
JVM = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")


class Metastore:
    """A door that is open at once, and behind it the metastore once it is needed."""

    def __init__(self, data_dir: Path):
        """Opens the door on a free port."""
        self.data_dir = data_dir
        self.folder = data_dir / "metastore"
        self.door = socket.create_server(("127.0.0.1", 0))
        self.inner: int | None = None
        self.group: processes.Group | None = None
        self.lock = threading.Lock()
        threading.Thread(target=self._serve, name="metastore-door", daemon=True).start()

    @property
    def address(self) -> str:
        """What `hive.metastore.uris` is."""
        return f"thrift://127.0.0.1:{self.door.getsockname()[1]}"

    def stop(self) -> None:
        """Closes the door and ends the metastore."""
        self.door.close()
        if self.group is not None:
            self.group.kill()
            self.group.wait()

    def _serve(self) -> None:
        while True:
            try:
                guest, _ = self.door.accept()
            except OSError:
                return
            threading.Thread(target=self._lead_in, args=(guest,), daemon=True).start()

    def _lead_in(self, guest: socket.socket) -> None:
        try:
            host = socket.create_connection(("127.0.0.1", self._started()))
        except OSError:
            guest.close()
            return
        with guest, host:
            answers = threading.Thread(target=_pour, args=(host, guest), daemon=True)
            answers.start()
            _pour(guest, host)
            answers.join()

    def _started(self) -> int:
        """The metastore's own port, when it answers; starts it where it does not run."""
        with self.lock:
            if self.group is None or self.group.process.poll() is not None:
                self.inner = _free_port()
                self.group = self._start(self.inner)
                self._await_answer()
            return self.inner

    def _start(self, port: int) -> processes.Group:
        conf = self.folder / "conf"
        conf.mkdir(parents=True, exist_ok=True)
        (conf / "hive-site.xml").write_text(self._site())
        mounts.write(self.data_dir)
        path = os.pathsep.join((str(conf), spark.class_path()))
        main = "org.apache.hadoop.hive.metastore.HiveMetaStore"
        log = self.folder / "metastore.log"
        command = [str(spark.java()), *JVM, *MODULES, "-cp", path, main, "-p", str(port)]
        return processes.start(command, os.environ, self.folder, log, log)

    def _await_answer(self) -> None:
        """Returns when the port answers; `OSError` when the process has ended instead."""
        waited = threading.Event()
        for _ in range(START_SECONDS * 10):
            if self.group.process.poll() is not None:
                raise ConnectionRefusedError(f"the Hive metastore ended; see {self.folder / 'metastore.log'}")
            try:
                socket.create_connection(("127.0.0.1", self.inner), timeout=1).close()
                return
            except OSError:
                waited.wait(0.1)
        raise ConnectionRefusedError(f"the Hive metastore does not answer after {START_SECONDS} s")

    def _site(self) -> str:
        values = {
            **spark.file_systems(self.data_dir),
            "javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={self.folder}/db;create=true",
            "datanucleus.schema.autoCreateAll": "true",
            "hive.metastore.schema.verification": "false",
            "hive.metastore.warehouse.dir": "hdfs:///user/hive/warehouse",
            "hive.async.log.enabled": "false",
        }
        lines = [
            f"<property><name>{escape(name)}</name><value>{escape(value)}</value></property>"
            for name, value in values.items()
        ]
        return "<configuration>\n" + "\n".join(lines) + "\n</configuration>\n"


# Hive's Kryo and DataNucleus reach into packages that Java 17 keeps to itself.
MODULES = tuple(
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in ("java.lang", "java.net", "java.nio", "java.util", "java.util.concurrent")
)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def _pour(source: socket.socket, target: socket.socket) -> None:
    """Passes on what arrives until one side hangs up, and then hangs up on the other."""
    with contextlib.suppress(OSError):
        while received := source.recv(65536):
            target.sendall(received)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


_open: Metastore | None = None


def install(data_dir: Path) -> Metastore:
    """Opens the door of the metastore over `data_dir`; the metastore itself starts when it is asked."""
    global _open
    shutdown()
    _open = Metastore(Path(data_dir).resolve())
    return _open


def address() -> str:
    """What `hive.metastore.uris` is, for everyone."""
    if _open is None:
        raise RuntimeError("the metastore is not installed")
    return _open.address


def shutdown() -> None:
    """Ends the metastore."""
    global _open
    if _open is not None:
        _open.stop()
        _open = None
