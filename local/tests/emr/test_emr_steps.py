"""Steps: what runs, what it finds, and what EMR says of it afterwards."""

import os
import signal

import pytest
from emr_server import bash, runner

from emr_relay_local import processes

FOREVER = "trap 'exit 3' TERM; sleep 1000 & wait"


def reason(cluster):
    """How a cluster ended, and why."""
    status = cluster["Status"]
    return status["State"], status["StateChangeReason"]["Code"], status["StateChangeReason"]["Message"]


def test_steps_run_in_their_order_and_the_cluster_ends_after_them(clusters, tmp_path):
    order = tmp_path / "order"
    names = ["first", "second", "third"]
    cluster = clusters.run(*(bash(name, f"echo {name} >> {order}") for name in names))
    assert reason(clusters.reach(cluster)) == ("TERMINATED", "ALL_STEPS_COMPLETED", "Steps completed")
    assert order.read_text().split() == names
    assert clusters.steps(cluster) == dict.fromkeys(names, "COMPLETED")


def test_a_step_finds_aws_in_its_environment(clusters):
    script = (
        "echo hello > f; aws s3 cp f s3://code/from-step && aws emr list-steps --cluster-id $EMR_CLUSTER_ID"
    )
    cluster = clusters.run(bash("copy", script))
    clusters.reach(cluster)
    assert clusters.steps(cluster) == {"copy": "COMPLETED"}, clusters.log(cluster, "copy", "stderr")
    assert clusters.s3.get_object(Bucket="code", Key="from-step")["Body"].read() == b"hello\n"
    assert clusters.step(cluster, "copy")["Id"] in clusters.log(cluster, "copy")


def test_logs_are_where_emr_puts_them_before_the_step_has_ended(clusters):
    cluster = clusters.run(bash("talk", "echo out; echo err >&2"), keep=True)
    clusters.reach(cluster, "WAITING")
    assert clusters.log(cluster, "talk") == "out\n"
    assert clusters.log(cluster, "talk", "stderr") == "err\n"
    assert "Process exited with exit code 0" in clusters.log(cluster, "talk", "controller")
    clusters.emr.terminate_job_flows(JobFlowIds=[cluster])


def test_a_failed_step_says_why_and_where_its_log_is(clusters):
    script = "echo 'ValueError: no such date' >&2; echo '  at Somewhere(Error.java)' >&2; exit 4"
    cluster = clusters.run(bash("bad", script))
    clusters.reach(cluster)
    step = clusters.step(cluster, "bad")
    assert step["Status"]["FailureDetails"] == {
        "Reason": "Unknown Error.",
        "Message": "ValueError: no such date",
        "LogFile": f"s3://logs/emr/{cluster}/steps/{step['Id']}/stderr.gz",
    }
    assert "exitCode 4" in clusters.log(cluster, "bad", "controller")


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (runner("s", "s3://code/my.jar", "Main"), "has no Hadoop to run s3://code/my.jar"),
        (runner("s", "command-runner.jar", "no-such-tool"), "no command 'no-such-tool'"),
        (runner("s", "command-runner.jar"), "needs a command"),
        (runner("s", "script-runner.jar"), "needs a script"),
        (runner("s", "script-runner.jar", "s3://code/none.sh"), "no script s3://code/none.sh"),
        (runner("s", "script-runner.jar", "s3://nowhere/x.sh"), "no script s3://nowhere/x.sh"),
        (runner("s", "script-runner.jar", "/none.sh"), "no script /none.sh"),
    ],
)
def test_what_cannot_run_here_fails_and_says_so(clusters, step, message):
    cluster = clusters.run(step)
    clusters.reach(cluster)
    assert message in clusters.step(cluster, "s")["Status"]["FailureDetails"]["Message"]
    assert message in clusters.log(cluster, "s", "stderr")


def test_a_script_runs_from_s3_or_from_a_path_by_bash_or_as_it_says(clusters, tmp_path):
    clusters.s3.put_object(Bucket="code", Key="plain.sh", Body=b'[[ $1 == a ]] && echo "bash $*"')
    clusters.s3.put_object(Bucket="code", Key="own.py", Body=b"#!/usr/bin/env python3\nprint('python')")
    (tmp_path / "local.sh").write_text("echo local")
    jar = "s3://eu-west-1.elasticmapreduce/libs/script-runner/script-runner.jar"
    cluster = clusters.run(
        runner("plain", jar, "s3://code/plain.sh", "a", "b c"),
        runner("own", jar, "s3://code/own.py"),
        runner("local", jar, str(tmp_path / "local.sh")),
    )
    clusters.reach(cluster)
    logs = [clusters.log(cluster, name) for name in ("plain", "own", "local")]
    assert logs == ["bash a b c\n", "python\n", "local\n"]


