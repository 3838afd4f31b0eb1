"""One running copy of a function: its process, its Runtime API, its credentials, its output."""

import os
import subprocess
import threading
import time
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass

from .children import CHILDREN, kill
from .output import Output
from .runtime_api import Answer, Invocation, RuntimeApi, error_document

INIT_SECONDS = 10


@dataclass(frozen=True)
class Program:
    """What a sandbox runs, and as what."""

    name: str
    arn: str
    version: str
    region: str
    memory: int
    timeout: float
    handler: str
    bootstrap: str
    root: str
    environment: dict[str, str]
    identity: str


@dataclass(frozen=True)
class Credentials:
    """The keys by which a sandbox's calls are told from others."""

    access_key: str
    secret_key: str
    token: str


class Sandbox:
    """A process that serves one invocation at a time; once it has died it stays dead."""

    def __init__(self, program: Program, credentials: Credentials, endpoint: str, output: Output) -> None:
        """Start the bootstrap."""
        self.program, self.credentials, self.output = program, credentials, output
        self.calls = 0
        self.request_id = ""
        self._gone = threading.Event()
        self._api = RuntimeApi()
        self._process = self._start(endpoint)
        threading.Thread(target=self._bury, name=f"wait-{program.name}", daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether it can take another invocation."""
        return not self._gone.is_set() and self._process.poll() is None

    def run(self, request_id: str, payload: bytes) -> tuple[Answer, str]:
        """Serve one invocation; the answer, and what was logged meanwhile."""
        timeout = self.program.timeout
        invocation = Invocation(request_id, payload, self.program.arn, timeout)
        self.calls, self.request_id = 0, request_id
        self.output.mark()
        self.output.write(f"START RequestId: {request_id} Version: {self.program.version}\n")
        began = time.monotonic()
        answer = self._serve(invocation)
        self.output.drain()
        self.output.write(_report(request_id, time.monotonic() - began, self.program.memory, answer))
        return answer, self.output.since_mark()

    def kill(self) -> None:
        """End the process, and wait until it has ended."""
        kill(self._process)
        self._gone.wait()

    def _start(self, endpoint: str) -> subprocess.Popen:
        environment = _environment(
            self.program, self.credentials, endpoint, self._api.address, self.output.stream
        )
        try:
            return CHILDREN.start(
                [self.program.bootstrap],
                cwd=self.program.root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=self.output.pipe,
                stderr=self.output.pipe,
            )
        except BaseException:
            self._api.close(Answer(b"", failed=True))
            raise
        finally:
            self.output.follow()

    def _serve(self, invocation: Invocation) -> Answer:
        if not self._api.ready.wait(max(INIT_SECONDS, invocation.timeout)):
            return self._give_up(invocation)
        self._api.offer(invocation)
        if self._gone.is_set():
            return self._death(invocation.request_id)
        try:
            return invocation.answer.result(invocation.timeout)
        except TookTooLong:
            return self._give_up(invocation)

    def _give_up(self, invocation: Invocation) -> Answer:
        text = (
            f"RequestId: {invocation.request_id} Error: Task timed out after {invocation.timeout:.2f} seconds"
        )
        invocation.finish(Answer(error_document("Sandbox.Timedout", text), failed=True))
        self.kill()
        return invocation.answer.result()

    def _bury(self) -> None:
        CHILDREN.wait(self._process)
        kill(self._process)
        self.output.drain()
        self._gone.set()
        self._api.close(self._death(self.request_id))

    def _death(self, request_id: str) -> Answer:
        if self._api.init_error is not None:
            return Answer(self._api.init_error, failed=True)
        text = f"RequestId: {request_id} Error: {_how(self._process.returncode)}"
        return Answer(error_document("Runtime.ExitError", text), failed=True)


def _how(code: int) -> str:
    if code == 0:
        return "Runtime exited without providing a reason"
    cause = {-9: "signal: killed", -15: "signal: terminated"}.get(code, f"exit status {code}")
    return f"Runtime exited with error: {cause}"


def _report(request_id: str, seconds: float, memory: int, answer: Answer) -> str:
    status = "\tStatus: error" if answer.failed else ""
    milliseconds = seconds * 1000
    return (
        f"END RequestId: {request_id}\n"
        f"REPORT RequestId: {request_id}\tDuration: {milliseconds:.2f} ms\t"
        f"Billed Duration: {int(milliseconds) + 1} ms\tMemory Size: {memory} MB{status}\n"
    )


def _environment(
    program: Program, credentials: Credentials, endpoint: str, runtime_api: str, stream: str
) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_LAMBDA_FUNCTION_NAME": program.name,
        "AWS_LAMBDA_FUNCTION_VERSION": program.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(program.memory),
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{program.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_EXECUTION_ENV": "AWS_Lambda_provided.al2023",
        "AWS_REGION": program.region,
        "AWS_DEFAULT_REGION": program.region,
        "AWS_ACCESS_KEY_ID": credentials.access_key,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
        "AWS_SESSION_TOKEN": credentials.token,
        "AWS_ENDPOINT_URL": endpoint,
        "LAMBDA_TASK_ROOT": program.root,
        "LAMBDA_RUNTIME_DIR": program.root,
        "_HANDLER": program.handler,
        **program.environment,
    }
