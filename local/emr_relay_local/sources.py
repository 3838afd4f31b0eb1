"""The folders that a stack is made from, read and checked before anything is started."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

FUNCTIONS = ("launcher", "recorder", "relauncher", "querier", "sweeper")


class BadFolder(ValueError):
    """A folder that was named does not hold what it should."""


@dataclass(frozen=True)
class Rule:
    """A pattern, and the function that its events are for."""

    name: str
    function: str
    pattern: str


@dataclass(frozen=True)
class Sources:
    """What is to be deployed."""

    functions: dict[str, Path] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    config: dict[str, Path] = field(default_factory=dict)


def read(functions: Path | None, events: Path | None, config: Path | None) -> Sources:
    """Read the folders; raises `BadFolder` with what is wrong."""
    return Sources(
        functions=_executables(functions) if functions else {},
        rules=[_rule(file) for file in sorted(events.glob("*.json"))] if events else [],
        config=_files(config) if config else {},
    )


def _executables(folder: Path) -> dict[str, Path]:
    paths = {name: (folder / name).resolve() for name in FUNCTIONS}
    found = {name: path for name, path in paths.items() if path.is_file() and os.access(path, os.X_OK)}
    if not found:
        raise BadFolder(f"{folder} holds no executable named {', '.join(FUNCTIONS)}")
    return found


def _rule(file: Path) -> Rule:
    function, _, what = file.stem.partition(".")
    if not what or function not in FUNCTIONS:
        known = ", ".join(FUNCTIONS)
        raise BadFolder(f"{file}: the name is not FUNCTION.WHAT.json with one of {known}")
    pattern = file.read_text()
    try:
        json.loads(pattern)
    except ValueError as error:
        raise BadFolder(f"{file} is not JSON: {error}") from error
    return Rule(f"emr-relay-{function}-{what}", function, pattern)


def _files(folder: Path) -> dict[str, Path]:
    files = {
        path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()
    }
    if not files:
        raise BadFolder(f"{folder} holds no pipeline folders")
    return files
