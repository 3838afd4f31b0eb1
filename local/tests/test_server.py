import json
import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from cloud_process import spawn, start, wait_for_end


@pytest.fixture
def own_cloud(functions_folder):
    """A server that a test may end."""
    cloud = start("--functions", functions_folder)
    yield cloud
    cloud.end()


def function_process(cloud):
    answer = cloud.client("lambda").invoke(FunctionName="emr-relay-recorder")
    return json.loads(answer["Payload"].read())["pid"]


def busy_function_process(cloud):
    """A function that would not notice that the server is gone."""
    queue = cloud.queue()[0]
    event = json.dumps({"do": "sleep", "seconds": 600, "tell": queue})
    functions = cloud.client("lambda")
    functions.invoke(FunctionName="emr-relay-recorder", InvocationType="Event", Payload=event)
    return int(cloud.receive(queue)[0]["Body"])


def test_the_ready_line_names_everything_and_all_of_it_exists(cloud):
    ready = cloud.ready

    assert ready["ready"] is True
    assert ready["pid"] == cloud.process.pid
    assert ready["buckets"] == {"config": "relay-config", "data": "relay-data", "logs": "relay-logs"}
    for bucket in ready["buckets"].values():
        cloud.client("s3").head_bucket(Bucket=bucket)
    for topic in ready["topics"].values():
        cloud.client("sns").get_topic_attributes(TopicArn=topic)
    for queue in ready["queues"].values():
        cloud.client("sqs").get_queue_attributes(QueueUrl=queue)
    assert set(ready["topics"]) == {"information", "critical"}
    assert set(ready["queues"]) == {"events", "functions"}
    assert set(ready["functions"]) == {"recorder"}


def test_the_run_table_has_its_keys_its_indexes_and_its_expiry(cloud):
    dynamodb = cloud.client("dynamodb")

    table = dynamodb.describe_table(TableName=cloud.ready["table"])["Table"]

    keys = [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]]
    indexes = {index["IndexName"]: index for index in table["GlobalSecondaryIndexes"]}
    expiry = dynamodb.describe_time_to_live(TableName=cloud.ready["table"])["TimeToLiveDescription"]
    assert keys == [("Correlation_Id", "HASH"), ("DataProduct", "RANGE")]
    assert {name: index["KeySchema"][0]["AttributeName"] for name, index in indexes.items()} == {
        "Cluster_Id-index": "Cluster_Id",
        "Open-index": "Open",
    }
    assert all(index["Projection"] == {"ProjectionType": "ALL"} for index in indexes.values())
    assert (expiry["AttributeName"], expiry["TimeToLiveStatus"]) == ("TimeToExist", "ENABLED")


def test_a_deployed_function_finds_its_settings_and_its_dead_letter_queue(cloud):
    functions = cloud.client("lambda")

    function = functions.get_function_configuration(FunctionName="emr-relay-recorder")

    variables = function["Environment"]["Variables"]
    assert variables == {
        "EMR_LAUNCHER_CONFIG_S3_BUCKET": "relay-config",
        "TABLE_NAME": "emr-relay-runs",
        "INFORMATION_TOPIC_ARN": cloud.ready["topics"]["information"],
        "CRITICAL_TOPIC_ARN": cloud.ready["topics"]["critical"],
        "EVENT_BUS_NAME": "default",
        "SCHEDULE_GROUP_NAME": "emr-relay",
        "SCHEDULE_ROLE_ARN": cloud.client("iam").get_role(RoleName="emr-relay-scheduler")["Role"]["Arn"],
        "RELAUNCHER_FUNCTION_ARN": "arn:aws:lambda:eu-west-2:123456789012:function:emr-relay-relauncher",
    }
    assert function["DeadLetterConfig"]["TargetArn"].endswith(":relay-functions-dlq")
    assert (function["Timeout"], function["MemorySize"]) == (60, 128)


def test_a_deployed_rule_has_retries_and_dead_letters(cloud):
    events = cloud.client("events")

    targets = events.list_targets_by_rule(Rule="emr-relay-recorder-emr-cluster-state-change")["Targets"]

    assert [target["Arn"] for target in targets] == [cloud.ready["functions"]["recorder"]]
    assert targets[0]["DeadLetterConfig"]["Arn"].endswith(":relay-events-dlq")
    assert targets[0]["RetryPolicy"]["MaximumRetryAttempts"] == 185


