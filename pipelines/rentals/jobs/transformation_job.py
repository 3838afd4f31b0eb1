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
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

log = logging.getLogger("rentals.transformation")
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

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

RAW_LINE = "_raw_line_of_a_malformed_row"
NUMBER = r"^[-+]?(\d+\.?\d*|\.\d+)$"


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

    def optional_typed(self) -> list[str]:
        """The columns that a row can do without and whose values may be unreadable."""
        return [
            c for c, kind in self.columns.items() if c not in self.needed and kind not in ("text", "email")
        ]


def kinds(columns: str) -> dict[str, str]:
    """Reads `name:kind name:kind ...`; a column without a kind is text."""
    pairs = (column.partition(":") for column in columns.split())
    return {name: kind or "text" for name, _, kind in pairs}


RENTAL_COLUMNS = kinds(
    "rental_id user_id vehicle_id rental_start_time:timestamp rental_end_time:timestamp"
    " pickup_location dropoff_location total_amount:amount"
)
# Those that others refer to come first.
TABLES = (
    Table(
        name="users",
        key="user_id",
        needed=("user_id",),
        columns=kinds(
            "user_id first_name last_name email:email phone_number driver_license_number"
            " driver_license_expiry:date creation_date:date is_active:boolean"
        ),
    ),
    Table(
        name="vehicles",
        key="vehicle_id",
        needed=("vehicle_id",),
        columns=kinds(
            "active:boolean vehicle_license_number registration_name license_type expiration_date:date"
            " permit_license_number certification_date:date vehicle_year:year base_telephone_number"
            " base_address vehicle_id last_update_timestamp:timestamp brand vehicle_type"
        ),
    ),
    Table(
        name="locations",
        key="location_id",
        needed=("location_id",),
        columns=kinds(
            "location_id location_name address city state zip_code latitude:latitude longitude:longitude"
        ),
    ),
    Table(
        name="rental_transactions",
        key="rental_id",
        needed=tuple(RENTAL_COLUMNS),
        columns=RENTAL_COLUMNS,
        references=(
            Reference("user_id", "users", "unknown_user"),
            Reference("vehicle_id", "vehicles", "unknown_vehicle"),
            Reference("pickup_location", "locations", "unknown_pickup_location"),
            Reference("dropoff_location", "locations", "unknown_dropoff_location"),
        ),
    ),
)


# --- Values: from the text in the file, in four stages, to a typed value or null where it cannot be read.


def text(raw: Column) -> Column:
    """Text without surrounding or repeated blanks; empty is null."""
    return F.nullif(F.trim(F.regexp_replace(raw, "[\\s\u00a0]+", " ")), F.lit(""))


def said(value: Column) -> Column:
    """Null too for the many spellings of "no value": only for what is not free text."""
    return F.when(~F.lower(value).isin(NOTHING), value)


def plain(kind: str, value: Column, day_first: bool) -> Column:
    """The same value in fewer spellings: moments year first, amounts without currency and brackets."""
    if kind in ("timestamp", "date"):
        return year_first(value, day_first)
    if kind == "amount":
        bare = F.regexp_replace(value, "(?i)usd|eur|gbp|[$€£ ]", "")
        return F.regexp_replace(bare, r"^\((.*)\)$", "-$1")
    return F.lower(value) if kind in ("boolean", "email") else value


def year_first(value: Column, day_first: bool) -> Column:
    """Slashes are read month first, as in the United States, unless `day_first`; dashes and dots day first."""
    turned = F.regexp_replace(value, r"^(\d{4})(\d{2})(\d{2})(?=$|[ T])", "$1-$2-$3")
    turned = F.regexp_replace(turned, r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})", "$1-$2-$3")
    slashed = "$3-$2-$1" if day_first else "$3-$1-$2"
    turned = F.regexp_replace(turned, r"^(\d{1,2})/(\d{1,2})/(\d{4})", slashed)
    turned = F.regexp_replace(turned, r"^(\d{1,2})[-.](\d{1,2})[-.](\d{4})", "$3-$2-$1")
    return F.regexp_replace(turned, r"(:\d{2}(?:\.\d+)?[+-]\d{2})(\d{2})$", "$1:$2")


