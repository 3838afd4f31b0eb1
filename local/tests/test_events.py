import json
from pathlib import Path

import pytest

DEPLOYED = Path(__file__).parents[2] / "infra" / "events"
SAFE_FILTERS = {"prefix", "suffix", "exists", "anything-but"}


def test_an_event_reaches_the_function_of_a_rule_that_matches(cloud):
    source, function = cloud.unique(), cloud.function()
    cloud.rule({"source": [source], "detail": {"state": ["FAILED"]}}, {"Arn": function.arn})

    cloud.put_event(source, {"state": "COMPLETED"})
    event_id = cloud.put_event(source, {"state": "FAILED", "name": "nightly"}, "Step")

    event = function.seen()[0]["event"]
    assert event.pop("time").endswith("Z")
    assert event == {
        "version": "0",
        "id": event_id,
        "detail-type": "Step",
        "source": source,
        "account": cloud.ready["account"],
        "region": cloud.ready["region"],
        "resources": [],
        "detail": {"state": "FAILED", "name": "nightly"},
    }


@pytest.mark.parametrize(
    ("detail_type", "detail", "wanted"),
    [
        ("EMR Cluster State Change", {"state": "STARTING"}, True),
        ("EMR Cluster State Change", {"state": "RUNNING"}, True),
        ("EMR Cluster State Change", {"state": "WAITING"}, True),
        ("EMR Cluster State Change", {"state": "TERMINATED"}, True),
        ("EMR Cluster State Change", {"state": "TERMINATED_WITH_ERRORS"}, True),
        ("EMR Step Status Change", {"state": "FAILED"}, True),
        ("EMR Step Status Change", {"state": "PENDING"}, True),
        ("EMR Auto Scaling Policy State Change", {"state": "FAILED"}, False),
    ],
)
def test_the_recorder_gets_what_the_deployed_patterns_say(cloud, detail_type, detail, wanted):
    queue = cloud.client("sqs").create_queue(QueueName="emr-relay-recorder")["QueueUrl"]

    cloud.put_event("aws.emr", detail, detail_type)
    last = cloud.put_event("aws.emr", {"state": "RUNNING"}, "EMR Step Status Change")

    seen = [json.loads(message["Body"])["event"] for message in cloud.receive(queue, 2 if wanted else 1)]
    kinds = {event["detail-type"] for event in seen if event["id"] != last}
    assert kinds == ({detail_type} if wanted else set())


def test_deployed_patterns_use_only_what_every_matcher_reads_alike():
    files = sorted(DEPLOYED.glob("*.json"))
    assert files
    for file in files:
        content = json.loads(file.read_text())
        assert content.keys() == {"ScheduleExpression"} or unsafe(content) == [], file.name


def unsafe(pattern, path=""):
    """What matchers disagree on: `$or`, dotted keys, empty lists, alternatives of `exists`, rare filters."""
    found = []
    for key, value in pattern.items():
        here = f"{path}/{key}"
        if key == "$or" or "." in key or not value:
            found.append(here)
        elif isinstance(value, dict):
            found += unsafe(value, here)
        else:
            filters = [item for item in value if isinstance(item, dict)]
            names = {name for item in filters for name in item}
            if names - SAFE_FILTERS or ("exists" in names and len(value) > 1):
                found.append(here)
    return found


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ({"Input": '{"constant": true}'}, {"constant": True}),
        ({"InputPath": "$.detail"}, {"name": 'a "b"', "n": 3, "list": [1]}),
        ({"InputPath": "$.detail.n"}, 3),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"name": "$.detail.name", "n": "$.detail.n", "none": "$.detail.x"},
                    "InputTemplate": '{"text": "<name> (<n>)", "name": <name>, "n": <n>, "gone": "<none>"}',
                }
            },
            {"text": 'a "b" (3)', "name": 'a "b"', "n": 3, "gone": ""},
        ),
        (
            {"InputTransformer": {"InputTemplate": '{"all": <aws.events.event.json>, "other": "<x>"}'}},
            None,
        ),
    ],
)
def test_a_target_is_given_what_it_asks_for(cloud, shape, wanted):
    source, (queue, arn) = cloud.unique(), cloud.queue()
    cloud.rule({"source": [source]}, {"Arn": arn, **shape})

    event_id = cloud.put_event(source, {"name": 'a "b"', "n": 3, "list": [1]})

    body = json.loads(cloud.receive(queue)[0]["Body"])
    if wanted is None:
        assert (body["all"]["id"], body["other"]) == (event_id, "<x>")
    else:
        assert body == wanted