def test_of_twenty_conditional_writes_at_once_one_wins_and_the_others_learn_whose_it_is(cloud):
    dynamodb = cloud.client("dynamodb")

    def claim(n):
        try:
            dynamodb.put_item(
                TableName=cloud.ready["table"],
                Item={"Correlation_Id": {"S": "race"}, "DataProduct": {"S": "P"}, "By": {"N": str(n)}},
                ConditionExpression="attribute_not_exists(Correlation_Id)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except dynamodb.exceptions.ConditionalCheckFailedException as error:
            return "lost", error.response["Item"]["By"]["N"]
        return "won", str(n)

    with ThreadPoolExecutor(20) as writers:
        results = list(writers.map(claim, range(20)))

    winners = [by for outcome, by in results if outcome == "won"]
    assert len(winners) == 1
    assert {by for _, by in results} == set(winners)


def test_of_concurrent_updates_none_is_lost(cloud):
    dynamodb = cloud.client("dynamodb")
    key = {"Correlation_Id": {"S": "count"}, "DataProduct": {"S": "P"}}

    def add(_):
        dynamodb.update_item(
            TableName=cloud.ready["table"],
            Key=key,
            UpdateExpression="ADD Times :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    with ThreadPoolExecutor(10) as writers:
        list(writers.map(add, range(50)))

    item = dynamodb.get_item(TableName=cloud.ready["table"], Key=key, ConsistentRead=True)["Item"]
    assert item["Times"] == {"N": "50"}


def test_a_call_that_local_mode_does_not_have_says_so(cloud):
    with pytest.raises(ClientError, match="local mode does not have emr CreateStudio"):
        cloud.client("emr").create_studio(
            Name="n",
            AuthMode="IAM",
            VpcId="v",
            SubnetIds=["s"],
            ServiceRole="r",
            WorkspaceSecurityGroupId="w",
            EngineSecurityGroupId="e",
            DefaultS3Location="s3://b",
        )


def test_the_server_says_that_it_is_well_and_what_its_control_paths_are(cloud):
    assert cloud.control("GET", "health") == (200, {"status": "ok"})
    status, answer = cloud.control("GET", "helth")
    assert status == 404
    assert "/_relay/health" in answer["error"]
    assert cloud.control("PUT", "health")[0] == 405


def test_pipelines_are_uploaded(tmp_path):
    (tmp_path / "pdm" / "queries").mkdir(parents=True)
    (tmp_path / "pdm" / "cluster.yaml").write_text("Name: pdm")
    (tmp_path / "pdm" / "queries" / "one.sql").write_text("SELECT 1")
    cloud = start("--config", tmp_path)
    try:
        s3 = cloud.client("s3")
        keys = [item["Key"] for item in s3.list_objects_v2(Bucket="relay-config")["Contents"]]
        body = s3.get_object(Bucket="relay-config", Key="pdm/cluster.yaml")["Body"].read()
    finally:
        cloud.end()
    assert (keys, body) == (["pdm/cluster.yaml", "pdm/queries/one.sql"], b"Name: pdm")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_however_the_server_ends_its_functions_end_with_it(own_cloud, number):
    idle, busy = function_process(own_cloud), busy_function_process(own_cloud)

    own_cloud.process.send_signal(number)

    assert own_cloud.process.wait(20) == (-9 if number == signal.SIGKILL else 0)
    assert wait_for_end(idle)
    assert wait_for_end(busy)


def test_the_server_ends_when_its_input_does_and_its_folder_goes(own_cloud):
    data = Path(own_cloud.ready["data"])
    assert data.is_dir()

    own_cloud.process.stdin.close()

    assert own_cloud.process.wait(20) == 0
    assert not data.exists()


def test_a_folder_that_was_named_is_kept(cloud, tmp_path):
    own = start("--data", tmp_path / "kept")

    own.end()

    assert (tmp_path / "kept" / "functions").is_dir()


def test_nothing_but_the_ready_line_is_on_standard_output(own_cloud):
    function_process(own_cloud)
    own_cloud.process.send_signal(signal.SIGTERM)

    assert own_cloud.process.stdout.read() == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_during_start_up_stops_it(functions_folder, tmp_path, number):
    process = spawn("--functions", functions_folder, "--data", tmp_path)
    wait_for_folder(tmp_path / "functions")

    process.send_signal(number)

    output, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert output == "" or json.loads(output)["ready"]


def wait_for_folder(path):
    """The server makes its folders before it serves."""
    while not path.exists():
        os.sched_yield()


def test_folders_that_are_wrong_are_told_and_nothing_starts(tmp_path):
    process = spawn("--functions", tmp_path, "--data", tmp_path / "data", stderr=subprocess.PIPE)

    output, errors = process.stdout.read(), process.stderr.read()

    assert (process.wait(20), output) == (1, "")
    assert errors.startswith(f"emr_relay_local: {tmp_path} holds no executable")
    assert not (tmp_path / "data").exists()


def test_a_start_that_fails_half_way_says_why_and_leaves_nothing(functions_folder, tmp_path):
    (tmp_path / "recorder.empty.json").write_text('{"source": []}')
    where = {"TMPDIR": str(tmp_path)}
    process = spawn("--functions", functions_folder, "--events", tmp_path, stderr=subprocess.PIPE, env=where)

    output, errors = process.stdout.read(), process.stderr.read()

    assert (process.wait(20), output) == (1, "")
    assert "Event pattern is not valid" in errors
    assert "Traceback" not in errors
    assert [path.name for path in tmp_path.iterdir()] == ["recorder.empty.json"]


def test_a_port_that_is_taken_is_told(cloud):
    port = cloud.endpoint.rsplit(":", 1)[1]
    process = spawn("--port", port, stderr=subprocess.PIPE)

    errors = process.stderr.read()

    assert process.wait(20) == 1
    assert f"port {port} is taken" in errors
