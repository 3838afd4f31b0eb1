from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import kpis
import pytest

QUERIES = Path(__file__).parents[1] / "queries"


@pytest.fixture(scope="module")
def metrics(spark):
    """Three rentals by one of two users, of one of two vehicles and more, reckoned by hand below."""
    rentals = [
        ("R1", "U1", "V1", datetime(2024, 1, 2, 23), datetime(2024, 1, 3, 1), "L1", "L2", Decimal("20.00")),
        ("R2", "U1", "V1", datetime(2024, 1, 1, 8), datetime(2024, 1, 1, 8, 30), "L1", "L1", Decimal("5.50")),
        ("R3", "U1", "V2", datetime(2024, 1, 1, 9), datetime(2024, 1, 1, 19), "L2", "L1", Decimal("100.00")),
    ]
    tables = {
        "rental_transactions": spark.createDataFrame(
            rentals,
            "rental_id string, user_id string, vehicle_id string, rental_start_time timestamp,"
            " rental_end_time timestamp, pickup_location string, dropoff_location string,"
            " total_amount decimal(12,2)",
        ),
        "locations": spark.createDataFrame(
            [
                ("L1", "Airport", "Boston", "MA"),
                ("L2", "Harbor", "Boston", "MA"),
                ("L3", "Mall", "Boston", "MA"),
            ],
            "location_id string, location_name string, city string, state string",
        ),
        "vehicles": spark.createDataFrame(
            [
                ("V1", "Kia", "compact", 2018, True),
                ("V2", "BMW", "premium", 2020, True),
                ("V3", "Kia", "compact", 2021, True),
            ],
            "vehicle_id string, brand string, vehicle_type string, vehicle_year int, active boolean",
        ),
        "users": spark.createDataFrame(
            [("U1", True, date(2020, 1, 1)), ("U2", False, date(2021, 1, 1))],
            "user_id string, is_active boolean, creation_date date",
        ),
    }
    return kpis.all_metrics(tables)


def rows(frame):
    return [row.asDict() for row in frame.collect()]


def test_days_come_in_order_and_count_where_a_rental_began(metrics):
    first, second = rows(metrics["daily_metrics"])
    assert first == {
        "rental_date": date(2024, 1, 1),
        "rentals": 2,
        "total_revenue": Decimal("105.50"),
        "average_amount": Decimal("52.75"),
        "min_amount": Decimal("5.50"),
        "max_amount": Decimal("100.00"),
        "total_hours": 10.5,
        "average_hours": 5.25,
        "min_hours": 0.5,
        "max_hours": 10.0,
        "unique_users": 1,
        "unique_vehicles": 2,
    }
    assert (second["rental_date"], second["rentals"], second["total_hours"]) == (date(2024, 1, 2), 1, 2.0)


def test_a_location_counts_what_left_and_what_came_back(metrics):
    airport, harbor, mall = rows(metrics["location_metrics"])
    assert (airport["rentals"], airport["dropoffs"], airport["total_revenue"]) == (2, 2, Decimal("25.50"))
    assert (airport["unique_vehicles"], airport["unique_users"]) == (1, 1)
    assert (harbor["rentals"], harbor["dropoffs"], harbor["max_hours"]) == (1, 1, 10.0)
    assert (mall["location_name"], mall["rentals"], mall["dropoffs"]) == ("Mall", 0, 0)
    assert (mall["total_revenue"], mall["average_amount"]) == (Decimal("0.00"), None)


def test_a_vehicle_that_nobody_rents_is_listed_with_zeros(metrics):
    first, second, idle = rows(metrics["vehicle_metrics"])
    assert (first["rentals"], first["total_hours"], first["average_hours"]) == (2, 2.5, 1.25)
    assert first["last_rental_end_time"] == datetime(2024, 1, 3, 1)
    assert (second["brand"], second["total_revenue"]) == ("BMW", Decimal("100.00"))
    assert (idle["rentals"], idle["total_hours"], idle["max_hours"]) == (0, 0.0, None)


def test_a_user_has_totals_and_the_times_of_first_and_last(metrics):
    busy, idle = rows(metrics["user_metrics"])
    assert (busy["rentals"], busy["total_revenue"], busy["unique_vehicles"]) == (3, Decimal("125.50"), 2)
    assert (busy["min_amount"], busy["max_amount"]) == (Decimal("5.50"), Decimal("100.00"))
    assert busy["first_rental_start_time"] == datetime(2024, 1, 1, 8)
    assert busy["last_rental_start_time"] == datetime(2024, 1, 2, 23)
    assert (idle["user_id"], idle["rentals"], idle["is_active"]) == ("U2", 0, False)


def test_all_transactions_together_are_one_row(metrics):
    (total,) = rows(metrics["transaction_metrics"])
    assert (total["rentals"], total["round_trips"], total["total_revenue"]) == (3, 1, Decimal("125.50"))
    assert (total["median_amount"], total["average_amount"]) == (Decimal("20.00"), Decimal("41.83"))
    assert (total["total_hours"], total["average_hours"]) == (12.5, 4.17)
    assert (total["unique_users"], total["unique_vehicles"]) == (1, 2)


def test_the_job_writes_each_metric_as_one_file_and_says_how_many_rows(company):
    company.transform()
    options = kpis.arguments(["--curated", f"{company.folder}/output/", "--kpis", f"{company.folder}/kpis"])
    assert kpis.compute(company.spark, options) == {
        "location_metrics": 2,
        "vehicle_metrics": 1,
        "transaction_metrics": 1,
        "daily_metrics": 1,
        "user_metrics": 2,
    }
    assert len(list((company.folder / "kpis/daily_metrics").glob("part-*.parquet"))) == 1
    assert company.rows("kpis/user_metrics", "user_id")["U1"].total_revenue == Decimal("25.50")


def test_metrics_without_the_transformation_say_what_to_run_first(spark, tmp_path):
    with pytest.raises(kpis.CuratedMissing, match="run transformation_job.py first.*users"):
        kpis.curated(spark, str(tmp_path))


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("daily_metrics", (date(2024, 1, 2), 1)),
        ("top_locations", ("L2", "Harbor")),
        ("top_users", ("U1", 3)),
        ("idle_vehicles", ("compact", 2, 1)),
    ],
)
def test_a_query_answers_over_the_metrics(spark, metrics, query, first):
    for name, frame in metrics.items():
        frame.createOrReplaceTempView(name)
    answer = spark.sql((QUERIES / f"{query}.sql").read_text()).collect()
    assert tuple(answer[0])[: len(first)] == first
