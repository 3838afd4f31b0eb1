"""AWS's cron: six fields, the last of them the year, and one of day of month and day of week is `?`.

`L`, `W` and `#` are refused by name: nothing that is taken here ever fires at another time than on AWS.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_FIELDS = (
    ("minutes", range(60), ()),
    ("hours", range(24), ()),
    ("day-of-month", range(1, 32), ()),
    ("month", range(1, 13), _MONTHS),
    ("day-of-week", range(1, 8), _DAYS),
    ("year", range(1970, 2200), ()),
)
_ALL_OR_ANY = ("*", "?")
# A leap day comes again within eight years, also over a century that has none.
_LONGEST_GAP = timedelta(days=8 * 366)


class BadCron(ValueError):
    """Fields that are no cron of AWS, or one that is not understood here."""


@dataclass(frozen=True)
class Cron:
    """When a cron expression is due, in its time zone."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days_of_month: frozenset[int]
    months: frozenset[int]
    days_of_week: frozenset[int]
    years: frozenset[int]
    zone: tzinfo

    def after(self, moment: datetime) -> datetime | None:
        """The first time that is later than this one; None when there is none any more."""
        for day in self._days_from(moment.astimezone(self.zone).date()):
            for due in self._times_of(day):
                if due > moment:
                    return due
        return None

    def _days_from(self, first: date) -> Iterator[date]:
        day = max(first, date(min(self.years), 1, 1))
        last = min(max(day + _LONGEST_GAP, day), date(max(self.years), 12, 31))
        while day <= last:
            if self._has(day):
                yield day
            day += timedelta(days=1)

    def _has(self, day: date) -> bool:
        return (
            day.year in self.years
            and day.month in self.months
            and day.day in self.days_of_month
            and day.isoweekday() % 7 + 1 in self.days_of_week
        )

    def _times_of(self, day: date) -> Iterator[datetime]:
        for hour in sorted(self.hours):
            for minute in sorted(self.minutes):
                yield datetime.combine(day, time(hour, minute), self.zone).astimezone(UTC)


def parse(fields: str, zone: tzinfo) -> Cron:
    """Read what stands between the parentheses of `cron(...)`."""
    parts = fields.split()
    if len(parts) != len(_FIELDS):
        raise BadCron(f"{fields!r} has {len(parts)} fields; it takes minutes, hours, day-of-month, month, "
                      "day-of-week and year")  # fmt: skip
    if (parts[2] == "?") == (parts[4] == "?"):
        raise BadCron(f"{fields!r}: exactly one of day-of-month and day-of-week has to be ?")
    return Cron(*(_field(part, *about) for part, about in zip(parts, _FIELDS, strict=True)), zone)


def _field(text: str, name: str, values: range, words: tuple[str, ...]) -> frozenset[int]:
    found: set[int] = set()
    for part in text.upper().split(","):
        found |= set(_part(part, name, values, words))
    return frozenset(found)


def _part(text: str, name: str, values: range, words: tuple[str, ...]) -> range:
    span, _, step = text.partition("/")
    if step and not (step.isdecimal() and int(step)):
        raise BadCron(f"{name}: {text!r} has no number of steps after its /")
    if span in _ALL_OR_ANY:
        return values[:: int(step or 1)]
    first, dash, last = span.partition("-")
    start = _value(first, name, values, words)
    end = _value(last, name, values, words) if dash else (values[-1] if step else start)
    if end < start:
        raise BadCron(f"{name}: {text!r} ends before it begins")
    return range(start, end + 1, int(step or 1))


def _value(text: str, name: str, values: range, words: tuple[str, ...]) -> int:
    number = words.index(text) + 1 if text in words else int(text) if text.isdecimal() else None
    if number is None or number not in values:
        raise BadCron(
            f"{name}: {text!r} is not understood; it takes {values[0]} to {values[-1]}, * , - and /"
        )
    return number
