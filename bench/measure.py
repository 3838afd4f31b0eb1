"""Runs the workloads in turn, so that whatever else the machine does meets all of them alike."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from aws_process import AwsProcess
from chain import described, reads, round_trips, writes
from sandbox import Cost, Sandbox, Target
from workloads import SETTINGS, Workload, launch_event


@dataclass(frozen=True)
class Scenario:
    """How the endpoint is reached, and how long each call takes."""

    scheme: str
    latency_ms: int
    stays_warm: bool = True


@dataclass
class Watched:
    """What was seen of a workload in a scenario."""

    start: list[Cost] = field(default_factory=list)
    first: list[Cost] = field(default_factory=list)
    warm: list[Cost] = field(default_factory=list)
    calls: list[list[dict]] = field(default_factory=list)
    peak_mib: list[float] = field(default_factory=list)


Results = dict[tuple[str, Scenario], Watched]


def measure(
    aws: AwsProcess, workloads: list[Workload], scenarios: list[Scenario], folder: Path, say
) -> Results:
    """Every workload in every scenario, round after round."""
    results = {(workload.name, scenario): Watched() for workload in workloads for scenario in scenarios}
    for number in range(max(workload.rounds for workload in workloads)):
        for workload in (one for one in workloads if number < one.rounds):
            say(f"round {number + 1}: {workload.name}")
            for scenario in scenarios:
                watch(aws, workload, scenario, folder, results[workload.name, scenario])
    return results


def watch(aws: AwsProcess, workload: Workload, scenario: Scenario, folder: Path, seen: Watched) -> None:
    """One process, from its start to its last invocation."""
    events = events_of(workload, scenario)
    aws.set_latency(scenario.latency_ms)
    with Sandbox(workload.target, aws.env(scenario.scheme), folder) as sandbox:
        seen.start.append(sandbox.start())
        seen.first += [sandbox.invoke(event) for event in events[:1]]
        aws.calls()
        for event in events[1:]:
            seen.warm.append(sandbox.invoke(event))
            seen.calls.append(aws.calls())
        seen.peak_mib.append(sandbox.peak_mib())
    aws.set_latency(0)


def events_of(workload: Workload, scenario: Scenario) -> list[dict]:
    """What a process is given: its first event, and those for which it is warm."""
    if workload.event is None:
        return []
    warm = workload.warm if scenario.stays_warm else 0
    return [workload.event() for _ in range(1 + warm)]


@contextlib.contextmanager
def cluster_source(aws: AwsProcess, launcher: Path, folder: Path) -> Iterator[Callable[[], str]]:
    """Launches runs beside the measurements: each call answers the cluster of a new one."""
    target = Target("source", [str(launcher)], SETTINGS)
    with Sandbox(target, aws.env("http"), folder) as sandbox:
        sandbox.start()
        yield lambda: sandbox.invoke(launch_event()).answer["JobFlowId"]


def summary(seen: Watched) -> dict:
    """Medians, the highest peak of memory, and the calls of a warm invocation."""
    figures = {"peak_mib": max(seen.peak_mib)}
    for name in ("start", "first", "warm"):
        costs = getattr(seen, name)
        if costs:
            figures[f"{name}_ms"] = median(cost.wall_ms for cost in costs)
            figures[f"{name}_cpu_ms"] = median(cost.cpu_ms for cost in costs)
    if any(seen.calls):
        usual = sorted(seen.calls, key=lambda calls: len(round_trips(calls)))[len(seen.calls) // 2]
        figures |= {"round_trips": len(round_trips(usual)), "chain": described(usual)}
        figures |= {"reads": reads(usual), "writes": writes(usual)}
    return figures
