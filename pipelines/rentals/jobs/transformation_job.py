"""Turns the raw CSV files of a rental company into cleaned, typed Parquet tables.

Every row that was read ends in exactly one place: its table, or the rejects with one reason. Nothing is
dropped in silence, and running the job again on the same files writes the same tables again.

    spark-submit transformation_job.py --input DIR --output DIR --rejects DIR --summary FILE.json
"""

import argparse
import csv
import json
import logging
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F

log = logging.getLogger("rentals.transformation")

SETTINGS = {
    # A time without a zone means UTC, wherever the cluster stands.
    "spark.sql.session.timeZone": "UTC",
    # What does not parse becomes null here and is judged below; it must not stop the job.
    "spark.sql.ansi.enabled": "false",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    # A pruned parser no longer sees that a row has too few or too many fields.
    "spark.sql.csv.parser.columnPruning.enabled": "false",
}

NOTHING = ["null", "none", "n/a", "na", "nan", "nat", "\\n", "-"]
YES = ["true", "t", "yes", "y", "1", "1.0", "on", "active"]
NO = ["false", "f", "no", "n", "0", "0.0", "off", "inactive"]


class InputProblem(Exception):
    """The input as a whole cannot be taken: what, where, and what to do instead."""


@dataclass(frozen=True)
class Reference:
    """A column whose value must be the key of an accepted row of another table."""

    column: str
    table: str
    reason: str


@dataclass(frozen=True)
class Table:
    """The shape of one table: each column's kind, and what a row cannot do without."""

    name: str
    key: str
    columns: dict[str, str]
    needed: tuple[str, ...]
    references: tuple[Reference, ...] = ()


TABLES = (
    Table(
        name="users",
        key="user_id",
        needed=("user_id",),
        columns={
            "user_id": "text",
            "first_name": "text",
            "last_name": "text",
            "email": "email",
            "phone_number": "text",
            "driver_license_number": "text",
            "driver_license_expiry": "date",
            "creation_date": "date",
            "is_active": "boolean",
        },
    ),
    Table(
        name="vehicles",
        key="vehicle_id",
        needed=("vehicle_id",),
        columns={
            "active": "boolean",
            "vehicle_license_number": "text",
            "registration_name": "text",
            "license_type": "text",
            "expiration_date": "date",
            "permit_license_number": "text",
            "certification_date": "date",
            "vehicle_year": "year",
            "base_telephone_number": "text",
            "base_address": "text",
            "vehicle_id": "text",
            "last_update_timestamp": "timestamp",
            "brand": "text",
            "vehicle_type": "text",
        },
    ),
    Table(
        name="locations",
        key="location_id",
        needed=("location_id",),
        columns={
            "location_id": "text",
            "location_name": "text",
            "address": "text",
            "city": "text",
            "state": "text",
            "zip_code": "text",
            "latitude": "latitude",
            "longitude": "longitude",
        },
    ),
    Table(
        name="rental_transactions",
        key="rental_id",
        needed=(
            "rental_id",
            "user_id",
            "vehicle_id",
            "rental_start_time",
            "rental_end_time",
            "pickup_location",
            "dropoff_location",
            "total_amount",
        ),
        columns={
            "rental_id": "text",
            "user_id": "text",
            "vehicle_id": "text",
            "rental_start_time": "timestamp",
            "rental_end_time": "timestamp",
            "pickup_location": "text",
            "dropoff_location": "text",
            "total_amount": "amount",
        },
        references=(
            Reference("user_id", "users", "unknown_user"),
            Reference("vehicle_id", "vehicles", "unknown_vehicle"),
            Reference("pickup_location", "locations", "unknown_pickup_location"),
            Reference("dropoff_location", "locations", "unknown_dropoff_location"),
        ),
    ),
)


# --- Values: each takes the text as it stood in the file and answers null where it cannot be read.


def text(raw: Column) -> Column:
    """Text without surrounding or repeated blanks; empty is null."""
    return F.nullif(F.trim(F.regexp_replace(raw, "[\\s\\u00a0]+", " ")), F.lit(""))


