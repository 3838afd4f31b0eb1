"""How clusters end, in EMR's states, codes and messages."""

from dataclasses import dataclass, field
from typing import Any

STATES = ("TERMINATED", "TERMINATED_WITH_ERRORS")


@dataclass(frozen=True)
class Ending:
    """How a cluster ends, and why."""

    state: str
    code: str
    message: str
    details: list[dict[str, Any]] = field(default_factory=list)


BY_USER = Ending("TERMINATED", "USER_REQUEST", "Terminated by user request")
STEPS_DONE = Ending("TERMINATED", "ALL_STEPS_COMPLETED", "Steps completed")
STEPS_DONE_BADLY = Ending("TERMINATED", "STEP_FAILURE", "Steps completed with errors")
STEP_FAILED = Ending("TERMINATED_WITH_ERRORS", "STEP_FAILURE", "Shut down as step failed")
IDLE = Ending("TERMINATED", "ALL_STEPS_COMPLETED", "Cluster was idle for as long as its policy allows")
BROKEN = Ending("TERMINATED_WITH_ERRORS", "INTERNAL_ERROR", "An internal error occurred.")
