"""Doing something later, without anybody waiting for it.

One thread keeps the time for everybody, so what it runs has to be quick: it hands work on and never waits.
"""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

_log = logging.getLogger(__name__)
# Longer than this and Python's own wait overflows; the thread then only looks once more.
_LONGEST_WAIT = 3600.0


class Clock:
    """The thread that keeps the time, started when it is first needed."""

    def __init__(self) -> None:
        """Begin with nothing to do."""
        self._waiting: list[tuple[float, int, Callable, tuple]] = []
        self._numbers = itertools.count()
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None

    def after(self, seconds: float, work: Callable, arguments: tuple) -> None:
        """Run `work` when this many seconds have passed; of one moment, in the order it was asked for."""
        with self._change:
            due = time.monotonic() + seconds
            heapq.heappush(self._waiting, (due, next(self._numbers), work, arguments))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="clock", daemon=True)
                self._thread.start()
            self._change.notify()

    def _run(self) -> None:
        while True:
            work, arguments = self._next()
            try:
                work(*arguments)
            except Exception:
                # Whatever goes wrong costs nobody else their turn.
                _log.exception("what was to happen later went wrong")

    def _next(self) -> tuple[Callable, tuple]:
        with self._change:
            while (left := self._left()) > 0:
                self._change.wait(min(left, _LONGEST_WAIT))
            return heapq.heappop(self._waiting)[2:]

    def _left(self) -> float:
        return self._waiting[0][0] - time.monotonic() if self._waiting else _LONGEST_WAIT


_clock = Clock()


def after(seconds: float, work: Callable, *arguments) -> None:
    """Run `work` when the time has passed: at once, and here, where there is no time to pass."""
    if seconds <= 0:
        work(*arguments)
    else:
        _clock.after(seconds, work, arguments)
