"""When a schedule is due: `at(...)`, `rate(...)` and `cron(...)`, as EventBridge writes them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from . import cron

_FORM = re.compile(r"(at|rate|cron)\((.*)\)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_RATE = re.compile(r"([1-9]\d{0,5}) (minute|hour|day)s?")


class BadExpression(ValueError):
    """An expression that is never due, because it is none."""


@dataclass(frozen=True)
class At:
    """Once."""

    moment: datetime

    def first(self, _start: datetime) -> datetime:
        """The one time."""
        return self.moment

    def following(self, _due: datetime) -> None:
        """There is no other."""


@dataclass(frozen=True)
class Rate:
    """Again and again, from the moment that the schedule starts."""

    period: timedelta

    def first(self, start: datetime) -> datetime:
        """The first time, which is the start itself."""
        return start

    def following(self, due: datetime) -> datetime:
        """The time after one that was due."""
        return due + self.period


@dataclass(frozen=True)
class Repeated:
    """By the calendar."""

    calendar: cron.Cron

    def first(self, start: datetime) -> datetime | None:
        """The first time after the start; None when the years are over."""
        return self.calendar.after(start)

    def following(self, due: datetime) -> datetime | None:
        """The time after one that was due."""
        return self.calendar.after(due)


Expression = At | Rate | Repeated


def parse(text: str, zone: str | None = None) -> Expression:
    """Read an expression; raises `BadExpression`."""
    form = _FORM.fullmatch(text)
    if form is None:
        raise BadExpression(f"{text} is neither at(...) nor rate(...) nor cron(...)")
    kind, inner = form.groups()
    try:
        return {"at": _at, "rate": _rate, "cron": _cron}[kind](inner, _zone(zone))
    except ValueError as error:
        raise BadExpression(f"{text}: {error}") from error


def _zone(name: str | None) -> tzinfo:
    if name in (None, "UTC"):
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise BadExpression(f"{name} is not a time zone") from error


def _at(text: str, zone: tzinfo) -> At:
    if not _MOMENT.fullmatch(text):
        raise BadExpression("the time is not of the form yyyy-mm-ddThh:mm:ss")
    return At(datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC))


def _rate(text: str, _zone: tzinfo) -> Rate:
    found = _RATE.fullmatch(text)
    if found is None:
        raise BadExpression("the rate is not a number of minutes, hours or days")
    return Rate(timedelta(**{f"{found.group(2)}s": int(found.group(1))}))


def _cron(text: str, zone: tzinfo) -> Repeated:
    return Repeated(cron.parse(text, zone))
