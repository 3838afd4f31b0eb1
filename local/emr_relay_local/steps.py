"""A step: what it was asked to do and what became of it.

Invariant: a step that has ended never changes again.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.emr.utils import random_step_id

from .logs import now
from .misfortunes import Misfortune
from .processes import Group

LIVE = ("PENDING", "CANCEL_PENDING", "RUNNING")
TERMINATES = ("TERMINATE_JOB_FLOW", "TERMINATE_CLUSTER")


@dataclass(eq=False)
class Step:
    """One step of a cluster."""

    request: dict[str, Any]
    id: str = field(default_factory=random_step_id)
    state: str = "PENDING"
    created: datetime = field(default_factory=now)
    started: datetime | None = None
    ended: datetime | None = None
    failure: dict[str, str] | None = None
    group: Group | None = None
    cancelled: bool = False
    misfortune: Misfortune | None = None

    @property
    def name(self) -> str:
        """Its name; several steps may have the same."""
        return self.request["Name"]

    @property
    def action_on_failure(self) -> str:
        """What the cluster does when it fails."""
        return self.request.get("ActionOnFailure") or "TERMINATE_CLUSTER"

    @property
    def jar(self) -> str:
        """Which runner it is for."""
        return self.request["HadoopJarStep"]["Jar"]

    @property
    def arguments(self) -> list[str]:
        """What the runner is told."""
        return self.request["HadoopJarStep"].get("Args") or []

    @property
    def live(self) -> bool:
        """Whether anything can still become of it."""
        return self.state in LIVE

    def enter(self, state: str) -> None:
        """Moves on, and notes when."""
        self.state = state
        if state == "RUNNING":
            self.started = now()
        elif state not in LIVE:
            self.ended = now()
