"""The faults that were asked for, and the question whether one is due.

A fault has a kind, may name what it applies to (equality, or a pattern with `*`), lets the first `skip` of
those pass, and is used up after `times` uses.
"""

import difflib
import fnmatch
import itertools
import threading
from dataclasses import dataclass

from .calls import service_name

ALWAYS = "always"
_CALL = frozenset({"service", "operation", "function"})
_CLUSTER = frozenset({"cluster_id", "cluster_name"})
_STEP = _CLUSTER | {"step_name"}
_EVENT = frozenset({"source", "detail_type", "state", "cluster_id", "step_id", "schedule"})
_ENDING = frozenset({"code", "message", "error_code"})
_OF_ALL = frozenset({"kind", "times", "skip"})


@dataclass(frozen=True)
class Kind:
    """What a fault of one kind may say: what it applies to, and how it goes."""

    facts: frozenset[str]
    options: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()


KINDS = {
    "throttle": Kind(_CALL, frozenset({"code", "message"})),
    "error_before": Kind(_CALL, frozenset({"status", "code", "message"})),
    "error_after": Kind(_CALL, frozenset({"status", "code", "message"})),
    "latency": Kind(_CALL, frozenset({"ms"}), frozenset({"ms"})),
    "kill_function": Kind(_CALL | {"call"}, frozenset({"after"}), frozenset({"function"})),
    "lose_event": Kind(_EVENT),
    "double_event": Kind(_EVENT),
    "delay_event": Kind(_EVENT, frozenset({"ms"})),
    "reorder_events": Kind(_EVENT),
    "shuffle_events": Kind(_EVENT, frozenset({"ms"})),
    "fail_step": Kind(_STEP),
    "kill_cluster": Kind(_STEP, _ENDING | {"ms"}),
    "fail_bootstrap": Kind(_CLUSTER),
    "no_capacity": Kind(_CLUSTER, _ENDING),
}


class BadFault(ValueError):
    """A fault that could never have happened, said as what is wrong and what is meant."""


class Faults:
    """The registry that every part of local mode asks."""

    def __init__(self) -> None:
        """Begin with no faults."""
        self._faults: list[dict] = []
        self._numbers = itertools.count(1)
        self._guard = threading.Lock()

    def add(self, spec: dict) -> dict:
        """Take a fault on; answers it with its id and its `times`."""
        fault = {"times": 1, **check(spec)}
        with self._guard:
            fault["id"] = next(self._numbers)
            self._faults.append(fault)
        return dict(fault)

    def take(self, kind: str, **facts) -> dict | None:
        """The first fault of this kind that fits, one use of which is spent; None without one."""
        with self._guard:
            for fault in self._faults:
                if fault["kind"] == kind and _fits(fault, facts) and self._is_due(fault):
                    self._spend(fault)
                    return dict(fault)
        return None

    def list(self) -> list[dict]:
        """The faults that are still to come."""
        with self._guard:
            return [dict(fault) for fault in self._faults]

    def clear(self) -> None:
        """Drop all of them."""
        with self._guard:
            self._faults.clear()

    def _is_due(self, fault: dict) -> bool:
        if fault.get("skip", 0) == 0:
            return True
        fault["skip"] -= 1
        return False

    def _spend(self, fault: dict) -> None:
        if fault["times"] == ALWAYS:
            return
        fault["times"] -= 1
        if fault["times"] == 0:
            self._faults.remove(fault)


def check(spec: object) -> dict:
    """The fault, if it can happen; otherwise what is wrong with it."""
    if not isinstance(spec, dict):
        raise BadFault('a fault is a JSON object such as {"kind": "throttle", "service": "emr"}')
    kind = KINDS.get(str(spec.get("kind")))
    if kind is None:
        raise BadFault(f"kind: {_unknown(str(spec.get('kind')), KINDS)}")
    _check_times(spec.get("times", 1))
    if missing := kind.needed - spec.keys():
        raise BadFault(f"{spec['kind']}: {', '.join(sorted(missing))} is missing")
    known = kind.facts | kind.options | _OF_ALL
    for name in spec.keys() - known:
        raise BadFault(f"{spec['kind']}: {_unknown(name, known)}")
    _check_numbers(spec)
    return {**spec, "service": service_name(str(spec["service"]))} if "service" in spec else dict(spec)


def _check_times(times: object) -> None:
    if times == ALWAYS or (isinstance(times, int) and not isinstance(times, bool) and times > 0):
        return
    raise BadFault(f'times: {times!r} is neither a number from 1 nor "{ALWAYS}"')


def _check_numbers(spec: dict) -> None:
    for name in ("ms", "status", "call", "skip"):
        value = spec.get(name, 500)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise BadFault(f"{name}: {value!r} is not a number from 0")
    if not isinstance(spec.get("skip", 0), int):
        raise BadFault(f"skip: {spec['skip']!r} is not a whole number")
    if not 400 <= spec.get("status", 500) <= 599:
        raise BadFault(f"status: {spec['status']} is not an error; those are 400 to 599")


def _unknown(name: str, known) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    instead = f"; did you mean {near[0]}?" if near else f"; known here: {', '.join(sorted(known))}"
    return f"{name!r} is not known{instead}"


def _fits(fault: dict, facts: dict) -> bool:
    kind = KINDS[fault["kind"]]
    wanted = fault.keys() - kind.options - _OF_ALL - {"id"}
    return all(name in facts and _equal(fault[name], facts[name]) for name in wanted)


def _equal(wanted: object, fact: object) -> bool:
    if isinstance(wanted, str) and isinstance(fact, str):
        return fnmatch.fnmatchcase(fact, wanted)
    return wanted == fact


FAULTS = Faults()
