"""Child processes that never outlive the server, however it ends.

Linux ties a child's death signal to the *thread* that forked it, so every child is forked by one thread
that lives as long as the server does.
"""

import contextlib
import ctypes
import os
import queue
import signal
import subprocess
import threading
from concurrent.futures import Future

_PR_SET_PDEATHSIG = 1
_prctl = getattr(ctypes.CDLL(None), "prctl", None)


class Stopping(RuntimeError):
    """Too late to start anything."""


class Children:
    """Starts processes, each in a group of its own, and ends all that are left."""

    def __init__(self) -> None:
        """Start the thread that forks."""
        self._requests: queue.SimpleQueue = queue.SimpleQueue()
        self._living: set[subprocess.Popen] = set()
        self._guard = threading.Lock()
        self._stopped = False
        threading.Thread(target=self._fork_forever, name="children", daemon=True).start()

    def start(self, argv: list[str], **options) -> subprocess.Popen:
        """Start a process; `options` are those of `subprocess.Popen`."""
        started: Future = Future()
        self._requests.put((argv, options, started))
        return started.result()

    def wait(self, child: subprocess.Popen) -> int:
        """Wait until the process has ended and answer its exit code."""
        code = child.wait()
        with self._guard:
            self._living.discard(child)
        return code

    def stop(self) -> None:
        """End every process and refuse new ones."""
        with self._guard:
            self._stopped = True
            living = list(self._living)
        for child in living:
            kill(child)
        for child in living:
            child.wait()

    def _fork_forever(self) -> None:
        while True:
            argv, options, started = self._requests.get()
            try:
                started.set_result(self._fork(argv, options))
            except Exception as error:
                started.set_exception(error)

    def _fork(self, argv: list[str], options: dict) -> subprocess.Popen:
        with self._guard:
            if self._stopped:
                raise Stopping("the server is stopping: no process is started any more")
            child = subprocess.Popen(
                argv, start_new_session=True, preexec_fn=_die_with(os.getpid()), **options
            )
            self._living.add(child)
            return child


def kill(child: subprocess.Popen) -> None:
    """End a process and everything in its group at once."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def _die_with(parent: int):
    """Run in the child: ask the kernel for its end when the parent ends."""

    def ask() -> None:
        if _prctl is not None:
            _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return ask


CHILDREN = Children()
