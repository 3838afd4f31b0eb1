"""Writes raw input for the pdm pipeline: three nights of any size, the same bytes for the same seed.

The dirt is that of real exports: rows that come twice, updates that arrive after later ones, nulls,
references that lead nowhere, moments in two spellings. A stated share of the rows cannot be taken at all;
these are counted here by reason, so that they can be held against what the jobs counted.

    python generate.py --rows 5000 --seed 1 --out DIR [--dirty 0.02] [--json]
"""

import argparse
import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

NIGHTS = tuple(datetime(2026, 1, day, tzinfo=UTC) for day in (5, 6, 7))
# Of the rows that are taken, this share is a later, an earlier or the same version of one that came before.
AGAIN = 0.15
# Of the references, this share leads nowhere.
LOST = 0.02

TEAMS = ("Front Desk", "Case Review", "Home Visits", "Appeals", "Fraud and Error", "Digital Help")
REGIONS = ("North", "South", "East", "West")
TOWNS = ("Leeds", "York", "Hull", "Bath", "Truro", "Derby", "Stoke", "Poole")
FIRST_NAMES = ("Ada", "Ben", "Chloé", "Dmitri", "Elif", "Fatima", "George", "Hana", "Ines", "João")
LAST_NAMES = ("Adams", "Baker", "Okafor", "Díaz", "Evans", "Fischer", "García", "Hughes", "Ito", "O'Neil")
MEETINGS = (
    ("First meeting", 50),
    ("Review", 20),
    ("Evidence check", 30),
    ("Telephone call", 10),
    ("Home visit", 90),
)
CHORES = (
    ("Verify address", "Evidence", 2),
    ("Verify identity", "Evidence", 1),
    ("Call back", "Contact", 3),
    ("Correct payment", "Payments", 1),
    ("Recover overpayment", "Payments", 2),
    ("Read journal entry", "Contact", 3),
)
STATUSES = {"appointments": ("BKD", "ATT", "FTA", "CAN"), "to_dos": ("NEW", "WIP", "DON")}
DICTIONARY = """\
dataset,field,code,description
appointments,status,BKD,Booked
appointments,status,ATT,Present
 Appointments ,status,att ,Attended
appointments,status,FTA,"Failed to   attend"
appointments,status,CAN,Cancelled
appointments,status,,No code
appointments,status,XXX,TBC
to_dos,status,NEW,New
to_dos,status,WIP,In progress
to_dos,Status,don,Done
to_dos,status,OLD,null
"""

Row = dict[str, str | None]


@dataclass
class Written:
    """What was written of one table."""

    rows: int = 0
    keys: set = field(default_factory=set)
    reasons: Counter = field(default_factory=Counter)

    def summary(self) -> dict:
        """How many rows, how many things they are about, and how many cannot be taken, by reason."""
        dirty = sum(self.reasons.values())
        reasons = dict(sorted(self.reasons.items()))
        return {"rows": self.rows, "things": len(self.keys), "dirty": dirty, "reasons": reasons}


# --- Members of the dimensions, by their number.


