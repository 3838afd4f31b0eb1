"""What a schedule sends when it is due, and to whom."""

import json
from datetime import datetime
from functools import partial
from uuid import uuid4

from moto.scheduler.models import EventBridgeSchedulerBackend as Backend
from moto.scheduler.models import Schedule

from . import disturbances, targets


def pass_on(backend: Backend, schedule: Schedule, target: dict, due: datetime) -> None:
    """Send what is due, unless it was asked that something happens to it on its way."""
    facts = {"source": "aws.scheduler", "detail_type": "Scheduled Event", "schedule": schedule.name}
    disturbances.pass_on(facts, partial(_send, backend, schedule.arn, target, due))


def _send(backend: Backend, arn: str, target: dict, due: datetime) -> None:
    execution, moment = str(uuid4()), due.strftime("%Y-%m-%dT%H:%M:%SZ")
    letter = {
        "SCHEDULE_ARN": ("String", arn),
        "SCHEDULED_TIME": ("String", moment),
        "EXECUTION_ID": ("String", execution),
        "IS_PAYLOAD_TRUNCATED": ("String", "false"),
    }
    body = target.get("Input") or _event(backend, arn, execution, moment)
    sender = targets.Sender("scheduler.amazonaws.com", letter)
    targets.deliver(sender, target, _filled(body, arn, execution, moment))


def _filled(body: str, arn: str, execution: str, moment: str) -> str:
    """The body with the Scheduler's own keywords replaced; an attempt is never told from the first."""
    values = {
        "schedule-arn": arn,
        "scheduled-time": moment,
        "execution-id": execution,
        "attempt-number": "1",
    }
    for name, value in values.items():
        body = body.replace(f"<aws.scheduler.{name}>", value)
    return body


def _event(backend: Backend, arn: str, execution: str, moment: str) -> str:
    """What a target gets that was given no input; its detail is a text, other than a rule's."""
    return json.dumps(
        {
            "version": "0",
            "id": execution,
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": backend.account_id,
            "time": moment,
            "region": backend.region_name,
            "resources": [arn],
            "detail": "{}",
        }
    )