@pytest.mark.parametrize(
    ("action", "keep", "protected", "state", "code", "after"),
    [
        ("TERMINATE_CLUSTER", True, False, "TERMINATED_WITH_ERRORS", "STEP_FAILURE", "CANCELLED"),
        ("TERMINATE_JOB_FLOW", False, False, "TERMINATED_WITH_ERRORS", "STEP_FAILURE", "CANCELLED"),
        ("TERMINATE_CLUSTER", True, True, "WAITING", None, "CANCELLED"),
        ("CANCEL_AND_WAIT", True, False, "WAITING", None, "CANCELLED"),
        ("CANCEL_AND_WAIT", False, False, "TERMINATED", "STEP_FAILURE", "CANCELLED"),
        ("CONTINUE", True, False, "WAITING", None, "COMPLETED"),
        ("CONTINUE", False, False, "TERMINATED", "STEP_FAILURE", "COMPLETED"),
    ],
)
def test_a_failing_step_does_to_its_cluster_what_it_was_told(
    clusters, action, keep, protected, state, code, after
):
    cluster = clusters.run(
        bash("good", "true"),
        bash("bad", "exit 1", action),
        bash("after", "true"),
        keep=keep,
        instances={"TerminationProtected": protected},
    )
    found = clusters.reach(cluster, "WAITING", "TERMINATED", "TERMINATED_WITH_ERRORS")
    assert found["Status"]["State"] == state
    assert found["Status"]["StateChangeReason"].get("Code") == code
    assert clusters.steps(cluster) == {"good": "COMPLETED", "bad": "FAILED", "after": after}


def test_parallel_steps_run_together_and_one_s_failure_leaves_the_others(clusters, tmp_path):
    def meet(own, other):
        return f"touch {tmp_path}/{own}; until [ -e {tmp_path}/{other} ]; do sleep 0.05; done"

    cluster = clusters.run(
        bash("a", meet("a", "b") + "; exit 1"),
        bash("b", meet("b", "a")),
        bash("c", "true"),
        StepConcurrencyLevel=2,
    )
    clusters.reach(cluster)
    assert clusters.steps(cluster) == {"a": "FAILED", "b": "COMPLETED", "c": "COMPLETED"}


def test_a_cluster_made_parallel_lets_no_step_end_it(clusters, tmp_path):
    wait = f"until [ -e {tmp_path}/go ]; do sleep 0.05; done; exit 1"
    cluster = clusters.run(bash("bad", wait, "TERMINATE_CLUSTER"), bash("after", "true"))
    clusters.emr.modify_cluster(ClusterId=cluster, StepConcurrencyLevel=2)
    (tmp_path / "go").touch()
    assert reason(clusters.reach(cluster))[0] == "TERMINATED"
    assert clusters.steps(cluster) == {"bad": "FAILED", "after": "COMPLETED"}


def test_cancelling_ends_a_running_step_with_all_that_it_started(clusters, tmp_path):
    child = tmp_path / "child"
    script = f"sleep 1000 & echo $! > {child}; sync {child}; touch {child}.told; wait"
    cluster = clusters.run(bash("long", script, "TERMINATE_CLUSTER"), bash("next", "true"), keep=True)
    step = clusters.step(cluster, "long")["Id"]
    clusters.reach_step(cluster, step, "RUNNING")
    answer = clusters.emr.cancel_steps(ClusterId=cluster, StepIds=[step])["CancelStepsInfoList"]
    assert answer == [{"StepId": step, "Status": "SUBMITTED"}]
    clusters.reach(cluster, "WAITING")
    assert clusters.steps(cluster) == {"long": "CANCELLED", "next": "COMPLETED"}
    if child.exists() and child.read_text():
        assert not _alive(int(child.read_text()))
    clusters.emr.terminate_job_flows(JobFlowIds=[cluster])


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().split()[2] != "Z"


