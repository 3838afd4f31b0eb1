"""What can be asked to go wrong with clusters and their events, on real clusters with real processes."""

import gzip
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

GROUPS = [{"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1}]
ENDS = {"source": ["aws.emr"], "detail": {"state": ["TERMINATED", "TERMINATED_WITH_ERRORS"]}}


def bash(name, script):
    jar = {"Jar": "command-runner.jar", "Args": ["bash", "-c", script]}
    return {"Name": name, "ActionOnFailure": "TERMINATE_CLUSTER", "HadoopJarStep": jar}


class Clusters:
    """Starts clusters and waits for the event of their end."""

    def __init__(self, cloud):
        self.cloud, self.emr = cloud, cloud.client("emr")
        self.queue, arn = cloud.queue()
        cloud.rule(ENDS, {"Arn": arn})

    def run(self, *steps, **spec):
        request = {
            "Name": self.cloud.unique(),
            "ServiceRole": "r",
            "JobFlowRole": "p",
            "LogUri": "s3://relay-logs/",
            "Instances": {"InstanceGroups": GROUPS},
            "Steps": list(steps),
        }
        return self.emr.run_job_flow(**{**request, **spec})["JobFlowId"]

    def end(self, *steps, **spec):
        """Runs a cluster to its end; its status, and its steps by their name."""
        cluster, heard = self.run(*steps, **spec), None
        while heard != cluster:
            heard = json.loads(self.cloud.receive(self.queue)[0]["Body"])["detail"]["clusterId"]
        return cluster, self.status(cluster), self.steps(cluster)

    def status(self, cluster):
        return self.emr.describe_cluster(ClusterId=cluster)["Cluster"]["Status"]

    def steps(self, cluster):
        listed = self.emr.list_steps(ClusterId=cluster)["Steps"]
        return {step["Name"]: step["Status"]["State"] for step in listed}


@pytest.fixture
def clusters(cloud):
    return Clusters(cloud)


def ends(status):
    return status["State"], status["StateChangeReason"]["Code"]


def test_a_step_that_fails_once_succeeds_on_the_next_cluster(cloud, clusters):
    cloud.fault(kind="fail_step", step_name="kpis")
    steps = [bash("source", "true"), bash("kpis", "true"), bash("report", "true")]

    cluster, status, first = clusters.end(*steps)
    _, _, second = clusters.end(*steps)

    assert ends(status) == ("TERMINATED_WITH_ERRORS", "STEP_FAILURE")
    assert first == {"source": "COMPLETED", "kpis": "FAILED", "report": "CANCELLED"}
    assert set(second.values()) == {"COMPLETED"}
    [failed] = clusters.emr.list_steps(ClusterId=cluster, StepStates=["FAILED"])["Steps"]
    details = failed["Status"]["FailureDetails"]
    assert details["Message"] == "local mode was asked to fail step 'kpis'"
    assert details["LogFile"] == f"s3://relay-logs/{cluster}/steps/{failed['Id']}/stderr.gz"


def test_a_fault_can_let_the_first_few_pass(cloud, clusters):
    cloud.fault(kind="fail_step", step_name="kpis", skip=1)

    states = [clusters.end(bash("kpis", "true"))[2]["kpis"] for _ in range(3)]

    assert states == ["COMPLETED", "FAILED", "COMPLETED"]


def test_a_cluster_dies_amid_a_step_whose_process_has_started(cloud, clusters):
    cloud.fault(
        kind="kill_cluster", step_name="kpis", ms=1, code="INTERNAL_ERROR", error_code="INTERNAL_ERROR_X"
    )

    cluster, status, steps = clusters.end(
        bash("source", "true"), bash("kpis", "sleep 1000"), bash("report", "true")
    )

    assert ends(status) == ("TERMINATED_WITH_ERRORS", "INTERNAL_ERROR")
    assert [error["ErrorCode"] for error in status["ErrorDetails"]] == ["INTERNAL_ERROR_X"]
    assert steps == {"source": "COMPLETED", "kpis": "INTERRUPTED", "report": "CANCELLED"}
    assert "started child process" in controller(cloud, clusters, cluster, "kpis")


def controller(cloud, clusters, cluster, name):
    [step] = [s for s in clusters.emr.list_steps(ClusterId=cluster)["Steps"] if s["Name"] == name]
    key = f"{cluster}/steps/{step['Id']}/controller.gz"
    found = cloud.client("s3").get_object(Bucket="relay-logs", Key=key)["Body"].read()
    return gzip.decompress(found).decode()


@pytest.mark.parametrize(
    ("fault", "code", "error"),
    [
        ({}, "INTERNAL_ERROR", "INTERNAL_ERROR_EC2_INSUFFICIENT_CAPACITY_AZ"),
        (
            {"code": "INSTANCE_FLEET_TIMEOUT"},
            "INSTANCE_FLEET_TIMEOUT",
            "INTERNAL_ERROR_EC2_INSUFFICIENT_CAPACITY_AZ",
        ),
    ],
)
def test_a_cluster_without_capacity_ends_before_its_steps_and_the_next_one_runs(
    cloud, clusters, fault, code, error
):
    cloud.fault(kind="no_capacity", **fault)

    _, status, first = clusters.end(bash("only", "true"))
    _, _, second = clusters.end(bash("only", "true"))

    assert ends(status) == ("TERMINATED_WITH_ERRORS", code)
    assert [detail["ErrorCode"] for detail in status["ErrorDetails"]] == [error]
    assert (first, second) == ({"only": "CANCELLED"}, {"only": "COMPLETED"})


def test_a_bootstrap_action_fails_once_though_its_script_is_well(cloud, clusters, tmp_path):
    script = tmp_path / "fine.sh"
    script.write_text("true")
    actions = [{"Name": "fine", "ScriptBootstrapAction": {"Path": str(script)}}]
    cloud.fault(kind="fail_bootstrap")

    _, status, first = clusters.end(bash("only", "true"), BootstrapActions=actions)
    _, _, second = clusters.end(bash("only", "true"), BootstrapActions=actions)

    assert ends(status) == ("TERMINATED_WITH_ERRORS", "BOOTSTRAP_FAILURE")
    assert status["ErrorDetails"][0]["ErrorCode"] == "BOOTSTRAP_FAILURE_PRIMARY_WITH_NON_ZERO_CODE"
    assert (first, second) == ({"only": "CANCELLED"}, {"only": "COMPLETED"})


def test_every_event_can_be_lost_until_told_otherwise(cloud, clusters):
    cloud.fault(kind="lose_event", source="aws.emr", times="always")

    silent = clusters.run(bash("only", "true"))
    waiter = clusters.emr.get_waiter("cluster_terminated")
    waiter.wait(ClusterId=silent, WaiterConfig={"Delay": 0.1, "MaxAttempts": 600})
    assert cloud.is_empty(clusters.queue)

    cloud.control("DELETE", "faults")
    assert ends(clusters.end(bash("only", "true"))[1]) == ("TERMINATED", "ALL_STEPS_COMPLETED")


def test_every_event_can_be_doubled_and_shuffled(cloud, clusters):
    queue, arn = cloud.queue()
    cloud.rule({"source": ["aws.emr"], "detail-type": ["EMR Step Status Change"]}, {"Arn": arn})
    cloud.fault(kind="double_event", source="aws.emr", times="always")
    cloud.fault(kind="shuffle_events", source="aws.emr", times="always", ms=50)
    names = ["a", "b", "c", "d"]

    clusters.end(*(bash(name, "true") for name in names))

    told = [json.loads(message["Body"])["detail"] for message in cloud.receive(queue, 24)]
    seen = Counter((detail["name"], detail["state"]) for detail in told)
    assert seen == {(name, state): 2 for name in names for state in ("PENDING", "RUNNING", "COMPLETED")}


def test_shuffled_events_all_arrive_in_another_order(cloud):
    source, (queue, arn) = cloud.unique(), cloud.queue()
    cloud.rule({"source": [source]}, {"Arn": arn})
    cloud.fault(kind="shuffle_events", source=source, times="always", ms=500)
    sent = list(range(30))

    for n in sent:
        cloud.put_event(source, {"n": n})

    arrived = [json.loads(message["Body"])["detail"]["n"] for message in cloud.receive(queue, len(sent))]
    assert sorted(arrived) == sent
    assert arrived != sent


def test_many_clusters_that_fail_at_once_all_end_and_each_end_reaches_a_function(cloud, clusters):
    function, many = cloud.function(), range(40)
    name = cloud.unique()
    cloud.rule({**ENDS, "detail": {**ENDS["detail"], "name": [name]}}, {"Arn": function.arn})

    with ThreadPoolExecutor(10) as launches:
        started = set(launches.map(lambda _: clusters.run(bash("only", "false"), Name=name), many))

    ended = {seen["event"]["detail"]["clusterId"] for seen in function.seen(len(many))}
    assert ended == started
    assert {ends(clusters.status(cluster)) for cluster in ended} == {
        ("TERMINATED_WITH_ERRORS", "STEP_FAILURE")
    }
