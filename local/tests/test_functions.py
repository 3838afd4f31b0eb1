import base64
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cloud_process import executable, executable_text, package


def test_a_function_answers_what_its_bootstrap_answers(cloud):
    answer, payload = cloud.function().invoke({"do": "answer", "with": {"a": [1]}})

    assert payload == {"a": [1]}
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert "FunctionError" not in answer


def test_a_bootstrap_finds_the_environment_that_lambda_gives(cloud):
    function = cloud.function(MemorySize=256, Environment={"Variables": {"OWN": "value"}})

    env = function.invoke()[1]["env"]

    assert env["OWN"] == "value"
    assert env["AWS_LAMBDA_FUNCTION_NAME"] == function.name
    assert env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert env["AWS_LAMBDA_FUNCTION_VERSION"] == "$LATEST"
    assert env["AWS_LAMBDA_LOG_GROUP_NAME"] == f"/aws/lambda/{function.name}"
    assert env["AWS_REGION"] == cloud.ready["region"]
    assert env["AWS_ENDPOINT_URL"] == cloud.endpoint
    assert env["_HANDLER"] == "bootstrap"
    assert Path(env["LAMBDA_TASK_ROOT"], "bootstrap").exists()
    assert {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} <= env.keys()


def test_an_invocation_brings_the_headers_of_the_runtime_api(cloud):
    function = cloud.function()

    answer, payload = function.invoke()

    headers = payload["headers"]
    assert headers["Lambda-Runtime-Aws-Request-Id"] == answer["ResponseMetadata"]["RequestId"]
    assert headers["Lambda-Runtime-Invoked-Function-Arn"] == function.arn
    assert int(headers["Lambda-Runtime-Deadline-Ms"]) > 1_600_000_000_000
    assert headers["Lambda-Runtime-Trace-Id"].startswith("Root=1-")


def test_an_error_of_the_function_is_a_function_error(cloud):
    answer, payload = cloud.function().invoke({"do": "fail", "message": "no table"})

    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert payload == {"errorType": "RuntimeError", "errorMessage": "no table"}


def test_a_process_that_dies_fails_its_invocation_and_the_next_has_a_new_one(cloud):
    function = cloud.function()

    answer, payload = function.invoke({"do": "exit", "code": 3})

    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == "Runtime.ExitError"
    assert "exit status 3" in payload["errorMessage"]
    assert function.invoke({"do": "answer", "with": "well"})[1] == "well"


def test_a_bootstrap_that_cannot_begin_says_why(cloud):
    function = cloud.function(Environment={"Variables": {"FAIL_INIT": "1"}})

    answer, payload = function.invoke()

    assert answer["FunctionError"] == "Unhandled"
    assert payload == {"errorType": "Init", "errorMessage": "no settings"}


def test_a_function_beyond_its_timeout_is_killed(cloud):
    function = cloud.function(Timeout=1)
    pid = function.invoke()[1]["pid"]

    answer, payload = function.invoke({"do": "sleep", "seconds": 60})

    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == "Sandbox.Timedout"
    assert "Task timed out after 1.00 seconds" in payload["errorMessage"]
    assert not Path(f"/proc/{pid}").exists()


def test_what_a_function_prints_is_in_the_tail_the_file_and_cloudwatch(cloud):
    function = cloud.function()

    answer, _ = function.invoke(LogType="Tail")

    line = f"serving {answer['ResponseMetadata']['RequestId']}"
    log = cloud.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{function.name}")
    assert line in base64.b64decode(answer["LogResult"]).decode()
    assert line in Path(cloud.ready["data"], "functions", f"{function.name}.log").read_text()
    assert line in [event["message"] for event in log["events"]]


def test_the_last_words_before_an_answer_are_in_its_tail(cloud):
    function = cloud.function()

    answers = [function.invoke({"do": "chat"}, LogType="Tail")[0] for _ in range(5)]

    for answer in answers:
        assert "last words\nEND" in base64.b64decode(answer["LogResult"]).decode()


def test_an_idle_process_is_used_again(cloud):
    function = cloud.function()

    assert function.invoke()[1]["pid"] == function.invoke()[1]["pid"]


def test_concurrent_invocations_have_a_process_each(cloud):
    function, arrived, go = cloud.function(), cloud.queue()[0], cloud.queue()[0]
    hold = {"do": "hold", "arrived": arrived, "go": go}

    with ThreadPoolExecutor(3) as callers:
        answers = [callers.submit(function.invoke, hold) for _ in range(3)]
        cloud.receive(arrived, 3)
        for _ in answers:
            cloud.client("sqs").send_message(QueueUrl=go, MessageBody="go")
        pids = {answer.result()[1] for answer in answers}

    assert len(pids) == 3


def test_reserved_concurrency_refuses_what_is_beyond_it(cloud):
    function, arrived, go = cloud.function(), cloud.queue()[0], cloud.queue()[0]
    functions = cloud.client("lambda")
    functions.put_function_concurrency(FunctionName=function.name, ReservedConcurrentExecutions=1)

    with ThreadPoolExecutor(1) as callers:
        first = callers.submit(function.invoke, {"do": "hold", "arrived": arrived, "go": go})
        cloud.receive(arrived)
        with pytest.raises(functions.exceptions.TooManyRequestsException):
            function.invoke()
        cloud.client("sqs").send_message(QueueUrl=go, MessageBody="go")
        assert "FunctionError" not in first.result()[0]


def test_a_dry_run_runs_nothing(cloud):
    function = cloud.function()

    answer, _ = function.invoke(InvocationType="DryRun")

    assert answer["StatusCode"] == 204
    assert cloud.is_empty(function.queue)


