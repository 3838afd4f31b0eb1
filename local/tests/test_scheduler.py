import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError

from emr_relay_local.schedule_expressions import BadExpression, parse

OFF = {"Mode": "OFF"}
SOON = timedelta(seconds=2)


def at(moment):
    return f"at({moment:%Y-%m-%dT%H:%M:%S})"


def soon(zone=UTC):
    """A whole second that is still to come."""
    return at(datetime.now(zone) + SOON + timedelta(milliseconds=500))


@pytest.fixture
def schedule(cloud):
    """Makes schedules that nobody else has."""
    scheduler = cloud.client("scheduler")

    def make(arn, expression=None, target=None, **spec):
        name = cloud.unique()
        target = {"Arn": arn, "RoleArn": cloud.role(), **(target or {})}
        spec = {"ScheduleExpression": expression or soon(), "FlexibleTimeWindow": OFF, **spec}
        scheduler.create_schedule(Name=name, Target=target, **spec)
        return name

    return make


def names(cloud, **filters):
    return [found["Name"] for found in cloud.client("scheduler").list_schedules(**filters)["Schedules"]]


def refused(call, **request):
    with pytest.raises(ClientError) as error:
        call(**request)
    return error.value.response


def test_a_schedule_reaches_its_function_with_its_input_in_its_time_zone_and_not_before(cloud, schedule):
    function = cloud.function()
    tokyo = ZoneInfo("Asia/Tokyo")
    due = datetime.now(tokyo).replace(microsecond=0) + timedelta(seconds=2)

    schedule(function.arn, at(due), {"Input": '{"run": 7}'}, ScheduleExpressionTimezone="Asia/Tokyo")

    assert function.seen()[0]["event"] == {"run": 7}
    assert datetime.now(UTC) >= due


def test_a_schedule_without_input_sends_the_event_of_the_scheduler(cloud, schedule):
    function = cloud.function()

    name = schedule(function.arn)

    event = function.seen()[0]["event"]
    arn = cloud.client("scheduler").get_schedule(Name=name)["Arn"]
    assert (event["source"], event["detail-type"]) == ("aws.scheduler", "Scheduled Event")
    assert (event["resources"], event["detail"]) == ([arn], "{}")


def test_the_keywords_of_the_scheduler_are_filled_in(cloud, schedule):
    queue, arn = cloud.queue()
    name = schedule(arn, target={"Input": '{"from": "<aws.scheduler.schedule-arn>"}'})

    body = json.loads(cloud.receive(queue)[0]["Body"])

    assert body["from"] == cloud.client("scheduler").get_schedule(Name=name)["Arn"]


@pytest.mark.parametrize(("after", "left"), [("DELETE", False), ("NONE", True)])
def test_a_delivered_schedule_is_deleted_where_it_asks_for_that(cloud, schedule, after, left):
    queue, arn = cloud.queue()
    name = schedule(arn, ActionAfterCompletion=after)

    cloud.receive(queue)

    assert (name in names(cloud)) is left


def test_a_rate_begins_at_once_and_ends_with_its_end_date(cloud, schedule):
    queue, arn = cloud.queue()
    end = datetime.now(UTC) + timedelta(seconds=30)

    name = schedule(arn, "rate(1 minute)", EndDate=end, ActionAfterCompletion="DELETE")

    cloud.receive(queue)
    assert name not in names(cloud)


def test_a_disabled_deleted_or_postponed_schedule_is_never_delivered(cloud, schedule):
    (quiet, quiet_arn), (queue, arn), scheduler = cloud.queue(), cloud.queue(), cloud.client("scheduler")
    when = soon()
    schedule(quiet_arn, when, State="DISABLED")
    deleted, postponed = schedule(quiet_arn, when), schedule(quiet_arn, when)
    scheduler.delete_schedule(Name=deleted)
    target = {"Arn": quiet_arn, "RoleArn": cloud.role()}
    scheduler.update_schedule(
        Name=postponed, Target=target, FlexibleTimeWindow=OFF, ScheduleExpression="at(2199-01-01T00:00:00)"
    )

    schedule(arn, when)

    cloud.receive(queue)
    assert cloud.is_empty(quiet)
    scheduler.delete_schedule(Name=postponed)


def test_schedules_of_a_deleted_group_are_gone(cloud, schedule):
    (quiet, quiet_arn), (queue, arn), scheduler = cloud.queue(), cloud.queue(), cloud.client("scheduler")
    scheduler.create_schedule_group(Name="passing")
    when = soon()
    name = schedule(quiet_arn, when, GroupName="passing")
    assert names(cloud, GroupName="passing") == [name]

    scheduler.delete_schedule_group(Name="passing")

    schedule(arn, when)
    cloud.receive(queue)
    assert cloud.is_empty(quiet)
    assert refused(scheduler.get_schedule, Name=name, GroupName="passing")["Error"]["Code"] == (
        "ResourceNotFoundException"
    )


