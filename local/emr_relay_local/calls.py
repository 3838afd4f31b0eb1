"""Which AWS call a request is, who makes it, and the list of all that were made."""

import io
import json
import re
import threading
import time
from collections import deque
from dataclasses import dataclass
from urllib.parse import parse_qs

from moto.core.request import Request
from moto.core.routing import NotFound, get_service_router

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d+/[^/]*/([^/]+)/")
_PRESIGNED = re.compile(r"X-Amz-Credential=([^%/&]+)(?:%2F|/)\d+(?:%2F|/)[^%/&]*(?:%2F|/)([^%/&]+)", re.I)
_NAMES = {
    "elasticmapreduce": "emr",
    "monitoring": "cloudwatch",
    "states": "stepfunctions",
    "eventbridge": "events",
}
KEPT = 100_000


@dataclass(frozen=True)
class Call:
    """One AWS call, named as boto3 names it."""

    service: str
    operation: str
    access_key: str
    resource: str
    user_agent: str


def service_name(name: str) -> str:
    """The name of a service for boto3; signing names are understood too."""
    return _NAMES.get(name.lower(), name.lower())


def read_body(environ: dict) -> bytes:
    """Read the body whole and leave the request as if nobody had."""
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        body = stream.read()
    else:
        body = stream.read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def identify(environ: dict, body: bytes) -> Call:
    """Name the call from its signature, its target and its path."""
    access_key, service = _signer(environ)
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    form = _form(environ, body)
    operation = target.rpartition(".")[2] or form.get("Action", [""])[0] or _routed(environ, service)
    return Call(
        service=service,
        operation=operation,
        access_key=access_key,
        resource=_resource(environ, service, body if target else b"", form),
        user_agent=environ.get("HTTP_USER_AGENT", ""),
    )


def _signer(environ: dict) -> tuple[str, str]:
    found = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", "")) or _PRESIGNED.search(
        environ.get("QUERY_STRING", "")
    )
    return (found.group(1), service_name(found.group(2))) if found else ("", "s3")


def _form(environ: dict, body: bytes) -> dict[str, list[str]]:
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return parse_qs(body.decode("utf-8", "replace"))


def _routed(environ: dict, service: str) -> str:
    try:
        operation, _ = get_service_router(service).match(Request(environ))
    except (NotFound, NotImplementedError, ValueError, KeyError):
        return "Unknown"
    return operation.name


_NAMING = re.compile(
    r"^(TableName|TopicArn|QueueUrl|SecretId|Name|ClusterId|JobFlowId|FunctionName|RoleArn)$"
)


def _resource(environ: dict, service: str, body: bytes, form: dict[str, list[str]]) -> str:
    if form:
        named = {key: values[0] for key, values in form.items()}
    elif body:
        named = _members(body)
    else:
        return environ.get("PATH_INFO", "")
    return next((str(value) for key, value in named.items() if _NAMING.match(key)), "")


def _members(body: bytes) -> dict:
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


class Recorder:
    """Every call that was made, oldest first; the oldest are forgotten when there are too many."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._calls: deque[dict] = deque(maxlen=KEPT)
        self._guard = threading.Lock()

    def add(self, call: Call, caller: str, status: int) -> None:
        """Keep one call."""
        entry = {
            "time": time.time(),
            "service": call.service,
            "operation": call.operation,
            "resource": call.resource,
            "caller": caller,
            "status": status,
        }
        with self._guard:
            self._calls.append(entry)

    def list(self) -> list[dict]:
        """All calls that are kept."""
        with self._guard:
            return list(self._calls)

    def clear(self) -> None:
        """Forget all."""
        with self._guard:
            self._calls.clear()


CALLS = Recorder()
