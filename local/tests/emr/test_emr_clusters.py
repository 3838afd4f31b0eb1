"""Clusters: how they start, wait and end, and what the API and the events say of them."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from emr_server import GROUPS, bash

from emr_relay_local import launches

FOREVER = "sleep 1000"
MISSING, REFUSED = "InvalidRequestException", "ValidationException"
CORE = {**GROUPS[0], "InstanceRole": "CORE", "InstanceCount": 2}
FLEETS = [
    {
        "InstanceFleetType": "MASTER",
        "TargetOnDemandCapacity": 1,
        "InstanceTypeConfigs": [{"InstanceType": "m5.2xlarge"}],
    },
    {
        "InstanceFleetType": "CORE",
        "TargetSpotCapacity": 2,
        "InstanceTypeConfigs": [{"InstanceType": "r5.xlarge"}],
    },
]


def reason(cluster):
    """How a cluster ended, and why."""
    status = cluster["Status"]
    return status["State"], status["StateChangeReason"]["Code"], status["StateChangeReason"]["Message"]


def test_ending_a_cluster_ends_its_steps(clusters):
    cluster = clusters.run(bash("long", FOREVER), bash("next", "true"), keep=True)
    clusters.reach_step(cluster, clusters.step(cluster, "long")["Id"], "RUNNING")
    clusters.emr.terminate_job_flows(JobFlowIds=[cluster])
    ended = clusters.reach(cluster)
    assert reason(ended) == ("TERMINATED", "USER_REQUEST", "Terminated by user request")
    assert clusters.steps(cluster) == {"long": "CANCELLED", "next": "CANCELLED"}
    timeline = ended["Status"]["Timeline"]
    assert timeline["CreationDateTime"] <= timeline["ReadyDateTime"] <= timeline["EndDateTime"]
    clusters.emr.terminate_job_flows(JobFlowIds=[cluster])
    assert clusters.reach(cluster)["Status"] == ended["Status"]


def test_a_protected_cluster_is_not_ended_until_it_is_unprotected(clusters):
    cluster = clusters.run(keep=True, instances={"TerminationProtected": True})
    with pytest.raises(ClientError, match="termination protected") as error:
        clusters.emr.terminate_job_flows(JobFlowIds=[cluster])
    assert error.value.response["Error"]["Code"] == "ValidationException"
    assert clusters.reach(cluster, "WAITING")["TerminationProtected"]
    clusters.emr.set_termination_protection(JobFlowIds=[cluster], TerminationProtected=False)
    clusters.emr.terminate_job_flows(JobFlowIds=[cluster])
    assert reason(clusters.reach(cluster))[1] == "USER_REQUEST"


def test_protection_is_ignored_when_the_steps_of_a_transient_cluster_are_done(clusters):
    cluster = clusters.run(bash("s", "true"), instances={"TerminationProtected": True})
    assert reason(clusters.reach(cluster))[1] == "ALL_STEPS_COMPLETED"


def test_an_idle_cluster_ends_by_its_policy(clusters, monkeypatch):
    monkeypatch.setattr(launches, "IDLE_SECONDS", range(0, 100))
    cluster = clusters.run(bash("s", "true"), keep=True, AutoTerminationPolicy={"IdleTimeout": 0})
    assert clusters.reach(cluster)["Status"]["State"] == "TERMINATED"
    policy = clusters.emr.get_auto_termination_policy(ClusterId=cluster)["AutoTerminationPolicy"]
    assert policy == {"IdleTimeout": 0}


def test_bootstrap_actions_run_before_steps(clusters, tmp_path):
    order = tmp_path / "order"
    clusters.s3.put_object(Bucket="code", Key="boot.sh", Body=f"echo boot $1 >> {order}".encode())
    action = {"Name": "boot", "ScriptBootstrapAction": {"Path": "s3://code/boot.sh", "Args": ["now"]}}
    cluster = clusters.run(bash("s", f"echo step >> {order}"), BootstrapActions=[action])
    clusters.reach(cluster)
    assert order.read_text() == "boot now\nstep\n"
    listed = clusters.emr.list_bootstrap_actions(ClusterId=cluster)["BootstrapActions"]
    assert listed == [{"Name": "boot", "ScriptPath": "s3://code/boot.sh", "Args": ["now"]}]


@pytest.mark.parametrize(
    ("path", "kind", "message"),
    [
        ("s3://code/fails.sh", "BOOTSTRAP_FAILURE_PRIMARY_WITH_NON_ZERO_CODE", "non-zero return code"),
        ("s3://code/absent.sh", "BOOTSTRAP_FAILURE_BA_DOWNLOAD_FAILED_PRIMARY", "no script s3://code/absent"),
    ],
)
def test_a_failing_bootstrap_action_ends_the_cluster(clusters, path, kind, message):
    clusters.s3.put_object(Bucket="code", Key="fails.sh", Body=b"echo no >&2; exit 7")
    action = {"Name": "boot", "ScriptBootstrapAction": {"Path": path}}
    cluster = clusters.run(bash("s", "true"), BootstrapActions=[action], keep=True)
    ended = clusters.reach(cluster)
    assert reason(ended)[:2] == ("TERMINATED_WITH_ERRORS", "BOOTSTRAP_FAILURE")
    [detail] = ended["Status"]["ErrorDetails"]
    assert detail["ErrorCode"] == kind and message in detail["ErrorMessage"]
    assert clusters.steps(cluster) == {"s": "CANCELLED"}
    machine = detail["ErrorData"][0]["primary-instance-id"]
    key = f"emr/{cluster}/node/{machine}/bootstrap-actions/1/stderr.gz"
    assert clusters.s3.head_object(Bucket="logs", Key=key)


@pytest.fixture
def heard(client):
    """Gives the EMR events of a cluster, in the order in which they came, once it has ended."""
    sqs, events = client("sqs"), client("events")
    url = sqs.create_queue(QueueName="emr-events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="emr", EventPattern=json.dumps({"source": ["aws.emr"]}))
    events.put_targets(Rule="emr", Targets=[{"Id": "queue", "Arn": arn}])

    def hear(cluster):
        found = []
        while not found or not found[-1]["detail"]["state"].startswith("TERMINATED"):
            messages = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20).get("Messages", [])
            assert messages, f"no event came any more after {found}"
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                event = json.loads(message["Body"])
                found += [event] if event["detail"]["clusterId"] == cluster else []
        return found

    yield hear
    events.remove_targets(Rule="emr", Ids=["queue"])
    events.delete_rule(Name="emr")


def test_every_change_is_an_event_in_the_shape_of_aws(clusters, heard):
    cluster = clusters.run(bash("good", "true"), bash("bad", "exit 1", "TERMINATE_CLUSTER"))
    events = heard(cluster)
    details = [event["detail"] for event in events]
    told = [(detail["name"] if "stepId" in detail else None, detail["state"]) for detail in details]
    assert told == [
        (None, "STARTING"),
        ("good", "PENDING"),
        ("bad", "PENDING"),
        (None, "RUNNING"),
        ("good", "RUNNING"),
        ("good", "COMPLETED"),
        ("bad", "RUNNING"),
        ("bad", "FAILED"),
        (None, "TERMINATED_WITH_ERRORS"),
    ]
    first, failed, last = events[0], events[-2], events[-1]
    assert first["detail"]["stateChangeReason"] == '{"code":""}'
    assert json.loads(last["detail"]["stateChangeReason"]) == {
        "code": "STEP_FAILURE",
        "message": "Shut down as step failed",
    }
    assert (last["source"], last["detail-type"], last["resources"], last["region"]) == (
        "aws.emr", "EMR Cluster State Change", [], "eu-west-1",
    )  # fmt: skip
    assert (last["detail"]["severity"], last["detail"]["name"]) == ("CRITICAL", "nightly")
    assert failed["detail-type"] == "EMR Step Status Change"
    assert failed["detail"] == {
        "severity": "ERROR",
        "actionOnFailure": "TERMINATE_CLUSTER",
        "stepId": clusters.step(cluster, "bad")["Id"],
        "name": "bad",
        "clusterId": cluster,
        "state": "FAILED",
        "message": failed["detail"]["message"],
    }


def test_a_cluster_shows_what_was_asked_for(clusters):
    configurations = [
        {"Classification": "spark-defaults", "Properties": {"spark.a": "b"}, "Configurations": []}
    ]
    cluster = clusters.run(
        Tags=[{"Key": "Correlation_Id", "Value": "c1"}, {"Key": "Empty"}],
        Configurations=configurations,
        Applications=[{"Name": "Spark"}],
        StepConcurrencyLevel=3,
        ManagedScalingPolicy={
            "ComputeLimits": {"UnitType": "Instances", "MinimumCapacityUnits": 1, "MaximumCapacityUnits": 2}
        },
        instances={"Ec2SubnetIds": ["subnet-1", "subnet-2"], "Ec2KeyName": "key"},
        keep=True,
    )
    clusters.emr.add_tags(ResourceId=cluster, Tags=[{"Key": "Run_Id", "Value": "1"}])
    clusters.emr.remove_tags(ResourceId=cluster, TagKeys=["Empty"])
    shown = clusters.reach(cluster, "WAITING")
    assert shown["Tags"] == [{"Key": "Correlation_Id", "Value": "c1"}, {"Key": "Run_Id", "Value": "1"}]
    assert shown["Configurations"] == configurations
    assert shown["Applications"] == [{"Name": "Spark"}]
    assert shown["StepConcurrencyLevel"] == 3
    assert shown["Ec2InstanceAttributes"]["RequestedEc2SubnetIds"] == ["subnet-1", "subnet-2"]
    assert shown["ClusterArn"].endswith(f"elasticmapreduce:eu-west-1:123456789012:cluster/{cluster}")
    policy = clusters.emr.get_managed_scaling_policy(ClusterId=cluster)["ManagedScalingPolicy"]
    assert policy["ComputeLimits"]["MaximumCapacityUnits"] == 2
    assert "AutoTerminationPolicy" not in clusters.emr.get_auto_termination_policy(ClusterId=cluster)
    clusters.emr.terminate_job_flows(JobFlowIds=[cluster])


@pytest.mark.parametrize(
    ("instances", "kind", "hours"),
    [
        ({"InstanceGroups": [*GROUPS, CORE]}, "GROUP", 24),
        ({"InstanceGroups": [], "InstanceFleets": FLEETS}, "FLEET", 32),
        ({"InstanceGroups": [], "MasterInstanceType": "m5.large", "InstanceCount": 3}, "GROUP", 12),
    ],
)
def test_machines_are_shown_and_counted_in_the_form_they_were_asked_in(clusters, instances, kind, hours):
    cluster = clusters.run(instances=instances, keep=True)
    shown = clusters.reach(cluster, "WAITING")
    assert shown["InstanceCollectionType"] == f"INSTANCE_{kind}"
    assert shown["NormalizedInstanceHours"] == hours
    asked = {"GROUP": clusters.emr.list_instance_groups, "FLEET": clusters.emr.list_instance_fleets}
    [lines] = [v for k, v in asked.pop(kind)(ClusterId=cluster).items() if k.startswith("Instance")]
    assert [line["Status"]["State"] for line in lines] == ["RUNNING", "RUNNING"]
    assert len(clusters.emr.list_instances(ClusterId=cluster)["Instances"]) == 3
    [other] = asked.values()
    with pytest.raises(ClientError, match="mutually exclusive"):
        other(ClusterId=cluster)
    clusters.emr.terminate_job_flows(JobFlowIds=[cluster])


def test_steps_are_listed_newest_first_in_pages_and_by_what_is_asked_for(clusters):
    cluster = clusters.run(bash("0", FOREVER), *(bash(str(n), "true") for n in range(1, 60)), keep=True)
    first = clusters.emr.list_steps(ClusterId=cluster)
    assert [step["Name"] for step in first["Steps"]] == [str(n) for n in range(59, 9, -1)]
    rest = clusters.emr.list_steps(ClusterId=cluster, Marker=first["Marker"])
    assert [step["Name"] for step in rest["Steps"]] == [str(n) for n in range(9, -1, -1)]
    assert "Marker" not in rest
    clusters.reach_step(cluster, rest["Steps"][-1]["Id"], "RUNNING")
    running = clusters.emr.list_steps(ClusterId=cluster, StepStates=["RUNNING"])["Steps"]
    assert [step["Name"] for step in running] == ["0"]
    ids = [first["Steps"][0]["Id"], first["Steps"][5]["Id"]]
    chosen = clusters.emr.list_steps(ClusterId=cluster, StepIds=ids)["Steps"]
    assert [step["Id"] for step in chosen] == ids
    clusters.emr.terminate_job_flows(JobFlowIds=[cluster])


def test_clusters_are_listed_newest_first_by_state_and_time(clusters):
    older = clusters.run(keep=True)
    newer = clusters.run(keep=True)
    clusters.emr.terminate_job_flows(JobFlowIds=[older])
    created = clusters.reach(older)["Status"]["Timeline"]["CreationDateTime"]
    clusters.reach(newer, "WAITING")
    pages = clusters.emr.get_paginator("list_clusters")

    def listed(**filters):
        return [one["Id"] for page in pages.paginate(**filters) for one in page["Clusters"]]

    assert listed()[:2] == [newer, older]
    assert older not in listed(ClusterStates=["WAITING"]) and newer in listed(ClusterStates=["WAITING"])
    hour = timedelta(hours=1)
    assert listed(CreatedAfter=created + hour) == listed(CreatedBefore=created - hour) == []
    assert listed(CreatedAfter=created - hour, CreatedBefore=created + hour) == listed()
    clusters.emr.terminate_job_flows(JobFlowIds=[newer])


def test_security_configurations_are_kept_and_asked_for(clusters):
    emr = clusters.emr
    emr.create_security_configuration(Name="tls", SecurityConfiguration='{"a": 1}')
    assert emr.describe_security_configuration(Name="tls")["SecurityConfiguration"] == '{"a": 1}'
    assert [one["Name"] for one in emr.list_security_configurations()["SecurityConfigurations"]] == ["tls"]
    cluster = clusters.run(SecurityConfiguration="tls")
    assert clusters.reach(cluster)["SecurityConfiguration"] == "tls"
    emr.delete_security_configuration(Name="tls")
    with pytest.raises(ClientError) as error:
        emr.describe_security_configuration(Name="tls")
    assert error.value.response["Error"]["Code"] == MISSING
    with pytest.raises(ClientError, match="'tls' does not exist"):
        clusters.run(SecurityConfiguration="tls")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Instances": {}}, "exactly one form"),
        ({"Instances": {"InstanceGroups": GROUPS, "InstanceFleets": FLEETS}}, "exactly one form"),
        ({"Instances": {"InstanceGroups": [{**GROUPS[0], "InstanceRole": "CORE"}]}}, "exactly one of"),
        ({"Instances": {"InstanceCount": 2}}, "MasterInstanceType is required"),
        ({"JobFlowRole": ""}, "InstanceProfile is required for creating cluster."),
        ({"ServiceRole": ""}, "ServiceRole is required for creating cluster."),
        ({"AmiVersion": "3.8.0"}, "Only one AMI version and release label"),
        ({"Steps": [bash("s", "true")] * 257}, "Maximum number of active steps"),
        ({"Steps": [bash("s", "x" * 10_240)]}, "HadoopJarStep"),
        ({"Steps": [bash("s", "true", "RETRY")]}, "'steps.1.member.actionOnFailure' failed to satisfy"),
        ({"Steps": [bash("s", "true", "CANCEL_AND_WAIT")], "StepConcurrencyLevel": 2}, "must have ActionOnF"),
        ({"StepConcurrencyLevel": 257}, "StepConcurrencyLevel must be between"),
        ({"AutoTerminationPolicy": {"IdleTimeout": 59}}, "IdleTimeout must be between 60 and 604800"),
        ({"Name": "n" * 257}, "'name' failed to satisfy constraint: Member must have length less"),
    ],
)
def test_what_emr_refuses_is_refused(clusters, changes, message):
    with pytest.raises(ClientError, match=message) as error:
        clusters.run(**changes)
    assert error.value.response["Error"]["Code"] == "ValidationException"


@pytest.mark.parametrize(
    ("call", "arguments", "code", "message"),
    [
        ("describe_cluster", {"ClusterId": "j-NONE"}, MISSING, "Cluster id 'j-NONE' is not"),
        ("list_steps", {"ClusterId": "j-NONE"}, MISSING, "Cluster id 'j-NONE' is not valid"),
        ("describe_step", {"ClusterId": "OVER", "StepId": "s-NONE"}, MISSING, "Step id"),
        ("list_steps", {"ClusterId": "OVER", "StepIds": ["s-X"] * 11}, MISSING, "maximum of 10"),
        ("list_steps", {"ClusterId": "OVER", "Marker": "x"}, MISSING, "Marker 'x'"),
        ("add_job_flow_steps", {"JobFlowId": "j-NONE", "Steps": []}, REFUSED, "does not exist"),
        ("add_job_flow_steps", {"JobFlowId": "OVER", "Steps": []}, REFUSED, "may not be modified"),
        ("terminate_job_flows", {"JobFlowIds": ["j-NONE"]}, REFUSED, "does not exist"),
        ("terminate_job_flows", {"JobFlowIds": ["OVER"] * 11}, REFUSED, "maximum of 10"),
        ("list_clusters", {"ClusterStates": ["BUSY"]}, REFUSED, "enum value set"),
    ],
)
def test_errors_have_emr_s_codes(clusters, over, call, arguments, code, message):
    arguments = json.loads(json.dumps(arguments).replace("OVER", over))
    with pytest.raises(ClientError, match=message) as error:
        getattr(clusters.emr, call)(**arguments)
    assert error.value.response["Error"]["Code"] == code


@pytest.fixture(scope="module")
def over(clusters):
    """A cluster that has ended."""
    cluster = clusters.run()
    clusters.reach(cluster)
    return cluster


def test_the_aws_cli_drives_a_cluster(clusters, local):
    def aws(*words):
        environment = {
            **os.environ,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "eu-west-1",
        }
        command = [str(Path(sys.executable).parent / "aws"), "--endpoint-url", local.url]
        command += ["emr", *words, "--output", "json"]
        done = subprocess.run(command, env=environment, capture_output=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    step = "Type=CUSTOM_JAR,Name=hello,ActionOnFailure=CONTINUE,Jar=command-runner.jar,Args=[echo,hello]"
    created = aws(
        "create-cluster", "--name", "cli", "--release-label", "emr-7.10.0", "--use-default-roles",
        "--instance-type", "m5.xlarge", "--instance-count", "1", "--auto-terminate",
        "--log-uri", "s3://logs/emr/", "--steps", step,
    )  # fmt: skip
    cluster = created["ClusterId"]
    clusters.reach(cluster)
    assert aws("list-steps", "--cluster-id", cluster)["Steps"][0]["Status"]["State"] == "COMPLETED"
    assert aws("describe-cluster", "--cluster-id", cluster)["Cluster"]["AutoTerminate"]
    assert clusters.log(cluster, "hello") == "hello\n"
