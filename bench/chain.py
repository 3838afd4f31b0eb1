"""The chain of dependent round trips behind recorded calls: the floor under the time of an invocation."""

from __future__ import annotations

from collections import Counter

READS = ("Get", "Head", "Describe", "List", "Query", "Scan", "BatchGet")


def round_trips(calls: list[dict]) -> list[list[dict]]:
    """The calls in as many groups as stood one after the other; calls that overlap are one group.

    Each group is opened by the call that ends first of those begun after the last group's opener had ended:
    no other choice gives a longer chain.
    """
    groups: list[list[dict]] = []
    ended = float("-inf")
    for call in sorted(calls, key=lambda call: call["end"]):
        if call["start"] >= ended:
            groups.append([])
            ended = call["end"]
        groups[-1].append(call)
    return groups


def described(calls: list[dict]) -> str:
    """The chain in words: `4 S3 GetObject + DynamoDB UpdateItem -> EMR RunJobFlow`."""
    return " -> ".join(" + ".join(names(group)) for group in round_trips(calls))


def names(calls: list[dict]) -> list[str]:
    """Each kind of call once, with its number where there are several."""
    counts = Counter(f"{call['service']} {call['operation']}" for call in calls)
    return [name if number == 1 else f"{number} {name}" for name, number in counts.items()]


def reads(calls: list[dict]) -> int:
    """How many of the calls only read."""
    return sum(call["operation"].startswith(READS) for call in calls)


def writes(calls: list[dict]) -> int:
    """How many of the calls have an effect."""
    return len(calls) - reads(calls)
