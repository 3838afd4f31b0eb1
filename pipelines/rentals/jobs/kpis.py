"""Computes what a rental company watches, from the curated tables: five small Parquet tables of metrics.

Locations, vehicles and users without a rental are there too, with zeros, since they are what one looks for.

    spark-submit kpis.py --curated DIR --kpis DIR
"""

import argparse
import logging
import sys
from concurrent.futures import ThreadPoolExecutor

from pyspark.errors import AnalysisException
from pyspark.sql import Column, DataFrame, Observation, SparkSession
from pyspark.sql import functions as F

log = logging.getLogger("rentals.kpis")
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
TABLES = ("users", "vehicles", "locations", "rental_transactions")

# --- Measures, so that a word means the same in every table.


def counted(column: Column | str = "rental_id") -> Column:
    """How many, zero where there are none."""
    return F.count(column).alias("rentals")


def revenue() -> list[Column]:
    """What rentals brought in, in money."""
    money = "decimal(18,2)"
    return [
        F.coalesce(F.sum("total_amount"), F.lit(0)).cast(money).alias("total_revenue"),
        F.avg("total_amount").cast(money).alias("average_amount"),
        F.min("total_amount").cast(money).alias("min_amount"),
        F.max("total_amount").cast(money).alias("max_amount"),
    ]


def durations() -> list[Column]:
    """How long rentals took, in hours."""
    return [
        F.round(F.coalesce(F.sum("hours"), F.lit(0.0)), 2).alias("total_hours"),
        F.round(F.avg("hours"), 2).alias("average_hours"),
        F.round(F.min("hours"), 2).alias("min_hours"),
        F.round(F.max("hours"), 2).alias("max_hours"),
    ]


def distinct(column: str, name: str) -> Column:
    """How many different ones, exactly."""
    return F.count_distinct(column).alias(name)


# --- Metrics: plain functions from tables to a table.


def with_hours(rentals: DataFrame) -> DataFrame:
    """The rentals with the columns that the metrics are made of."""
    seconds = F.unix_timestamp("rental_end_time") - F.unix_timestamp("rental_start_time")
    return rentals.withColumns({"hours": seconds / 3600, "rental_date": F.to_date("rental_start_time")})


def location_metrics(rentals: DataFrame, locations: DataFrame) -> DataFrame:
    """One row for each location: what was picked up there, and how much came back."""
    picked_up = rentals.groupBy(F.col("pickup_location").alias("location_id")).agg(
        counted(),
        *revenue(),
        *durations(),
        distinct("vehicle_id", "unique_vehicles"),
        distinct("user_id", "unique_users"),
    )
    dropped_off = rentals.groupBy(F.col("dropoff_location").alias("location_id"))
    returned = dropped_off.agg(F.count("*").alias("dropoffs"))
    named = locations.select("location_id", "location_name", "city", "state")
    joined = named.join(picked_up, "location_id", "left").join(returned, "location_id", "left")
    return with_zeros(joined).orderBy("location_id")


def vehicle_metrics(rentals: DataFrame, vehicles: DataFrame) -> DataFrame:
    """One row for each vehicle: how much it was used and what it brought in."""
    used = rentals.groupBy("vehicle_id").agg(
        counted(),
        *revenue(),
        *durations(),
        distinct("user_id", "unique_users"),
        F.max("rental_end_time").alias("last_rental_end_time"),
    )
    known = vehicles.select("vehicle_id", "brand", "vehicle_type", "vehicle_year", "active")
    return with_zeros(known.join(used, "vehicle_id", "left")).orderBy("vehicle_id")


def user_metrics(rentals: DataFrame, users: DataFrame) -> DataFrame:
    """One row for each user: how much they rent and spend. No names: the users table has them."""
    active = rentals.groupBy("user_id").agg(
        counted(),
        *revenue(),
        *durations(),
        distinct("vehicle_id", "unique_vehicles"),
        F.min("rental_start_time").alias("first_rental_start_time"),
        F.max("rental_start_time").alias("last_rental_start_time"),
    )
    known = users.select("user_id", "is_active", "creation_date")
    return with_zeros(known.join(active, "user_id", "left")).orderBy("user_id")