def known(raw: Column) -> Column:
    """Text, where the many spellings of "no value" are null too: only for values that are not free text."""
    value = text(raw)
    return F.when(~F.lower(value).isin(NOTHING), value)


def boolean(raw: Column) -> Column:
    """true/false, yes/no, 1/0, active/inactive and their like."""
    word = F.lower(known(raw))
    return F.when(word.isin(YES), True).when(word.isin(NO), False)


def amount(raw: Column) -> Column:
    """Money: `$1,234.50`, `1234.5`, `USD 12`, `1.234,50`, `(12.00)` for a negative one."""
    bare = F.regexp_replace(known(raw), "(?i)usd|eur|gbp|[$€£ ]", "")
    value = F.regexp_replace(bare, r"^\((.*)\)$", "-$1")
    comma_groups = value.rlike(r"^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$")
    decimal_comma = value.rlike(r"^[-+]?(\d{1,3}(\.\d{3})+|\d+),\d{1,2}$")
    number = (
        F.when(value.rlike(r"^[-+]?(\d+\.?\d*|\.\d+)$"), value)
        .when(comma_groups, F.translate(value, ",", ""))
        .when(decimal_comma, F.translate(value, ",.", "."))
    )
    return number.cast("decimal(12,2)")


def number(raw: Column, low: float, high: float) -> Column:
    """A plain number within bounds."""
    value = known(raw)
    parsed = F.when(value.rlike(r"^[-+]?(\d+\.?\d*|\.\d+)$"), value.cast("double"))
    return F.when(parsed.between(low, high), parsed)


def year(raw: Column) -> Column:
    """A year of this age; `2018.0`, as some tools write it, is 2018."""
    parsed = number(raw, 1900, 2100)
    return F.when(parsed == F.floor(parsed), parsed.cast("int"))


def timestamp(raw: Column, day_first: bool = False) -> Column:
    """A moment: ISO 8601, `1/31/2024 3:30 PM`, `31-01-2024 15:30`, `31-Jan-2024`, `20240131`, epoch (ms too).

    Slashes are read month first, as in the United States, unless `day_first`; dashes and dots day first.
    """
    value = known(raw)
    iso = F.regexp_replace(value, r"^(\d{4})(\d{2})(\d{2})(?=$|[ T])", "$1-$2-$3")
    iso = F.regexp_replace(iso, r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})", "$1-$2-$3")
    iso = F.regexp_replace(iso, r"^(\d{1,2})/(\d{1,2})/(\d{4})", "$3-$2-$1" if day_first else "$3-$1-$2")
    iso = F.regexp_replace(iso, r"^(\d{1,2})[-.](\d{1,2})[-.](\d{4})", "$3-$2-$1")
    iso = F.regexp_replace(iso, r"(:\d{2}(?:\.\d+)?[+-]\d{2})(\d{2})$", "$1:$2")
    return (
        F.when(value.rlike(r"^\d{10}$"), F.timestamp_seconds(value.cast("bigint")))
        .when(value.rlike(r"^\d{13}$"), F.timestamp_millis(value.cast("bigint")))
        .when(iso.rlike(r"(?i)\d ?[ap]m$"), half_day_clock(iso))
        .when(value.rlike(r"^\d{1,2}[- ]\w{3}[- ]\d{4}"), named_month(value))
        # Only a date may be cast: Spark reads a lone `12:30` as today at 12:30.
        .when(iso.rlike(r"^\d{4}-\d{1,2}-\d{1,2}([ T]|$)"), iso.cast("timestamp"))
    )


def half_day_clock(iso: Column) -> Column:
    """`2024-1-31 3:30[:00] pm`."""
    spaced = F.regexp_replace(F.upper(iso), " ?([AP]M)$", " $1")
    return F.to_timestamp(spaced, "yyyy-M-d h:mm[:ss] a")


