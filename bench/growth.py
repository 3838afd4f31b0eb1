"""Relaunches of runs in the middle of a table that grows: by our relauncher, and by one that scans."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from aws_process import AwsProcess
from chain import round_trips
from dynamodb_storage import place
from sandbox import FunctionFailed, Sandbox, Target
from workloads import SETTINGS, cluster_event, launch_event, python_function

OURS, SCANNING = "relauncher", "boto3, scanning"
FAILED_STEP = 5
# What reads of the table are told by, beside their times.
READ = ("items", "bytes", "units")


@dataclass
class Seen:
    """What invocations of one function took at one size of the table; a number for each invocation."""

    lookup_calls: list[int] = field(default_factory=list)
    lookup_ms: list[float] = field(default_factory=list)
    round_trips: list[int] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)
    units: list[float] = field(default_factory=list)
    wall_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)

    def medians(self) -> dict[str, float]:
        """The median of each."""
        return {name: median(values) for name, values in vars(self).items()}


Growth = dict[int, dict[str, Seen]]


class Bench:
    """The processes that take part."""

    def __init__(self, aws: AwsProcess, launcher: Sandbox, compared: dict[str, Sandbox]) -> None:
        """All of them are started."""
        self._aws, self._launcher, self._compared = aws, launcher, compared

    def grow(self, sizes: list[int], rounds: int, latency_ms: float, say) -> Growth:
        """Every size in turn, on the one table."""
        self._warm_up()
        return {rows: self._at(rows, rounds, latency_ms, say) for rows in sizes}

    def _warm_up(self) -> None:
        event = self._failure()
        for sandbox in self._compared.values():
            sandbox.invoke(event)

    def _at(self, rows: int, rounds: int, latency_ms: float, say) -> dict[str, Seen]:
        say(f"{rows:,} rows")
        events = [self._failure() for _ in range(rounds)]
        self._aws.fill(rows)
        self._aws.set_latency(latency_ms)
        seen = {name: Seen() for name in self._compared}
        for event in events:
            for name in self._compared:
                self._watch(name, event, seen[name])
        self._aws.set_latency(0)
        return seen

    def _watch(self, name: str, event: dict, seen: Seen) -> None:
        self._aws.calls()
        cost = self._compared[name].invoke(event)
        if name == OURS and cost.answer.get("status") != "launched":
            raise FunctionFailed(f"{name} did not relaunch: {cost.answer}")
        calls = self._aws.calls()
        sought = lookup(calls)
        seen.lookup_calls.append(len(sought))
        seen.lookup_ms.append(1000 * (sought[-1]["end"] - sought[0]["start"]))
        seen.round_trips.append(len(round_trips(calls)))
        seen.wall_ms.append(cost.wall_ms)
        seen.cpu_ms.append(cost.cpu_ms)
        for figure in READ:
            getattr(seen, figure).append(sum(call.get(figure, 0) for call in calls))

    def _failure(self) -> dict:
        """The end of the cluster of a new run, one of whose steps has failed."""
        cluster_id = self._launcher.invoke(launch_event(in_the_middle())).answer["JobFlowId"]
        self._aws.fail(cluster_id, FAILED_STEP)
        return cluster_event(cluster_id, "TERMINATED_WITH_ERRORS")


def lookup(calls: list[dict]) -> list[dict]:
    """The calls that find the run of a cluster: all pages of a scan, or else the query that comes first."""
    in_turn = sorted(calls, key=lambda call: call["start"])
    return [call for call in in_turn if call["operation"] == "Scan"] or in_turn[:1]


def in_the_middle() -> str:
    """A correlation id whose partition stands in the middle of the table, however large that is."""
    ids = (f"bench-{uuid.uuid4()}" for _ in iter(int, 1))
    return next(id_ for id_ in ids if place(id_) >> 56 in (0x7F, 0x80))


@contextlib.contextmanager
def bench(aws: AwsProcess, binaries: dict[str, Path], folder: Path) -> Iterator[Bench]:
    """Everything started; the scanning relauncher is asked first, since ours changes what it finds."""
    targets = {
        SCANNING: python_function("boto3_relauncher", "boto3-relauncher", {}),
        OURS: Target("relauncher", [str(binaries["relauncher"])], SETTINGS),
    }
    launcher = Target("source", [str(binaries["launcher"])], SETTINGS)
    with contextlib.ExitStack() as stack:
        started = [
            stack.enter_context(Sandbox(target, aws.env("http"), folder))
            for target in (launcher, *targets.values())
        ]
        for sandbox in started:
            sandbox.start()
        yield Bench(aws, started[0], dict(zip(targets, started[1:], strict=True)))