def typed(kind: str, value: Column) -> Column:
    """The value of a plain spelling, or null."""
    parsers = {
        "boolean": lambda v: F.when(v.isin(YES), True).when(v.isin(NO), False),
        "amount": amount,
        "year": year,
        "latitude": lambda v: number(v, -90, 90),
        "longitude": lambda v: number(v, -180, 180),
        "timestamp": timestamp,
        "date": lambda v: F.to_date(timestamp(v)),
    }
    return parsers[kind](value) if kind in parsers else value


def amount(value: Column) -> Column:
    """Money: `1234.5`, `1,234.50`, or `1.234,50` where only a decimal comma makes sense of it."""
    comma_groups = value.rlike(r"^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$")
    decimal_comma = value.rlike(r"^[-+]?(\d{1,3}(\.\d{3})+|\d+),\d{1,2}$")
    number = (
        F.when(value.rlike(NUMBER), value)
        .when(comma_groups, F.translate(value, ",", ""))
        .when(decimal_comma, F.translate(value, ",.", "."))
    )
    return number.cast("decimal(12,2)")


def number(value: Column, low: float, high: float) -> Column:
    """A plain number within bounds."""
    return F.when(value.rlike(NUMBER) & value.cast("double").between(low, high), value.cast("double"))


def year(value: Column) -> Column:
    """A year of this age; `2018.0`, as some tools write it, is 2018."""
    return F.when(value.rlike(r"^(19|20)\d\d(\.0*)?$"), F.substring(value, 1, 4).cast("int"))


def timestamp(value: Column) -> Column:
    """A moment: ISO 8601, a clock of twelve hours, `31-Jan-2024 15:30`, seconds or milliseconds since 1970."""
    spaced = F.regexp_replace(F.upper(value), " ?([AP]M)$", " $1")
    named_month = F.initcap(F.regexp_replace(value, r"^(\d{1,2})-(\w{3})-(\d{4})", "$1 $2 $3"))
    return (
        # Only a date may be cast: Spark reads a lone `12:30` as today at 12:30.
        F.when(value.rlike(r"^\d{4}-\d{1,2}-\d{1,2}([ T].*\d|[ T].*(Z|UTC|GMT))?$"), value.cast("timestamp"))
        .when(value.rlike(r"(?i)\d ?[ap]m$"), F.to_timestamp(spaced, "yyyy-M-d h:mm[:ss] a"))
        .when(
            value.rlike(r"^\d{1,2}[- ]\w{3}[- ]\d{4}"), F.to_timestamp(named_month, "d MMM yyyy[ H:mm[:ss]]")
        )
        .when(value.rlike(r"^\d{10}$"), F.timestamp_seconds(value.cast("bigint")))
        .when(value.rlike(r"^\d{13}$"), F.timestamp_millis(value.cast("bigint")))
    )


# --- Files: which there are, what their headers say, and their rows as text.


@dataclass(frozen=True)
class Layout:
    """What the header of a file says: how it is delimited, and its columns in their order."""

    delimiter: str
    titles: tuple[str, ...]
    columns: tuple[str, ...]

    def schema(self) -> StructType:
        """All text, under the file's own titles, since Spark warns of each file where they differ."""
        seen = Counter(title.lower() for title in self.titles)
        names = [t if t and seen[t.lower()] == 1 else f"c{i}" for i, t in enumerate(self.titles)]
        return StructType([StructField(name, StringType()) for name in (*names, RAW_LINE)])


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
    return Layout(
        delimiter, tuple(titles), tuple(ours.get(squeezed(t), f"extra:{t.strip()}") for t in titles)
    )


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
    read = spark.read.csv(
        [re.sub(r"([\[\]{}*?\\])", r"\\\1", name) for name in names],
        schema=layout.schema(),
        sep=layout.delimiter,
        header=True,
        multiLine=True,
        quote='"',
        escape='"',
        mode="PERMISSIVE",
        columnNameOfCorruptRecord=RAW_LINE,
    ).toDF(*(f"c{i}" for i in range(len(layout.columns))), "raw_line")
    places = {c: i for i, c in enumerate(layout.columns)}
    absent = F.lit(None).cast("string")
    ours = [(F.col(f"c{places[c]}") if c in places else absent).alias(c) for c in table.columns]
    # A multi-line file is never split, so within a file this number rises with the row.
    position = F.monotonically_increasing_id().alias("position")
    return read.select(*ours, "raw_line", F.input_file_name().alias("source_file"), position)


