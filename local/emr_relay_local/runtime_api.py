"""Lambda's Runtime API for one sandbox: it hands out invocations and takes their answers.

Each sandbox has a port of its own, so the process that asks is always known.
"""

import json
import queue
import threading
import time
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

VERSION = "/2018-06-01/runtime"
PAYLOAD_LIMIT = 6 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """What a function gave back: its result, or an error document."""

    payload: bytes
    failed: bool


@dataclass
class Invocation:
    """One request on its way through a sandbox."""

    request_id: str
    payload: bytes
    function_arn: str
    timeout: float
    deadline_ms: int = 0
    answer: Future = field(default_factory=Future)

    def finish(self, answer: Answer) -> None:
        """Take the first answer; a later one comes from a process that was given up."""
        try:
            self.answer.set_result(answer)
        except InvalidStateError:
            return


def error_document(kind: str, message: str) -> bytes:
    """Lambda's error payload."""
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()


class RuntimeApi:
    """The server that one bootstrap talks to."""

    def __init__(self) -> None:
        """Listen on a free port of the loopback interface."""
        self.ready = threading.Event()
        self.init_error: bytes | None = None
        self._offers: queue.SimpleQueue = queue.SimpleQueue()
        self._current: Invocation | None = None
        handler = type("Handler", (_Handler,), {"api": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """The value of AWS_LAMBDA_RUNTIME_API."""
        return f"127.0.0.1:{self._server.server_port}"

    def offer(self, invocation: Invocation) -> None:
        """Hand an invocation to the next `/invocation/next`."""
        self._current = invocation
        invocation.deadline_ms = int((time.time() + invocation.timeout) * 1000)
        self._offers.put(invocation)

    def take(self) -> Invocation | None:
        """Wait for an invocation; None means that there will be none any more."""
        self.ready.set()
        return self._offers.get()

    def answered(self, request_id: str, answer: Answer) -> bool:
        """Finish the invocation that runs, if it is the one that is meant."""
        invocation = self._current
        if invocation is None or invocation.request_id != request_id:
            return False
        self._current = None
        invocation.finish(answer)
        return True

    def close(self, reason: Answer) -> None:
        """The process is gone: fail what it was doing and release whoever waits."""
        if self._current is not None:
            self._current.finish(reason)
        self.ready.set()
        self._offers.put(None)
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """The paths of the Runtime API."""

    protocol_version = "HTTP/1.1"
    api: RuntimeApi

    def log_message(self, *_args) -> None:
        """Say nothing: the function's own log tells the story."""

    def do_GET(self) -> None:
        if self.path != f"{VERSION}/invocation/next":
            return self._reply(404, error_document("InvalidPath", f"there is no {self.path}"))
        invocation = self.api.take()
        if invocation is None:
            self.close_connection = True
            return None
        return self._reply(200, invocation.payload, _headers(invocation))

    def do_POST(self) -> None:
        body = self._body()
        if self.path == f"{VERSION}/init/error":
            self.api.init_error = body
            return self._reply(202, b'{"status":"OK"}')
        request_id, _, what = self.path.removeprefix(f"{VERSION}/invocation/").partition("/")
        if what not in ("response", "error"):
            return self._reply(404, error_document("InvalidPath", f"there is no {self.path}"))
        return self._reply(*self._finish(request_id, body, failed=what == "error"))

    def _finish(self, request_id: str, body: bytes, failed: bool) -> tuple[int, bytes]:
        if len(body) > PAYLOAD_LIMIT:
            text = f"Response payload size exceeded maximum allowed payload size ({PAYLOAD_LIMIT} bytes)."
            too_large = error_document("Function.ResponseSizeTooLarge", text)
            self.api.answered(request_id, Answer(too_large, failed=True))
            return 413, too_large
        if self.api.answered(request_id, Answer(body, failed)):
            return 202, b'{"status":"OK"}'
        return 400, error_document("InvalidRequestID", f"{request_id} is not being served here")

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            continue
        return body

    def _reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _headers(invocation: Invocation) -> dict[str, str]:
    root = f"1-{int(time.time()):08x}-{invocation.request_id.replace('-', '')[:24]}"
    return {
        "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
        "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
        "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
        "Lambda-Runtime-Trace-Id": f"Root={root};Parent={invocation.request_id[:8]}{'0' * 8};Sampled=0",
    }
