import json

import pytest
from cloud_process import executable

from emr_relay_local.sources import BadFolder, read


def test_only_executables_with_the_name_of_a_function_are_deployed(tmp_path):
    executable(tmp_path / "recorder")
    executable(tmp_path / "relay")
    (tmp_path / "launcher").write_text("not executable")

    assert read(tmp_path, None, None).functions == {"recorder": tmp_path / "recorder"}


def test_a_pattern_is_named_after_its_function(tmp_path):
    (tmp_path / "sweeper.every-hour.json").write_text('{"source": ["a"]}')

    rule = read(None, tmp_path, None).rules[0]

    assert (rule.name, rule.function) == ("emr-relay-sweeper-every-hour", "sweeper")
    assert json.loads(rule.pattern) == {"source": ["a"]}


def test_a_schedule_is_told_from_a_pattern(tmp_path):
    (tmp_path / "sweeper.schedule.json").write_text('{"ScheduleExpression": "rate(5 minutes)"}')

    rule = read(None, tmp_path, None).rules[0]

    assert (rule.name, rule.schedule, rule.pattern) == ("emr-relay-sweeper-schedule", "rate(5 minutes)", None)


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("nobody.what.json", "{}", "the name is not FUNCTION.WHAT.json with one of launcher, recorder"),
        ("recorder.json", "{}", "the name is not FUNCTION.WHAT.json"),
        ("recorder.broken.json", "{", "recorder.broken.json is not JSON"),
        ("recorder.list.json", "[]", "recorder.list.json is neither a pattern nor a schedule"),
    ],
)
def test_a_pattern_file_that_is_wrong_is_named(tmp_path, name, text, complaint):
    (tmp_path / name).write_text(text)

    with pytest.raises(BadFolder, match=complaint):
        read(None, tmp_path, None)


def test_empty_folders_are_named(tmp_path):
    with pytest.raises(BadFolder, match="holds no executable named launcher"):
        read(tmp_path, None, None)
    with pytest.raises(BadFolder, match="holds no pipeline folders"):
        read(None, None, tmp_path)