# --- Judgement: each row gets its typed values and at most one reason for being rejected.


def judged(
    rows: DataFrame, table: Table, parents: dict[str, DataFrame], day_first: bool = False
) -> DataFrame:
    """The rows, typed, with `reject_reason` (null where accepted) and the row as it came in `raw`.

    `unreadable` names the columns with a value that could not be read and can be done without.
    """
    raw = F.struct(*table.columns, "raw_line", "source_file", "position").alias("raw")
    result = staged_values(rows.select(raw, *table.columns), table, day_first)
    unreadable = F.concat_ws(",", *(F.when(is_unreadable(c), c) for c in table.optional_typed()))
    result = result.withColumns({"reject_reason": own_reason(table), "unreadable": unreadable}).drop("plain")
    for reference in table.references:
        result = with_reference_checked(result, reference, parents[reference.table])
    return with_duplicates_rejected(result, table.key)


def staged_values(rows: DataFrame, table: Table, day_first: bool) -> DataFrame:
    """Typed columns, and their plain spelling in the struct `plain`.

    Each stage is a projection of its own: in one, Spark would copy a stage's expression into each use of it,
    and spend more time on compiling the tree than on the rows.
    """
    result = rows.withColumns({c: text(F.col(c)) for c in table.columns})
    strict = [c for c, kind in table.columns.items() if c in table.needed or kind not in ("text", "email")]
    result = result.withColumns({c: said(F.col(c)) for c in strict})
    result = result.withColumns({c: plain(kind, F.col(c), day_first) for c, kind in table.columns.items()})
    values = [typed(kind, F.col(c)).alias(c) for c, kind in table.columns.items()]
    return result.select("raw", F.struct(*table.columns).alias("plain"), *values)


def is_unreadable(column: str) -> Column:
    """There is a value, and it is not one of its kind."""
    return F.col(f"plain.{column}").isNotNull() & F.col(column).isNull()


def own_reason(table: Table) -> Column:
    """The first thing that is wrong with a row by itself."""
    reasons = [F.when(F.col("raw.raw_line").isNotNull(), "malformed_row")]
    for name in table.needed:
        reasons.append(F.when(F.col(f"plain.{name}").isNull(), f"missing_{name}"))
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


def tally(rows: DataFrame) -> dict:
    """Counts of a judged table, in one pass: read, accepted, rejected by reason, and values cleared.

    A value is cleared where an accepted row has something unreadable in a column it can do without.
    """
    reasons, cleared, good = Counter(), Counter(), 0
    for group in rows.groupBy("reject_reason", "unreadable").agg(F.count("*").alias("rows")).collect():
        if group.reject_reason:
            reasons[group.reject_reason] += group.rows
            continue
        good += group.rows
        for column in filter(None, group.unreadable.split(",")):
            cleared[column] += group.rows
    return {
        "read": good + reasons.total(),
        "accepted": good,
        "rejected": reasons.total(),
        "reasons": dict(sorted(reasons.items())),
        "cleared": dict(sorted(cleared.items())),
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
    """Judges and counts the tables; those that no reference holds back go at the same time."""
    sources = read_all(spark, options.input)
    rows: dict[str, DataFrame] = {}
    counts: dict[str, dict] = {}

    def judge(table: Table) -> None:
        source = sources[table.name]
        parents = {r.table: accepted_keys(rows[r.table], r.table) for r in table.references}
        rows[table.name] = judged(source.rows, table, parents, options.day_first).cache()
        counts[table.name] = {"files": source.files, **tally(rows[table.name]), "notes": source.notes}

    for wave in ([t for t in TABLES if not t.references], [t for t in TABLES if t.references]):
        with ThreadPoolExecutor(len(wave)) as pool:
            list(pool.map(judge, wave))
    ordered = {table.name: counts[table.name] for table in TABLES}
    for name, count in ordered.items():
        report(name, count)
    return rows, {"tables": ordered}


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
    totals = (counts["read"], counts["accepted"], counts["rejected"])
    log.info("%s: read %d, accepted %d, rejected %d", name, *totals)
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
                f"{name}: {counts['rejected']} of {counts['read']} rows ({share:.1f} %) were rejected, more than"
                f" --max-rejects {max_rejects:g} allows; nothing was published: {counts['reasons']}"
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
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format=LOG_FORMAT)
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
