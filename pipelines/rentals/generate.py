"""Writes raw input for the rentals pipeline: realistic, of any size, the same bytes for the same seed.

A stated share of the rows is dirty: the transformation must reject each, for the reason that is counted here.
More rows are merely untidy (`$1,234.50`, `yes`, blanks at the end): it must take these.

    python generate.py --rows 10000 --seed 1 --out DIR [--dirty 0.02] [--json]
"""

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random

FIRST_DAY = date(2024, 1, 1)
DAYS = 91
PART_ROWS = 250_000

COLUMNS = {
    "users": "user_id,first_name,last_name,email,phone_number,driver_license_number,driver_license_expiry,"
    "creation_date,is_active",
    "vehicles": "active,vehicle_license_number,registration_name,license_type,expiration_date,"
    "permit_license_number,certification_date,vehicle_year,base_telephone_number,base_address,vehicle_id,"
    "last_update_timestamp,brand,vehicle_type",
    "locations": "location_id,location_name,address,city,state,zip_code,latitude,longitude",
    "rental_transactions": "rental_id,user_id,vehicle_id,rental_start_time,rental_end_time,pickup_location,"
    "dropoff_location,total_amount",
}

FIRST_NAMES = [
    "Ada",
    "Ben",
    "Chloé",
    "Dmitri",
    "Elif",
    "Fatima",
    "George",
    "Hana",
    "Ines",
    "João",
    "Kwame",
    "Lena",
]
LAST_NAMES = [
    "Adams",
    "Baker",
    "Okafor",
    "Díaz",
    "Evans",
    "Fischer",
    "García",
    "Hughes",
    "Ito",
    "Khan",
    "O'Neil",
]
STREETS = ["Main St", "Oak Ave", "Park Blvd", "2nd St", "Maple Dr", "Cedar Ln", "Lakeview Rd", "5th Ave"]
CITIES = [
    ("New York", "NY", "100", 40.71, -74.01),
    ("Boston", "MA", "021", 42.36, -71.06),
    ("Chicago", "IL", "606", 41.88, -87.63),
    ("Austin", "TX", "787", 30.27, -97.74),
    ("Denver", "CO", "802", 39.74, -104.99),
    ("Seattle", "WA", "981", 47.61, -122.33),
    ("Miami", "FL", "331", 25.76, -80.19),
]
PLACES = ["Airport", "Downtown", "Central Station", "Harbor", "University", "Mall, North Side"]
# Brand, kind of vehicle, price of an hour in cents.
MODELS = [
    ("Toyota", "sedan", 900),
    ("Honda", "sedan", 950),
    ("Ford", "pickup", 1400),
    ("Tesla", "electric", 1900),
    ("BMW", "premium", 2600),
    ("Kia", "compact", 700),
    ("Chrysler", "van", 1600),
    ("Vespa", "scooter", 350),
]
# How many of a day's rentals begin in each hour, night to night.
DEMAND = [1, 1, 1, 1, 1, 2, 4, 8, 10, 9, 7, 6, 7, 6, 6, 7, 9, 10, 8, 6, 4, 3, 2, 1]
HOURS = [hour for hour, share in enumerate(DEMAND) for _ in range(share)]
DAY_TEXTS = [(FIRST_DAY + timedelta(days=n)).isoformat() for n in range(DAYS + 60)]

Row = tuple[str, ...]
Spoil = Callable[[Row], Row]


@dataclass
class Written:
    """What was written of one table."""

    rows: int = 0
    good: int = 0
    reasons: Counter = field(default_factory=Counter)
    files: int = 0

    def summary(self) -> dict:
        """As the transformation counts it: read, accepted, rejected by reason."""
        return {
            "rows": self.rows,
            "clean": self.good,
            "dirty": self.rows - self.good,
            "reasons": dict(sorted(self.reasons.items())),
            "files": self.files,
        }


@dataclass(frozen=True)
class Maker:
    """How rows of one table are made: a good one by its number, an untidy one, and the ways to spoil one."""

    key: str
    key_place: int
    good: Callable[[Random, int], Row]
    untidy: Callable[[Row], Row]
    spoilt: dict[str, Spoil]


# --- Good rows. Their numbers are dense, so that others can refer to any number below the count.


def user(rng: Random, n: int) -> Row:
    """A person who rents."""
    first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
    mail = f"{first}.{last}{n}@example.com".lower().replace("'", "")
    phone = f"({200 + n % 700}) 555-{n % 10_000:04d}"
    expiry = FIRST_DAY + timedelta(days=200 + int(rng.random() * 2000))
    created = FIRST_DAY - timedelta(days=int(rng.random() * 1500))
    active = "1" if rng.random() < 0.9 else "0"
    return (f"U{n:08d}", first, last, mail, phone, f"DL{n:09d}", f"{expiry}", f"{created}", active)


