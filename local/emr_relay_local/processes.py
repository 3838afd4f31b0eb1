"""Processes of clusters: each is a group of its own, asked to end before it is ended, as EMR does."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from .children import CHILDREN

GRACE_SECONDS = 10

_running: set["Group"] = set()
_lock = threading.Lock()


class Group:
    """A process with all that it started."""

    def __init__(self, process: subprocess.Popen):
        """Takes over a process that leads its own session."""
        self.process = process
        self.pid = process.pid

    def wait(self) -> int:
        """The exit code, once the process has ended and what it left behind is ended too."""
        code = CHILDREN.wait(self.process)
        self.kill()
        with _lock:
            _running.discard(self)
        return code

    def interrupt(self) -> None:
        """Asks the group to end, and ends it when it has not after a while."""
        self._signal(signal.SIGTERM)
        timer = threading.Timer(GRACE_SECONDS, self.kill)
        timer.daemon = True
        timer.start()

    def kill(self) -> None:
        """Ends the group now."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


def start(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, stdout: Path, stderr: Path
) -> Group:
    """Starts a command in `folder`, its output added to two files; `OSError` when it cannot be started."""
    with stdout.open("ab") as out, stderr.open("ab") as err:
        process = CHILDREN.start(
            list(command),
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
    group = Group(process)
    with _lock:
        _running.add(group)
    return group


def stop_all() -> None:
    """Ends every group."""
    with _lock:
        groups = list(_running)
    for group in groups:
        group.kill()
