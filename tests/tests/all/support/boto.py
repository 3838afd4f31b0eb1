"""boto3 behind two pipes: every line asks for a call, every line answers one; calls run side by side.

Bytes are written as {"$bytes": [..]}. What has pages is answered whole, table items as plain values.
"""

import base64
import datetime
import decimal
import json
import os
import sys
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import boto3
from boto3.dynamodb.types import TypeDeserializer
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

ONCE = Config(retries={"total_max_attempts": 1}, read_timeout=180, max_pool_connections=64)
READ = TypeDeserializer().deserialize
clients, guard = {}, threading.Lock()


def client(service):
    """One client for each service; making them is not thread-safe."""
    with guard:
        if service not in clients:
            clients[service] = boto3.client(service, config=ONCE)
        return clients[service]


def answer(asked):
    """What the call answers, or its error."""
    try:
        return {"id": asked["id"], "answer": perform(asked)}
    except ClientError as error:
        return {"id": asked["id"], "error": error.response["Error"]}
    except (BotoCoreError, OSError) as error:
        return {"id": asked["id"], "error": {"Code": type(error).__name__, "Message": str(error)}}


def perform(asked):
    """Make the call."""
    service, operation, arguments = asked["service"], asked["operation"], unpacked(asked["arguments"])
    if service == "_relay":
        return control(operation, arguments)
    asking = client(service)
    if asking.can_paginate(operation):
        found = asking.get_paginator(operation).paginate(**arguments).build_full_result()
    else:
        found = getattr(asking, operation)(**arguments)
    if service == "dynamodb" and "Items" in found:
        found["Items"] = [{name: READ(value) for name, value in item.items()} for item in found["Items"]]
    return found


def control(operation, document):
    """Local mode's own paths, such as `POST faults`."""
    method, path = operation.split()
    body = json.dumps(document).encode() if method == "POST" else None
    url = f"{os.environ['AWS_ENDPOINT_URL']}/_relay/{path}"
    with urllib.request.urlopen(urllib.request.Request(url, body, method=method)) as reply:
        return json.load(reply)


def unpacked(value):
    """Arguments, with their bytes."""
    if isinstance(value, dict):
        if value.keys() == {"$bytes"}:
            return bytes(value["$bytes"])
        return {name: unpacked(below) for name, below in value.items()}
    return [unpacked(item) for item in value] if isinstance(value, list) else value


def plain(value):
    """What JSON has no words for."""
    if isinstance(value, decimal.Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.read().decode("utf-8", "replace")


def main():
    """Answer until standard input ends."""
    writing = threading.Lock()

    def serve(line):
        text = json.dumps(answer(json.loads(line)), default=plain)
        with writing:
            print(text, flush=True)

    with ThreadPoolExecutor(64) as threads:
        for line in sys.stdin:
            threads.submit(serve, line)


main()
