"""What all clusters share: the lock over their state, their folders, faults, and the way to EventBridge.

Invariant: events are posted in the order of the changes that they tell of, and never while the lock is held.
"""

import json
import logging
import queue
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from moto.events.models import events_backends

logger = logging.getLogger(__name__)


class NoFaults:
    """Where nobody asked for faults, there are none."""

    def take(self, _kind: str, **_where: str) -> None:
        """Answers that there is no such fault."""


class Host:
    """One machine that stands for all of EMR."""

    def __init__(
        self, data_dir: Path, endpoint: Callable[[], str], faults: Any, metastore: Callable[[], str]
    ):
        """`endpoint` and `metastore` are asked late: their ports are not known at first."""
        self.data_dir = Path(data_dir).resolve()
        self.endpoint, self.metastore = endpoint, metastore
        self.faults = faults or NoFaults()
        self.changed = threading.Condition()
        self.clusters: dict[str, Any] = {}
        self.events: queue.Queue = queue.Queue()
        self.open = True
        threading.Thread(target=self._post, name="emr-events", daemon=True).start()

    def announce(self, account: str, region: str, kind: str, detail: dict[str, Any], at: datetime) -> None:
        """Has an event posted, after those before it."""
        entry = {
            "Source": "aws.emr",
            "DetailType": kind,
            "Detail": json.dumps(detail),
            "Resources": [],
            "EventBusName": "default",
            # EventBridge's own envelope has seconds only.
            "Time": int(at.timestamp()),
        }
        self.events.put((account, region, entry))

    def _post(self) -> None:
        while (event := self.events.get()) is not None:
            account, region, entry = event
            try:
                events_backends[account][region].put_events([entry])
            except Exception:
                # A rule or target that cannot take one event must not cost the others.
                logger.exception("an event of EMR was lost: %s", entry["Detail"])

    def shutdown(self) -> None:
        """Ends every cluster's processes; nothing more is posted."""
        with self.changed:
            self.open = False
            for cluster in self.clusters.values():
                cluster.workplace.stop()
            self.changed.notify_all()
        self.events.put(None)
