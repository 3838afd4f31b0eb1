"""What a deployment sets up, in local form, made through the AWS calls that a deployment makes."""

import io
import json
import logging
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import boto3
from botocore.config import Config

from .functions import PATH_TAG
from .rule_schedules import EVERY_TAG
from .sources import Rule, Sources

_log = logging.getLogger(__name__)

TABLE = "emr-relay-runs"
BUCKETS = {"config": "relay-config", "data": "relay-data", "logs": "relay-logs"}
TOPICS = {"information": "relay-information", "critical": "relay-critical"}
QUEUES = {"events": "relay-events-dlq", "functions": "relay-functions-dlq"}
ROLE = "emr-relay-local"
SCHEDULE_GROUP = "emr-relay"
SCHEDULE_ROLE = "emr-relay-scheduler"
_EVENT_AGE_SECONDS = 86_400
_EVENT_RETRIES = 185


@dataclass
class Stack:
    """What was made, under the names that it was asked for by."""

    region: str
    table: str = TABLE
    buckets: dict[str, str] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    queues: dict[str, str] = field(default_factory=dict)


class Builder:
    """Makes the stack on one server."""

    def __init__(self, endpoint: str, region: str, account: str, sweep_every: float | None = None) -> None:
        """Connect to the server; `sweep_every` seconds replace the sweeper's own schedule."""
        self._endpoint, self._region, self._account = endpoint, region, account
        self._sweep_every = sweep_every
        self._stack = Stack(region)
        self._queue_arns: dict[str, str] = {}
        self._schedule_role = ""

    def build(self, sources: Sources) -> Stack:
        """Make everything."""
        self._make_buckets()
        self._make_table()
        self._make_topics_and_queues()
        self._make_schedule_group()
        self._make_functions(sources.functions)
        self._make_rules(sources.rules)
        self._upload(sources.config)
        return self._stack

    def _client(self, service: str):
        return boto3.client(
            service,
            endpoint_url=self._endpoint,
            region_name=self._region,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(
                s3={"addressing_style": "path"}, retries={"mode": "standard", "total_max_attempts": 1}
            ),
        )

    def _make_buckets(self) -> None:
        s3 = self._client("s3")
        there = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
        place = {"CreateBucketConfiguration": {"LocationConstraint": self._region}}
        for name in BUCKETS.values():
            if name not in there:
                s3.create_bucket(Bucket=name, **(place if self._region != "us-east-1" else {}))
        self._stack.buckets = dict(BUCKETS)

    def _make_table(self) -> None:
        dynamodb = self._client("dynamodb")
        keys = ("Correlation_Id", "DataProduct", "Cluster_Id", "Open")
        dynamodb.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
            KeySchema=[_key("Correlation_Id", "HASH"), _key("DataProduct", "RANGE")],
            GlobalSecondaryIndexes=[_index("Cluster_Id"), _index("Open")],
        )
        expiry = {"Enabled": True, "AttributeName": "TimeToExist"}
        dynamodb.update_time_to_live(TableName=TABLE, TimeToLiveSpecification=expiry)

    def _make_topics_and_queues(self) -> None:
        sns, sqs = self._client("sns"), self._client("sqs")
        for key, name in TOPICS.items():
            self._stack.topics[key] = sns.create_topic(Name=name)["TopicArn"]
        for key, name in QUEUES.items():
            url = sqs.create_queue(QueueName=name)["QueueUrl"]
            self._stack.queues[key] = url
            attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
            self._queue_arns[key] = attributes["Attributes"]["QueueArn"]

    def _make_schedule_group(self) -> None:
        self._client("scheduler").create_schedule_group(Name=SCHEDULE_GROUP)
        self._schedule_role = self._make_role(SCHEDULE_ROLE, "scheduler.amazonaws.com")

    def _make_functions(self, bootstraps: dict[str, Path]) -> None:
        role = self._make_role(ROLE, "lambda.amazonaws.com")
        functions = self._client("lambda")
        for name, bootstrap in bootstraps.items():
            made = functions.create_function(**self._function(name, bootstrap, role))
            self._stack.functions[name] = made["FunctionArn"]

    def _make_role(self, name: str, service: str) -> str:
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sts:AssumeRole",
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        role = self._client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)
        return role["Role"]["Arn"]

    def _function(self, name: str, bootstrap: Path, role: str) -> dict:
        return {
            "FunctionName": _function_name(name),
            "Runtime": "provided.al2023",
            "Handler": "bootstrap",
            "Role": role,
            "Code": {"ZipFile": _no_code()},
            "Timeout": 60,
            "MemorySize": 128,
            "DeadLetterConfig": {"TargetArn": self._queue_arns["functions"]},
            "Environment": {"Variables": self._environment()},
            "Tags": {PATH_TAG: str(bootstrap)},
        }

    def _environment(self) -> dict[str, str]:
        return {
            "EMR_LAUNCHER_CONFIG_S3_BUCKET": BUCKETS["config"],
            "TABLE_NAME": TABLE,
            "INFORMATION_TOPIC_ARN": self._stack.topics["information"],
            "CRITICAL_TOPIC_ARN": self._stack.topics["critical"],
            "EVENT_BUS_NAME": "default",
            "SCHEDULE_GROUP_NAME": SCHEDULE_GROUP,
            "SCHEDULE_ROLE_ARN": self._schedule_role,
            "RELAUNCHER_FUNCTION_ARN": self._function_arn("relauncher"),
        }

    def _function_arn(self, name: str) -> str:
        """The ARN that a function has or would have: one of them is told its own."""
        return f"arn:aws:lambda:{self._region}:{self._account}:function:{_function_name(name)}"

    def _make_rules(self, rules: list[Rule]) -> None:
        for rule in rules:
            if arn := self._stack.functions.get(rule.function):
                self._make_rule(rule, arn)
            else:
                _log.warning("%s is not deployed: %s reaches nobody", rule.function, rule.name)

    def _make_rule(self, rule: Rule, function_arn: str) -> None:
        events = self._client("events")
        arn = events.put_rule(Name=rule.name, **self._when(rule))["RuleArn"]
        target = {
            "Id": "function",
            "Arn": function_arn,
            "DeadLetterConfig": {"Arn": self._queue_arns["events"]},
            "RetryPolicy": {
                "MaximumRetryAttempts": _EVENT_RETRIES,
                "MaximumEventAgeInSeconds": _EVENT_AGE_SECONDS,
            },
        }
        events.put_targets(Rule=rule.name, Targets=[target])
        self._client("lambda").add_permission(
            FunctionName=function_arn,
            StatementId=rule.name,
            Action="lambda:InvokeFunction",
            Principal="events.amazonaws.com",
            SourceArn=arn,
        )

    def _when(self, rule: Rule) -> dict:
        if rule.pattern is not None:
            return {"EventPattern": rule.pattern}
        if rule.function != "sweeper" or self._sweep_every is None:
            return {"ScheduleExpression": rule.schedule}
        tags = [{"Key": EVERY_TAG, "Value": str(self._sweep_every)}]
        return {"ScheduleExpression": rule.schedule, "Tags": tags}

    def _upload(self, files: dict[str, Path]) -> None:
        s3 = self._client("s3")
        for key, path in files.items():
            s3.upload_file(str(path), BUCKETS["config"], key)


def _function_name(name: str) -> str:
    return f"emr-relay-{name}"


def _key(name: str, kind: str) -> dict[str, str]:
    return {"AttributeName": name, "KeyType": kind}


def _index(column: str) -> dict:
    """An index over all attributes of the items that have this column."""
    return {
        "IndexName": f"{column}-index",
        "KeySchema": [_key(column, "HASH")],
        "Projection": {"ProjectionType": "ALL"},
    }


def _no_code() -> bytes:
    """The code that a function uploads whose bootstrap is named by its tag."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w"):
        pass
    return content.getvalue()