def named_month(value: Column) -> Column:
    """`31-Jan-2024[ 15:30[:00]]`, with dashes or blanks."""
    dashed = F.regexp_replace(F.lower(value), r"^(\d{1,2})[- ](\w{3})[- ](\d{4})", "$1 $2 $3")
    return F.to_timestamp(F.initcap(dashed), "d MMM yyyy[ H:mm[:ss]]")


def value_of(kind: str, raw: Column, day_first: bool = False) -> Column:
    """The typed value of a column of this kind."""
    parsers = {
        "text": text,
        "email": lambda c: F.lower(text(c)),
        "boolean": boolean,
        "amount": amount,
        "year": year,
        "latitude": lambda c: number(c, -90, 90),
        "longitude": lambda c: number(c, -180, 180),
        "timestamp": lambda c: timestamp(c, day_first),
        "date": lambda c: F.to_date(timestamp(c, day_first)),
    }
    return parsers[kind](raw)


# --- Files: which there are, what their headers say, and their rows as text.


@dataclass(frozen=True)
class Layout:
    """What the header of a file says: how it is delimited, and its columns in their order."""

    delimiter: str
    columns: tuple[str, ...]


@dataclass
class Source:
    """The rows of a table as they stood in its files, and what is worth knowing about those files."""

    rows: DataFrame
    files: int
    notes: list[str] = field(default_factory=list)


def read_source(spark: SparkSession, folder: str, table: Table) -> Source:
    """Reads all CSV files under a folder, whatever the order and spelling of their columns.

    Raises InputProblem, with all that is wrong in any file, when one cannot be of this table.
    """
    files = csv_files(spark, folder)
    with ThreadPoolExecutor(8) as pool:
        layouts = list(pool.map(lambda name: layout_of(header_line(spark, name), table), files))
    problems = [p for name, layout in zip(files, layouts, strict=True) for p in misfits(name, layout, table)]
    if problems:
        raise InputProblem("; ".join(problems))
    alike: dict[Layout, list[str]] = {}
    for name, layout in zip(files, layouts, strict=True):
        alike.setdefault(layout, []).append(name)
    parts = [rows_of(spark, names, layout, table) for layout, names in alike.items()]
    rows = parts[0]
    for part in parts[1:]:
        rows = rows.unionByName(part)
    notes = [note for layout, names in alike.items() for note in notes_on(names, layout, table)]
    return Source(rows, len(files), notes)


def csv_files(spark: SparkSession, folder: str) -> list[str]:
    """The CSV files at any depth under a folder, in the order of their names."""
    path = spark._jvm.org.apache.hadoop.fs.Path(folder)
    files = path.getFileSystem(spark._jsc.hadoopConfiguration())
    found = []
    if files.exists(path):
        listing = files.listFiles(path, True)
        while listing.hasNext():
            found.append(listing.next().getPath().toString())
    # Names that begin with a dot or an underscore are what Spark and Hadoop leave behind, not data.
    hidden = re.compile(r"/[._][^/]*")
    below = len(path.toString())
    chosen = [f for f in found if re.search(r"(?i)\.csv(\.gz|\.bz2)?$", f) and not hidden.search(f, below)]
    if not chosen:
        raise InputProblem(f"no CSV files under {folder}: put at least one file with a header line there")
    return sorted(chosen)


def header_line(spark: SparkSession, name: str) -> str:
    """The first line of a file, unpacked where it is compressed."""
    jvm, conf = spark._jvm, spark._jsc.hadoopConfiguration()
    path = jvm.org.apache.hadoop.fs.Path(name)
    stream = path.getFileSystem(conf).open(path)
    codec = jvm.org.apache.hadoop.io.compress.CompressionCodecFactory(conf).getCodec(path)
    unpacked = codec.createInputStream(stream) if codec else stream
    reader = jvm.java.io.BufferedReader(jvm.java.io.InputStreamReader(unpacked, "UTF-8"))
    try:
        line = reader.readLine()
    finally:
        reader.close()
    return (line or "").lstrip("\ufeff")


