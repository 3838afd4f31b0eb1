"""The figures of a run, for people."""

from __future__ import annotations

import os

from bars import Bar
from workloads import DEPLOYED, HELLO, LAUNCHER, OURS

COLUMNS = (
    ("start-up ms", "plain", "start_ms"),
    ("its CPU", "plain", "start_cpu_ms"),
    ("first ms", "plain", "first_ms"),
    ("first, slow", "slow", "first_ms"),
    ("first, TLS", "tls", "first_ms"),
    ("its CPU", "tls", "first_cpu_ms"),
    ("warm ms", "plain", "warm_ms"),
    ("warm, slow", "slow", "warm_ms"),
    ("its CPU", "slow", "warm_cpu_ms"),
)


def text(figures: dict, packages_mb: dict[str, float], bars: list[Bar], latency_ms: int) -> str:
    """Table, chains and bars."""
    lines = [
        *table(figures),
        "",
        legend(latency_ms),
        "",
        *chains(figures, latency_ms),
        "",
        *packages(packages_mb),
    ]
    return "\n".join([*lines, "", *judged(bars), "", machine(figures)])


def table(figures: dict) -> list[str]:
    """A line for each workload."""
    lines = [f"{'medians':22}" + "".join(f"{head:>13}" for head, *_ in COLUMNS) + f"{'peak MiB':>10}"]
    for name, scenarios in figures.items():
        cells = (scenarios.get(scenario, {}).get(figure) for _, scenario, figure in COLUMNS)
        shown = "".join(f"{'-' if cell is None else format(cell, '.2f'):>13}" for cell in cells)
        peak = max(seen["peak_mib"] for seen in scenarios.values())
        lines.append(f"{name:22}{shown}{peak:10.1f}")
    return lines


def legend(latency_ms: int) -> str:
    """What the columns mean."""
    return (
        "start-up: from spawning to the first /next. first, warm: from the event to the whole answer, by\n"
        f"plain HTTP and at once; slow: {latency_ms} ms a call; TLS: the same by TLS. CPU: user and system,\n"
        "in ms, until the function waits again."
    )


def chains(figures: dict, latency_ms: int) -> list[str]:
    """What stands one after the other in a warm invocation."""
    lines = ["round trips of a warm invocation, one after the other (what overlaps counts once)"]
    for name, scenarios in figures.items():
        seen = scenarios["slow"]
        if name != HELLO and "round_trips" in seen:
            floor = seen["round_trips"] * latency_ms
            ratio = seen["warm_ms"] / floor
            lines.append(f"  {name}: {seen['round_trips']}, floor {floor} ms, {ratio:.2f}x of it")
            if name in OURS:
                lines.append(f"    {seen['chain']}")
    return lines


def packages(packages_mb: dict[str, float]) -> list[str]:
    """What is uploaded."""
    return [f"package of {name}: {size:.2f} MB" for name, size in packages_mb.items()]


def judged(bars: list[Bar]) -> list[str]:
    """The bars, each with its verdict."""
    lines = []
    for bar in bars:
        verdict, sign = ("pass" if bar.passed else "MISS"), (">=" if bar.at_least else "<=")
        lines.append(f"{verdict}  {bar.name:45}{bar.value:9.2f} {bar.unit:4}{sign} {bar.limit:g}")
    return lines


def machine(figures: dict) -> str:
    """How busy the machine was, and the ratio that a busy one does not distort."""
    cpu = {name: figures[name]["plain"]["start_cpu_ms"] for name in (LAUNCHER, DEPLOYED)}
    ratio = cpu[DEPLOYED] / cpu[LAUNCHER]
    load = f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    return (
        f"{load}: above their number, elapsed times grow, the most where much is computed.\n"
        f"In CPU, boto3's start-up took {ratio:.0f}x our launcher's."
    )
