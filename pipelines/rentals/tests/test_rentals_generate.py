import json

import generate
import pytest


def written(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*.csv"))}


def test_the_same_seed_writes_the_same_bytes_and_another_does_not(tmp_path):
    first = generate.generate(tmp_path / "a", 500, seed=7)
    assert generate.generate(tmp_path / "b", 500, seed=7) == first
    assert written(tmp_path / "a") == written(tmp_path / "b")
    generate.generate(tmp_path / "c", 500, seed=8)
    assert written(tmp_path / "a") != written(tmp_path / "c")


def test_the_transformation_rejects_exactly_the_dirty_rows_for_exactly_their_reasons(company):
    for name in ("users/u", "vehicles/v", "locations/l", "rental_transactions/r"):
        (company.folder / f"raw/{name}.csv").unlink()
    made = generate.generate(company.folder / "raw", 2000, seed=3, dirty=0.2)["tables"]
    counted = company.transform()
    assert {name: (c["read"], c["accepted"], c["reasons"]) for name, c in counted.items()} == {
        name: (m["rows"], m["clean"], m["reasons"]) for name, m in made.items()
    }
    assert all(not c["cleared"] for c in counted.values())
    # Every kind of dirt is there, or the equality above would prove little.
    assert len(made["rental_transactions"]["reasons"]) == 11


def test_the_share_of_dirty_rows_is_as_asked(tmp_path):
    made = generate.generate(tmp_path / "some", 20_000, seed=1, dirty=0.1)["tables"]["rental_transactions"]
    assert made["rows"] == 20_000
    assert 1_800 < made["dirty"] < 2_200
    clean = generate.generate(tmp_path / "none", 200, seed=1, dirty=0)["tables"]
    assert [table["dirty"] for table in clean.values()] == [0, 0, 0, 0]


def test_a_smaller_run_leaves_nothing_of_a_larger_one(tmp_path, monkeypatch):
    monkeypatch.setattr(generate, "PART_ROWS", 100)
    generate.generate(tmp_path, 250, seed=1)
    folder = tmp_path / "rental_transactions"
    assert [p.name for p in sorted(folder.iterdir())] == [
        "part-00000.csv",
        "part-00001.csv",
        "part-00002.csv",
    ]
    assert sum(len(p.read_text().splitlines()) for p in folder.iterdir()) == 250 + 3
    generate.generate(tmp_path, 50, seed=1)
    assert [p.name for p in folder.iterdir()] == ["part-00000.csv"]


def test_the_command_line_prints_the_counts_as_json(tmp_path, capsys):
    generate.main(["--rows", "100", "--seed", "1", "--out", str(tmp_path), "--json"])
    made = json.loads(capsys.readouterr().out)
    assert made["tables"]["rental_transactions"]["rows"] == 100


@pytest.mark.parametrize("wrong", [("--rows", "-1"), ("--rows", "1", "--dirty", "0.9"), ("--rows", "many")])
def test_wrong_numbers_are_refused(tmp_path, wrong):
    with pytest.raises(SystemExit):
        generate.main([*wrong, "--out", str(tmp_path)])