def layout_of(header: str, table: Table) -> Layout:
    """Reads a header; a column of the table is known in any spelling: `User ID`, `userId`, `USER_ID`."""
    ours = {squeezed(name): name for name in table.columns}
    delimiter = max(",;\t|", key=header.count)
    titles = next(csv.reader([header], delimiter=delimiter), [])
    return Layout(delimiter, tuple(ours.get(squeezed(t), f"extra:{t.strip()}") for t in titles))


def squeezed(title: str) -> str:
    """A title reduced to what does not change with the taste of its writer."""
    return re.sub("[^a-z0-9]", "", title.lower())


def misfits(name: str, layout: Layout, table: Table) -> list[str]:
    """What forbids to read a file as this table."""
    if not layout.columns:
        return [f"{name} is empty: it needs a header line"]
    here = ", ".join(c.removeprefix("extra:") for c in layout.columns)
    missing = [c for c in table.needed if c not in layout.columns]
    twice = sorted({c for c in table.columns if layout.columns.count(c) > 1})
    return [f"{name} has no column {c}, which {table.name} needs; its columns: {here}" for c in missing] + [
        f"{name} has the column {c} twice" for c in twice
    ]


def notes_on(names: list[str], layout: Layout, table: Table) -> list[str]:
    """What a reader of the log should know about files that are taken all the same."""
    extra = [c.removeprefix("extra:") for c in layout.columns if c.startswith("extra:")]
    absent = [c for c in table.columns if c not in layout.columns]
    where = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    notes = []
    if extra:
        notes.append(f"{where}: columns left out: {', '.join(extra)}")
    if absent:
        notes.append(f"{where}: columns absent, taken as empty: {', '.join(absent)}")
    return notes


def rows_of(spark: SparkSession, names: list[str], layout: Layout, table: Table) -> DataFrame:
    """The rows of files of one layout, all text, each with its file, place and, where malformed, its line."""
    fields = ", ".join(f"c{i} string" for i in range(len(layout.columns)))
    read = spark.read.csv(
        [re.sub(r"([\[\]{}*?\\])", r"\\\1", name) for name in names],
        schema=f"{fields}, raw_line string",
        sep=layout.delimiter,
        header=True,
        multiLine=True,
        quote='"',
        escape='"',
        mode="PERMISSIVE",
        columnNameOfCorruptRecord="raw_line",
    )
    places = {c: i for i, c in enumerate(layout.columns)}
    known_columns = [
        (F.col(f"c{places[c]}") if c in places else F.lit(None).cast("string")).alias(c)
        for c in table.columns
    ]
    # A multi-line file is never split, so within a file this number rises with the row.
    position = F.monotonically_increasing_id().alias("position")
    return read.select(*known_columns, "raw_line", F.input_file_name().alias("source_file"), position)


# --- Judgement: each row gets its typed values and at most one reason for being rejected.


def judged(
    rows: DataFrame, table: Table, parents: dict[str, DataFrame], day_first: bool = False
) -> DataFrame:
    """The rows with typed columns, `reject_reason` (null where accepted) and the row as it came in `raw`."""
    raw = [F.col(c) for c in (*table.columns, "raw_line", "source_file", "position")]
    typed = [value_of(kind, F.col(c), day_first).alias(c) for c, kind in table.columns.items()]
    result = rows.select(F.struct(*raw).alias("raw"), *typed)
    result = result.withColumn("reject_reason", own_reason(table))
    for reference in table.references:
        result = with_reference_checked(result, reference, parents[reference.table])
    return with_duplicates_rejected(result, table.key)


def own_reason(table: Table) -> Column:
    """The first thing that is wrong with a row by itself."""
    reasons = [F.when(F.col("raw.raw_line").isNotNull(), "malformed_row")]
    for name in table.needed:
        reasons.append(F.when(known(F.col(f"raw.{name}")).isNull(), f"missing_{name}"))
        reasons.append(F.when(F.col(name).isNull(), f"invalid_{name}"))
    if table.name == "rental_transactions":
        reasons.append(F.when(F.col("rental_end_time") < F.col("rental_start_time"), "end_before_start"))
        reasons.append(F.when(F.col("total_amount") < 0, "negative_amount"))
    return F.coalesce(*reasons)


