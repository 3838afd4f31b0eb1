import json

import pytest
from botocore.exceptions import ClientError
from cloud_process import start

from emr_relay_local.faults import Faults
from emr_relay_local.quotas import Quotas

RUN = {"Name": "n", "Instances": {"InstanceCount": 1, "MasterInstanceType": "m5.xlarge"}}
TABLE = "emr-relay-runs"


def put_item(cloud, correlation_id):
    item = {"Correlation_Id": {"S": correlation_id}, "DataProduct": {"S": "PDM"}}
    return cloud.client("dynamodb").put_item(TableName=TABLE, Item=item)


def has_item(cloud, correlation_id):
    key = {"Correlation_Id": {"S": correlation_id}, "DataProduct": {"S": "PDM"}}
    return "Item" in cloud.client("dynamodb").get_item(TableName=TABLE, Key=key)


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "code", "status"),
    [
        ("emr", "list_clusters", {}, "ThrottlingException", 400),
        ("dynamodb", "list_tables", {}, "ProvisionedThroughputExceededException", 400),
        ("s3", "list_buckets", {}, "SlowDown", 503),
        ("lambda", "list_functions", {}, "TooManyRequestsException", 429),
        ("sns", "list_topics", {}, "Throttled", 429),
        ("sqs", "list_queues", {}, "RequestThrottled", 403),
        ("sts", "get_caller_identity", {}, "Throttling", 400),
        ("events", "list_rules", {}, "ThrottlingException", 400),
        ("secretsmanager", "list_secrets", {}, "ThrottlingException", 400),
        ("ssm", "describe_parameters", {}, "ThrottlingException", 400),
        ("athena", "list_work_groups", {}, "TooManyRequestsException", 400),
        ("glue", "get_databases", {}, "ThrottlingException", 400),
        ("scheduler", "list_schedules", {}, "ThrottlingException", 429),
        ("emr-serverless", "list_applications", {}, "ThrottlingException", 429),
        ("stepfunctions", "list_state_machines", {}, "ThrottlingException", 400),
    ],
)
def test_a_throttled_call_gets_the_error_of_its_service_and_only_once(
    cloud, service, operation, arguments, code, status
):
    call = getattr(cloud.client(service), operation)
    cloud.fault(kind="throttle", service=service)

    with pytest.raises(ClientError) as refused:
        call(**arguments)

    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    call(**arguments)


def test_a_fault_waits_for_the_call_that_it_names(cloud):
    cloud.fault(kind="throttle", service="elasticmapreduce", operation="Run*")

    emr = cloud.client("emr")
    emr.list_clusters()

    with pytest.raises(ClientError, match="ThrottlingException"):
        emr.run_job_flow(**RUN)


def test_an_error_before_leaves_nothing_behind(cloud):
    cloud.fault(kind="error_before", service="dynamodb", operation="PutItem")

    with pytest.raises(ClientError, match="InternalServerError"):
        put_item(cloud, "before")

    assert not has_item(cloud, "before")


def test_an_error_after_hides_an_effect_that_happened(cloud):
    cloud.fault(kind="error_after", service="dynamodb", operation="PutItem", status=503, code="Gone")

    with pytest.raises(ClientError, match="Gone") as refused:
        put_item(cloud, "after")

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert has_item(cloud, "after")


def test_a_slow_call_still_succeeds(cloud):
    cloud.fault(kind="latency", ms=1, service="dynamodb", operation="PutItem")

    put_item(cloud, "slow")

    assert has_item(cloud, "slow")
    assert cloud.control("GET", "faults") == (200, {"faults": []})


def test_a_fault_without_end_lasts_until_it_is_cleared(cloud):
    cloud.fault(kind="throttle", service="s3", times="always")
    s3 = cloud.client("s3")

    for _ in range(3):
        with pytest.raises(ClientError):
            s3.list_buckets()
    cloud.control("DELETE", "faults")

    assert s3.list_buckets()["Buckets"]


@pytest.fixture
def rule(cloud):
    """A source of events, and the queue that they reach."""
    source, (queue, arn) = cloud.unique(), cloud.queue()
    cloud.rule({"source": [source]}, {"Arn": arn})
    return source, queue


