"""The life of a cluster: from STARTING to its end, by EMR's rules on what failing steps do to it.

Invariant: state changes only under the host's lock; an ending, once decided, is never replaced by another.
"""

import logging
import threading
from datetime import datetime
from typing import Any

from moto.emr.utils import random_cluster_id

from . import bootstraps, emr_events, endings, instances, misfortunes, processes, step_runs, timers
from .endings import Ending
from .host import Host
from .logs import TaskLog, now
from .steps import TERMINATES, Step
from .workplace import Workplace

logger = logging.getLogger(__name__)

WAITING = "Cluster ready after last step completed."


class Cluster:
    """One cluster, its steps and the thread that lives its life."""

    def __init__(self, host: Host, account: str, region: str, request: dict[str, Any]):
        """Notes what was asked for; nothing runs before `start`."""
        self.host, self.account, self.region, self.request = host, account, region, request
        self.id = random_cluster_id()
        self.name: str = request["Name"]
        self.state, self.code, self.message = "STARTING", "", ""
        self.created, self.idle_since = now(), now()
        self.ready: datetime | None = None
        self.ended: datetime | None = None
        self.ending: Ending | None = None
        asked = request["Instances"]
        self.keep_alive: bool = asked.get("KeepJobFlowAliveWhenNoSteps", False)
        self.protected: bool = asked.get("TerminationProtected", False)
        self.concurrency: int = request.get("StepConcurrencyLevel") or 1
        self.auto_termination: dict[str, Any] | None = request.get("AutoTerminationPolicy")
        self.managed_scaling: dict[str, Any] | None = request.get("ManagedScalingPolicy")
        self.tags = {tag["Key"]: tag.get("Value", "") for tag in request.get("Tags") or []}
        self.machines = instances.collections(asked, self.created)
        self.steps: list[Step] = []
        self.workplace = Workplace(host, self.id, request.get("Configurations") or [])
        self.folder = self.workplace.folder

    # What others ask of it. All of this is called under the lock.

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"arn:aws:elasticmapreduce:{self.region}:{self.account}:cluster/{self.id}"

    @property
    def modifiable(self) -> bool:
        """Whether it still takes steps and changes."""
        return self.ending is None and self.state not in endings.STATES

    def start(self) -> None:
        """Begins to live."""
        self._enter("STARTING")
        self.add_steps(self.request.get("Steps") or [])
        threading.Thread(target=self._live, name=self.id, daemon=True).start()

    def add_steps(self, requests: list[dict[str, Any]]) -> list[Step]:
        """Queues steps."""
        steps = [Step(request) for request in requests]
        self.steps += steps
        for step in steps:
            self._tell_of(step)
        self.host.changed.notify_all()
        return steps

    def end(self, ending: Ending) -> None:
        """Begins to end, unless it has."""
        if self.modifiable:
            self.ending = ending
            self._enter("TERMINATING", ending.code, ending.message)
            self.workplace.stop()

    def cancel(self, step: Step, kill: bool) -> bool:
        """Has a step cancelled; False where it is past that."""
        if step.state == "PENDING":
            self._move(step, "CANCELLED")
        elif step.state == "RUNNING":
            step.cancelled = True
            self._move(step, "CANCEL_PENDING")
            if step.group is not None:
                step.group.kill() if kill else step.group.interrupt()
        else:
            return False
        return True

    def log_folder(self, below: str) -> str | None:
        """Where logs go, if they go anywhere."""
        uri = self.request.get("LogUri")
        return f"{uri.rstrip('/')}/{self.id}/{below}" if uri else None

    # Its life, in a thread of its own.

    def _live(self) -> None:
        try:
            if self._bootstrap():
                while step := self._next_step():
                    threading.Thread(target=self._run, args=(step,), name=step.id, daemon=True).start()
        except Exception:
            logger.exception("cluster %s broke", self.id)
            with self.host.changed:
                self.end(endings.BROKEN)
        self._finish()

    def _bootstrap(self) -> bool:
        with self.host.changed:
            if ending := misfortunes.at_start(self):
                self.end(ending)
            if not self.modifiable:
                return False
            self._enter("BOOTSTRAPPING", message="Running bootstrap actions")
        failure = bootstraps.run_all(self)
        with self.host.changed:
            if failure is not None:
                self.end(Ending("TERMINATED_WITH_ERRORS", bootstraps.CODE, *failure))
            self.ready = now()
            return self.modifiable

    def _next_step(self) -> Step | None:
        """The next step to run, as soon as there is one; None when the cluster ends instead."""
        with self.host.changed:
            while self.modifiable and self.host.open:
                if step := self._startable():
                    return self._begin(step)
                if not any(step.live for step in self.steps):
                    self._rest()
                if self.modifiable:
                    self.host.changed.wait(self._patience())
        return None

    def _startable(self) -> Step | None:
        running = sum(step.state in ("RUNNING", "CANCEL_PENDING") for step in self.steps)
        pending = next((step for step in self.steps if step.state == "PENDING"), None)
        return pending if running < self.concurrency else None

    def _begin(self, step: Step) -> Step | None:
        if self.state != "RUNNING":
            self._enter("RUNNING", message="Running step")
        self._move(step, "RUNNING")
        step.misfortune = misfortunes.at_step(self, step)
        if step.misfortune is None or step.misfortune.after is not None:
            return step
        self._move(step, "INTERRUPTED")
        self.end(step.misfortune.ending)
        return None

    def _strike(self, ending: Ending) -> None:
        with self.host.changed:
            self.end(ending)

    def _rest(self) -> None:
        """Has nothing to do: ends, or waits as long as its policy lets it."""
        if not self.keep_alive:
            self.end(
                endings.STEPS_DONE_BADLY
                if any(s.state == "FAILED" for s in self.steps)
                else endings.STEPS_DONE
            )
        elif self.state != "WAITING":
            self.idle_since = now()
            self._enter("WAITING", message=WAITING if self.steps else "Cluster ready to run steps.")
        elif self._patience() == 0:
            self.end(endings.IDLE)

    def _patience(self) -> float | None:
        """How long it may still wait; None for ever."""
        limit = (self.auto_termination or {}).get("IdleTimeout")
        if limit is None or self.state != "WAITING":
            return None
        return max(0.0, limit - (now() - self.idle_since).total_seconds())

    def _run(self, step: Step) -> None:
        try:
            failure = step_runs.run(self, step)
        except Exception as error:
            logger.exception("step %s of %s broke", step.id, self.id)
            failure = {"Reason": step_runs.UNKNOWN, "Message": f"local mode: {error!r}"}
        with self.host.changed:
            self._settle(step, failure)

    def _settle(self, step: Step, failure: dict[str, str] | None) -> None:
        if failure is None:
            self._move(step, "COMPLETED")
        elif step.cancelled:
            self._move(step, "CANCELLED")
        elif self.ending is not None:
            self._move(step, "CANCELLED" if self.ending is endings.BY_USER else "INTERRUPTED")
        else:
            step.failure = failure
            self._move(step, "FAILED")
            self._after_failure(step)

    def _after_failure(self, step: Step) -> None:
        # With several steps at once EMR lets no step's failure touch the others.
        if self.concurrency > 1 or step.action_on_failure == "CONTINUE":
            return
        if step.action_on_failure in TERMINATES and not (self.protected and self.keep_alive):
            self.end(endings.STEP_FAILED)
        else:
            self._cancel_pending()

    def _cancel_pending(self) -> None:
        for step in self.steps:
            if step.state == "PENDING":
                self._move(step, "CANCELLED")

    def _finish(self) -> None:
        with self.host.changed:
            self.host.changed.wait_for(lambda: not self._busy())
            self._cancel_pending()
            if self.ending is not None:
                self.ended = now()
                self._enter(self.ending.state, self.ending.code, self.ending.message)

    def _busy(self) -> bool:
        return any(step.state in ("RUNNING", "CANCEL_PENDING") for step in self.steps)

    def _enter(self, state: str, code: str = "", message: str = "") -> None:
        self.state, self.code, self.message = state, code, message
        self.host.changed.notify_all()
        if state in emr_events.ANNOUNCED:
            moment = now()
            detail = emr_events.of_cluster(self, moment)
            self.host.announce(self.account, self.region, emr_events.CLUSTER, detail, moment)

    def _move(self, step: Step, state: str) -> None:
        step.enter(state)
        self.host.changed.notify_all()
        self._tell_of(step)

    def _tell_of(self, step: Step) -> None:
        moment = now()
        detail = emr_events.of_step(self, step, moment)
        self.host.announce(self.account, self.region, emr_events.STEP, detail, moment)

    # Running things on it; the lock is not held while they run.

    def environment(self, **ids: str) -> dict[str, str]:
        """What its processes find in their environment."""
        return self.workplace.environment(self.region, EMR_CLUSTER_ID=self.id, **ids)

    def execute(
        self, command: list[str], environment: dict[str, str], log: TaskLog, step: Step | None = None
    ) -> int:
        """Runs a command to its end, unless the cluster or the step is to end first."""

        def admit(group: processes.Group) -> bool:
            if step is not None:
                step.group = group
                if step.misfortune is not None:
                    timers.after(step.misfortune.after, self._strike, step.misfortune.ending)
            return self.modifiable and not (step is not None and step.cancelled)

        return self.workplace.execute(command, environment, log, admit)
