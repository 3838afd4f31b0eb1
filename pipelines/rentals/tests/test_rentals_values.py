from datetime import date, datetime
from decimal import Decimal

import pytest
from pyspark.sql import functions as F
from rental_values import plain, said, text, typed


def read(spark, kind, spellings, day_first=False):
    """What the stages make of each spelling of a value."""
    rows = spark.createDataFrame(list(enumerate(spellings)), "n int, value string")
    for stage in (text, said, lambda v: plain(kind, v, day_first), lambda v: typed(kind, v)):
        rows = rows.withColumn("value", stage(F.col("value")))
    return [row.value for row in rows.orderBy("n").collect()]


NINE = datetime(2024, 3, 5, 9, 4)
MOMENTS = {
    "2024-03-05 09:04:00": NINE,
    "2024-03-05T09:04:00Z": NINE,
    "2024-03-05T09:04:00.000+00:00": NINE,
    "2024-03-05T11:04:00+0200": NINE,
    "2024-03-05 09:04:00 UTC": NINE,
    "2024-03-05 09:04": NINE,
    "2024/03/05 09:04:00": NINE,
    "3/5/2024 9:04": NINE,
    "03/05/2024 09:04:00 AM": NINE,
    "03/05/2024 9:04am": NINE,
    "05-03-2024 09:04:00": NINE,
    "05.03.2024 09:04": NINE,
    "05-Mar-2024 09:04": NINE,
    "5 MAR 2024 09:04:00": NINE,
    "20240305 09:04:00": NINE,
    "1709629440": NINE,
    "1709629440000": NINE,
    "2024-03-05": datetime(2024, 3, 5),
    "3/5/2024 12:00 PM": datetime(2024, 3, 5, 12),
    "3/5/2024 12:00 AM": datetime(2024, 3, 5),
}
NO_MOMENTS = [
    "2024-02-30",
    "25/12/2024",
    "2024-13-01 10:00:00",
    "tomorrow",
    "12:30",
    "2024",
    "2024-03-05 25:00:00",
]


def test_a_moment_is_read_in_all_usual_spellings(spark, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    found = dict(zip(MOMENTS, read(spark, "timestamp", MOMENTS), strict=True))
    assert found == MOMENTS


def test_what_is_no_moment_is_not_guessed_at(spark):
    assert read(spark, "timestamp", NO_MOMENTS) == [None] * len(NO_MOMENTS)


def test_slashes_are_month_first_unless_told_otherwise(spark):
    assert read(spark, "date", ["01/02/2024"]) == [date(2024, 1, 2)]
    assert read(spark, "date", ["01/02/2024"], day_first=True) == [date(2024, 2, 1)]


@pytest.mark.parametrize(
    ("kind", "cases"),
    [
        (
            "amount",
            {
                "12": Decimal("12.00"),
                "$1,234.50": Decimal("1234.50"),
                "1,234": Decimal("1234.00"),
                " USD 12.5 ": Decimal("12.50"),
                "€1.234,50": Decimal("1234.50"),
                "12,5": Decimal("12.50"),
                "(3.00)": Decimal("-3.00"),
                "-$3": Decimal("-3.00"),
                ".5": Decimal("0.50"),
                "12.345": Decimal("12.35"),
                "1,23,4": None,
                "twelve": None,
                "99999999999": None,
                "$": None,
            },
        ),
        (
            "boolean",
            {
                "1": True,
                "TRUE": True,
                "Yes": True,
                " active ": True,
                "0": False,
                "inactive": False,
                "n": False,
                "2": None,
            },
        ),
        ("year", {"2018": 2018, "2018.0": 2018, "18": None, "3018": None, "2018.5": None}),
        ("latitude", {"42.5": 42.5, "-90": -90.0, "90.1": None, "north": None}),
        ("longitude", {"-180": -180.0, "181": None}),
    ],
)
def test_a_value_is_read_or_is_null(spark, kind, cases):
    assert dict(zip(cases, read(spark, kind, cases), strict=True)) == cases


def test_the_many_spellings_of_nothing_are_null(spark):
    nothing = ["", "   ", "\u00a0", "NULL", "n/a", "NaN", "None", "\\N", "-", None]
    assert read(spark, "amount", nothing) == [None] * len(nothing)


def test_free_text_keeps_its_words_and_loses_only_blanks(spark):
    rows = spark.createDataFrame([("  Mr.  Null\n of\tNone ",), ("Null",)], "value string")
    assert [row.value for row in rows.select(text(F.col("value")).alias("value")).collect()] == [
        "Mr. Null of None",
        "Null",
    ]
