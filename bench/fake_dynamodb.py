"""As much of DynamoDB as the functions use: conditions are evaluated, keys found by hash, scans paged.

Every read is told to whoever measures: how many items, how many bytes, and the units that AWS would bill.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Iterable

from dynamodb_expressions import equality, holds, updated
from dynamodb_storage import PARTITION, Key, Storage, Stored, key_of

PAGE = 1 << 20
UNIT = 4096
NO_READ = {"items": 0, "bytes": 0, "units": 0.0}


class Refused(Exception):
    """An error that DynamoDB answers."""

    def __init__(self, word: str, **more: object) -> None:
        """`more` is what the answer holds beside the error's name."""
        super().__init__(word)
        self.answer = {"__type": f"com.amazonaws.dynamodb.v20120810#{word}", "message": word, **more}


class Table:
    """The one table."""

    def __init__(self) -> None:
        """Holds nothing."""
        self.storage = Storage()
        self._lock = threading.Lock()

    def answer(self, operation: str, request: dict) -> dict:
        """What DynamoDB answers; an operation that is not known here is an error of the bench."""
        return self.measured(operation, request)[0]

    def measured(self, operation: str, request: dict) -> tuple[dict, dict]:
        """The answer, and what was read for it."""
        with self._lock:
            found = getattr(self, f"_{operation}")(request)
        return found if isinstance(found, tuple) else (found, NO_READ)

    def _GetItem(self, request: dict) -> tuple[dict, dict]:
        stored = self.storage.get(key_of(request["Key"]))
        answer = {"Item": stored.item()} if stored else {}
        return answer, read([stored] if stored else [], request)

    def _PutItem(self, request: dict) -> dict:
        self._check(request, key_of(request["Item"]))
        self.storage.put(request["Item"])
        return {}

    def _DeleteItem(self, request: dict) -> dict:
        self._check(request, key_of(request["Key"]))
        self.storage.remove(key_of(request["Key"]))
        return {}

    def _UpdateItem(self, request: dict) -> dict:
        item = self._check(request, key_of(request["Key"])) or request["Key"]
        after = updated(request, item)
        self.storage.put(after)
        return {"Attributes": after} if request.get("ReturnValues", "NONE") != "NONE" else {}

    def _TransactWriteItems(self, request: dict) -> dict:
        writes = [next(iter(write.items())) for write in request["TransactItems"]]
        reasons = [self._reason(inner) for _, inner in writes]
        if any(reason["Code"] != "None" for reason in reasons):
            raise Refused("TransactionCanceledException", CancellationReasons=reasons)
        for kind, inner in writes:
            if kind != "ConditionCheck":
                getattr(self, f"_{kind}Item")(inner)
        return {}

    def _Query(self, request: dict) -> tuple[dict, dict]:
        """One page, however much it is: what is asked for here is far less than a page."""
        condition = request["KeyConditionExpression"]
        column = request.get("IndexName", PARTITION).removesuffix("-index")
        value = equality(request, condition, column)["S"]
        by_table = column == PARTITION
        found = self.storage.partition(value) if by_table else self.storage.indexed(column, value)
        ranged = [stored for stored in found if holds(request, condition, stored.item())]
        items = filtered(ranged, request)
        return {"Items": items, "Count": len(items), "ScannedCount": len(ranged)}, read(ranged, request)

    def _Scan(self, request: dict) -> tuple[dict, dict]:
        start = request.get("ExclusiveStartKey")
        page, last = self._page(key_of(start) if start else None)
        items = filtered(page, request)
        answer = {"Items": items, "Count": len(items), "ScannedCount": len(page)}
        return answer | ({"LastEvaluatedKey": last} if last else {}), read(page, request)

    def _page(self, start: Key | None) -> tuple[list[Stored], dict | None]:
        """What is read until a page is full, whatever of it is asked for."""
        page: list[Stored] = []
        size = 0
        for key, stored in self.storage.after(start):
            page.append(stored)
            size += stored.size
            if size >= PAGE:
                return page, {"Correlation_Id": {"S": key[0]}, "DataProduct": {"S": key[1]}}
        return page, None

    def _check(self, request: dict, key: Key) -> dict | None:
        """The item that a write is about, if the write's condition holds."""
        reason = self._reason(request)
        if reason["Code"] != "None":
            more = {"Item": reason["Item"]} if "Item" in reason else {}
            raise Refused("ConditionalCheckFailedException", **more)
        stored = self.storage.get(key)
        return stored.item() if stored else None

    def _reason(self, request: dict) -> dict:
        """Why a write is refused; the code `None` where it is not."""
        stored = self.storage.get(key_of(request.get("Key") or request["Item"]))
        item = stored.item() if stored else None
        if holds(request, request.get("ConditionExpression"), item):
            return {"Code": "None"}
        shown = item is not None and request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        return {"Code": "ConditionalCheckFailed"} | ({"Item": item} if shown else {})


def filtered(found: list[Stored], request: dict) -> list[dict]:
    """What of it the filter lets through."""
    condition = request.get("FilterExpression")
    sought = text_sought(condition, request)
    hopeful = (stored.item() for stored in found if sought in stored.text)
    return [item for item in hopeful if holds(request, condition, item)]


def text_sought(condition: str | None, request: dict) -> bytes:
    """What stands in the text of every item that a filter lets through; nothing, where that cannot be said.

    A page of a scan is read in a moment by AWS: here, what need not be read of it is passed over.
    """
    match (condition or "").split():
        case [_, "=", value]:
            return json.dumps(request["ExpressionAttributeValues"][value]).encode()
        case _:
            return b""


def read(found: Iterable[Stored], request: dict) -> dict:
    """What a read is billed: a unit for each begun 4 KiB of all of it, half of one where it may be stale."""
    sizes = [stored.size for stored in found]
    each = 1.0 if request.get("ConsistentRead") else 0.5
    return {"items": len(sizes), "bytes": sum(sizes), "units": each * max(1, math.ceil(sum(sizes) / UNIT))}
