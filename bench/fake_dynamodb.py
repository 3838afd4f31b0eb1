"""As much of DynamoDB as keeps what it is told: conditions always hold, reads see what was written.

Expressions are read in their plain form, such as `SET a = :b, c = if_not_exists(c, :d)` and
`a = :b AND begins_with(c, :d)`. Whatever else a condition says is taken to hold.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

KEYS = ("Correlation_Id", "DataProduct")
ASSIGNMENT = re.compile(r"([#\w]+) *= *(if_not_exists\([^)]*?, *)?(:\w+)\)?")
EQUALITY = re.compile(r"([#\w]+) *= *(:\w+)")
PREFIX = re.compile(r"begins_with *\( *([#\w]+) *, *(:\w+) *\)")


class Table:
    """The items of the one table."""

    def __init__(self) -> None:
        """Holds nothing."""
        self._items: dict[tuple, dict] = {}
        self._lock = threading.Lock()

    def answer(self, operation: str, request: dict) -> dict:
        """What DynamoDB answers; an operation that is not known here is an error of the bench."""
        with self._lock:
            return getattr(self, f"_{operation}")(request)

    def _GetItem(self, request: dict) -> dict:
        item = self._items.get(key_of(request["Key"]))
        return {"Item": item} if item else {}

    def _PutItem(self, request: dict) -> dict:
        self._items[key_of(request["Item"])] = request["Item"]
        return {}

    def _DeleteItem(self, request: dict) -> dict:
        self._items.pop(key_of(request["Key"]), None)
        return {}

    def _UpdateItem(self, request: dict) -> dict:
        item = self._items.setdefault(key_of(request["Key"]), dict(request["Key"]))
        for name, absent_only, value in ASSIGNMENT.findall(request.get("UpdateExpression", "")):
            column = resolved(request, name)
            if not (absent_only and column in item):
                item[column] = request["ExpressionAttributeValues"][value]
        return {"Attributes": item} if request.get("ReturnValues", "NONE") != "NONE" else {}

    def _TransactWriteItems(self, request: dict) -> dict:
        for write in request["TransactItems"]:
            (kind, inner), *_ = write.items()
            if kind in ("Update", "Put", "Delete"):
                getattr(self, f"_{kind}Item")(inner)
        return {}

    def _Query(self, request: dict) -> dict:
        matches = condition(request)
        items = sorted(filter(matches, self._items.values()), key=lambda item: item["DataProduct"]["S"])
        return {"Items": items, "Count": len(items), "ScannedCount": len(items)}


def condition(request: dict) -> Callable[[dict], bool]:
    """Whether an item satisfies the key condition and the filter."""
    text = f"{request['KeyConditionExpression']} AND {request.get('FilterExpression', '')}"
    values = request["ExpressionAttributeValues"]
    equal = [(resolved(request, name), values[value]) for name, value in EQUALITY.findall(text)]
    begins = [(resolved(request, name), values[value]["S"]) for name, value in PREFIX.findall(text)]
    return lambda item: (
        all(item.get(name) == value for name, value in equal)
        and all(item.get(name, {}).get("S", "").startswith(prefix) for name, prefix in begins)
    )


def resolved(request: dict, name: str) -> str:
    """The column behind an alias."""
    return request.get("ExpressionAttributeNames", {}).get(name, name)


def key_of(item: dict) -> tuple:
    """Partition and sort key."""
    return tuple(item[key]["S"] for key in KEYS)