def vehicle(rng: Random, n: int) -> Row:
    """A vehicle of the fleet."""
    brand, kind, _ = MODELS[n % len(MODELS)]
    expiry = FIRST_DAY + timedelta(days=100 + int(rng.random() * 900))
    certified = FIRST_DAY - timedelta(days=int(rng.random() * 1500))
    updated = f"{DAY_TEXTS[int(rng.random() * DAYS)]} {int(rng.random() * 24):02d}:15:00"
    address = f"{1 + n % 900} {STREETS[n % len(STREETS)]}, Floor {1 + n % 9}\n{CITIES[n % len(CITIES)][0]}"
    return (
        "1" if rng.random() < 0.95 else "0",
        f"{5_000_000 + n}",
        f'"{rng.choice(LAST_NAMES)}" RENTALS, LLC',
        "FOR HIRE VEHICLE",
        f"{expiry}",
        f"P{n:07d}",
        f"{certified}",
        f"{2012 + n % 13}",
        f"(646) 555-{n % 10_000:04d}",
        address,
        f"V{n:07d}",
        updated,
        brand,
        kind,
    )


def location(rng: Random, n: int) -> Row:
    """A place where vehicles wait."""
    city, state, zip_start, latitude, longitude = CITIES[n % len(CITIES)]
    return (
        f"L{n:05d}",
        f"{city} {PLACES[n // len(CITIES) % len(PLACES)]} {n}",
        f"{1 + int(rng.random() * 999)} {rng.choice(STREETS)}, Suite {n}",
        city,
        state,
        f"{zip_start}{n % 100:02d}",
        f"{latitude + rng.random() / 5 - 0.1:.6f}",
        f"{longitude + rng.random() / 5 - 0.1:.6f}",
    )


def rental_maker(users: int, vehicles: int, locations: int) -> Callable[[Random, int], Row]:
    """Makes rentals of these many users, vehicles and locations; some users and places are busier."""

    def rental(rng: Random, n: int) -> Row:
        chance = rng.random
        day, hour, minute = int(chance() * DAYS), HOURS[int(chance() * len(HOURS))], int(chance() * 60)
        car = int(chance() * vehicles)
        minutes = 15 + int(chance() ** 4 * 4320)
        pickup = int(chance() * chance() * locations)
        dropoff = pickup if chance() < 0.6 else int(chance() * locations)
        end_days, end_minute = divmod(hour * 60 + minute + minutes, 1440)
        cents = 300 + minutes * MODELS[car % len(MODELS)][2] // 60
        return (
            f"R{n:010d}",
            f"U{int(chance() * chance() * users):08d}",
            f"V{car:07d}",
            f"{DAY_TEXTS[day]} {hour:02d}:{minute:02d}:00",
            f"{DAY_TEXTS[day + end_days]} {end_minute // 60:02d}:{end_minute % 60:02d}:00",
            f"L{pickup:05d}",
            f"L{dropoff:05d}",
            f"{cents // 100}.{cents % 100:02d}",
        )

    return rental


# --- Untidy rows, which must be taken, and spoilt ones, which must be rejected.


def replaced(column: int, value: str) -> Spoil:
    """Puts a value in place of a column's."""
    return lambda row: (*row[:column], value, *row[column + 1 :])


def changed(column: int, change: Callable[[str], str]) -> Spoil:
    """Changes a column's value."""
    return lambda row: (*row[:column], change(row[column]), *row[column + 1 :])


def american(moment: str) -> str:
    """`2024-01-31 15:30:00` as `01/31/2024 03:30 PM`."""
    hour = int(moment[11:13])
    day = f"{moment[5:7]}/{moment[8:10]}/{moment[:4]}"
    return f"{day} {(hour + 11) % 12 + 1:02d}:{moment[14:16]} {'AP'[hour > 11]}M"


def untidy_user(row: Row) -> Row:
    """Blanks, capitals, a word for a flag."""
    return (f" {row[0]} ", *row[1:3], row[3].upper(), *row[4:8], "yes" if row[8] == "1" else "inactive")


def untidy_rental(row: Row) -> Row:
    """A moment as Americans write it, a blank at the end, an amount with its currency."""
    return (*row[:3], american(row[3]), *row[4:6], row[6] + "  ", f"${float(row[7]):,.2f}")


def too_short(row: Row) -> Row:
    """A line that was cut off."""
    return row[:-2]