def test_one_event_reaches_a_queue_a_topic_and_a_function(cloud):
    source, function, (queue, arn), (subscribed, subscribed_arn) = (
        cloud.unique(),
        cloud.function(),
        cloud.queue(),
        cloud.queue(),
    )
    topic = cloud.client("sns").create_topic(Name=source.replace(".", "-"))["TopicArn"]
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=subscribed_arn)
    cloud.rule({"source": [source]}, {"Arn": arn}, {"Arn": topic}, {"Arn": function.arn})

    event_id = cloud.put_event(source)

    from_topic = json.loads(cloud.receive(subscribed)[0]["Body"])
    assert json.loads(cloud.receive(queue)[0]["Body"])["id"] == event_id
    assert json.loads(from_topic["Message"])["id"] == event_id
    assert from_topic["TopicArn"] == topic
    assert function.seen()[0]["event"]["id"] == event_id


def test_an_event_for_a_function_that_is_gone_is_a_dead_letter_at_once(cloud):
    source, function, (letters, letters_arn) = cloud.unique(), cloud.function(), cloud.queue()
    rule = cloud.rule({"source": [source]}, {"Arn": function.arn, "DeadLetterConfig": {"Arn": letters_arn}})
    cloud.client("lambda").delete_function(FunctionName=function.name)

    event_id = cloud.put_event(source)

    letter = cloud.receive(letters)[0]
    attributes = {name: given["StringValue"] for name, given in letter["MessageAttributes"].items()}
    assert json.loads(letter["Body"])["id"] == event_id
    assert (attributes["RULE_ARN"], attributes["TARGET_ARN"]) == (rule, function.arn)
    assert "RETRY_ATTEMPTS" not in attributes


def test_a_target_that_refuses_is_tried_again(cloud):
    source, function = cloud.unique(), cloud.function()
    cloud.rule({"source": [source]}, {"Arn": function.arn})
    cloud.fault(kind="throttle", service="lambda", operation="Invoke", times=2)

    event_id = cloud.put_event(source)

    assert function.seen()[0]["event"]["id"] == event_id


def test_a_target_that_refuses_for_too_long_loses_the_event_to_its_dead_letters(cloud):
    source, function, (letters, letters_arn) = cloud.unique(), cloud.function(), cloud.queue()
    target = {"DeadLetterConfig": {"Arn": letters_arn}, "RetryPolicy": {"MaximumRetryAttempts": 1}}
    cloud.rule({"source": [source]}, {"Arn": function.arn, **target})
    cloud.fault(kind="throttle", service="lambda", operation="Invoke", times=2)

    cloud.put_event(source)

    attributes = cloud.receive(letters)[0]["MessageAttributes"]
    assert attributes["RETRY_ATTEMPTS"]["StringValue"] == "1"
    assert attributes["EXHAUSTED_RETRY_CONDITION"]["StringValue"] == "MaximumRetryAttempts"


def test_a_rule_that_only_has_a_schedule_or_is_disabled_gets_no_events(cloud):
    source, (quiet, quiet_arn), (queue, arn) = cloud.unique(), cloud.queue(), cloud.queue()
    cloud.rule(None, {"Arn": quiet_arn}, ScheduleExpression="rate(1 day)")
    cloud.rule({"source": [source]}, {"Arn": quiet_arn}, State="DISABLED")
    cloud.rule({"source": [source]}, {"Arn": arn})

    cloud.put_event(source)

    cloud.receive(queue)
    assert cloud.is_empty(quiet)


def test_an_entry_that_is_wrong_is_refused_and_the_others_are_taken(cloud):
    source, (queue, arn) = cloud.unique(), cloud.queue()
    cloud.rule({"source": [source]}, {"Arn": arn})
    entries = [
        {"Source": source, "DetailType": "Test", "Detail": "not json"},
        {"Source": source, "DetailType": "Test", "Detail": "{}"},
    ]

    answer = cloud.client("events").put_events(Entries=entries)

    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][0]["ErrorCode"] == "MalformedDetail"
    assert json.loads(cloud.receive(queue)[0]["Body"])["id"] == answer["Entries"][1]["EventId"]


def test_a_log_group_target_keeps_events(cloud):
    source, logs = cloud.unique(), cloud.client("logs")
    group = f"/events/{source}"
    logs.create_log_group(logGroupName=group)
    arn = f"arn:aws:logs:{cloud.ready['region']}:{cloud.ready['account']}:log-group:{group}"
    cloud.rule({"source": [source]}, {"Arn": arn})

    event_id = cloud.put_event(source)

    assert event_id in logs.filter_log_events(logGroupName=group)["events"][0]["message"]


