"""Errors in each service's own protocol, so that an SDK reads them as that service's own."""

import html
import json
import uuid

from werkzeug.wrappers import Response

from .calls import Call

# What each service says when it is called too often; the rest say ThrottlingException with status 400.
_THROTTLED = {
    "dynamodb": ("ProvisionedThroughputExceededException", 400),
    "s3": ("SlowDown", 503),
    "lambda": ("TooManyRequestsException", 429),
    "athena": ("TooManyRequestsException", 400),
    "sns": ("Throttled", 429),
    "sqs": ("RequestThrottled", 403),
    "sts": ("Throttling", 400),
    "emr-serverless": ("ThrottlingException", 429),
    "scheduler": ("ThrottlingException", 429),
}
_FAILED = {
    "s3": "InternalError",
    "sns": "InternalFailure",
    "sts": "InternalFailure",
    "lambda": "ServiceException",
    "scheduler": "InternalServerException",
}


def throttled(call: Call, code: str | None = None, message: str = "Rate exceeded") -> Response:
    """The service's own refusal of a call that comes too soon."""
    usual, status = _THROTTLED.get(call.service, ("ThrottlingException", 400))
    return error(call, status, code or usual, message)


def failed(
    call: Call, status: int = 500, code: str | None = None, message: str = "Internal failure"
) -> Response:
    """The service's own way to say that it broke."""
    return error(call, status, code or _FAILED.get(call.service, "InternalServerError"), message)


def error(call: Call, status: int, code: str, message: str) -> Response:
    """An error answer in the protocol that the call was made in."""
    request_id = str(uuid.uuid4())
    if call.service == "s3":
        return _xml(status, f"<Error>{_details(code, message)}<RequestId>{request_id}</RequestId></Error>")
    if call.service in ("sns", "sts", "iam", "cloudformation"):
        inner = f"<Error><Type>{_fault(status)}</Type>{_details(code, message)}</Error>"
        return _xml(status, f"<ErrorResponse>{inner}<RequestId>{request_id}</RequestId></ErrorResponse>")
    headers = {"x-amzn-RequestId": request_id, "x-amzn-ErrorType": code}
    document = json.dumps({"__type": code, "message": message, "Message": message})
    return Response(document, status, headers, content_type="application/x-amz-json-1.1")


def _details(code: str, message: str) -> str:
    return f"<Code>{html.escape(code)}</Code><Message>{html.escape(message)}</Message>"


def _fault(status: int) -> str:
    return "Receiver" if status >= 500 else "Sender"


def _xml(status: int, text: str) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}', status, content_type="text/xml")
