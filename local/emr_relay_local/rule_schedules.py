"""Rules with a schedule: each sends its targets a Scheduled Event whenever it is due.

A rule that carries the tag `emr-relay-local:every-seconds` is due that often instead, for trying things out:
AWS's own rates begin at a minute.
"""

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

from moto.events import models

from . import disturbances, locks, targets, timers
from .schedule_expressions import At, BadExpression, Expression, Rate, parse

EVERY_TAG = "emr-relay-local:every-seconds"
_moto_put_rule = models.EventsBackend.put_rule


def install() -> None:
    """Make moto's scheduled rules due."""
    models.EventsBackend.put_rule = _put_rule


def _put_rule(self, *arguments, **named) -> models.Rule:
    """`PutRule`; a schedule begins with it, anew where there was one."""
    plan = _plan(named.get("scheduled_expression"), named.get("tags"))
    rule = _moto_put_rule(self, *arguments, **named)
    if plan is not None:
        _arm(self, rule, plan, plan.following(datetime.now(UTC)))
    return rule


def _plan(text: str | None, tags: list[dict[str, str]] | None) -> Expression | None:
    every = {tag["Key"]: tag["Value"] for tag in tags or []}.get(EVERY_TAG)
    try:
        if text and every is not None:
            return Rate(timedelta(seconds=float(every)))
        return _of_rule(text) if text else None
    except (BadExpression, ValueError) as error:
        raise models.ValidationException("Parameter ScheduleExpression is not valid.") from error


def _of_rule(text: str) -> Expression:
    expression = parse(text)
    if isinstance(expression, At):
        raise BadExpression(f"{text}: rules have no one-time schedules")
    return expression


def _arm(backend, rule: models.Rule, plan: Expression, due: datetime | None) -> None:
    if due is not None:
        wait = max(due.timestamp() - time.time(), 0.001)
        timers.after(wait, _due, backend, rule, plan, due)


def _due(backend, rule: models.Rule, plan: Expression, due: datetime) -> None:
    with locks.of("events"):
        bus = backend.event_buses.get(rule.event_bus_name)
        # A rule that was put again is another one, and has been due on its own since.
        if bus is None or bus.rules.get(rule.name) is not rule:
            return
        _arm(backend, rule, plan, plan.following(due))
        sent_to = list(rule.targets) if rule.state == "ENABLED" else []
    if sent_to:
        event = _event(rule, due)
        facts = {"source": event["source"], "detail_type": event["detail-type"], "schedule": rule.name}
        disturbances.pass_on(facts, partial(_send, rule, sent_to, event))


def _send(rule: models.Rule, sent_to: list[dict], event: dict) -> None:
    for target in sent_to:
        targets.send(rule, target, event)


def _event(rule: models.Rule, due: datetime) -> dict:
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": rule.account_id,
        "time": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": rule.region_name,
        "resources": [rule.arn],
        "detail": {},
    }
