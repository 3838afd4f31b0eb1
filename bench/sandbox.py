"""One process of a function: spawned, invoked, measured, ended."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from runtime_api import NEXT, Gone, Request, RuntimeApi, accept, hand_out


@dataclass(frozen=True)
class Target:
    """What is measured: a command, and its environment beside Lambda's own."""

    name: str
    command: list[str]
    env: dict[str, str]


@dataclass(frozen=True)
class Cost:
    """What a piece of work took, and what it answered."""

    wall_ms: float
    cpu_ms: float
    answer: object = None


class FunctionFailed(Exception):
    """The function answered with an error, or not at all: there is nothing to measure."""


class Sandbox:
    """A target's process behind a Runtime API of its own; a context, at whose end nothing is left."""

    def __init__(self, target: Target, env: dict[str, str], folder: Path) -> None:
        """Spawns nothing yet: `start` is measured."""
        self._target = target
        self._log = folder / f"{target.name}.log"
        self._api = RuntimeApi(self._alive)
        self._env = {**lambda_env(self._api.address), **env, **target.env}
        self._pid: int | None = None
        self._waiting = None

    def __enter__(self) -> Sandbox:
        """Is itself."""
        return self

    def __exit__(self, *_) -> None:
        """Ends the process, if it has not ended by itself, and closes the port."""
        if self._pid is not None:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        self._api.close()

    def start(self) -> Cost:
        """From spawning the process to its first `/next`."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        actions = [(os.POSIX_SPAWN_OPEN, 1, self._log, flags, 0o600), (os.POSIX_SPAWN_DUP2, 1, 2)]
        command = self._target.command
        began = time.perf_counter()
        self._pid = os.posix_spawn(command[0], command, self._env, file_actions=actions)
        self._next()
        return Cost(1000 * (self._waiting.at - began), self._cpu_ms())

    def invoke(self, event: object) -> Cost:
        """From handing out the event to the whole answer; CPU until the function waits again."""
        cpu, began = self._cpu_ms(), time.perf_counter()
        hand_out(self._waiting, event)
        posted = self._receive()
        accept(posted)
        self._next()
        if not posted.path.endswith("/response"):
            self._fail(f"answered an error: {posted.body.decode()}")
        return Cost(1000 * (posted.at - began), self._cpu_ms() - cpu, json.loads(posted.body or b"null"))

    def peak_mib(self) -> float:
        """VmHWM so far."""
        return peak_mib(self._pid)

    def _next(self) -> None:
        self._waiting = self._receive()
        if self._waiting.path != NEXT:
            self._fail(f"did not start: {self._waiting.body.decode()}")

    def _receive(self) -> Request:
        try:
            return self._api.receive()
        except Gone as gone:
            self._fail(str(gone))

    def _alive(self) -> bool:
        ended, _ = os.waitpid(self._pid, os.WNOHANG)
        if ended:
            self._pid = None
        return not ended

    def _cpu_ms(self) -> float:
        # The process's own CPU clock (clock_getcpuclockid): all of its threads, also those that have ended.
        return 1000 * time.clock_gettime((~self._pid << 3) | 2)

    def _fail(self, why: str) -> NoReturn:
        raise FunctionFailed(f"{self._target.name} {why}\n{self._log.read_text(errors='replace')[-3000:]}")


def peak_mib(pid: int) -> float:
    """The VmHWM of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def lambda_env(address: str) -> dict[str, str]:
    """What Lambda gives every function."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "AWS_LAMBDA_RUNTIME_API": address,
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/bench",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/01/01/[$LATEST]0123456789abcdef",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_REGION": "eu-west-2",
        "AWS_DEFAULT_REGION": "eu-west-2",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_SESSION_TOKEN": "example",
        "_HANDLER": "bootstrap",
    }