def test_a_step_that_ignores_the_interrupt_can_be_killed(clusters):
    cluster = clusters.run(bash("stubborn", "trap '' TERM; while :; do sleep 0.1; done"), keep=True)
    step = clusters.step(cluster, "stubborn")["Id"]
    clusters.reach_step(cluster, step, "RUNNING")
    clusters.emr.cancel_steps(ClusterId=cluster, StepIds=[step], StepCancellationOption="TERMINATE_PROCESS")
    assert clusters.reach_step(cluster, step, "CANCELLED")
    clusters.emr.terminate_job_flows(JobFlowIds=[cluster])


def test_only_steps_that_are_not_over_can_be_cancelled(clusters):
    cluster = clusters.run(bash("over", "true"), bash("now", FOREVER), bash("later", "true"), keep=True)
    ids = {name: clusters.step(cluster, name)["Id"] for name in ("over", "now", "later")}
    clusters.reach_step(cluster, ids["now"], "RUNNING")
    answers = clusters.emr.cancel_steps(ClusterId=cluster, StepIds=[ids["over"], ids["later"], "s-UNKNOWN"])[
        "CancelStepsInfoList"
    ]
    assert [(one["StepId"], one["Status"]) for one in answers] == [
        (ids["over"], "FAILED"),
        (ids["later"], "SUBMITTED"),
        ("s-UNKNOWN", "FAILED"),
    ]
    assert "COMPLETED" in answers[0]["Reason"] and "not valid" in answers[2]["Reason"]
    assert clusters.steps(cluster)["later"] == "CANCELLED"
    clusters.emr.terminate_job_flows(JobFlowIds=[cluster])


def test_steps_added_later_wake_a_waiting_cluster(clusters):
    cluster = clusters.run(keep=True)
    assert clusters.reach(cluster, "WAITING")["Status"]["StateChangeReason"] == {
        "Message": "Cluster ready to run steps."
    }
    [step] = clusters.emr.add_job_flow_steps(JobFlowId=cluster, Steps=[bash("late", "true")])["StepIds"]
    assert clusters.reach_step(cluster, step, "COMPLETED")["Status"]["Timeline"]["EndDateTime"]
    clusters.emr.terminate_job_flows(JobFlowIds=[cluster])


def test_a_step_fails_on_request(clusters, local):
    local.faults.asked["fail_step", "chosen"] = {"times": 1}
    cluster = clusters.run(bash("chosen", "true"), bash("other", "true"))
    clusters.reach(cluster)
    assert clusters.steps(cluster) == {"chosen": "FAILED", "other": "COMPLETED"}
    assert "was asked to fail step 'chosen'" in clusters.log(cluster, "chosen", "stderr")
    assert "exitCode 1" in clusters.log(cluster, "chosen", "controller")


@pytest.mark.parametrize(
    ("fault", "code"), [({"times": 1}, "INSTANCE_FAILURE"), ({"code": "INTERNAL_ERROR"}, "INTERNAL_ERROR")]
)
def test_a_cluster_dies_on_request_when_a_step_starts(clusters, local, fault, code):
    local.faults.asked["kill_cluster", "doomed"] = fault
    cluster = clusters.run(bash("before", "true"), bash("doomed", "true"), bash("after", "true"), keep=True)
    state, found, _ = reason(clusters.reach(cluster))
    assert (state, found) == ("TERMINATED_WITH_ERRORS", code)
    assert clusters.steps(cluster) == {"before": "COMPLETED", "doomed": "INTERRUPTED", "after": "CANCELLED"}


def test_the_log_warns_of_a_bucket_that_spark_cannot_read(clusters):
    for name in ("raw", "raw.v2"):
        clusters.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    cluster = clusters.run(bash("s", "true"))
    clusters.reach(cluster)
    assert "WARN s3://raw.v2 cannot be read by Spark" in clusters.log(cluster, "s", "controller")
    for name in ("raw", "raw.v2"):
        clusters.s3.delete_bucket(Bucket=name)


def test_stopping_ends_every_process_at_once(tmp_path):
    output = tmp_path / "out"
    group = processes.start(["bash", "-c", "sleep 1000"], os.environ, tmp_path, output, output)
    processes.stop_all()
    assert group.wait() == -signal.SIGKILL
