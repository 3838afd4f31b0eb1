"""The Lambda Runtime API for one process at a time, read by the thread that holds the clock.

No thread or task stands between the socket and the clock: what is measured is the function, not this server.
"""

from __future__ import annotations

import json
import selectors
import socket
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

NEXT = "/2018-06-01/runtime/invocation/next"
TIMEOUT_S = 60


class Gone(Exception):
    """The function ended, or kept silent, where an answer was due."""


@dataclass(frozen=True)
class Request:
    """A whole request of the function, and when its last byte had arrived."""

    path: str
    body: bytes
    at: float
    connection: socket.socket


class RuntimeApi:
    """Listens on a free port of this machine."""

    def __init__(self, alive: Callable[[], bool]) -> None:
        """Opens the port; `alive` is asked while waiting, so that the end of the process is noticed."""
        self._alive = alive
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._pending: dict[socket.socket, bytes] = {}
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        """Closes the port and all connections."""
        for connection in [*self._pending, self._listener]:
            connection.close()
        self._selector.close()

    def receive(self) -> Request:
        """Waits for the next whole request."""
        deadline = time.perf_counter() + TIMEOUT_S
        while time.perf_counter() < deadline:
            for key, _ in self._selector.select(timeout=1):
                request = self._ready(key.fileobj)
                if request:
                    return request
            if not self._alive():
                break
        raise Gone("ended, or did not answer in time")

    def _ready(self, readable: socket.socket) -> Request | None:
        if readable is self._listener:
            connection, _ = readable.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(connection, selectors.EVENT_READ)
            self._pending[connection] = b""
            return None
        return self._read(readable)

    def _read(self, connection: socket.socket) -> Request | None:
        data = connection.recv(1 << 16)
        at = time.perf_counter()
        if not data:
            self._selector.unregister(connection)
            del self._pending[connection]
            connection.close()
            return None
        self._pending[connection] += data
        whole = parse(self._pending[connection])
        if whole is None:
            return None
        self._pending[connection] = b""
        return Request(*whole, at, connection)


def parse(data: bytes) -> tuple[str, bytes] | None:
    """Path and body of a request; None while some of it is missing."""
    head, end, rest = data.partition(b"\r\n\r\n")
    if not end:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = unchunked(rest)
    else:
        length = int(headers.get("content-length", 0))
        body = rest if len(rest) >= length else None
    return None if body is None else (first.split(" ")[1], body)


def unchunked(data: bytes) -> bytes | None:
    """The body inside its chunks; None while the last one is missing."""
    body = b""
    while True:
        size, end, data = data.partition(b"\r\n")
        if not end:
            return None
        length = int(size.split(b";")[0], 16)
        if len(data) < length + 2:
            return None
        if length == 0:
            return body
        body, data = body + data[:length], data[length + 2 :]


def hand_out(pending: Request, event: object) -> None:
    """Answers a waiting `/next` with an event."""
    headers = {
        "Lambda-Runtime-Aws-Request-Id": str(uuid.uuid4()),
        "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + TIMEOUT_S * 1000),
        "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-2:123456789012:function:bench",
        "Lambda-Runtime-Trace-Id": "Root=1-5e1b4151-5ac6c58f5b5daa0c3f3f0a9e;Sampled=0",
    }
    _answer(pending, "200 OK", json.dumps(event).encode(), headers)


def accept(posted: Request) -> None:
    """Acknowledges a response or an error."""
    _answer(posted, "202 Accepted", b"", {})


def _answer(request: Request, status: str, body: bytes, headers: dict[str, str]) -> None:
    headers = {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items())]
    request.connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