def rental_spoils() -> dict[str, Spoil]:
    """Every way a rental is rejected, but for the doubled key, which needs an earlier row."""
    return {
        "malformed_row": too_short,
        "missing_rental_end_time": replaced(4, ""),
        "invalid_rental_start_time": replaced(3, "2024-02-31 10:00:00"),
        "invalid_total_amount": replaced(7, "twelve"),
        "negative_amount": changed(7, lambda amount: f"-{amount}"),
        "end_before_start": lambda row: (*row[:3], row[4], row[3], *row[5:]),
        "unknown_user": replaced(1, "U-NOBODY"),
        "unknown_vehicle": replaced(2, "V-NONE"),
        "unknown_pickup_location": replaced(5, "L-NOWHERE"),
        "unknown_dropoff_location": replaced(6, "L-NOWHERE"),
    }


def entity_spoils(key: str, column: int) -> dict[str, Spoil]:
    """The ways a user, vehicle or location is rejected."""
    return {f"missing_{key}": replaced(column, "  "), "malformed_row": too_short}


# --- Writing.


def rows_of(maker: Maker, rows: int, dirty: float, rng: Random, done: Written) -> Iterator[Row]:
    """Makes rows one by one and counts them; the first is always good, so that references have a target."""
    kinds = [*maker.spoilt, f"duplicate_{maker.key}"]
    for _ in range(rows):
        done.rows += 1
        fate = rng.random()
        row = maker.good(rng, done.good)
        if fate >= dirty or not done.good:
            done.good += 1
            # As many untidy rows as dirty ones.
            yield maker.untidy(row) if dirty <= fate < 2 * dirty else row
            continue
        reason = kinds[int(rng.random() * len(kinds))]
        done.reasons[reason] += 1
        if spoil := maker.spoilt.get(reason):
            yield spoil(row)
        else:
            earlier = maker.good(rng, int(rng.random() * done.good))
            yield replaced(maker.key_place, earlier[maker.key_place])(row)


def write_parts(folder: Path, header: str, rows: Iterator[Row], count: int) -> int:
    """Writes rows into numbered files in place of those of an earlier run; answers how many files."""
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("part-*.csv"):
        stale.unlink()
    files = max(1, -(-count // PART_ROWS))
    for part in range(files):
        with (folder / f"part-{part:05d}.csv").open("w", encoding="utf-8", newline="") as file:
            file.write(header + "\n")
            csv.writer(file, lineterminator="\n").writerows(islice(rows, PART_ROWS))
    return files


def generate(out: Path, rows: int, seed: int, dirty: float = 0.02) -> dict:
    """Writes all four tables and answers what was written; `rows` is the number of rentals."""
    sizes = {
        "users": max(20, rows // 10),
        "vehicles": max(10, rows // 50),
        "locations": min(2_000, max(5, rows // 500)),
        "rental_transactions": rows,
    }
    done = {name: Written() for name in sizes}
    for name, size in sizes.items():
        # A stream of its own for each table: one more user must not change every rental.
        rng = Random(f"{seed}/{name}")
        made = rows_of(maker_of(name, done), size, dirty, rng, done[name])
        done[name].files = write_parts(out / name, COLUMNS[name], made, size)
    return {"seed": seed, "tables": {name: written.summary() for name, written in done.items()}}


def maker_of(name: str, done: dict[str, Written]) -> Maker:
    """The maker of a table's rows; rentals refer to the tables that are done."""
    if name == "users":
        return Maker("user_id", 0, user, untidy_user, entity_spoils("user_id", 0))
    if name == "vehicles":
        return Maker("vehicle_id", 10, vehicle, replaced(0, "Active"), entity_spoils("vehicle_id", 10))
    if name == "locations":
        untidy = changed(3, lambda city: f"  {city} ")
        return Maker("location_id", 0, location, untidy, entity_spoils("location_id", 0))
    rental = rental_maker(done["users"].good, done["vehicles"].good, done["locations"].good)
    return Maker("rental_id", 0, rental, untidy_rental, rental_spoils())


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
    parser.add_argument("--rows", type=count, required=True, help="how many rentals")
    parser.add_argument("--seed", type=int, default=1, help="the same seed writes the same bytes (default 1)")
    parser.add_argument("--out", type=Path, required=True, help="gets one folder for each table")
    parser.add_argument("--dirty", type=share, default=0.02, help="share to be rejected (default 0.02)")
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")
    options = parser.parse_args(argv)
    made = generate(options.out, options.rows, options.seed, options.dirty)
    if options.json:
        print(json.dumps(made))
        return
    for name, written in made["tables"].items():
        print(f"{name}: {written['rows']} rows, {written['dirty']} of them dirty, in {options.out / name}")


if __name__ == "__main__":
    sys.exit(main())
