"""A whole night, each layer counted once more without Spark, from the raw files."""

import csv
import json
from collections import Counter
from datetime import UTC, datetime

import pytest


def lines(night, pattern):
    """Every line of JSON in the files of a pattern, as far as it is one."""
    for file in sorted(night.raw.glob(pattern)):
        for line in file.read_text().splitlines():
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                continue


def moment(text):
    """A moment in one of the two spellings; None where it is in neither."""
    for spelling in ("%Y-%m-%dT%H:%M:%SZ", "%d/%m/%Y %H:%M"):
        try:
            return datetime.strptime(text or "", spelling).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def appointments(night):
    """The latest version of each appointment, by hand."""
    latest = {}
    for file in sorted(night.raw.glob("snapshots/*/appointments.csv")):
        for row in csv.DictReader(file.open()):
            updated, starts = moment(row["updated_at"]), moment(row["starts_at"])
            key = (row["appointment_id"] or "").strip()
            if key and key != "N/A" and updated and starts and None not in row.values():
                version = (updated, starts, row["agent_id"] or "", row["status_code"].strip().upper())
                # Versions of one time differ in nothing but their snapshot, or in their status.
                latest[key] = max(latest.get(key, version), version)
    return latest


def to_dos(night):
    """The latest version of each to-do, by hand."""
    latest = {}
    for row in lines(night, "snapshots/*/to_dos.jsonl"):
        updated, created = moment(row["updated_at"]), moment(row["created_at"])
        key = (row["to_do_id"] or "").strip()
        if key and key != "N/A" and updated and created:
            version = (updated, created, row["team_id"] or "", row["status_code"].strip().upper())
            latest[key] = max(latest.get(key, version), version)
    return latest


def members(night, dimension, key):
    """The latest version of each member of a dimension, by hand."""
    latest = {}
    for row in lines(night, f"transactional/**/{dimension}.jsonl"):
        if row[key]:
            version = (row["updated_at"], row["deleted"] == "true", *(row[c] or "" for c in list(row)[3:]))
            latest[row[key]] = max(latest.get(row[key], version), version)
    return latest


KEYS = {
    "agent_dim": "agent_id",
    "appointment_type_dim": "appointment_type_id",
    "site_dim": "site_id",
    "team_dim": "team_id",
    "to_do_type_type_dim": "to_do_type_id",
}


