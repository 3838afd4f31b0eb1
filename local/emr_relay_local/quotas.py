"""EMR's request quotas: a bucket of tokens for each call, and one for all of them.

The figures are the account defaults of Service Quotas.
"""

import threading
import time
from dataclasses import dataclass, field

_DEFAULTS = {
    "RunJobFlow": (10, 0.5),
    "AddJobFlowSteps": (10, 0.5),
    "CancelSteps": (10, 0.5),
    "DescribeCluster": (10, 1.0),
    "DescribeStep": (10, 0.5),
    "TerminateJobFlows": (10, 0.5),
    "ModifyCluster": (10, 0.5),
    "SetTerminationProtection": (5, 0.2),
    "ListSteps": (10, 0.5),
    "ListClusters": (20, 0.5),
    "ListInstances": (10, 0.5),
    "ListInstanceGroups": (10, 1.0),
    "ListInstanceFleets": (5, 0.5),
    "ListBootstrapActions": (10, 1.0),
    "AddTags": (5, 0.5),
}
_ACCOUNT = (25, 5.0)


@dataclass
class Bucket:
    """Tokens that come back with time."""

    size: float
    per_second: float
    left: float = field(default=-1.0)
    at: float = 0.0

    def available(self, now: float) -> bool:
        """Whether there is a token at this moment."""
        self.left = (
            self.size if self.left < 0 else min(self.size, self.left + (now - self.at) * self.per_second)
        )
        self.at = now
        return self.left >= 1


class Quotas:
    """The buckets of one account."""

    def __init__(self) -> None:
        """Begin with full buckets."""
        self._account = Bucket(*_ACCOUNT)
        self._calls = {name: Bucket(*limits) for name, limits in _DEFAULTS.items()}
        self._guard = threading.Lock()

    def allow(self, operation: str, now: float | None = None) -> bool:
        """Take a token for this call, unless there is none."""
        moment = time.monotonic() if now is None else now
        buckets = [self._account, *filter(None, [self._calls.get(operation)])]
        with self._guard:
            if not all([bucket.available(moment) for bucket in buckets]):
                return False
            for bucket in buckets:
                bucket.left -= 1
        return True
