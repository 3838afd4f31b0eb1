import json

import generate
import pytest


def written(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*.*"))}


def test_the_same_seed_writes_the_same_bytes_and_another_does_not(tmp_path):
    first = generate.generate(tmp_path / "a", 500, seed=7)
    assert generate.generate(tmp_path / "b", 500, seed=7) == first
    assert written(tmp_path / "a") == written(tmp_path / "b")
    generate.generate(tmp_path / "c", 500, seed=8)
    assert written(tmp_path / "a") != written(tmp_path / "c")


def test_a_smaller_run_leaves_nothing_of_a_larger_one(tmp_path):
    generate.generate(tmp_path / "a", 900, seed=1)
    generate.generate(tmp_path / "a", 90, seed=1)
    generate.generate(tmp_path / "b", 90, seed=1)
    assert written(tmp_path / "a") == written(tmp_path / "b")


def test_the_share_of_dirty_rows_is_as_asked(tmp_path):
    made = generate.generate(tmp_path, 10_000, seed=1, dirty=0.1)["tables"]["appointments"]
    assert made["rows"] == 10_000
    assert 900 < made["dirty"] < 1_100
    clean = generate.generate(tmp_path, 200, seed=1, dirty=0)["tables"]
    assert (clean["appointments"]["dirty"], clean["to_dos"]["dirty"]) == (0, 0)


def test_an_input_without_rows_is_written_all_the_same(tmp_path):
    made = generate.generate(tmp_path, 0, seed=1)["tables"]
    assert (made["appointments"]["rows"], made["to_dos"]["rows"]) == (0, 0)
    assert (tmp_path / "snapshots/2026-01-07/appointments.csv").read_text().startswith("appointment_id,")


def test_the_command_line_prints_the_counts_as_json(tmp_path, capsys):
    generate.main(["--rows", "100", "--seed", "1", "--out", str(tmp_path), "--json"])
    made = json.loads(capsys.readouterr().out)
    assert made["tables"]["appointments"]["rows"] == 100


@pytest.mark.parametrize("wrong", [("--rows", "-1"), ("--rows", "1", "--dirty", "0.9"), ("--rows", "many")])
def test_wrong_numbers_are_refused(tmp_path, wrong):
    with pytest.raises(SystemExit):
        generate.main([*wrong, "--out", str(tmp_path)])
