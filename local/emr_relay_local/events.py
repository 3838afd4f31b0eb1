"""EventBridge that delivers: every event that is put reaches the targets of the rules that match it."""

import json
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote_plus
from uuid import uuid4

from moto.events import models
from moto.s3 import notifications

from . import disturbances, locks, targets


def install() -> None:
    """Make moto's EventBridge deliver."""
    models.EventsBackend.put_events = _put_events
    models.Rule.send_to_targets = _send_to_targets
    notifications._send_event_bridge_message = _object_changed
    # S3 leaves the slashes of a key as they are.
    notifications.quote_plus = partial(quote_plus, safe="/")


def _put_events(self, events: list[dict]) -> list[dict]:
    """`PutEvents`: every entry has its own answer."""
    if len(events) > 10:
        raise models.ValidationException(
            "1 validation error detected: Value '[PutEventsRequestEntry]' at 'entries' failed to satisfy "
            "constraint: Member must have length less than or equal to 10"
        )
    return [_put_event(self, entry) for entry in events]


def _put_event(backend, entry: dict) -> dict:
    if refusal := _refusal(entry):
        return refusal
    with locks.of("events"):
        bus = backend.describe_event_bus(backend._normalize_event_bus_arn(entry.get("EventBusName")))
    event = {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": backend.account_id,
        "time": _time(entry.get("Time")),
        "region": backend.region_name,
        "resources": entry.get("Resources") or [],
        "detail": json.loads(entry["Detail"]),
    }
    _publish(bus, event)
    return {"EventId": event["id"]}


def _refusal(entry: dict) -> dict | None:
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            text = f"Parameter {name} is not valid. Reason: {name} is a required argument."
            return {"ErrorCode": "InvalidArgument", "ErrorMessage": text}
    try:
        detail = json.loads(entry["Detail"])
    except ValueError:
        detail = None
    if not isinstance(detail, dict):
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    return None


def _time(given: object) -> str:
    moment = given if isinstance(given, datetime) else None
    if isinstance(given, int | float):
        moment = datetime.fromtimestamp(given, UTC)
    if isinstance(given, str):
        moment = datetime.fromisoformat(given)
    return (moment or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _publish(bus, event: dict) -> None:
    """Deliver an event that a rule matches; nobody else would notice what happens to it."""
    if _matching(bus, event):
        disturbances.pass_on(_facts(event), partial(_deliver, bus, event))


def _facts(event: dict) -> dict[str, str]:
    detail = event["detail"]
    return {
        "source": event["source"],
        "detail_type": event["detail-type"],
        "state": str(detail.get("state", "")),
        "cluster_id": str(detail.get("clusterId", "")),
        "step_id": str(detail.get("stepId", "")),
    }


def _matching(bus, event: dict) -> list:
    with locks.of("events"):
        rules = list(bus.rules.values())
    # A rule that only has a schedule is not asked: moto would send it every event.
    return [
        rule
        for rule in rules
        if rule.state == "ENABLED"
        and rule.event_pattern.get_pattern()
        and rule.event_pattern.matches_event(event)
    ]


def _deliver(bus, event: dict) -> None:
    for rule in _matching(bus, event):
        for target in list(rule.targets):
            targets.send(rule, target, event)


def _send_to_targets(self, original_event: dict, transform_input: bool = True) -> None:
    """What moto calls for a rule of its own accord (archives' replays): the pattern decides here, too."""
    if self.event_pattern.matches_event(original_event):
        event = {**original_event, "time": _time(original_event.get("time"))}
        for target in list(self.targets):
            targets.send(self, target, event)


def _object_changed(account_id: str, bucket, event_name: str, key) -> None:
    """An S3 event on the default bus, with an id of its own."""
    detail = {
        "version": "0",
        "bucket": {"name": bucket.name},
        "object": {
            "key": key.name,
            "size": key.size,
            "etag": key.etag.replace('"', ""),
            "sequencer": uuid4().hex,
        },
        "request-id": uuid4().hex[:16].upper(),
        "requester": account_id,
        "source-ip-address": "127.0.0.1",
        "reason": event_name.split(":")[1],
    }
    entry = {
        "Source": "aws.s3",
        "DetailType": notifications._detail_type(event_name),
        "Detail": json.dumps(detail),
        "Resources": [bucket.arn],
    }
    models.events_backends[account_id][bucket.region_name].put_events([entry])
