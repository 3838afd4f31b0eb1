"""Asynchronous invocations: retried as Lambda retries them, then sent where the function says.

A function that fails is tried again twice with the same request id. On AWS that is after one minute and
after two more; here after `RETRY_DELAYS`.
"""

import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from . import destinations, timers
from .children import Stopping
from .pools import POOLS
from .runtime_api import Answer, error_document

_log = logging.getLogger(__name__)

RETRY_DELAYS: list[float] = [1.0, 2.0]


@dataclass
class Request:
    """An event on its way to a function."""

    function: object
    payload: bytes
    request_id: str
    tried: int = 0


def enqueue(function, payload: bytes) -> str:
    """Take an event for a function; answers the request id at once."""
    request = Request(function, payload, str(uuid4()))
    POOLS.of(function.function_name).later(_attempt, request)
    return request.request_id


def _attempt(request: Request) -> None:
    try:
        answer, _ = request.function.serve(request.request_id, request.payload)
    except Stopping:
        return
    except Exception as error:
        _log.exception("%s could not be run", request.function.function_name)
        answer = Answer(error_document(type(error).__name__, str(error)), failed=True)
    request.tried += 1
    if not answer.failed:
        return _succeeded(request, answer)
    if request.tried <= _retries(request):
        delay = RETRY_DELAYS[min(request.tried, len(RETRY_DELAYS)) - 1]
        pool = POOLS.of(request.function.function_name)
        return timers.after(delay, pool.later, _attempt, request)
    return _gave_up(request, answer)


def _retries(request: Request) -> int:
    return request.function.asynchronous_config.get("MaximumRetryAttempts", 2)


def _succeeded(request: Request, answer: Answer) -> None:
    if arn := _destination(request, "OnSuccess"):
        destinations.send(
            arn, _record(request, answer, "Success"), "Lambda Function Invocation Result - Success"
        )


def _gave_up(request: Request, answer: Answer) -> None:
    if arn := request.function.dead_letter_arn:
        destinations.send_dead_letter(arn, request.payload.decode(), _attributes(request, answer))
    if arn := _destination(request, "OnFailure"):
        record = _record(request, answer, "RetriesExhausted")
        destinations.send(arn, record, "Lambda Function Invocation Result - Failure")


def _destination(request: Request, when: str) -> str | None:
    config = request.function.asynchronous_config.get("DestinationConfig") or {}
    return (config.get(when) or {}).get("Destination")


def _attributes(request: Request, answer: Answer) -> dict[str, tuple[str, str]]:
    """What Lambda writes beside an event in a dead-letter queue."""
    return {
        "RequestID": ("String", request.request_id),
        "ErrorCode": ("Number", "200"),
        "ErrorMessage": ("String", _message(answer)[:1024] or "-"),
    }


def _message(answer: Answer) -> str:
    document = _document(answer.payload)
    return str(document.get("errorMessage", "")) if isinstance(document, dict) else ""


def _record(request: Request, answer: Answer, condition: str) -> dict:
    """Lambda's invocation record."""
    return {
        "version": "1.0",
        "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "requestContext": {
            "requestId": request.request_id,
            "functionArn": f"{request.function.function_arn}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": request.tried,
        },
        "requestPayload": _document(request.payload),
        "responseContext": {
            "statusCode": 200,
            "executedVersion": str(request.function.version),
            **({"functionError": "Unhandled"} if answer.failed else {}),
        },
        "responsePayload": _document(answer.payload),
    }


def _document(payload: bytes) -> object:
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode("utf-8", "replace")
