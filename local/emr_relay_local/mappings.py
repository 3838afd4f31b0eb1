"""SQS event source mappings: a queue's messages reach a function in batches.

What a function handled is deleted; what it reports in `batchItemFailures` (or all, when it fails) comes back
when its visibility timeout is over, until the queue's redrive policy moves it away.
"""

import json
import logging
import threading
from uuid import uuid4

from moto.awslambda import models
from moto.sqs.models import sqs_backends

_log = logging.getLogger(__name__)
_moto_create = models.LambdaBackend.create_event_source_mapping


def install() -> None:
    """Give every mapping of a queue a thread that waits for its messages."""
    models.LambdaBackend.create_event_source_mapping = _create
    models.LambdaBackend.send_sqs_batch = None


def _create(self, spec: dict):
    mapping = _moto_create(self, spec)
    if mapping.event_source_arn.split(":")[2] == "sqs":
        threading.Thread(target=_serve, args=(self, mapping), name="mapping", daemon=True).start()
    return mapping


def _serve(backend, mapping) -> None:
    """Wait for messages as long as the mapping exists."""
    queue_name = mapping.event_source_arn.rsplit(":", 1)[1]
    queues = sqs_backends[backend.account_id][backend.region_name]
    while backend.get_event_source_mapping(mapping.uuid) is mapping:
        queue = queues.queues.get(queue_name)
        if queue is None:
            return
        if not mapping.enabled:
            threading.Event().wait(0.5)
            continue
        messages = queues.receive_message(
            queue_name, mapping.batch_size, 20, queue.visibility_timeout, ["All"]
        )
        if messages:
            _handle(backend, mapping, queues, queue_name, messages)


def _handle(backend, mapping, queues, queue_name: str, messages: list) -> None:
    try:
        failed = _invoke(backend, mapping, messages)
    except Exception:
        _log.exception("%s could not be given the messages of %s", mapping.function_arn, queue_name)
        failed = {message.id for message in messages}
    for message in messages:
        if message.id not in failed:
            queues.delete_message(queue_name, message.receipt_handle)


def _invoke(backend, mapping, messages: list) -> set[str]:
    """Run the function over a batch; the ids of the messages that it did not handle."""
    function = backend.get_function(mapping.function_arn)
    event = {"Records": [_record(mapping, message) for message in messages]}
    answer, _ = function.serve(str(uuid4()), json.dumps(event).encode())
    every = {message.id for message in messages}
    if answer.failed:
        return every
    if "ReportBatchItemFailures" not in (mapping.function_response_types or []):
        return set()
    return _reported(answer.payload, every)


def _reported(payload: bytes, every: set[str]) -> set[str]:
    """As Lambda reads it: an answer that makes no sense means that all failed."""
    answer = json.loads(payload or b"null")
    if not isinstance(answer, dict) or not answer.get("batchItemFailures"):
        return set()
    try:
        named = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
    except (KeyError, TypeError):
        return every
    return named if named <= every else every


def _record(mapping, message) -> dict:
    attributes = {
        "ApproximateReceiveCount": str(message.approximate_receive_count),
        "SentTimestamp": str(message.sent_timestamp),
        "SenderId": message.sender_id,
        "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
    }
    if message.group_id:
        attributes |= {"MessageGroupId": message.group_id, "MessageDeduplicationId": message.deduplication_id}
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": {name: _attribute(given) for name, given in message.message_attributes.items()},
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": mapping.event_source_arn,
        "awsRegion": mapping.region,
    }


def _attribute(given: dict) -> dict:
    """A message attribute, spelt as Lambda spells it."""
    return {
        name[0].lower() + name[1:]: value
        for name, value in given.items()
        if name in ("StringValue", "BinaryValue", "DataType")
    }
