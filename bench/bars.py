"""The bars that the functions are held to, and how the figures of a run stand to them."""

from __future__ import annotations

from dataclasses import dataclass

from workloads import CLUSTER, DEPLOYED, HELLO, LAUNCHER, OURS, STEP


@dataclass(frozen=True)
class Bar:
    """A figure and its limit: at most, or at least."""

    name: str
    value: float
    limit: float
    unit: str = ""
    at_least: bool = False

    @property
    def passed(self) -> bool:
        """Whether the figure is on the right side of the limit."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def bars(figures: dict, packages_mb: dict[str, float], latency_ms: int) -> list[Bar]:
    """All bars; `figures` by workload and scenario (`plain`, `slow`, `tls`)."""
    return [*start_up(figures), *warm(figures, latency_ms), *size(figures, packages_mb), *calls(figures)]


def start_up(figures: dict) -> list[Bar]:
    """Cold: until the first `/next`, and the first invocation by TLS."""
    start = {name: figures[name]["plain"]["start_ms"] for name in (HELLO, LAUNCHER, STEP, DEPLOYED)}
    functions = {"launcher": LAUNCHER, "recorder": STEP}
    hello = [
        Bar(f"{name}: start-up / hello world", start[of] / start[HELLO], 2.5, "x")
        for name, of in functions.items()
    ]
    boto3 = [
        Bar(f"{name}: boto3 start-up / ours", start[DEPLOYED] / start[of], 50, "x", at_least=True)
        for name, of in functions.items()
    ]
    tls = [
        Bar(f"{name}: CPU of the first TLS invocation", figures[of]["tls"]["first_cpu_ms"], 8, "ms")
        for name, of in functions.items()
    ]
    return hello + boto3 + tls


def warm(figures: dict, latency_ms: int) -> list[Bar]:
    """Warm launches: time over the floor of their round trips, and CPU."""
    slow = figures[LAUNCHER]["slow"]
    floor = slow["round_trips"] * latency_ms
    return [
        Bar(f"launcher: warm launch / {slow['round_trips']} round trips", slow["warm_ms"] / floor, 1.2, "x"),
        Bar("launcher: CPU of a warm launch", slow["warm_cpu_ms"], 4, "ms"),
    ]


def size(figures: dict, packages_mb: dict[str, float]) -> list[Bar]:
    """Memory and package."""
    peaks = {
        name.partition(":")[0]: max(
            seen["peak_mib"] for one in OURS if one.startswith(name) for seen in figures[one].values()
        )
        for name in ("launcher", "recorder")
    }
    memory = [Bar(f"{name}: peak memory", peak, 16, "MiB") for name, peak in peaks.items()]
    return memory + [Bar(f"{name}: package", packages_mb[name], 4, "MB") for name in peaks]


def calls(figures: dict) -> list[Bar]:
    """What an event costs the table."""
    return [
        Bar(f"{name}: {kind} of an event", figures[name]["slow"][kind], 1)
        for name in (STEP, CLUSTER)
        for kind in ("reads", "writes")
    ]
