"""What a growing table costs: the figures for people, and the bars that they are held to."""

from __future__ import annotations

from collections.abc import Iterable

from bars import Bar
from growth import OURS, SCANNING, Growth, Seen

COLUMNS = (
    ("lookup calls", "lookup_calls", ",.0f"),
    ("lookup ms", "lookup_ms", ",.0f"),
    ("round trips", "round_trips", ",.0f"),
    ("items read", "items", ",.0f"),
    ("KB read", "kilobytes", ",.1f"),
    ("read units", "units", ",.1f"),
    ("ms", "wall_ms", ",.0f"),
    ("CPU ms", "cpu_ms", ",.1f"),
)


def bars(growth: Growth) -> list[Bar]:
    """Ours stays as it is, exactly where that can be counted; the scan grows with the table."""
    ours = [seen[OURS] for seen in growth.values()]
    return [
        Bar("relauncher: round trips, most less least", spread(seen.round_trips for seen in ours), 0),
        Bar("relauncher: items read, most less least", spread(seen.items for seen in ours), 0),
        Bar("relauncher: time, largest / smallest", times(growth, OURS, "wall_ms"), 1.2, "x"),
        Bar("scan: items read / growth of the table", scanned(growth), 0.9, "x", at_least=True),
    ]


def times(growth: Growth, name: str, figure: str) -> float:
    """How many times that at the smallest size a figure is at the largest."""
    return growth[max(growth)][name].medians()[figure] / growth[min(growth)][name].medians()[figure]


def scanned(growth: Growth) -> float:
    """How far what a scan reads keeps up with the table."""
    return times(growth, SCANNING, "items") / (max(growth) / min(growth))


def spread(groups: Iterable[list[float]]) -> float:
    """How far apart the most and the least of all invocations are."""
    every = [value for values in groups for value in values]
    return max(every) - min(every)


def figures(growth: Growth) -> dict:
    """Medians by size and function, with kilobytes of 1000 bytes."""
    return {rows: {name: figures_of(one) for name, one in seen.items()} for rows, seen in growth.items()}


def figures_of(seen: Seen) -> dict[str, float]:
    """The medians of one function at one size."""
    medians = seen.medians()
    return medians | {"kilobytes": medians["bytes"] / 1000}


def text(growth: Growth, latency_ms: float) -> str:
    """A line for each size and function, and how many times ours the scan takes."""
    head = f"{'rows':>10}  {'medians':16}" + "".join(f"{name:>14}" for name, *_ in COLUMNS)
    lines = [head]
    for rows, by_name in figures(growth).items():
        lines += [line(rows, name, by_name[name]) for name in (OURS, SCANNING)]
        lines.append(line(rows, "scanning / ours", ratios(by_name[SCANNING], by_name[OURS]), ",.1f"))
    return "\n".join([*lines, "", legend(latency_ms)])


def line(rows: int, name: str, found: dict[str, float], form: str | None = None) -> str:
    """One line of the table."""
    cells = "".join(f"{format(found[figure], form or usual):>14}" for _, figure, usual in COLUMNS)
    return f"{rows:>10,}  {name:16}{cells}"


def ratios(scan: dict[str, float], ours: dict[str, float]) -> dict[str, float]:
    """How many times ours the scan takes."""
    return {figure: scan[figure] / ours[figure] for _, figure, _ in COLUMNS}


def legend(latency_ms: float) -> str:
    """What the columns mean."""
    return (
        f"One warm invocation, {latency_ms:g} ms a call: ours from the end of a cluster to the next one\n"
        "started, the scan from the same event to one message. Lookup: what finds the run. Round trips:\n"
        "those that stand one after the other. Read: of the table, as AWS bills it."
    )
