"""DynamoDB's expressions, evaluated: conditions, filters and key conditions, and updates by SET and REMOVE.

Whatever is not understood is a `SyntaxError`: passed over, it would falsify what is measured.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from decimal import Decimal

from dynamodb_tokens import Reader, tokens_of

COMPARISONS = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds(request: dict, expression: str | None, item: dict | None) -> bool:
    """Whether an item, or its absence, satisfies a condition of a request; no condition always holds."""
    return not expression or parsed(expression)(Operands(request, item or {}))


def equality(request: dict, expression: str, column: str) -> dict:
    """The value that a key condition asks of a column."""
    tokens = tokens_of(expression)
    for name, sign, value in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if sign == "=" and path_of(request, name) == [column]:
            return request["ExpressionAttributeValues"][value]
    raise SyntaxError(f"{expression}: nothing is asked of {column}")


def updated(request: dict, item: dict) -> dict:
    """The item after the request's update; the one before stays as it is."""
    after = dict(item)
    reader = Reader(tokens_of(request.get("UpdateExpression", "")))
    while not reader.done:
        verb = reader.take()
        for change in reader.listed(changes(verb), until=("SET", "REMOVE")):
            change(Operands(request, item), after)
    return after


class Operands:
    """A request's names and values, and the item that they are about."""

    def __init__(self, request: dict, item: dict) -> None:
        """`item` is the item before any change."""
        self.request, self.item = request, item

    def value(self, word: str) -> dict | None:
        """A bound value, or what the item has at a path; None where it has nothing."""
        if word.startswith(":"):
            return self.request["ExpressionAttributeValues"][word]
        first, *inner = path_of(self.request, word)
        value = self.item.get(first)
        for name in inner:
            value = (value or {}).get("M", {}).get(name)
        return value


Condition = Callable[[Operands], bool]
Change = Callable[[Operands, dict], None]


def path_of(request: dict, word: str) -> list[str]:
    """The names of a path, behind their aliases."""
    names = request.get("ExpressionAttributeNames", {})
    return [names.get(part, part) for part in word.split(".")]


@functools.lru_cache(maxsize=1024)
def parsed(expression: str) -> Condition:
    """A condition, ready to be asked about any item."""
    reader = Reader(tokens_of(expression))
    condition = either(reader)
    reader.end()
    return condition


def either(reader: Reader) -> Condition:
    """Conditions joined by OR, which binds least."""
    conditions = [both(reader)]
    while reader.skip("OR"):
        conditions.append(both(reader))
    return lambda operands: any(condition(operands) for condition in conditions)


def both(reader: Reader) -> Condition:
    """Conditions joined by AND."""
    conditions = [one(reader)]
    while reader.skip("AND"):
        conditions.append(one(reader))
    return lambda operands: all(condition(operands) for condition in conditions)


def one(reader: Reader) -> Condition:
    """A condition in brackets, one that is denied, a function, or a comparison."""
    if reader.skip("NOT"):
        denied = one(reader)
        return lambda operands: not denied(operands)
    if reader.skip("("):
        inner = either(reader)
        reader.expect(")")
        return inner
    word = reader.take()
    if word in FUNCTIONS and reader.skip("("):
        arguments = reader.arguments()
        return lambda operands: FUNCTIONS[word](*map(operands.value, arguments))
    return comparison(reader, word)


def comparison(reader: Reader, left: str) -> Condition:
    """Two values compared, or one sought in a list."""
    if reader.skip("IN"):
        reader.expect("(")
        listed = reader.arguments()
        return lambda operands: operands.value(left) in map(operands.value, listed)
    sign, right = reader.take(), reader.take()
    if sign not in COMPARISONS:
        raise SyntaxError(f"{sign} is no comparison that is known here")
    return lambda operands: compare(sign, operands.value(left), operands.value(right))


def compare(sign: str, left: dict | None, right: dict | None) -> bool:
    """Values of two types, or one that is missing, are unequal, and neither is the lower."""
    if sign in ("=", "<>") and (left is None or right is None):
        return sign == "<>"
    if left is None or right is None or left.keys() != right.keys():
        return sign == "<>"
    return COMPARISONS[sign](plain(left), plain(right))


def plain(value: dict) -> object:
    """A value as Python compares it."""
    ((kind, inner),) = value.items()
    return Decimal(inner) if kind == "N" else inner


FUNCTIONS: dict[str, Callable[..., bool]] = {
    "attribute_exists": lambda value: value is not None,
    "attribute_not_exists": lambda value: value is None,
    "begins_with": lambda value, prefix: (value or {}).get("S", "").startswith(prefix["S"]),
    "contains": lambda value, part: part["S"] in (value or {}).get("S", ""),
}


def changes(verb: str) -> Callable[[Reader], Change]:
    """How each change of a clause is read."""
    known = {"SET": assignment, "REMOVE": removal}
    if verb not in known:
        raise SyntaxError(f"{verb} is no clause that is known here")
    return known[verb]


def assignment(reader: Reader) -> Change:
    """`column = :value`, or `column = if_not_exists(column, :value)`."""
    column = reader.take()
    reader.expect("=")
    words = [reader.take()]
    if words == ["if_not_exists"]:
        reader.expect("(")
        words = reader.arguments()

    def change(operands: Operands, after: dict) -> None:
        (name,) = path_of(operands.request, column)
        after[name] = next(value for value in map(operands.value, words) if value is not None)

    return change


def removal(reader: Reader) -> Change:
    """A column that goes."""
    column = reader.take()

    def change(operands: Operands, after: dict) -> None:
        (name,) = path_of(operands.request, column)
        after.pop(name, None)

    return change
