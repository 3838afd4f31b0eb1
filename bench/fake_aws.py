"""An endpoint that answers for AWS after a delay of one's choice, and remembers who called when.

It measures; it is not for tests: every call is allowed. It runs as a process of its
own, so that its work does not stand in the way of the clock:

    python3 fake_aws.py OBJECTS [CERTIFICATE]

prints its ports as one line of JSON, and ends with its standard input. `GET /-/calls` answers and forgets the
calls so far; `GET /-/latency/20` sets the delay of every call, in milliseconds; `GET /-/fill/1000` adds rows
until the table holds 1000; `GET /-/fail/j-1/5` makes step 5 of a cluster fail.
"""

from __future__ import annotations

import json
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from fake_services import Answer, Services, json_answer
from filler import fill


class Endpoint:
    """What the connections share."""

    def __init__(self, objects: Path) -> None:
        """Answers at once until told otherwise."""
        self.services = Services(objects)
        self.latency_s = 0.0
        self._calls: list[dict] = []

    def serve(self, method: str, path: str, target: str, body: bytes, arrived: float) -> Answer:
        """Answers a call, not before its delay has passed."""
        call = self.services.call_of(method, path, target, body)
        answer = self.services.answer(call, body)
        time.sleep(max(0.0, arrived + self.latency_s - time.perf_counter()))
        times = {"start": arrived, "end": time.perf_counter(), "status": answer.status}
        self._calls.append({**call.__dict__, **answer.read, **times})
        return answer

    def control(self, path: str) -> Answer:
        """Answers the bench itself."""
        match path.split("/")[2:]:
            case ["latency", milliseconds]:
                self.latency_s = float(milliseconds) / 1000
                return json_answer({})
            case ["fill", rows]:
                fill(self.services.table.storage, int(rows))
                return json_answer({"rows": self.services.table.storage.count})
            case ["fail", cluster_id, step]:
                self.services.clusters.fail(cluster_id, int(step))
                return json_answer({})
            case _:
                calls, self._calls = self._calls, []
                return json_answer(calls)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    endpoint: Endpoint

    def parse_request(self) -> bool:
        """Notes the time before anything is parsed: the delay counts from here."""
        self.arrived = time.perf_counter()
        return super().parse_request()

    def handle_any(self) -> None:
        """Answers any method."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/-/"):
            return self._send(self.endpoint.control(self.path))
        target = self.headers.get("X-Amz-Target", "")
        self._send(self.endpoint.serve(self.command, self.path, target, body, self.arrived))

    do_GET = do_POST = do_PUT = do_HEAD = handle_any

    def log_message(self, *_) -> None:
        """Keeps quiet."""

    def _send(self, answer: Answer) -> None:
        head = (
            f"HTTP/1.1 {answer.status} -\r\nContent-Type: {answer.content_type}\r\n"
            f"Content-Length: {len(answer.body)}\r\nx-amzn-RequestId: 1\r\n\r\n"
        )
        self.wfile.write(head.encode() + answer.body)


class Server(ThreadingHTTPServer):
    """A port; with a certificate, of TLS."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, endpoint: Endpoint, certificate: str | None) -> None:
        """Listens on a free port of this machine."""
        handler = type("Bound", (Handler,), {"endpoint": endpoint})
        super().__init__(("127.0.0.1", 0), handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # The handshake belongs to the connection's own thread, as it reads first.
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request, client_address) -> None:
        """A process that was ended breaks its connections; anything else is told."""
        if not isinstance(sys.exception(), ConnectionError | ssl.SSLError):
            super().handle_error(request, client_address)


def main(objects: str, certificate: str | None = None) -> None:
    """Serves until standard input ends."""
    endpoint = Endpoint(Path(objects))
    servers = {"http": Server(endpoint, None)}
    if certificate:
        servers["https"] = Server(endpoint, certificate)
    for server in servers.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({scheme: server.server_port for scheme, server in servers.items()}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
