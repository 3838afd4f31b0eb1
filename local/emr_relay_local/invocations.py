"""`Invoke` on the wire: answered, accepted, refused."""

import base64
import json
from urllib.parse import unquote
from uuid import uuid4

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.responses import LambdaResponse

from . import asynchronous
from .functions import RunningFunction
from .pools import Busy
from .runtime_api import PAYLOAD_LIMIT

TAIL_BYTES = 4096
EVENT_LIMIT = 1024 * 1024
_REQUEST_ID = "x-amzn-requestid"
_moto_enrich = LambdaResponse._enrich_response
_Reply = tuple[int, dict, bytes]


def install() -> None:
    """Answer invocations by running functions."""
    LambdaResponse.invoke = _invoke
    LambdaResponse.invoke_async = _invoke_async
    LambdaResponse._enrich_response = staticmethod(_keep_request_id)


class _TooMany(LambdaClientError):
    """The function's reserved concurrency is used up."""

    code = 429

    def __init__(self) -> None:
        super().__init__("TooManyRequestsException", "Rate Exceeded.")


def _invoke(self) -> _Reply:
    """`Invoke`, in its three ways."""
    name = unquote(self.path.rsplit("/", 2)[-2])
    function = self.backend.get_function(name, self.querystring.get("Qualifier", [None])[0])
    payload = (self.body or "{}").encode()
    way = self.headers.get("X-Amz-Invocation-Type", "RequestResponse")
    _require_size(payload, way)
    _require_json(payload)
    if way == "DryRun":
        return _reply(204)
    if way == "Event":
        return _reply(202, {_REQUEST_ID: asynchronous.enqueue(function, payload)})
    return _answer(function, payload, tail=self.headers.get("X-Amz-Log-Type") == "Tail")


def _invoke_async(self) -> _Reply:
    """`InvokeAsync`, Lambda's older call."""
    name = unquote(self.path.rstrip("/").rsplit("/", 2)[-2])
    asynchronous.enqueue(self.backend.get_function(name, None), (self.body or "{}").encode())
    return _reply(202)


def _answer(function: RunningFunction, payload: bytes, tail: bool) -> _Reply:
    request_id = str(uuid4())
    try:
        answer, log = function.serve(request_id, payload, wait=False)
    except Busy as busy:
        raise _TooMany from busy
    headers = {"x-amz-executed-version": str(function.version), _REQUEST_ID: request_id}
    if answer.failed:
        headers["x-amz-function-error"] = "Unhandled"
    if tail:
        headers["x-amz-log-result"] = base64.b64encode(log.encode()[-TAIL_BYTES:]).decode()
    return _reply(200, headers, answer.payload)


def _reply(status: int, headers: dict[str, str] | None = None, payload: bytes = b"") -> _Reply:
    # moto takes the status from the headers where it finds one there.
    kind = {"status": str(status), "content-type": "application/json"}
    return status, {**kind, **(headers or {})}, payload


def _keep_request_id(headers: dict, body: object) -> tuple[dict, object]:
    """moto gives every answer an id of its own; an invocation's is the one its function was given."""
    ours = headers.pop(_REQUEST_ID, None)
    headers, body = _moto_enrich(headers, body)
    return (headers if ours is None else {**headers, _REQUEST_ID: ours}), body


class _TooLarge(LambdaClientError):
    """The payload is larger than Lambda takes."""

    code = 413


def _require_size(payload: bytes, way: str) -> None:
    limit = EVENT_LIMIT if way == "Event" else PAYLOAD_LIMIT
    if len(payload) > limit:
        text = f"{len(payload)} byte payload is too large for the {way} invocation type (limit {limit} bytes)"
        raise _TooLarge("RequestTooLargeException", text)


def _require_json(payload: bytes) -> None:
    try:
        json.loads(payload)
    except ValueError as error:
        text = f"Could not parse request body into json: {error}"
        raise LambdaClientError("InvalidRequestContentException", text) from error