def arrived(cloud, queue, count):
    return [json.loads(message["Body"])["detail"]["n"] for message in cloud.receive(queue, count)]


def test_a_lost_event_never_arrives(cloud, rule):
    source, queue = rule
    cloud.fault(kind="lose_event", source=source)

    for n in (1, 2):
        cloud.put_event(source, {"n": n})

    assert arrived(cloud, queue, 1) == [2]
    assert cloud.is_empty(queue)


def test_a_doubled_event_arrives_twice_with_the_same_id(cloud, rule):
    source, queue = rule
    cloud.fault(kind="double_event", source=source)

    cloud.put_event(source)

    first, second = cloud.receive(queue, 2)
    assert json.loads(first["Body"]) == json.loads(second["Body"])
    assert cloud.is_empty(queue)


def test_a_delayed_event_arrives_when_it_is_released(cloud, rule):
    source, queue = rule
    cloud.fault(kind="delay_event", source=source)

    for n in (1, 2):
        cloud.put_event(source, {"n": n})

    assert arrived(cloud, queue, 1) == [2]
    assert cloud.is_empty(queue)
    assert cloud.control("POST", "events/release") == (200, {"released": 1})
    assert arrived(cloud, queue, 1) == [1]


def test_a_delayed_event_arrives_by_itself_when_a_time_is_given(cloud, rule):
    source, queue = rule
    cloud.fault(kind="delay_event", source=source, ms=10)

    cloud.put_event(source, {"n": 1})

    assert arrived(cloud, queue, 1) == [1]


def test_reordered_events_arrive_after_the_one_that_follows_newest_first(cloud, rule):
    source, queue = rule
    cloud.fault(kind="reorder_events", source=source, times=2)

    for n in (1, 2, 3):
        cloud.put_event(source, {"n": n})

    assert arrived(cloud, queue, 3) == [3, 2, 1]


def test_clearing_the_faults_lets_held_events_go(cloud, rule):
    source, queue = rule
    cloud.fault(kind="reorder_events", source=source)
    cloud.put_event(source, {"n": 1})

    cloud.control("DELETE", "faults")

    assert arrived(cloud, queue, 1) == [1]


def test_an_event_fault_can_name_the_state_and_the_cluster(cloud, rule):
    source, queue = rule
    cloud.fault(kind="lose_event", source=source, detail_type="Test", state="TERM*", cluster_id="j-1")

    for n, detail in enumerate([("j-1", "RUNNING"), ("j-2", "TERMINATED"), ("j-1", "TERMINATED")]):
        cloud.put_event(source, {"n": n, "clusterId": detail[0], "state": detail[1]})

    assert arrived(cloud, queue, 2) == [0, 1]
    assert cloud.is_empty(queue)


@pytest.mark.parametrize(("after", "sent"), [(False, ["a"]), (True, ["a", "b"])])
def test_a_function_is_killed_at_its_nth_call_before_or_after_its_effect(cloud, after, sent):
    function = cloud.function(Environment={"Variables": {"SILENT": "1"}})
    queue = cloud.queue()[0]
    cloud.fault(kind="kill_function", function=function.name, call=2, after=after)

    answer, payload = function.invoke({"do": "send", "queue": queue, "texts": ["a", "b", "c"]})

    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == "Runtime.ExitError"
    assert "signal: killed" in payload["errorMessage"]
    assert [message["Body"] for message in cloud.receive(queue, len(sent))] == sent
    assert cloud.is_empty(queue)
    assert function.invoke({"do": "send", "queue": queue, "texts": ["d"]})[1] == 1


@pytest.mark.parametrize(("after", "sent"), [(False, ["a"]), (True, ["a", "b"])])
def test_a_function_is_killed_at_its_nth_call_of_one_operation(cloud, after, sent):
    function = cloud.function(Environment={"Variables": {"SILENT": "1"}})
    queue = cloud.queue()[0]
    aim = {"function": function.name, "service": "sqs", "operation": "SendMessage"}
    cloud.fault(kind="kill_function", **aim, skip=1, after=after)

    for texts in (["a"], ["b", "c"]):
        function.invoke({"do": "send", "queue": queue, "texts": texts})

    assert [message["Body"] for message in cloud.receive(queue, len(sent))] == sent
    assert cloud.is_empty(queue)


