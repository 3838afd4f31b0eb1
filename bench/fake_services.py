"""What the fake endpoint answers: S3 objects, a secret, the run table, clusters, notices taken."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import parse_qs, unquote

from fake_clusters import Clusters
from fake_dynamodb import Refused, Table

SECRET = json.dumps({"username": "hive", "password": "a-password-of-the-bench"})


@dataclass(frozen=True)
class Call:
    """One call as a client made it."""

    service: str
    operation: str
    detail: str = ""


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    body: bytes
    status: int = 200
    content_type: str = "application/x-amz-json-1.1"
    read: dict = field(default_factory=dict)


class Services:
    """All services, and what they remember of each other's calls."""

    def __init__(self, objects: Path) -> None:
        """`objects` holds a folder for each bucket."""
        self._objects = objects
        self.table = Table()
        self.clusters = Clusters()

    def call_of(self, method: str, path: str, target: str, body: bytes) -> Call:
        """Which service and operation a request is meant for."""
        service, _, operation = target.rpartition(".")
        if operation:
            return Call(service.split("_")[0].removeprefix("Amazon"), operation)
        if method == "POST":
            return Call("SNS", parse_qs(body.decode())["Action"][0])
        return Call("S3", f"{method.title()}Object", path.partition("?")[0])

    def answer(self, call: Call, body: bytes) -> Answer:
        """Answers a call."""
        if call.service == "S3":
            return self._object(call)
        if call.service == "SNS":
            return Answer(SNS_ANSWER, content_type="text/xml")
        request = json.loads(body)
        if call.service == "DynamoDB":
            return self._of_table(call.operation, request)
        if call.service == "ElasticMapReduce":
            return json_answer(self.clusters.answer(call.operation, request))
        return json_answer(getattr(self, f"_{call.operation}")(request))

    def _of_table(self, operation: str, request: dict) -> Answer:
        try:
            answer, read = self.table.measured(operation, request)
        except Refused as refused:
            return json_answer(refused.answer, status=400)
        return replace(json_answer(answer), read=read)

    def _object(self, call: Call) -> Answer:
        file = self._objects / unquote(call.detail).lstrip("/")
        if call.operation == "GetObject" and file.is_file():
            return Answer(file.read_bytes(), content_type="binary/octet-stream")
        return Answer(NO_SUCH_KEY, status=404, content_type="application/xml")

    def _GetSecretValue(self, request: dict) -> dict:
        return {"Name": request["SecretId"], "SecretString": SECRET, "VersionId": "1"}

    def _PutEvents(self, request: dict) -> dict:
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"} for _ in request["Entries"]]}


def json_answer(value: dict, status: int = 200) -> Answer:
    """As the JSON protocols answer."""
    return Answer(json.dumps(value).encode(), status)


NO_SUCH_KEY = b"""<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>"""

SNS_ANSWER = b"""<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>\
<MessageId>1</MessageId></PublishResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>\
</PublishResponse>"""