def test_an_event_is_accepted_at_once_and_served(cloud):
    function = cloud.function()

    answer, payload = function.invoke({"n": 1}, InvocationType="Event")

    assert (answer["StatusCode"], payload) == (202, None)
    assert function.seen()[0]["event"] == {"n": 1}


def test_a_failing_event_is_tried_three_times_as_one_request_and_then_is_a_dead_letter(cloud):
    queue, arn = cloud.queue()
    function = cloud.function(DeadLetterConfig={"TargetArn": arn})

    function.invoke({"do": "fail", "message": "broken"}, InvocationType="Event")

    letter = cloud.receive(queue)[0]
    attributes = {name: given["StringValue"] for name, given in letter["MessageAttributes"].items()}
    assert {seen["request_id"] for seen in function.seen(3)} == {attributes["RequestID"]}
    assert json.loads(letter["Body"]) == {"do": "fail", "message": "broken"}
    assert (attributes["ErrorCode"], attributes["ErrorMessage"]) == ("200", "broken")
    assert cloud.is_empty(function.queue)


def test_an_on_failure_destination_gets_lambdas_record(cloud):
    queue, arn = cloud.queue()
    function = cloud.function()
    cloud.client("lambda").put_function_event_invoke_config(
        FunctionName=function.name,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )

    function.invoke({"do": "exit", "code": 1}, InvocationType="Event")

    record = json.loads(cloud.receive(queue)[0]["Body"])
    assert record["requestContext"]["functionArn"] == f"{function.arn}:$LATEST"
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 1
    assert record["requestPayload"] == {"do": "exit", "code": 1}
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorType"] == "Runtime.ExitError"


def test_an_on_success_destination_is_told_the_result(cloud):
    queue, arn = cloud.queue()
    function = cloud.function()
    cloud.client("lambda").put_function_event_invoke_config(
        FunctionName=function.name, DestinationConfig={"OnSuccess": {"Destination": arn}}
    )

    function.invoke({"do": "answer", "with": 7}, InvocationType="Event")

    record = json.loads(cloud.receive(queue)[0]["Body"])
    assert (record["requestContext"]["condition"], record["responsePayload"]) == ("Success", 7)


def test_a_rebuilt_bootstrap_runs_at_the_next_invocation(cloud, tmp_path):
    bootstrap = executable(tmp_path / "built")
    function = cloud.function(Tags={"emr-relay-local:bootstrap": str(bootstrap)})
    before = function.invoke({"do": "answer", "with": "old"})[1]

    executable(bootstrap, executable_text().replace('event["with"]', '"new"'))

    assert (before, function.invoke({"do": "answer", "with": "old"})[1]) == ("old", "new")


def test_changed_variables_reach_the_next_invocation(cloud):
    function = cloud.function()
    function.invoke()

    cloud.client("lambda").update_function_configuration(
        FunctionName=function.name, Environment={"Variables": {"NEW": "1"}}
    )

    assert function.invoke()[1]["env"]["NEW"] == "1"


def test_updated_code_runs_at_the_next_invocation(cloud):
    function = cloud.function()
    function.invoke()

    text = executable_text().replace('event["with"]', '"updated"')
    cloud.client("lambda").update_function_code(FunctionName=function.name, ZipFile=package(text))

    assert function.invoke({"do": "answer", "with": "old"})[1] == "updated"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (package("text", "readme.txt"), "holds no file named bootstrap"),
        (package("#!/no/such/interpreter\n"), "No such file or directory"),
        (b"no zip", "is not a zip file"),
    ],
)
def test_code_that_cannot_run_is_told(cloud, code, reason):
    answer, payload = cloud.function(Code={"ZipFile": code}).invoke()

    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == "Runtime.InvalidEntrypoint"
    assert reason in payload["errorMessage"]


def test_a_function_that_does_not_exist_is_not_found(cloud):
    functions = cloud.client("lambda")

    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.invoke(FunctionName="nobody")


def test_a_payload_that_is_not_json_is_refused(cloud):
    functions = cloud.client("lambda")

    with pytest.raises(functions.exceptions.InvalidRequestContentException):
        functions.invoke(FunctionName=cloud.function().name, Payload=b"{")


def test_an_event_that_is_too_large_is_refused(cloud):
    functions, function = cloud.client("lambda"), cloud.function()
    silent = {"Environment": {"Variables": {"SILENT": "1"}}}
    functions.update_function_configuration(FunctionName=function.name, **silent)

    with pytest.raises(functions.exceptions.RequestTooLargeException):
        function.invoke("a" * 1024 * 1024, InvocationType="Event")

    assert "FunctionError" not in function.invoke("a" * 1024 * 1024)[0]


def test_an_answer_that_is_too_large_fails(cloud):
    answer, payload = cloud.function().invoke({"do": "large"})

    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == "Function.ResponseSizeTooLarge"


def test_a_function_is_known_by_its_role(cloud):
    function = cloud.function()

    env = function.invoke()[1]["env"]

    sts = cloud.client("sts")
    sts._request_signer._credentials.access_key = env["AWS_ACCESS_KEY_ID"]
    assert sts.get_caller_identity()["Arn"].endswith(f":assumed-role/tests/{function.name}")


def test_the_aws_cli_invokes_a_function(cloud, tmp_path):
    function, answer = cloud.function(), tmp_path / "answer.json"
    words = ["lambda", "invoke", "--function-name", function.name, "--payload", '{"do":"answer","with":5}']
    environment = {
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": cloud.ready["region"],
    }

    subprocess.run(
        [sys.executable, "-m", "awscli", *words, str(answer)],
        env=environment,
        check=True,
        capture_output=True,
    )

    assert json.loads(answer.read_text()) == 5