def daily_metrics(rentals: DataFrame) -> DataFrame:
    """One row for each day on which a rental began, in order."""
    return (
        rentals.groupBy("rental_date")
        .agg(
            counted(),
            *revenue(),
            *durations(),
            distinct("user_id", "unique_users"),
            distinct("vehicle_id", "unique_vehicles"),
        )
        .orderBy("rental_date")
    )


def transaction_metrics(rentals: DataFrame) -> DataFrame:
    """One row for all rentals together."""
    median = F.percentile_approx("total_amount", 0.5).cast("decimal(18,2)")
    round_trip = F.when(F.col("pickup_location") == F.col("dropoff_location"), 1)
    return rentals.agg(
        counted(),
        *revenue(),
        median.alias("median_amount"),
        *durations(),
        F.count(round_trip).alias("round_trips"),
        distinct("user_id", "unique_users"),
        distinct("vehicle_id", "unique_vehicles"),
        F.min("rental_start_time").alias("first_rental_start_time"),
        F.max("rental_start_time").alias("last_rental_start_time"),
    )


def with_zeros(joined: DataFrame) -> DataFrame:
    """Counts and sums of nothing are zero; averages, least and most of nothing stay null."""
    sums = ["rentals", "total_revenue", "total_hours", "dropoffs", "unique_vehicles", "unique_users"]
    return joined.fillna(0, [name for name in sums if name in joined.columns])


def all_metrics(tables: dict[str, DataFrame]) -> dict[str, DataFrame]:
    """All metrics by the name of their folder."""
    rentals = with_hours(tables["rental_transactions"])
    return {
        "location_metrics": location_metrics(rentals, tables["locations"]),
        "vehicle_metrics": vehicle_metrics(rentals, tables["vehicles"]),
        "transaction_metrics": transaction_metrics(rentals),
        "daily_metrics": daily_metrics(rentals),
        "user_metrics": user_metrics(rentals, tables["users"]),
    }


# --- The job.


class CuratedMissing(Exception):
    """A table that the transformation should have written is not there."""


def curated(spark: SparkSession, folder: str) -> dict[str, DataFrame]:
    """The curated tables by name."""
    try:
        return {name: spark.read.parquet(f"{folder}/{name}") for name in TABLES}
    except AnalysisException as problem:
        why = str(problem).splitlines()[0]
        raise CuratedMissing(
            f"a curated table is missing; run transformation_job.py first: {why}"
        ) from problem


def write(metrics: dict[str, DataFrame], folder: str) -> dict[str, int]:
    """Writes each metric as one file, in place of what was there; answers how many rows each has."""

    def write_one(name: str) -> int:
        rows = Observation(name)
        observed = metrics[name].coalesce(1).observe(rows, F.count(F.lit(1)).alias("rows"))
        observed.write.mode("overwrite").parquet(f"{folder}/{name}")
        return rows.get["rows"]

    with ThreadPoolExecutor(len(metrics)) as pool:
        return dict(zip(metrics, pool.map(write_one, metrics), strict=True))


def compute(spark: SparkSession, options: argparse.Namespace) -> dict[str, int]:
    """Reads the curated tables and writes all metrics."""
    # Days begin at midnight UTC, wherever the cluster stands.
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    tables = curated(spark, options.curated)
    counts = write(all_metrics(tables), options.kpis)
    for name, rows in counts.items():
        log.info("%s: wrote %d rows", name, rows)
    return counts


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The command line; folders may be given with or without a slash at their end."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    folder = {"required": True, "metavar": "FOLDER", "type": lambda value: value.rstrip("/")}
    parser.add_argument("--curated", help="holds the tables that transformation_job.py wrote", **folder)
    parser.add_argument("--kpis", help="gets one folder of Parquet for each metric", **folder)
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    """Runs the job; a missing table is one plain line and exit code 1."""
    options = arguments(argv)
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format=LOG_FORMAT)
    logging.getLogger("py4j").setLevel(logging.WARNING)
    spark = SparkSession.builder.appName("rentals-kpis").getOrCreate()
    spark.sparkContext.setLogLevel("WARN")
    try:
        compute(spark, options)
    except CuratedMissing as problem:
        sys.exit(f"ERROR {problem}")
    finally:
        spark.stop()


if __name__ == "__main__":
    main()
