"""What may be asked to happen to an event on its way: lost, doubled, delayed, reordered, shuffled.

It happens to an event as a whole, before it is sent to whoever it is for.
"""

import random
import threading
from collections.abc import Callable

from . import timers
from .faults import FAULTS

_SHUFFLE_MS = 500

Deliver = Callable[[], None]


class Held:
    """Events that wait: for the next one, or for their release."""

    def __init__(self) -> None:
        """Begin with none."""
        self._until_next: list[Deliver] = []
        self._until_released: list[Deliver] = []
        self._guard = threading.Lock()

    def until_next(self, deliver: Deliver) -> None:
        """Keep an event back until another has overtaken it."""
        with self._guard:
            self._until_next.append(deliver)

    def until_released(self, deliver: Deliver) -> None:
        """Keep an event back until somebody says so."""
        with self._guard:
            self._until_released.append(deliver)

    def overtaken(self) -> None:
        """Another event has gone by: the newest that waits for that goes first."""
        with self._guard:
            waiting, self._until_next = self._until_next[::-1], []
        _all(waiting)

    def release(self) -> int:
        """Let everything go; how many there were."""
        with self._guard:
            waiting = self._until_next[::-1] + self._until_released
            self._until_next, self._until_released = [], []
        _all(waiting)
        return len(waiting)


HELD = Held()


def pass_on(facts: dict[str, str], deliver: Deliver) -> None:
    """Deliver an event of which these are the facts, unless it was asked that something happens to it."""
    if FAULTS.take("lose_event", **facts):
        return
    _pass_one(facts, deliver)
    if FAULTS.take("double_event", **facts):
        _pass_one(facts, deliver)


def _pass_one(facts: dict[str, str], deliver: Deliver) -> None:
    if delay := FAULTS.take("delay_event", **facts):
        _delay(delay, deliver)
    elif shuffle := FAULTS.take("shuffle_events", **facts):
        timers.after(random.uniform(0, shuffle.get("ms", _SHUFFLE_MS)) / 1000, deliver)
    elif FAULTS.take("reorder_events", **facts):
        HELD.until_next(deliver)
    else:
        deliver()
        HELD.overtaken()


def _delay(fault: dict, deliver: Deliver) -> None:
    if "ms" in fault:
        timers.after(fault["ms"] / 1000, deliver)
    else:
        HELD.until_released(deliver)


def _all(waiting: list[Deliver]) -> None:
    for deliver in waiting:
        deliver()
