"""Sending something on to whatever an ARN names: a function, a topic, a queue, a bus.

Everything here is in-process; each service's own lock is held no longer than its model needs.
"""

import json
import logging

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.sns.exceptions import SNSNotFoundError
from moto.sns.models import sns_backends
from moto.sqs.exceptions import QueueDoesNotExist
from moto.sqs.models import sqs_backends

from . import asynchronous, locks

_log = logging.getLogger(__name__)


class NoSuchTarget(Exception):
    """What the ARN names does not exist, or is not something that can be sent to."""


Attributes = dict[str, tuple[str, str]]


def deliver(arn: str, body: str, attributes: Attributes | None = None, group: str | None = None) -> None:
    """Send a text on."""
    try:
        _, _, service, region, account, name = arn.split(":", 5)
    except ValueError as error:
        raise NoSuchTarget(f"{arn} is not an ARN") from error
    senders = {"lambda": _to_function, "sns": _to_topic, "sqs": _to_queue}
    if service not in senders:
        raise NoSuchTarget(f"{arn}: {service} is not a service that local mode delivers to")
    senders[service](account, region, arn, body, attributes or {}, group)


def send(arn: str, record: dict, detail_type: str) -> None:
    """Send an invocation record on, as the result of a function."""
    if arn.split(":")[2] == "events":
        _to_bus(arn, record, detail_type)
    else:
        deliver(arn, json.dumps(record))


def send_dead_letter(arn: str, body: str, attributes: Attributes) -> None:
    """Send what could not be served to a queue or topic; a lost letter is told, never raised."""
    try:
        deliver(arn, body, attributes)
    except NoSuchTarget as error:
        _log.warning("a dead letter was lost: %s", error)


def _to_function(account: str, region: str, arn: str, body: str, _attributes: Attributes, _group) -> None:
    try:
        with locks.of("lambda"):
            function = lambda_backends[account][region].get_function(arn)
    except UnknownFunctionException as error:
        raise NoSuchTarget(f"{arn}: there is no such function") from error
    asynchronous.enqueue(function, body.encode())


def _to_topic(account: str, region: str, arn: str, body: str, attributes: Attributes, _group) -> None:
    values = {name: {"Type": kind, "Value": value} for name, (kind, value) in attributes.items()}
    try:
        with locks.of("sns"):
            sns_backends[account][region].publish(message=body, arn=arn, message_attributes=values)
    except SNSNotFoundError as error:
        raise NoSuchTarget(f"{arn}: there is no such topic") from error


def _to_queue(
    account: str, region: str, arn: str, body: str, attributes: Attributes, group: str | None
) -> None:
    values = {name: {"DataType": kind, "StringValue": value} for name, (kind, value) in attributes.items()}
    name = arn.rsplit(":", 1)[1]
    try:
        sqs_backends[account][region].send_message(name, body, message_attributes=values, group_id=group)
    except QueueDoesNotExist as error:
        raise NoSuchTarget(f"{arn}: there is no such queue") from error


def _to_bus(arn: str, record: dict, detail_type: str) -> None:
    from moto.events.models import events_backends

    _, _, _, region, account, name = arn.split(":", 5)
    entry = {
        "Source": "lambda",
        "DetailType": detail_type,
        "Detail": json.dumps(record),
        "EventBusName": name.rpartition("/")[2],
    }
    events_backends[account][region].put_events([entry])
