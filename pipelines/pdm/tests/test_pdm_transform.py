import shutil
from datetime import UTC, datetime

import pdm_run
import pytest
import transform

NINE = datetime(2026, 1, 5, 9, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-05T09:04:00Z", NINE),
        ("2026-01-05 09:04:00", NINE),
        (" 2026-01-05T11:04:00+02:00 ", NINE),
        ("05/01/2026 09:04", NINE),
        ("2026-02-30T10:00:00Z", None),
        ("13/13/2026 10:00", None),
        ("2026", None),
        ("2026-01-05", None),
        ("soon", None),
        ("N/A", None),
        (None, None),
    ],
)
def test_a_moment_is_read_or_is_null(spark, text, expected):
    row = spark.createDataFrame([(text,)], "value string").select(transform.moment("value")).first()
    assert (row[0] and row[0].astimezone(UTC)) == expected


def test_the_spellings_of_nothing_are_null_and_other_texts_lose_their_blanks(spark):
    texts = ["", "  ", "NULL", "n/a", "-", "None", None, " A 1 "]
    rows = spark.createDataFrame([(text,) for text in texts], "value string").select(transform.said("value"))
    assert [row[0] for row in rows.collect()] == [None] * 7 + ["A 1"]


def test_a_night_without_snapshots_says_where_they_should_be(tonight):
    tonight.step("create-hive-dynamo-table")
    tonight.step("create_databases")
    tonight.put("snapshots/2026-01-09/to_dos.jsonl", "{}")
    with pytest.raises(
        SystemExit, match="no snapshot of appointments, to_dos up to 2026-01-08 in .*/snapshots"
    ):
        tonight.step("source")


HEADER = "appointment_id,agent_id,site_id,appointment_type_id,status_code,starts_at,updated_at"


def put_day(night, day, key):
    night.put("dictionary/dictionary.csv", "dataset,field,code,description")
    moments = f"{day}T10:00:00Z,{day}T09:00:00Z"
    night.put(f"snapshots/{day}/appointments.csv", HEADER, f"{key},A1,S1,P1,ATT,{moments}")
    night.put(f"snapshots/{day}/to_dos.jsonl", "{}")


def test_a_day_whose_file_is_gone_stays_loaded_and_one_that_is_loaded_again_replaces_itself(tonight):
    for step in ("create-hive-dynamo-table", "create_databases", "clean-dictionary-data"):
        put_day(tonight, "2026-01-05", "M1")
        tonight.step(step)
    tonight.step("source")
    shutil.rmtree(tonight.raw / "snapshots/2026-01-05")
    put_day(tonight, "2026-01-06", "M2")
    tonight.step("source")
    put_day(tonight, "2026-01-06", "M3")
    tonight.step("source")
    loaded = [(str(r["snapshot_date"]), r["appointment_id"]) for r in tonight.rows("pdm_source.appointments")]
    assert sorted(loaded) == [("2026-01-05", "M1"), ("2026-01-06", "M3")]
    for until, expected in (("2026-01-05", ["M1"]), ("2026-01-06", ["M1", "M3"])):
        tonight.step("transform", export_date=until)
        assert [row["appointment_id"] for row in tonight.rows("pdm_transform.appointments")] == expected


def test_a_file_with_another_header_stops_the_load(tonight):
    tonight.put("dictionary/dictionary.csv", "dataset,field,code,description")
    tonight.put("snapshots/2026-01-05/appointments.csv", "agent_id,appointment_id", "A1,M1")
    tonight.put("snapshots/2026-01-05/to_dos.jsonl", "{}")
    for step in ("create-hive-dynamo-table", "create_databases", "clean-dictionary-data"):
        tonight.step(step)
    with pytest.raises(Exception, match="(?i)header"):
        tonight.step("source")


def test_files_that_are_due_are_those_of_a_table_up_to_a_day():
    files = [
        f"s3://b/raw/snapshots/{name}"
        for name in (
            "2026-01-05/to_dos.jsonl",
            "2026-01-06/to_dos-1.jsonl.gz",
            "2026-01-07/to_dos.jsonl",
            "2026-01-05/appointments.csv",
            "2026-01-05/other_to_dos.jsonl",
            "2026-01-05/to_dos.txt",
        )
    ]
    assert pdm_run.due(files, "to_dos", "2026-01-06") == files[:2]