def test_a_killed_event_is_tried_again(cloud):
    function = cloud.function(Environment={"Variables": {"SILENT": "1"}})
    queue = cloud.queue()[0]
    cloud.fault(kind="kill_function", function=function.name, operation="SendMessage", call=1, after=True)

    function.invoke({"do": "send", "queue": queue, "texts": ["a"]}, InvocationType="Event")

    assert [message["Body"] for message in cloud.receive(queue, 2)] == ["a", "a"]


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ({"kind": "throtle"}, "'throtle' is not known; did you mean throttle?"),
        ({"kind": "throttle", "servise": "emr"}, "'servise' is not known; did you mean service?"),
        ({"kind": "throttle", "times": 0}, 'times: 0 is neither a number from 1 nor "always"'),
        ({"kind": "kill_function"}, "function is missing"),
        ({"kind": "throttle", "skip": -1}, "skip: -1 is not a number from 0"),
        ({"kind": "throttle", "skip": 1.5}, "skip: 1.5 is not a whole number"),
        ({"kind": "latency", "ms": "5"}, "ms: '5' is not a number"),
        ({"kind": "error_before", "status": 200}, "status: 200 is not an error"),
        ([1], "a fault is a JSON object"),
        ("text", "a fault is a JSON object"),
    ],
)
def test_a_fault_that_could_never_happen_is_refused_with_what_is_meant(cloud, spec, complaint):
    status, answer = cloud.control("POST", "faults", spec)

    assert status == 400
    assert complaint in answer["error"]
    assert cloud.control("GET", "faults") == (200, {"faults": []})


def test_a_step_fault_is_taken_once_by_the_step_it_names():
    faults = Faults()
    faults.add({"kind": "kill_cluster", "step_name": "model*", "code": "INSTANCE_FAILURE"})
    here = {"cluster_id": "j-1", "cluster_name": "pdm"}

    assert faults.take("kill_cluster", step_name="source", **here) is None
    assert faults.take("fail_step", step_name="model", **here) is None
    assert faults.take("kill_cluster", step_name="model-2", **here)["code"] == "INSTANCE_FAILURE"
    assert faults.take("kill_cluster", step_name="model-2", **here) is None


def test_the_calls_of_a_function_are_recorded_under_its_name(cloud):
    function, queue = cloud.function(), cloud.queue()[0]
    cloud.control("DELETE", "calls")

    function.invoke({"do": "send", "queue": queue, "texts": ["a"]})

    calls = cloud.control("GET", "calls")[1]["calls"]
    mine = [(call["service"], call["operation"]) for call in calls if call["caller"] == function.name]
    assert mine == [("sqs", "SendMessage")] * 2
    assert queue in [call["resource"] for call in calls]
    assert ("lambda", "Invoke", "") in [(c["service"], c["operation"], c["caller"]) for c in calls]


def test_quotas_give_a_burst_then_a_rate_and_bind_the_account_as_a_whole():
    quotas = Quotas()

    assert [quotas.allow("RunJobFlow", now=0.0) for _ in range(11)] == [True] * 10 + [False]
    assert quotas.allow("DescribeCluster", now=0.0)
    assert not quotas.allow("RunJobFlow", now=1.9)
    assert quotas.allow("RunJobFlow", now=2.1)
    assert [quotas.allow("Other", now=100.0) for _ in range(26)] == [True] * 25 + [False]


def test_with_quotas_emr_refuses_who_calls_too_often():
    cloud = start("--quotas")
    emr = cloud.client("emr")
    try:
        with pytest.raises(ClientError, match="ThrottlingException"):
            for _ in range(1000):
                emr.list_clusters()
        assert cloud.client("s3").list_buckets()["Buckets"]
    finally:
        cloud.end()
