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
    """The function that events are for, and which: those of a pattern, or those of a schedule."""

    name: str
    function: str
    pattern: str | None = None
    schedule: str | None = None


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
    content = file.read_text()
    return Rule(f"emr-relay-{function}-{what}", function, **_asked(file, content))


def _asked(file: Path, content: str) -> dict[str, str]:
    """A pattern, or with `ScheduleExpression` a schedule; no event has a member of that name."""
    try:
        document = json.loads(content)
    except ValueError as error:
        raise BadFolder(f"{file} is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise BadFolder(f"{file} is neither a pattern nor a schedule")
    if schedule := document.get("ScheduleExpression"):
        return {"schedule": schedule}
    return {"pattern": content}


def _files(folder: Path) -> dict[str, Path]:
    files = {
        path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()
    }
    if not files:
        raise BadFolder(f"{folder} holds no pipeline folders")
    return files
