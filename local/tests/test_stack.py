"""What the stack connects: rules and schedules with the functions that act when something has ended."""

import json
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cloud_process import executable, spawn, start

FUNCTIONS = ("launcher", "recorder", "relauncher", "sweeper")


@pytest.fixture(scope="module")
def functions(tmp_path_factory):
    folder = tmp_path_factory.mktemp("all-functions")
    for name in FUNCTIONS:
        executable(folder / name)
    return folder


@pytest.fixture(scope="module")
def stack(functions):
    cloud = start("--functions", functions, "--retry-delays", "0,0", "--sweep-every", "1s")
    yield cloud
    cloud.end()


def told(stack, function):
    """The queue that a function tells what it was given."""
    return stack.client("sqs").create_queue(QueueName=f"emr-relay-{function}")["QueueUrl"]


def events(stack, queue, count=1):
    return [json.loads(message["Body"])["event"] for message in stack.receive(queue, count)]


def test_every_function_knows_the_relauncher_by_the_name_that_it_then_has(stack):
    functions = stack.client("lambda")
    for name in FUNCTIONS:
        given = functions.get_function_configuration(FunctionName=f"emr-relay-{name}")
        variables = given["Environment"]["Variables"]
        assert variables["RELAUNCHER_FUNCTION_ARN"] == stack.ready["functions"]["relauncher"]


def test_the_relauncher_hears_of_every_end_of_a_cluster_and_of_nothing_else(stack):
    queue = told(stack, "relauncher")
    for kind, state in [
        ("EMR Cluster State Change", "RUNNING"),
        ("EMR Step Status Change", "FAILED"),
        ("EMR Cluster State Change", "TERMINATED"),
        ("EMR Cluster State Change", "TERMINATED_WITH_ERRORS"),
    ]:
        stack.put_event("aws.emr", {"state": state}, kind)

    states = {event["detail"]["state"] for event in events(stack, queue, 2)}

    assert states == {"TERMINATED", "TERMINATED_WITH_ERRORS"}
    assert stack.is_empty(queue)


def test_a_schedule_in_the_stack_s_group_comes_back_to_the_relauncher(stack):
    queue, scheduler = told(stack, "relauncher"), stack.client("scheduler")
    configuration = stack.client("lambda").get_function_configuration(FunctionName="emr-relay-relauncher")
    given = configuration["Environment"]["Variables"]
    due = datetime.now(UTC) + timedelta(seconds=2)

    scheduler.create_schedule(
        Name="run-1-attempt-2",
        GroupName=given["SCHEDULE_GROUP_NAME"],
        ScheduleExpression=f"at({due:%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": given["RELAUNCHER_FUNCTION_ARN"],
            "RoleArn": given["SCHEDULE_ROLE_ARN"],
            "Input": '{"correlation_id": "run-1"}',
        },
    )

    assert events(stack, queue) == [{"correlation_id": "run-1"}]
    assert scheduler.list_schedules(GroupName="emr-relay")["Schedules"] == []


def test_the_sweeper_is_called_again_and_again_with_a_scheduled_event(stack):
    queue = told(stack, "sweeper")

    first, second = events(stack, queue, 2)

    rule = stack.client("events").describe_rule(Name="emr-relay-sweeper-schedule")
    assert first.pop("time") != second["time"]
    assert first.pop("id") != second["id"]
    assert first == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": stack.ready["account"],
        "region": stack.ready["region"],
        "resources": [rule["Arn"]],
        "detail": {},
    }
    assert rule["ScheduleExpression"] == "rate(5 minutes)"


def test_a_lost_sweep_is_followed_by_the_next(stack):
    queue = told(stack, "sweeper")
    stack.fault(kind="lose_event", source="aws.events", schedule="emr-relay-sweeper-schedule")
    stack.client("sqs").purge_queue(QueueUrl=queue)

    # Of three that come now, at most the first can have been on its way already.
    events(stack, queue, 3)

    assert stack.control("GET", "faults")[1]["faults"] == []


def test_a_rule_that_was_disabled_or_put_again_is_not_due_as_before(stack):
    client, (queue, arn) = stack.client("events"), stack.queue()
    (quiet, quiet_arn), every = stack.queue(), "emr-relay-local:every-seconds"
    for name, target in (("quiet", quiet_arn), ("loud", arn)):
        tags = [{"Key": every, "Value": "0.5"}]
        client.put_rule(Name=name, ScheduleExpression="rate(1 day)", Tags=tags)
        client.put_targets(Rule=name, Targets=[{"Id": "0", "Arn": target}])
    client.disable_rule(Name="quiet")
    stack.client("sqs").purge_queue(QueueUrl=quiet)

    stack.receive(queue, 3)
    assert stack.is_empty(quiet)
    client.put_rule(Name="loud", ScheduleExpression="rate(1 day)")
    stack.client("sqs").purge_queue(QueueUrl=queue)
    client.enable_rule(Name="quiet")

    stack.receive(quiet, 3)
    assert stack.is_empty(queue)


def test_a_rate_that_is_none_is_refused():
    process = spawn("--sweep-every", "often", stderr=subprocess.PIPE)

    errors = process.stderr.read()

    assert process.wait(20) == 2
    assert "often is not a number of seconds such as 10" in errors