def test_a_topic_invokes_a_function_with_the_event_that_lambda_gets_from_sns(cloud):
    function, sns = cloud.function(), cloud.client("sns")
    topic = sns.create_topic(Name=function.name)["TopicArn"]
    subscription = sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function.arn)
    attributes = {"kind": {"DataType": "String", "StringValue": "nightly"}}

    message_id = sns.publish(TopicArn=topic, Message="go", Subject="Launch", MessageAttributes=attributes)[
        "MessageId"
    ]

    record = function.seen()[0]["event"]["Records"][0]
    assert record["EventSource"] == "aws:sns"
    assert record["EventSubscriptionArn"] == subscription["SubscriptionArn"]
    sent = record["Sns"]
    assert (sent["TopicArn"], sent["MessageId"]) == (topic, message_id)
    assert (sent["Subject"], sent["Message"]) == ("Launch", "go")
    assert sent["MessageAttributes"] == {"kind": {"Type": "String", "Value": "nightly"}}


def test_a_filter_policy_keeps_messages_from_a_function(cloud):
    function, sns = cloud.function(), cloud.client("sns")
    topic = sns.create_topic(Name=function.name)["TopicArn"]
    policy = {"FilterPolicy": json.dumps({"kind": ["wanted"]})}
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function.arn, Attributes=policy)

    for kind in ("other", "wanted"):
        attributes = {"kind": {"DataType": "String", "StringValue": kind}}
        sns.publish(TopicArn=topic, Message=kind, MessageAttributes=attributes)

    assert function.seen()[0]["event"]["Records"][0]["Sns"]["Message"] == "wanted"


def test_a_mapped_queue_reaches_its_function_in_the_shape_of_lambda(cloud):
    function, (queue, arn) = cloud.function(), cloud.queue()
    mapping = cloud.client("lambda").create_event_source_mapping(
        EventSourceArn=arn, FunctionName=function.name
    )
    sent = cloud.client("sqs").send_message(
        QueueUrl=queue,
        MessageBody="good",
        MessageAttributes={"k": {"DataType": "String", "StringValue": "v"}},
    )

    record = function.seen()[0]["event"]["Records"][0]

    assert (record["body"], record["messageId"]) == ("good", sent["MessageId"])
    assert record["md5OfBody"] == sent["MD5OfMessageBody"]
    assert record["messageAttributes"]["k"]["stringValue"] == "v"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert (record["eventSource"], record["eventSourceARN"]) == ("aws:sqs", arn)
    cloud.client("lambda").delete_event_source_mapping(UUID=mapping["UUID"])


def test_only_the_messages_that_a_function_reports_come_again_and_then_are_moved_away(cloud):
    letters, letters_arn = cloud.queue()
    redrive = json.dumps({"deadLetterTargetArn": letters_arn, "maxReceiveCount": 2})
    queue, arn = cloud.queue(RedrivePolicy=redrive, VisibilityTimeout="1")
    function, sqs = cloud.function(), cloud.client("sqs")
    entries = [{"Id": text, "MessageBody": text} for text in ("good", "bad")]
    sqs.send_message_batch(QueueUrl=queue, Entries=entries)

    cloud.client("lambda").create_event_source_mapping(
        EventSourceArn=arn, FunctionName=function.name, FunctionResponseTypes=["ReportBatchItemFailures"]
    )

    assert cloud.receive(letters)[0]["Body"] == "bad"
    batches = [[record["body"] for record in seen["event"]["Records"]] for seen in function.seen(2)]
    assert batches == [["good", "bad"], ["bad"]]
    counts = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessages"] == "0"
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_an_object_in_a_bucket_tells_a_queue_a_function_and_the_bus(cloud):
    s3, bucket = cloud.client("s3"), cloud.unique().replace(".", "-")
    place = {"LocationConstraint": cloud.ready["region"]}
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    function, (queue, arn), (bus, bus_arn) = cloud.function(), cloud.queue(), cloud.queue()
    created = ["s3:ObjectCreated:*"]
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": arn, "Events": created}],
            "LambdaFunctionConfigurations": [{"LambdaFunctionArn": function.arn, "Events": created}],
            "EventBridgeConfiguration": {},
        },
    )
    cloud.receive(queue)  # S3's test message
    cloud.rule({"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}}, {"Arn": bus_arn})

    s3.put_object(Bucket=bucket, Key="in/a b.csv", Body=b"1")

    event = json.loads(cloud.receive(bus)[0]["Body"])
    records = [
        json.loads(cloud.receive(queue)[0]["Body"])["Records"][0],
        function.seen()[0]["event"]["Records"][0],
    ]
    assert [record["s3"]["object"]["key"] for record in records] == ["in/a+b.csv"] * 2
    assert (event["detail-type"], event["detail"]["object"]["key"]) == ("Object Created", "in/a b.csv")