def test_a_name_that_exists_is_refused_unless_the_request_is_the_same_one_again(cloud, schedule):
    scheduler, (_, arn) = cloud.client("scheduler"), cloud.queue()
    request = {
        "Name": cloud.unique(),
        "ScheduleExpression": "at(2199-01-01T00:00:00)",
        "FlexibleTimeWindow": OFF,
        "Target": {"Arn": arn, "RoleArn": cloud.role()},
        "ClientToken": "one",
    }
    first = scheduler.create_schedule(**request)["ScheduleArn"]

    assert scheduler.create_schedule(**request)["ScheduleArn"] == first
    for other in ({"ClientToken": "two"}, {"ScheduleExpression": "at(2199-01-02T00:00:00)"}):
        response = refused(scheduler.create_schedule, **{**request, **other})
        assert response["Error"]["Code"] == "ConflictException"
        assert response["ResponseMetadata"]["HTTPStatusCode"] == 409


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"ScheduleExpression": "at(2020-01-01T00:00:00)"}, "ValidationException", "in the past"),
        ({"ScheduleExpression": "at(2199-01-01)"}, "ValidationException", "yyyy-mm-ddThh:mm:ss"),
        ({"ScheduleExpression": "every minute"}, "ValidationException", "Invalid Schedule Expression every"),
        ({"ScheduleExpression": "cron(0 0 L * ? *)"}, "ValidationException", "'L' is not understood"),
        ({"ScheduleExpressionTimezone": "Mars/Base"}, "ValidationException", "not a time zone"),
        ({"Name": "a:b"}, "ValidationException", "^[0-9a-zA-Z-_.]+$"),
        ({"Name": "a" * 65}, "ValidationException", "less than or equal to 64"),
        ({"GroupName": "nowhere"}, "ResourceNotFoundException", "nowhere"),
        ({"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:s3:x", "RoleArn": "arn:aws:iam::1:role/r"}},
         "NotImplemented", "a target such as arn:aws:scheduler"),
    ],
)  # fmt: skip
def test_a_schedule_that_aws_or_local_mode_cannot_take_is_refused(cloud, changes, code, message):
    scheduler = cloud.client("scheduler")
    request = {
        "Name": "refused",
        "ScheduleExpression": "at(2199-01-01T00:00:00)",
        "FlexibleTimeWindow": OFF,
        "Target": {"Arn": cloud.queue()[1], "RoleArn": "arn:aws:iam::123456789012:role/r"},
    }

    error = refused(scheduler.create_schedule, **{**request, **changes})["Error"]

    assert (error["Code"], message in error["Message"]) == (code, True), error
    assert "refused" not in names(cloud)


def test_a_throttled_schedule_is_not_made(cloud, schedule):
    cloud.fault(kind="throttle", service="scheduler", operation="CreateSchedule")
    before = names(cloud)

    with pytest.raises(ClientError, match="ThrottlingException"):
        schedule(cloud.queue()[1])

    assert names(cloud) == before


def test_a_schedule_whose_answer_is_lost_was_made(cloud, schedule):
    queue, arn = cloud.queue()
    cloud.fault(kind="error_after", service="scheduler", operation="CreateSchedule")

    with pytest.raises(ClientError, match="InternalServerException"):
        schedule(arn)

    cloud.receive(queue)


def test_a_lost_delivery_never_arrives_and_its_schedule_is_over(cloud, schedule):
    (quiet, quiet_arn), (queue, arn) = cloud.queue(), cloud.queue()
    when = soon()
    lost = schedule(quiet_arn, when, ActionAfterCompletion="DELETE")
    cloud.fault(kind="lose_event", source="aws.scheduler", schedule=lost)

    schedule(arn, when)

    cloud.receive(queue)
    assert cloud.is_empty(quiet)
    assert lost not in names(cloud)


def test_a_delivery_that_is_refused_for_too_long_is_a_dead_letter(cloud, schedule):
    function, (letters, letters_arn) = cloud.function(), cloud.queue()
    policy = {"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 60}
    cloud.fault(kind="throttle", service="lambda", function="scheduler.amazonaws.com", times=2)

    name = schedule(
        function.arn,
        target={"Input": "{}", "DeadLetterConfig": {"Arn": letters_arn}, "RetryPolicy": policy},
    )

    attributes = cloud.receive(letters)[0]["MessageAttributes"]
    arn = cloud.client("scheduler").get_schedule(Name=name)["Arn"]
    assert attributes["SCHEDULE_ARN"]["StringValue"] == arn
    assert attributes["RETRY_ATTEMPTS"]["StringValue"] == "1"


MONDAY = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "zone", "expected"),
    [
        ("cron(0 12 * * ? *)", None, "2026-11-23T12:00"),
        ("cron(30 10 * * ? *)", None, "2026-11-24T10:30"),
        ("cron(0/20 * ? * MON-FRI *)", None, "2026-11-23T10:40"),
        ("cron(0 8 1 JAN,JUL ? 2027-2030)", None, "2027-01-01T08:00"),
        ("cron(0 0 29 2 ? *)", None, "2028-02-29T00:00"),
        ("cron(0 9 ? * 1 *)", "Europe/London", "2026-11-29T09:00"),
        ("cron(0 9 1 6 ? *)", "Europe/London", "2027-06-01T08:00"),
        ("cron(0 0 1 1 ? 2020)", None, None),
        ("cron(0 0 31 2 ? *)", None, None),
    ],
)
def test_a_cron_is_next_due_when_aws_says(expression, zone, expected):
    due = parse(expression, zone).following(MONDAY)

    assert (f"{due:%Y-%m-%dT%H:%M}" if due else None) == expected


@pytest.mark.parametrize(
    "text",
    [
        "cron(* * * * ? )", "cron(0 0 * * * *)", "cron(0 24 * * ? *)", "cron(5-1 * * * ? *)",
        "cron(0/0 * * * ? *)", "cron(0 0 ? * 6#3 *)", "rate(0 minutes)", "rate(5 seconds)",
        "at(2026-13-01T00:00:00)",
    ],
)  # fmt: skip
def test_what_is_no_expression_is_refused(text):
    with pytest.raises(BadExpression):
        parse(text)