def with_reference_checked(rows: DataFrame, reference: Reference, keys: DataFrame) -> DataFrame:
    """Rejects rows that name something that is not in the other table; `keys` has one column, unique."""
    parent = keys.toDF("parent_key")
    joined = rows.join(parent, F.col(reference.column) == F.col("parent_key"), "left")
    dangling = F.when(F.col("parent_key").isNull(), reference.reason)
    return joined.withColumn("reject_reason", F.coalesce("reject_reason", dangling)).drop("parent_key")


def with_duplicates_rejected(rows: DataFrame, key: str) -> DataFrame:
    """Of several good rows with one key the first stays, by file name and place in the file."""
    good = F.col("reject_reason").isNull()
    first = Window.partitionBy(key, good).orderBy("raw.source_file", "raw.position")
    again = F.when(good & (F.col("nth") > 1), f"duplicate_{key}")
    numbered = rows.withColumn("nth", F.row_number().over(first))
    return numbered.withColumn("reject_reason", F.coalesce("reject_reason", again)).drop("nth")


def accepted(rows: DataFrame, table: Table) -> DataFrame:
    """The typed rows of the table."""
    return rows.where(F.col("reject_reason").isNull()).select(*table.columns)


def rejected(rows: DataFrame) -> DataFrame:
    """The rejected rows as they came, with the reason, the file and the line of a malformed one."""
    bad = rows.where(F.col("reject_reason").isNotNull())
    return bad.select("raw.*", "reject_reason").drop("position")


def tally(rows: DataFrame, table: Table) -> dict:
    """Counts of a judged table, in one pass: read, accepted, rejected by reason, and values that were cleared.

    A value is cleared where an accepted row has something unreadable in a column that it can do without.
    """
    optional = [c for c, kind in table.columns.items() if kind != "text" and c not in table.needed]
    cleared = [
        F.count(F.when(known(F.col(f"raw.{c}")).isNotNull() & F.col(c).isNull(), 1)).alias(c)
        for c in optional
    ]
    groups = rows.groupBy("reject_reason").agg(F.count("*").alias("rows"), *cleared).collect()
    reasons = {g.reject_reason: g.rows for g in groups if g.reject_reason}
    good = next((g for g in groups if g.reject_reason is None), None)
    return {
        "read": sum(g.rows for g in groups),
        "accepted": good.rows if good else 0,
        "rejected": sum(reasons.values()),
        "reasons": dict(sorted(reasons.items())),
        "cleared": {c: good[c] for c in optional if good and good[c]},
    }


# --- The job.


def transform(spark: SparkSession, options: argparse.Namespace) -> dict:
    """Reads, judges and writes all tables; answers the summary that it also writes.

    Raises InputProblem before a table is touched when a file cannot be read or too much is rejected;
    in the second case the rejects and the summary are there to be looked at.
    """
    for name, value in SETTINGS.items():
        spark.conf.set(name, value)
    rows, summary = judge_all(spark, options)
    write_text(spark, options.summary, json.dumps(summary, indent=2) + "\n")
    write_all({f"{options.rejects}/{t.name}": rejected(rows[t.name]) for t in TABLES})
    refuse_excess(summary, options.max_rejects)
    write_all({f"{options.output}/{t.name}": accepted(rows[t.name], t) for t in TABLES})
    for table in rows.values():
        table.unpersist()
    return summary


def judge_all(spark: SparkSession, options: argparse.Namespace) -> tuple[dict[str, DataFrame], dict]:
    """Judges the tables, those that others refer to first, and counts each."""
    sources = read_all(spark, options.input)
    rows: dict[str, DataFrame] = {}
    counts: dict[str, dict] = {}
    for table in TABLES:
        source = sources[table.name]
        parents = {r.table: accepted_keys(rows[r.table], r.table) for r in table.references}
        rows[table.name] = judged(source.rows, table, parents, options.day_first).cache()
        counts[table.name] = {"files": source.files, **tally(rows[table.name], table), "notes": source.notes}
        report(table.name, counts[table.name])
    return rows, {"tables": counts}


