"""The sandboxes of each function: reused when idle, started when all are busy, up to a bound."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from .runtime_api import Answer
from .sandbox import Sandbox

AT_ONCE = 10


class Busy(Exception):
    """As many invocations run as the function may have, and the caller does not wait."""


class Pool:
    """The sandboxes of one function."""

    def __init__(self, name: str) -> None:
        """Begin with none."""
        self._idle: list[tuple[str, Sandbox]] = []
        self._running = 0
        self._change = threading.Condition()
        self._workers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix=f"async-{name}")

    def run(
        self, code: str, start, request_id: str, payload: bytes, limit: int, wait: bool
    ) -> tuple[Answer, str]:
        """Serve one invocation in a sandbox that runs `code`; `start` makes a new one."""
        sandbox = self._take(code, limit, wait)
        try:
            sandbox = sandbox or start()
            return sandbox.run(request_id, payload)
        finally:
            self._give_back(code, sandbox)

    def later(self, work, *arguments) -> None:
        """Do something on this function's own threads, in the order in which it was asked for."""
        # Refused once the server is stopping, when nobody waits for the work any more.
        with suppress(RuntimeError):
            self._workers.submit(work, *arguments)

    def close(self) -> None:
        """Take nothing new."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    def join(self) -> None:
        """Wait for what is at work; it ends when its process does."""
        self._workers.shutdown(wait=True)

    def _take(self, code: str, limit: int, wait: bool) -> Sandbox | None:
        with self._change:
            if self._running >= limit and not wait:
                raise Busy
            self._change.wait_for(lambda: self._running < limit)
            self._running += 1
            return self._reusable(code)

    def _reusable(self, code: str) -> Sandbox | None:
        while self._idle:
            its_code, sandbox = self._idle.pop()
            if sandbox.alive and its_code == code:
                return sandbox
            if sandbox.alive:
                sandbox.kill()
        return None

    def _give_back(self, code: str, sandbox: Sandbox | None) -> None:
        with self._change:
            self._running -= 1
            if sandbox is not None and sandbox.alive:
                self._idle.append((code, sandbox))
            self._change.notify()


class Pools:
    """The pools of all functions, by name."""

    def __init__(self) -> None:
        """Begin with none."""
        self._pools: dict[str, Pool] = {}
        self._guard = threading.Lock()

    def of(self, name: str) -> Pool:
        """The pool of a function."""
        with self._guard:
            if name not in self._pools:
                self._pools[name] = Pool(name)
            return self._pools[name]

    def close(self) -> None:
        """Take nothing new in any of them."""
        for pool in self._all():
            pool.close()

    def join(self) -> None:
        """Wait for what is at work in any of them."""
        for pool in self._all():
            pool.join()

    def _all(self) -> list[Pool]:
        with self._guard:
            return list(self._pools.values())


POOLS = Pools()