def members(rows: int) -> dict[str, tuple[str, str, int, Callable[[Random, int], Row]]]:
    """For each dimension its key, the letter that keys begin with, how many there are, how one is made."""
    agents, sites = max(20, rows // 40), len(TOWNS)
    return {
        "agent_dim": ("agent_id", "A", agents, agent),
        "appointment_type_dim": ("appointment_type_id", "P", len(MEETINGS), meeting),
        "site_dim": ("site_id", "S", sites, site),
        "team_dim": ("team_id", "T", len(TEAMS), team),
        "to_do_type_type_dim": ("to_do_type_id", "D", len(CHORES), chore),
    }


def agent(rng: Random, n: int) -> Row:
    """Somebody who meets people and does the work."""
    name = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
    team_id = f"T{n % len(TEAMS):05d}" if rng.random() > LOST else None
    return {"agent_name": name, "team_id": team_id, "grade": rng.choice("ABC")}


def meeting(rng: Random, n: int) -> Row:
    """A kind of appointment; how long it should take changes now and then."""
    name, minutes = MEETINGS[n % len(MEETINGS)]
    return {"appointment_type_name": name, "planned_minutes": str(minutes + rng.choice((0, 0, 5)))}


def site(rng: Random, n: int) -> Row:
    """A place where people are met."""
    return {"site_name": f"{TOWNS[n % len(TOWNS)]} office", "region": rng.choice(REGIONS)}


def team(rng: Random, n: int) -> Row:
    """A team of agents at a site."""
    return {"team_name": TEAMS[n % len(TEAMS)], "site_id": f"S{rng.randrange(len(TOWNS)):05d}"}


def chore(rng: Random, n: int) -> Row:
    """A kind of to-do."""
    name, category, priority = CHORES[n % len(CHORES)]
    return {"to_do_type_name": name, "category": category, "priority": str(priority + rng.choice((0, 0, 1)))}


def full(rng: Random, key: str, letter: str, count: int, make) -> list[Row]:
    """A full snapshot: every member, as it stood at some time before the first night."""
    start = NIGHTS[0] - timedelta(days=400)
    return [
        {
            key: f"{letter}{n:05d}",
            "updated_at": iso(start + minutes(rng, 300)),
            "deleted": "false",
            **make(rng, n),
        }
        for n in range(count)
    ]


def changes(rng: Random, night: datetime, key: str, letter: str, count: int, make) -> list[Row]:
    """A night's changes: new versions, some members that are new or gone, and versions that come late."""
    made = []
    for _ in range(max(4, count // 10)):
        n = rng.randrange(count + 1)
        at = night - minutes(rng, 1 if rng.random() < 0.8 else 900)
        gone = "true" if rng.random() < 0.1 else rng.choice(("false", None))
        made.append({key: f"{letter}{n:05d}", "updated_at": iso(at), "deleted": gone, **make(rng, n)})
    return [*made, rng.choice(made)]


# --- Appointments and to-dos.


def appointment(rng: Random, n: int, night: datetime, agents: int) -> Row:
    """A meeting of an agent and a claimant at a site."""
    starts_at = (night + minutes(rng, 14)).replace(minute=rng.choice((0, 20, 40)), second=0)
    return {
        "appointment_id": f"M{n:08d}",
        "agent_id": reference(rng, "A", agents),
        "site_id": reference(rng, "S", len(TOWNS)),
        "appointment_type_id": reference(rng, "P", len(MEETINGS)),
        "status_code": rng.choice(STATUSES["appointments"]),
        "starts_at": iso(starts_at),
        "updated_at": iso(night - minutes(rng, 1)),
    }


def to_do(rng: Random, n: int, night: datetime, agents: int) -> Row:
    """Something that an agent has to do, and has perhaps done."""
    created = night - minutes(rng, 20)
    status = rng.choice(STATUSES["to_dos"])
    return {
        "to_do_id": f"W{n:08d}",
        "agent_id": reference(rng, "A", agents),
        "team_id": reference(rng, "T", len(TEAMS)),
        "to_do_type_id": reference(rng, "D", len(CHORES)),
        "status_code": status,
        "created_at": iso(created),
        "completed_at": iso(created + minutes(rng, 5)) if status == "DON" else None,
        "updated_at": iso(night - minutes(rng, 1)),
    }


def reference(rng: Random, letter: str, count: int) -> str | None:
    """The key of a member; now and then nobody's, or none."""
    if rng.random() < LOST:
        return rng.choice((None, f"{letter}99999"))
    return f"{letter}{int(rng.random() * rng.random() * count):05d}"


def minutes(rng: Random, days: int) -> timedelta:
    """Some time within these days, to the minute."""
    return timedelta(minutes=rng.randrange(days * 1440))


def iso(moment: datetime) -> str:
    """A moment as most exports have it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def again(rng: Random, row: Row, statuses: tuple[str, ...]) -> Row:
    """The same row, or another version of it, later or earlier than the one that came before."""
    if rng.random() < 0.3:
        return row
    earlier = datetime.strptime(row["updated_at"] or "", "%Y-%m-%dT%H:%M:%SZ")
    moved = earlier + timedelta(minutes=rng.choice((-2, 1, 1)) * rng.randrange(1, 900))
    return {**row, "status_code": rng.choice(statuses), "updated_at": iso(moved)}


def untidy(rng: Random, row: Row, moment: str) -> Row:
    """A row as people type it, which must be taken."""
    typed = datetime.strptime(row[moment] or "", "%Y-%m-%dT%H:%M:%SZ")
    code = f" {(row['status_code'] or '').lower()} "
    return {**row, "status_code": code, moment: typed.strftime("%d/%m/%Y %H:%M")}


def spoil(rng: Random, row: Row, key: str, moment: str) -> tuple[str, Row | None]:
    """A row that cannot be taken, and why; None stands for a line that was cut off."""
    bad = {
        f"missing_{key}": {**row, key: rng.choice((None, " ", "N/A"))},
        f"missing_{moment}": {**row, moment: None},
        f"invalid_{moment}": {**row, moment: rng.choice(("2026-02-31T10:00:00Z", "soon", "2026"))},
        "invalid_updated_at": {**row, "updated_at": "yesterday"},
        "malformed_row": None,
    }
    return rng.choice(list(bad.items()))


@dataclass(frozen=True)
class Fact:
    """How rows of appointments or to-dos are made."""

    name: str
    key: str
    moment: str
    make: Callable[[Random, int, datetime, int], Row]
    text: Callable[[list[tuple[Row, bool]]], str]


def facts(rng: Random, fact: Fact, rows: int, agents: int, dirty: float, done: Written) -> list[str]:
    """The text of each night's file."""
    good: list[Row] = []
    nights = []
    for place, night in enumerate(NIGHTS):
        lines = []
        for _ in range(rows * (place + 1) // len(NIGHTS) - rows * place // len(NIGHTS)):
            done.rows += 1
            row, cut_off = fact.make(rng, len(good), night, agents), False
            fate = rng.random()
            if fate < dirty:
                reason, bad = spoil(rng, row, fact.key, fact.moment)
                done.reasons[reason] += 1
                row, cut_off = bad or row, bad is None
            elif fate < dirty + AGAIN and good:
                row = again(rng, rng.choice(good), STATUSES[fact.name])
            else:
                good.append(row)
                done.keys.add(row[fact.key])
                row = untidy(rng, row, fact.moment) if rng.random() < 0.05 else row
            lines.append((row, cut_off))
        nights.append(fact.text(lines))
    return nights


def as_csv(lines: list[tuple[Row, bool]]) -> str:
    """Rows as CSV with a header; a line that was cut off lacks its last fields."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(appointment(Random(0), 0, NIGHTS[0], 1))
    writer.writerows(list(row.values())[: -2 if cut_off else None] for row, cut_off in lines)
    return written.getvalue()


def as_json_lines(lines: list[tuple[Row, bool]]) -> str:
    """Rows as a line of JSON each; a line that was cut off is none."""
    texts = ((json.dumps(row, ensure_ascii=False), cut_off) for row, cut_off in lines)
    return "".join(f"{text[: len(text) // 2] if cut_off else text}\n" for text, cut_off in texts)


FACTS = (
    Fact("appointments", "appointment_id", "starts_at", appointment, as_csv),
    Fact("to_dos", "to_do_id", "created_at", to_do, as_json_lines),
)


# --- Writing.


def put(file: Path, text: str) -> None:
    """Writes a file in place of that of an earlier run."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())


def write_dimension(out: Path, rng: Random, name: str, rows: int) -> Written:
    """Writes a dimension's full snapshot, and each night's changes with a row that cannot be taken."""
    key, letter, count, make = members(rows)[name]
    done = Written()
    parts = {"full": full(rng, key, letter, count, make)}
    for night in NIGHTS:
        lost = {key: None, "updated_at": iso(night), "deleted": "false", **make(rng, 0)}
        parts[f"changes/{night:%Y-%m-%d}"] = [*changes(rng, night, key, letter, count, make), lost]
        done.reasons[f"missing_{key}"] += 1
    for place, versions in parts.items():
        done.rows += len(versions)
        done.keys |= {row[key] for row in versions} - {None}
        put(
            out / "transactional" / place / f"{name}.jsonl", as_json_lines([(row, False) for row in versions])
        )
    return done


def generate(out: Path, rows: int, seed: int, dirty: float = 0.02) -> dict:
    """Writes everything and answers what was written; `rows` is the number of rows of appointments."""
    put(out / "dictionary" / "dictionary.csv", DICTIONARY)
    # A stream of its own for each table: one more agent must not change every appointment.
    done = {name: write_dimension(out, Random(f"{seed}/{name}"), name, rows) for name in members(rows)}
    agents = members(rows)["agent_dim"][2]
    for fact, size in zip(FACTS, (rows, rows // 2), strict=True):
        done[fact.name] = Written()
        texts = facts(Random(f"{seed}/{fact.name}"), fact, size, agents, dirty, done[fact.name])
        for night, text in zip(NIGHTS, texts, strict=True):
            suffix = "csv" if fact.name == "appointments" else "jsonl"
            put(out / "snapshots" / f"{night:%Y-%m-%d}" / f"{fact.name}.{suffix}", text)
    return {"seed": seed, "tables": {name: written.summary() for name, written in done.items()}}


def share(value: str) -> float:
    """A share that leaves most rows good."""
    parsed = float(value)
    if not 0 <= parsed <= 0.5:
        raise argparse.ArgumentTypeError(f"{value} is not between 0 and 0.5")
    return parsed


def count(value: str) -> int:
    """A number of rows."""
    parsed = int(value)
    if parsed < 0:
        raise argparse.ArgumentTypeError(f"{value} is negative")
    return parsed


def main(argv: list[str] | None = None) -> None:
    """Writes the files and says what they hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=count, required=True, help="how many rows of appointments")
    parser.add_argument("--seed", type=int, default=1, help="the same seed writes the same bytes (default 1)")
    parser.add_argument("--out", type=Path, required=True, help="gets the folders of the snapshots")
    parser.add_argument("--dirty", type=share, default=0.02, help="share that cannot be taken (default 0.02)")
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")
    options = parser.parse_args(argv)
    made = generate(options.out, options.rows, options.seed, options.dirty)
    if options.json:
        print(json.dumps(made))
        return
    for name, written in made["tables"].items():
        told = f"{written['rows']} rows about {written['things']} things"
        print(f"{name}: {told}, {written['dirty']} of them dirty")


if __name__ == "__main__":
    sys.exit(main())
