"""Checks a request against the service's own model, as AWS does before it looks at what the request means.

Invariant: everything that is wrong is said at once, each with its place, in AWS's words.
"""

from collections.abc import Iterator
from typing import Any

from botocore.model import OperationModel, Shape
from moto.core.exceptions import ServiceException

KINDS = {
    "structure": dict,
    "list": list,
    "map": dict,
    "string": str,
    "integer": int,
    "long": int,
    "boolean": bool,
    "double": (int, float),
    "float": (int, float),
    "timestamp": (int, float, str),
}


class ValidationException(ServiceException):
    """A request that EMR refuses."""

    code = "ValidationException"


class SerializationException(ServiceException):
    """A request whose members have the wrong kind."""

    code = "SerializationException"


def check(operation: OperationModel, request: dict[str, Any]) -> None:
    """Raises unless the request has what the operation's model asks for."""
    problems = list(_problems(operation.input_shape, request, "")) if operation.input_shape else []
    if problems:
        count = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected"
        raise ValidationException(f"{count}: {'; '.join(problems)}")


def _problems(shape: Shape, value: Any, path: str) -> Iterator[str]:
    kind = KINDS.get(shape.type_name)
    if kind and (not isinstance(value, kind) or (isinstance(value, bool) and shape.type_name != "boolean")):
        raise SerializationException(f"{path or 'The request'} is no {shape.type_name}: {value!r}")
    yield from _constraints(shape, value, path)
    if shape.type_name == "structure":
        yield from _members(shape, value, path)
    elif shape.type_name == "list":
        for number, item in enumerate(value, start=1):
            yield from _problems(shape.member, item, f"{path}.{number}.member")
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from _problems(shape.value, item, f"{path}.{key}")


def _members(shape: Shape, value: dict[str, Any], path: str) -> Iterator[str]:
    for name, member in shape.members.items():
        place = f"{path}.{_lower(name)}" if path else _lower(name)
        if value.get(name) is not None:
            yield from _problems(member, value[name], place)
        elif name in shape.required_members:
            yield _problem(None, place, "Member must not be null")


def _constraints(shape: Shape, value: Any, path: str) -> Iterator[str]:
    allowed = getattr(shape, "enum", None)
    if allowed and value not in allowed:
        yield _problem(value, path, f"Member must satisfy enum value set: [{', '.join(allowed)}]")
    size = len(value) if isinstance(value, (str, list)) else value
    what = "length" if isinstance(value, (str, list)) else "value"
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield _problem(value, path, f"Member must have {what} greater than or equal to {least}")
    if most is not None and size > most:
        yield _problem(value, path, f"Member must have {what} less than or equal to {most}")


def _problem(value: Any, path: str, what: str) -> str:
    shown = "null" if value is None else str(value)[:200]
    return f"Value '{shown}' at '{path}' failed to satisfy constraint: {what}"


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