@pytest.mark.parametrize(("dimension", "key"), KEYS.items())
def test_of_each_member_of_a_dimension_the_latest_version_is_there(night, dimension, key):
    expected = members(night, dimension, key)
    assert len(expected) == night.generated[dimension]["things"]
    found = {}
    for row in night.rows(f"pdm_transactional.{dimension}"):
        at = row["updated_at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        texts = ["" if row[c] is None else str(row[c]) for c in list(row)[3:]]
        found[row[key]] = (at, row["deleted"], *texts)
    assert found == expected


def test_the_source_tables_have_every_line_as_it_came(night):
    for name in ("appointments", "to_dos"):
        rows = night.rows(f"pdm_source.{name}")
        assert len(rows) == night.generated[name]["rows"]
        assert Counter(str(row["snapshot_date"]) for row in rows).keys() == {
            "2026-01-05",
            "2026-01-06",
            "2026-01-07",
        }
        cut_off = [row for row in rows if row["raw_line"] is not None]
        assert len(cut_off) == night.generated[name]["reasons"]["malformed_row"]


def test_what_cannot_be_taken_is_rejected_for_the_reason_that_it_was_made_with(night):
    counted = Counter((row["dataset"], row["reject_reason"]) for row in night.rows("pdm_transform.rejects"))
    assert counted == {
        (name, reason): count
        for name in ("appointments", "to_dos")
        for reason, count in night.generated[name]["reasons"].items()
    }
    # Every kind of dirt is there, or the equality above would prove little.
    assert len(counted) == 10


def test_of_each_appointment_and_to_do_the_latest_version_is_taken(night):
    for table, key, expected, moment_column, reference in (
        ("appointments", "appointment_id", appointments(night), "starts_at", "agent_id"),
        ("to_dos", "to_do_id", to_dos(night), "created_at", "team_id"),
    ):
        found = {
            row[key]: (
                row["updated_at"].astimezone(UTC),
                row[moment_column].astimezone(UTC),
                row[reference] or "",
                row["status_code"],
            )
            for row in night.rows(f"pdm_transform.{table}")
        }
        assert found == expected
        assert len(found) == night.generated[table]["things"]


WORDS = {"BKD": "Booked", "ATT": "Attended", "FTA": "Failed to attend", "CAN": "Cancelled"}


def test_facts_bear_the_names_of_what_they_refer_to_and_unknown_where_that_is_nothing(night):
    agents = members(night, "agent_dim", "agent_id")
    found = {row["appointment_id"]: row for row in night.rows("pdm_model.appointment_fact")}
    expected = appointments(night)
    assert found.keys() == expected.keys()
    unknown = 0
    for key, (_, starts, agent, status) in expected.items():
        name = agents[agent][2] if agent in agents else "UNKNOWN"
        unknown += name == "UNKNOWN"
        row = found[key]
        assert (row["agent_name"], row["status"], row["appointment_date"]) == (
            name,
            WORDS[status],
            starts.date(),
        )
    assert unknown > 0


def test_days_are_totals_of_what_began_was_made_and_was_completed_on_them(night):
    meetings, chores = appointments(night), to_dos(night)
    days = {row["day"]: row for row in night.rows("pdm_exposed.daily_metrics")}
    began = Counter(starts.date() for _, starts, _, _ in meetings.values())
    missed = Counter(starts.date() for _, starts, _, status in meetings.values() if status == "FTA")
    made = Counter(created.date() for _, created, _, _ in chores.values())
    assert {day: row["appointments"] for day, row in days.items() if row["appointments"]} == began
    assert {day: row["missed"] for day, row in days.items() if row["missed"]} == missed
    assert {day: row["to_dos_created"] for day, row in days.items() if row["to_dos_created"]} == made
    completed = sum(row["completed_at"] is not None for row in night.rows("pdm_model.to_do_fact"))
    assert completed == sum(row["to_dos_completed"] for row in days.values()) > 0


def test_an_agent_who_is_deleted_has_no_workload_and_one_without_work_has_zeros(night):
    agents = members(night, "agent_dim", "agent_id")
    busy = Counter(agent for _, _, agent, _ in appointments(night).values())
    found = {row["agent_id"]: row["appointments"] for row in night.rows("pdm_exposed.agent_workload")}
    assert found == {key: busy[key] for key, version in agents.items() if not version[1]}
    assert len(found) < len(agents) and 0 in found.values()


def test_every_view_is_exposed_as_a_table_of_its_own(night):
    for view in ("agent_workload", "daily_metrics", "site_appointments", "team_to_dos"):
        rows = night.rows(f"pdm_exposed.{view}")
        assert rows and rows == night.rows(f"pdm_views.{view}")
        assert list((night.data / "exposed" / view).glob("part-*.parquet"))


def test_the_books_and_the_metrics_have_the_rows_of_every_table(night):
    books = {
        row["table_name"]: row["row_count"]
        for row in night.rows("pdm_audit.steps")
        if row["step"] != "transactional"
    }
    assert books == {name: len(night.rows(name)) for name in books}
    assert len(books) == 17
    metrics = json.loads((night.data / "metrics/pdm.json").read_text())
    assert metrics == {
        "data_product": "PDM",
        "correlation_id": "pdm@2026-01-08T01:00:00Z",
        "run_id": 1,
        "rows": books,
    }


def test_steps_that_run_again_change_nothing(night):
    before, files = night.tables(), night.files()
    # What transactional enters is what it finds, and it finds more once the first load is in.
    before["audit.steps"] = [row for row in before["audit.steps"] if row["step"] != "transactional"]
    night.upto("create-views-tables")
    after = night.tables()
    after["audit.steps"] = [row for row in after["audit.steps"] if row["step"] != "transactional"]
    assert after == before
    assert night.files() == files


def test_a_later_attempt_makes_the_same_tables_and_has_entries_of_its_own_in_the_books(night):
    before = night.tables()
    night.step("model", run_id="2")
    after = night.tables()
    added = [row for row in after.pop("audit.steps") if row not in before["audit.steps"]]
    del before["audit.steps"]
    assert after == before
    assert {(row["step"], row["run_id"]) for row in added} == {("model", 2)}


def test_a_table_that_has_lost_its_view_goes_with_its_files(night):
    night.spark.sql("CREATE VIEW pdm_views.passing AS SELECT 1 AS one")
    night.step("create-views-tables")
    assert night.rows("pdm_exposed.passing") == [{"one": 1}]
    night.spark.sql("DROP VIEW pdm_views.passing")
    night.step("create-views-tables")
    assert not night.spark.catalog.tableExists("pdm_exposed.passing")
    assert not (night.data / "exposed/passing").exists()
