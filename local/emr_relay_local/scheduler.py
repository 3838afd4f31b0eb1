"""EventBridge Scheduler that delivers: a schedule reaches its target when it is due, to the second.

Invariant: a schedule that was deleted, disabled or replaced is not due any more.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

from moto.core.utils import get_service_model
from moto.scheduler.exceptions import ScheduleExists, ValidationException
from moto.scheduler.models import EventBridgeSchedulerBackend as Backend
from moto.scheduler.models import Schedule
from moto.scheduler.responses import EventBridgeSchedulerResponse as Response

from . import locks, request_shapes, schedule_delivery, schedule_groups, targets, timers
from .schedule_expressions import At, BadExpression, Expression, parse

_NAME = re.compile(r"[0-9a-zA-Z-_.]{1,64}")
# What is due now is still the clock's work, not that of whoever asks for it.
_AT_ONCE = 0.001
_moto_create, _moto_update = Response.create_schedule, Response.update_schedule


def install() -> None:
    """Make moto's Scheduler deliver."""
    ScheduleExists.code = 409
    Response.create_schedule = _create
    Response.update_schedule = _update
    schedule_groups.install()


def _create(self: Response) -> str:
    """`CreateSchedule`; the same token with the same request is answered as before."""
    name, asked = _name(self), json.loads(self.body)
    token = asked.pop("ClientToken", None)
    group = self.scheduler_backend.get_schedule_group(asked.get("GroupName"))
    if existing := group.schedules.get(name):
        if token is None or (existing.token, existing.asked) != (token, asked):
            raise ScheduleExists(name)
        return json.dumps({"ScheduleArn": existing.arn})
    return _taken(self, "CreateSchedule", name, asked, token, _moto_create)


def _update(self: Response) -> str:
    """`UpdateSchedule`, which replaces everything that was asked for before."""
    name, asked = _name(self), json.loads(self.body)
    token = asked.pop("ClientToken", None)
    return _taken(self, "UpdateSchedule", name, asked, token, _moto_update)


def _taken(
    response: Response, operation: str, name: str, asked: dict, token: str | None, by_moto: Callable
) -> str:
    expression = _checked(operation, name, asked)
    answer = by_moto(response)
    backend = response.scheduler_backend
    schedule = backend.get_schedule(asked.get("GroupName"), name)
    schedule.token, schedule.asked = token, asked
    schedule.action_after_completion = asked.get("ActionAfterCompletion")
    schedule.plan = expression
    if schedule.state == "ENABLED":
        _arm(backend, schedule, _first(schedule))
    return answer


def _name(response: Response) -> str:
    return response.uri.split("?")[0].split("/")[-1]


def _checked(operation: str, name: str, asked: dict) -> Expression:
    """When the schedule is due, if AWS would take the request."""
    try:
        shape = get_service_model("scheduler").operation_model(operation)
        request_shapes.check(shape, {**asked, "Name": name})
        expression = parse(asked["ScheduleExpression"], asked.get("ScheduleExpressionTimezone"))
    except request_shapes.ValidationException as error:
        raise ValidationException(error.message) from error
    except BadExpression as error:
        raise ValidationException(f"Invalid Schedule Expression {error}.") from error
    if not _NAME.fullmatch(name):
        raise ValidationException(f"Value '{name}' at 'name' failed to satisfy constraint: Member must "
                                  "satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$")  # fmt: skip
    if isinstance(expression, At) and expression.moment <= datetime.now(UTC):
        text = f"Invalid Schedule Expression {asked['ScheduleExpression']}: the time is in the past."
        raise ValidationException(text)
    if not targets.can_reach(asked["Target"]["Arn"]):
        raise NotImplementedError(f"a target such as {asked['Target']['Arn']}")
    return expression


def _first(schedule: Schedule) -> datetime | None:
    """When it is due first; one time only has neither a start nor an end, and may just have come."""
    if isinstance(schedule.plan, At):
        return schedule.plan.moment
    now = datetime.now(UTC)
    start = datetime.fromtimestamp(schedule.start_date, UTC) if schedule.start_date else now
    due = schedule.plan.first(start)
    while due is not None and due < now:
        due = schedule.plan.following(due)
    return due


def _arm(backend: Backend, schedule: Schedule, due: datetime | None) -> None:
    """Have the schedule delivered at this time, if there is one; otherwise it is over."""
    if due is not None and not _is_over(schedule, due):
        wait = max((due - datetime.now(UTC)).total_seconds(), _AT_ONCE)
        timers.after(wait, _due, backend, schedule, schedule.plan, due)
    elif schedule.action_after_completion == "DELETE":
        backend.delete_schedule(schedule.group_name, schedule.name)


def _is_over(schedule: Schedule, due: datetime) -> bool:
    ends = None if isinstance(schedule.plan, At) else schedule.end_date
    return ends is not None and due.timestamp() > ends


def _due(backend: Backend, schedule: Schedule, plan: Expression, due: datetime) -> None:
    with locks.of("scheduler"):
        if not _stands(backend, schedule, plan):
            return
        _arm(backend, schedule, plan.following(due))
        target = dict(schedule.target)
    schedule_delivery.pass_on(backend, schedule, target, due)


def _stands(backend: Backend, schedule: Schedule, plan: Expression) -> bool:
    """Whether the schedule is still there, and still as it was when its time was set."""
    group = backend.schedule_groups.get(schedule.group_name)
    known = group.schedules.get(schedule.name) if group else None
    return known is schedule and schedule.plan is plan
