"""moto's Lambda, with functions that run.

The code is a `bootstrap` in the uploaded zip (runtime provided.al2023), or, for a function that carries the
tag `emr-relay-local:bootstrap`, the executable at that path, so that a rebuilt binary runs at the next
invocation.
"""

import io
import json
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from moto.awslambda import models
from moto.core.utils import unix_time_millis
from moto.logs.models import logs_backends
from moto.sts.models import sts_backends

from . import asynchronous, locks
from .output import Output, stream_name
from .pools import AT_ONCE, POOLS
from .runtime_api import Answer, error_document
from .sandbox import Credentials, Program, Sandbox

PATH_TAG = "emr-relay-local:bootstrap"
_UNMODELLED = ("DeadLetterConfig", "LoggingConfig")


@dataclass
class _Place:
    """Where functions live on this machine."""

    folder: Path
    endpoint: str


_place: _Place | None = None
_callers: dict[str, Sandbox] = {}


def install(data_dir: Path, endpoint: str) -> None:
    """Make moto's functions run, with their files under `data_dir`/functions."""
    global _place
    folder = data_dir / "functions"
    folder.mkdir(parents=True, exist_ok=True)
    _place = _Place(folder, endpoint)
    models.LambdaFunction = RunningFunction
    models.LambdaBackend.put_function_event_invoke_config = _put_event_invoke_config


def caller(access_key: str) -> Sandbox | None:
    """The sandbox that signs its calls with this key."""
    return _callers.get(access_key)


class NoBootstrap(OSError):
    """The uploaded code has nothing that could run."""


class RunningFunction(models.LambdaFunction):
    """A function whose invocations are served by sandboxes."""

    # moto files its models by the module they claim to be from.
    __module__ = "moto.awslambda.models"

    def __init__(self, account_id: str, spec: dict, region: str, version: str | int = 1) -> None:
        """Keep what moto's model forgets."""
        self.unmodelled = {name: spec[name] for name in _UNMODELLED if spec.get(name)}
        super().__init__(account_id, spec, region, version)

    @property
    def dead_letter_arn(self) -> str | None:
        """Where an event goes that could not be served."""
        return self.unmodelled.get("DeadLetterConfig", {}).get("TargetArn")

    @property
    def asynchronous_config(self) -> dict:
        """The function's EventInvokeConfig."""
        return self.event_invoke_config[-1].config if self.event_invoke_config else {}

    def get_configuration(self, on_create: bool = False) -> dict:
        """The configuration, with what moto's model forgets."""
        return {**super().get_configuration(on_create), **self.unmodelled}

    def update_configuration(self, config_updates: dict) -> dict:
        """Update that, too."""
        self.unmodelled.update({name: config_updates[name] for name in _UNMODELLED if name in config_updates})
        return super().update_configuration(config_updates)

    def invoke(self, body: str, request_headers: object, response_headers: object) -> str:
        """What moto's other services call (notifications, streams, log filters): they never wait."""
        asynchronous.enqueue(self, body.encode())
        return ""

    def serve(self, request_id: str, payload: bytes, wait: bool = True) -> tuple[Answer, str]:
        """Run one invocation; without `wait`, raises `Busy` when a reserved concurrency is used up."""
        limit = AT_ONCE if self.reserved_concurrency is None else int(self.reserved_concurrency)
        wait = wait or self.reserved_concurrency is None
        pool = POOLS.of(self.function_name)
        try:
            return pool.run(self._code(), self._start, request_id, payload, limit, wait)
        except OSError as error:
            text = f"RequestId: {request_id} Error: {error}"
            return Answer(error_document("Runtime.InvalidEntrypoint", text), failed=True), text

    def _start(self) -> Sandbox:
        bootstrap = self._bootstrap()
        identity = uuid4().hex
        program = Program(
            name=self.function_name,
            arn=self.function_arn,
            version=str(self.version),
            region=self.region,
            memory=int(self.memory_size),
            timeout=float(self.timeout),
            handler=self.handler or "bootstrap",
            bootstrap=str(bootstrap),
            root=str(bootstrap.parent),
            environment=dict(self.environment_vars),
            identity=identity,
        )
        credentials = self._credentials()
        log_file = _place.folder / f"{self.function_name}.log"
        output = Output(log_file, stream_name(program.version, identity), self._keep_log)
        sandbox = Sandbox(program, credentials, _place.endpoint, output)
        _callers[credentials.access_key] = sandbox
        return sandbox

    def _code(self) -> str:
        """Changes whenever a sandbox that is running would be out of date."""
        path = self.tags.get(PATH_TAG)
        stamp = str(os.stat(path).st_mtime_ns) if path and os.path.exists(path) else self.code_sha_256
        settings = [self.environment_vars, self.handler, self.memory_size, self.timeout, str(self.version)]
        return json.dumps([path, stamp, settings])

    def _bootstrap(self) -> Path:
        if path := self.tags.get(PATH_TAG):
            return Path(path)
        root = _place.folder / "code" / f"{self.function_name}-{self.code_digest[:12]}"
        bootstrap = root / "bootstrap"
        with locks.of("code"):
            if not bootstrap.exists():
                _unpack(self.code_bytes, root)
        if not bootstrap.exists():
            raise NoBootstrap(f"the code of {self.function_name} holds no file named bootstrap")
        return bootstrap

    def _credentials(self) -> Credentials:
        with locks.of("sts"):
            role = sts_backends[self.account_id]["aws"].assume_role(
                region_name=self.region,
                role_session_name=self.function_name,
                role_arn=self.role,
                policy=None,
                duration=3600,
                external_id=None,
            )
        return Credentials(role.access_key_id, role.secret_access_key, role.session_token)

    def _keep_log(self, stream: str, lines: list[str]) -> None:
        now = int(unix_time_millis())
        events = [{"timestamp": now, "message": line} for line in lines if line]
        with locks.of("logs"):
            logs = logs_backends[self.account_id][self.region]
            logs.ensure_log_group(self.logs_group_name)
            logs.ensure_log_stream(self.logs_group_name, stream)
            logs.put_log_events(self.logs_group_name, stream, events)


def _unpack(code: bytes, root: Path) -> None:
    root.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(io.BytesIO(code)) as archive:
            archive.extractall(root)
    except zipfile.BadZipFile as error:
        raise NoBootstrap("the code is not a zip file") from error
    if (root / "bootstrap").exists():
        (root / "bootstrap").chmod(0o755)


def _put_event_invoke_config(self, function_name: str, config: dict) -> dict:
    function = self.get_function(function_name)
    function.event_invoke_config = [
        models.EventInvokeConfig(function.function_arn, function.last_modified, config)
    ]
    return function.event_invoke_config[0].response()
