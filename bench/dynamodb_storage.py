"""Items as DynamoDB holds them: found by hash, in the table and in its indexes, and listed by hash.

A million items fit into memory, since each is kept as its text.
"""

from __future__ import annotations

import bisect
import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

PARTITION, SORT = "Correlation_Id", "DataProduct"
INDEXED = ("Cluster_Id", "Open")
Key = tuple[str, str]


class Stored(NamedTuple):
    """An item's text, and the bytes that DynamoDB counts for it."""

    text: bytes
    size: int

    def item(self) -> dict:
        """The item."""
        return json.loads(self.text)


class Storage:
    """The items of one table."""

    def __init__(self) -> None:
        """Holds nothing."""
        self._partitions: dict[str, dict[str, Stored]] = {}
        self._indexes: dict[str, dict[str, set[Key]]] = {column: {} for column in INDEXED}
        self._order: list[str] = []
        self.count = 0

    def get(self, key: Key) -> Stored | None:
        """An item."""
        return self._partitions.get(key[0], {}).get(key[1])

    def put(self, item: dict) -> None:
        """Stores an item in place of the one before."""
        partition, _ = key = key_of(item)
        self.remove(key)
        if partition not in self._partitions:
            bisect.insort(self._order, partition, key=place)
        self._lay(item, Stored(json.dumps(item).encode(), size_of(item)))

    def fill(self, items: Iterable[tuple[dict, Stored]]) -> None:
        """Stores items of partitions that are new, of each its keys beside what is stored of it."""
        for keys, stored in items:
            self._order.append(keys[PARTITION]["S"])
            self._lay(keys, stored)
        self._order.sort(key=place)

    def _lay(self, keys: dict, stored: Stored) -> None:
        partition, sort = key = key_of(keys)
        self._partitions.setdefault(partition, {})[sort] = stored
        self.count += 1
        for column, index in self._indexes.items():
            if column in keys:
                index.setdefault(keys[column]["S"], set()).add(key)

    def remove(self, key: Key) -> None:
        """Forgets an item; its partition keeps its place."""
        before = self._partitions.get(key[0], {}).pop(key[1], None)
        if before is None:
            return
        self.count -= 1
        item = before.item()
        for column, index in self._indexes.items():
            if column in item:
                index[item[column]["S"]].discard(key)

    def partition(self, value: str) -> list[Stored]:
        """The items of a partition, by their sort keys."""
        return [stored for _, stored in sorted(self._partitions.get(value, {}).items())]

    def indexed(self, column: str, value: str) -> list[Stored]:
        """The items that an index has under a value."""
        return [
            self._partitions[first][second] for first, second in sorted(self._indexes[column].get(value, ()))
        ]

    def after(self, start: Key | None) -> Iterator[tuple[Key, Stored]]:
        """All items that follow a key in the order of a scan."""
        begin = 0 if start is None else bisect.bisect_left(self._order, place(start[0]), key=place)
        for number in range(begin, len(self._order)):
            partition = self._order[number]
            items = self._partitions[partition]
            for sort in items if len(items) == 1 else sorted(items):
                if start is None or partition != start[0] or sort > start[1]:
                    yield (partition, sort), items[sort]


def place(partition: str) -> int:
    """Where a partition stands in a scan, from 0 to 2**64: a hash spreads them evenly."""
    return int.from_bytes(hashlib.md5(partition.encode(), usedforsecurity=False).digest()[:8])


def key_of(item: dict) -> Key:
    """Partition and sort key."""
    return item[PARTITION]["S"], item[SORT]["S"]


def size_of(item: dict) -> int:
    """The bytes that DynamoDB counts: names and values, and a little for what is nested."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: dict) -> int:
    """The bytes of a value."""
    ((kind, inner),) = value.items()
    match kind:
        case "S":
            return len(inner.encode())
        case "N":
            return len(inner.strip("-").replace(".", "")) // 2 + 2
        case "L":
            return 3 + sum(1 + value_size(one) for one in inner)
        case "M":
            return 3 + sum(1 + len(name.encode()) + value_size(one) for name, one in inner.items())
        case _:
            return 1