def accepted_keys(rows: DataFrame, name: str) -> DataFrame:
    """The keys that rows of other tables may refer to."""
    return next(accepted(rows, table).select(table.key) for table in TABLES if table.name == name)


def read_all(spark: SparkSession, folder: str) -> dict[str, Source]:
    """The sources of all tables; what is wrong with any of them is told at once."""
    sources, problems = {}, []
    for table in TABLES:
        try:
            sources[table.name] = read_source(spark, f"{folder}/{table.name}", table)
        except InputProblem as problem:
            problems.append(str(problem))
    if problems:
        raise InputProblem("; ".join(problems))
    return sources


def report(name: str, counts: dict) -> None:
    """One table's counts as log lines that stand alone."""
    log.info(
        "%s: read %d, accepted %d, rejected %d", name, counts["read"], counts["accepted"], counts["rejected"]
    )
    for reason, rows in counts["reasons"].items():
        log.info("%s: rejected %d: %s", name, rows, reason)
    for column, rows in counts["cleared"].items():
        log.info("%s: cleared %d unreadable values of %s", name, rows, column)
    for note in counts["notes"]:
        log.info("%s: %s", name, note)


def refuse_excess(summary: dict, max_rejects: float | None) -> None:
    """Stops before anything is published when a table lost more than this percentage of its rows."""
    for name, counts in summary["tables"].items():
        share = 100 * counts["rejected"] / counts["read"] if counts["read"] else 0
        if max_rejects is not None and share > max_rejects:
            raise InputProblem(
                f"{name}: {counts['rejected']} of {counts['read']} rows were rejected ({share:.1f} %), more than"
                f" --max-rejects {max_rejects:g} allows; by reason: {counts['reasons']}; nothing was published"
            )


def write_all(frames: dict[str, DataFrame]) -> None:
    """Writes each frame to its folder as Parquet, in place of what was there."""
    with ThreadPoolExecutor(len(frames)) as pool:
        list(pool.map(lambda item: item[1].write.mode("overwrite").parquet(item[0]), frames.items()))


def write_text(spark: SparkSession, name: str, content: str) -> None:
    """Writes a small file wherever Spark can write, in place of what was there."""
    path = spark._jvm.org.apache.hadoop.fs.Path(name)
    stream = path.getFileSystem(spark._jsc.hadoopConfiguration()).create(path, True)
    try:
        stream.write(bytearray(content, "utf-8"))
    finally:
        stream.close()


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The command line; folders may be given with or without a slash at their end."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    folder = {"required": True, "metavar": "FOLDER", "type": lambda value: value.rstrip("/")}
    parser.add_argument("--input", help="holds one folder of CSV files for each table", **folder)
    parser.add_argument("--output", help="gets one folder of Parquet for each table", **folder)
    parser.add_argument("--rejects", help="gets one folder of rejected rows for each table", **folder)
    parser.add_argument("--summary", required=True, metavar="FILE", help="gets the counts as JSON")
    parser.add_argument("--max-rejects", type=float, metavar="PERCENT", help="fail when a table loses more")
    parser.add_argument("--day-first", action="store_true", help="read 01/02/2024 as the first of February")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    """Runs the job; a problem with the input is one plain line and exit code 1."""
    options = arguments(argv)
    logging.basicConfig(
        stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("py4j").setLevel(logging.WARNING)
    spark = SparkSession.builder.appName("rentals-transformation").getOrCreate()
    spark.sparkContext.setLogLevel("WARN")
    try:
        transform(spark, options)
    except InputProblem as problem:
        sys.exit(f"ERROR {problem}")
    finally:
        spark.stop()


if __name__ == "__main__":
    main()
