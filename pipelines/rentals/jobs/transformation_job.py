"""Turns the raw CSV files of a rental company into cleaned, typed Parquet tables.

Every row that was read ends in exactly one place: its table, or the rejects with one reason. Nothing is
dropped in silence, and running the job again on the same files writes the same tables again.

The modules beside this file belong to it: where it is run from S3, `--py-files` must name them.

    spark-submit transformation_job.py --input DIR --output DIR --rejects DIR --summary FILE.json
"""

import argparse
import json
import logging
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F
from rental_files import InputProblem, read_all
from rental_tables import TABLES, Table
from rental_values import plain, said, text, typed

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
    for column, parent in table.references.items():
        result = with_reference_checked(result, column, parents[parent])
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


def with_reference_checked(rows: DataFrame, column: str, keys: DataFrame) -> DataFrame:
    """Rejects rows that name something that is not in the other table; `keys` has one column, unique."""
    joined = rows.join(keys.toDF("parent_key"), F.col(column) == F.col("parent_key"), "left")
    dangling = F.when(F.col("parent_key").isNull(), f"unknown_{column.removesuffix('_id')}")
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
    write_all({f"{options.rejects}/{name}": rejected(rows[name]) for name in TABLES})
    refuse_excess(summary, options.max_rejects)
    write_all({f"{options.output}/{name}": accepted(rows[name], table) for name, table in TABLES.items()})
    for table in rows.values():
        table.unpersist()
    return summary


def judge_all(spark: SparkSession, options: argparse.Namespace) -> tuple[dict[str, DataFrame], dict]:
    """Judges and counts the tables; those that no reference holds back go at the same time."""
    sources = read_all(spark, options.input)
    tables = TABLES.values()
    rows: dict[str, DataFrame] = {}
    counts: dict[str, dict] = {}

    def judge(table: Table) -> None:
        source = sources[table.name]
        parents = {p: accepted(rows[p], TABLES[p]).select(TABLES[p].key) for p in table.references.values()}
        rows[table.name] = judged(source.rows, table, parents, options.day_first).cache()
        counts[table.name] = {"files": source.files, **tally(rows[table.name]), "notes": source.notes}

    for wave in ([t for t in tables if not t.references], [t for t in tables if t.references]):
        with ThreadPoolExecutor(len(wave)) as pool:
            list(pool.map(judge, wave))
    for name in TABLES:
        report(name, counts[name])
    return rows, {"tables": {name: counts[name] for name in TABLES}}


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
                f"{name}: {counts['rejected']} of {counts['read']} rows ({share:.1f} %) were rejected, more"
                f" than --max-rejects {max_rejects:g} allows; nothing was published: {counts['reasons']}"
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
