"""What the fake endpoint answers: S3 objects, a secret, clusters that have run well, notices taken."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote

from fake_dynamodb import Table

ARN = "arn:aws:elasticmapreduce:eu-west-2:123456789012"
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


class Services:
    """All services, and what they remember of each other's calls."""

    def __init__(self, objects: Path) -> None:
        """`objects` holds a folder for each bucket."""
        self._objects = objects
        self._table = Table()
        self._clusters: dict[str, tuple[float, dict]] = {}

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
            return json_answer(self._table.answer(call.operation, request))
        return json_answer(getattr(self, f"_{call.operation}")(request))

    def _object(self, call: Call) -> Answer:
        file = self._objects / unquote(call.detail).lstrip("/")
        if call.operation == "GetObject" and file.is_file():
            return Answer(file.read_bytes(), content_type="binary/octet-stream")
        return Answer(NO_SUCH_KEY, status=404, content_type="application/xml")

    def _GetSecretValue(self, request: dict) -> dict:
        return {"Name": request["SecretId"], "SecretString": SECRET, "VersionId": "1"}

    def _PutEvents(self, request: dict) -> dict:
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"} for _ in request["Entries"]]}

    def _RunJobFlow(self, request: dict) -> dict:
        cluster_id = f"j-{len(self._clusters):013d}"
        self._clusters[cluster_id] = (time.time(), request)
        return {
            "JobFlowId": cluster_id,
            "ClusterArn": f"{ARN}:cluster/{cluster_id}",
        }

    def _ListClusters(self, request: dict) -> dict:
        since = request.get("CreatedAfter", 0)
        found = [(id_, *made) for id_, made in self._clusters.items() if made[0] >= since]
        return {"Clusters": [cluster(*one) for one in reversed(found)]}

    def _DescribeCluster(self, request: dict) -> dict:
        id_ = request["ClusterId"]
        created, asked = self._clusters[id_]
        more = {"Tags": asked.get("Tags", []), "LogUri": asked.get("LogUri"), "NormalizedInstanceHours": 8}
        return {"Cluster": {**cluster(id_, created, asked), **more}}

    def _ListSteps(self, request: dict) -> dict:
        id_ = request["ClusterId"]
        created, asked = self._clusters[id_]
        steps = [step(number, created, one) for number, one in enumerate(asked.get("Steps", []))]
        return {"Steps": steps[::-1]}


def cluster(id_: str, created: float, asked: dict) -> dict:
    """A cluster that has ended well."""
    timeline = {"CreationDateTime": created, "ReadyDateTime": created + 300, "EndDateTime": created + 3600}
    reason = {"Code": "ALL_STEPS_COMPLETED", "Message": "Steps completed"}
    status = {"State": "TERMINATED", "StateChangeReason": reason, "Timeline": timeline}
    return {"Id": id_, "Name": asked["Name"], "Status": status}


def step(number: int, created: float, asked: dict) -> dict:
    """A step that has completed."""
    start = created + 300 + 60 * number
    timeline = {"CreationDateTime": created, "StartDateTime": start, "EndDateTime": start + 60}
    status = {"State": "COMPLETED", "StateChangeReason": {}, "Timeline": timeline}
    return {
        "Id": step_id(number),
        "Name": asked["Name"],
        "ActionOnFailure": "TERMINATE_CLUSTER",
        "Status": status,
    }


def step_id(number: int) -> str:
    """The id of a cluster's step."""
    return f"s-{number:013d}"


def json_answer(value: dict) -> Answer:
    """As the JSON protocols answer."""
    return Answer(json.dumps(value).encode())


NO_SUCH_KEY = b"""<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>"""

SNS_ANSWER = b"""<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>\
<MessageId>1</MessageId></PublishResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>\
</PublishResponse>"""
