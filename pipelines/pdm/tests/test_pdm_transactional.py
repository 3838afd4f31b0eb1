import json

import dimensions
import pdm_run
import pytest

BEGUN = ("create-hive-dynamo-table", "create_databases")


def agent(key, at, name, deleted=None):
    row = {
        "agent_id": key,
        "updated_at": at,
        "deleted": deleted,
        "agent_name": name,
        "team_id": "T1",
        "grade": "A",
    }
    return json.dumps(row)


@pytest.fixture
def begun(tonight):
    """A night whose databases are there."""
    for step in BEGUN:
        tonight.step(step)
    return tonight


def agents(night):
    return {
        row["agent_id"]: (row["agent_name"], row["deleted"])
        for row in night.rows("pdm_transactional.agent_dim")
    }


def test_changes_are_merged_whatever_the_order_they_come_in(begun):
    begun.put(
        "transactional/changes/2026-01-05/agent_dim.jsonl",
        agent("A1", "2026-01-04T10:00:00Z", "later"),
        agent("A1", "2026-01-03T10:00:00Z", "earlier"),
        agent("A2", "2026-01-04T10:00:00Z", "gone", "true"),
        agent(None, "2026-01-04T10:00:00Z", "nobody"),
        agent("A3", "yesterday", "never"),
    )
    begun.step("transactional")
    assert agents(begun) == {"A1": ("later", False), "A2": ("gone", True)}
    begun.put(
        "transactional/changes/2026-01-06/agent_dim.jsonl",
        agent("A1", "2026-01-02T10:00:00Z", "late to come"),
        agent("A2", "2026-01-05T10:00:00Z", "back", "false"),
    )
    begun.step("transactional")
    assert agents(begun) == {"A1": ("later", False), "A2": ("back", False)}


def test_what_was_merged_stays_when_its_file_is_gone(begun):
    begun.put("transactional/changes/2026-01-05/agent_dim.jsonl", agent("A1", "2026-01-04T10:00:00Z", "one"))
    begun.step("transactional")
    begun.put("transactional/changes/2026-01-05/agent_dim.jsonl", agent("A2", "2026-01-04T10:00:00Z", "two"))
    begun.step("transactional")
    assert agents(begun) == {"A1": ("one", False), "A2": ("two", False)}
    (begun.raw / "transactional/changes/2026-01-05/agent_dim.jsonl").unlink()
    begun.step("transactional")
    assert agents(begun) == {"A1": ("one", False), "A2": ("two", False)}


def test_changes_after_the_export_s_day_are_left_for_their_own_night(begun):
    begun.put("transactional/changes/2026-01-05/agent_dim.jsonl", agent("A1", "2026-01-04T10:00:00Z", "one"))
    begun.put("transactional/changes/2026-01-06/agent_dim.jsonl", agent("A1", "2026-01-05T10:00:00Z", "two"))
    begun.step("transactional", export_date="2026-01-05")
    assert agents(begun) == {"A1": ("one", False)}


def put_full(night, *without):
    for dimension in dimensions.DIMENSIONS:
        if dimension.name not in without:
            row = {dimension.key: "X1", "updated_at": "2025-01-01T00:00:00Z"}
            night.put(f"transactional/full/{dimension.name}.jsonl", json.dumps(row))


def test_the_first_load_adds_what_is_missing_and_keeps_what_is_later(begun):
    begun.put(
        "transactional/changes/2026-01-05/agent_dim.jsonl", agent("A1", "2026-01-04T10:00:00Z", "changed")
    )
    begun.step("transactional")
    put_full(begun)
    begun.put(
        "transactional/full/agent_dim.jsonl",
        agent("A1", "2025-01-01T00:00:00Z", "first"),
        agent("A2", "2025-01-01T00:00:00Z", "second"),
    )
    begun.step("initial_transactional_load", snapshot_type="full")
    assert agents(begun) == {"A1": ("changed", False), "A2": ("second", False)}


def test_without_the_flag_there_is_no_first_load_and_no_spark_is_started(begun, monkeypatch, capsys):
    put_full(begun)
    monkeypatch.setattr(pdm_run, "perform", lambda *asked: pytest.fail("a Spark was asked for"))
    begun.step("initial_transactional_load", snapshot_type="incremental")
    assert "nothing to do: the snapshot type is incremental" in capsys.readouterr().out
    assert not begun.spark.catalog.tableExists("pdm_transactional.agent_dim")


def test_a_first_load_without_a_snapshot_says_which_and_loads_none(begun):
    put_full(begun, "team_dim", "site_dim")
    with pytest.raises(
        SystemExit, match="Error: no full snapshot of site_dim, team_dim in .*transactional/full"
    ):
        begun.step("initial_transactional_load", snapshot_type="full")
    assert not begun.spark.catalog.tableExists("pdm_transactional.agent_dim")


def test_a_merge_that_dies_before_its_end_leaves_the_table_as_it_was(begun, monkeypatch):
    begun.put("transactional/changes/2026-01-05/agent_dim.jsonl", agent("A1", "2026-01-04T10:00:00Z", "one"))
    begun.step("transactional")
    begun.put("transactional/changes/2026-01-06/agent_dim.jsonl", agent("A1", "2026-01-05T10:00:00Z", "two"))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(dimensions, "point", interrupted)
        begun.step("transactional")
    assert agents(begun) == {"A1": ("one", False)}
    begun.step("transactional")
    assert agents(begun) == {"A1": ("two", False)}
    assert len(list((begun.data / "transactional/agent_dim").iterdir())) == 1


def interrupted(*_):
    raise KeyboardInterrupt


def test_metrics_that_cannot_be_written_do_not_fail_a_job(begun, caplog):
    blocked = begun.root / "blocked"
    blocked.write_text("a file where a folder would have to be")
    run = pdm_run.Run("r", 1, "2026-01-05", str(begun.data), f"{blocked}/pdm.json")
    pdm_run.enter(begun.spark, run, "transform", {"pdm_transform.to_dos": 3})
    assert "could not be written" in caplog.text
    assert [row["row_count"] for row in begun.rows("pdm_audit.steps")] == [3]
