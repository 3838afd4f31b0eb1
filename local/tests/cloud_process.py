"""A server process of one's own, and what tests put into it."""

import io
import itertools
import json
import os
import select
import signal
import subprocess
import sys
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path

import boto3
from botocore.config import Config

BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
_numbers = itertools.count(1)


@dataclass
class Cloud:
    """A server process, and clients of it that are boto3 as it comes."""

    process: subprocess.Popen
    ready: dict

    @property
    def endpoint(self):
        return self.ready["endpoint"]

    def client(self, service):
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=self.ready["region"],
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )

    def control(self, method, path, document=None):
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(f"{self.endpoint}/_relay/{path}", body, method=method)
        try:
            with urllib.request.urlopen(request) as reply:
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def fault(self, **spec):
        status, answer = self.control("POST", "faults", spec)
        assert status == 200, answer

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait(20)
        self.process.stdin.close()
        self.process.stdout.close()

    def queue(self, **attributes):
        """A new queue: its URL and ARN."""
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName=f"queue-{next(_numbers)}", Attributes=attributes)["QueueUrl"]
        given = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, given["Attributes"]["QueueArn"]

    def receive(self, url, count=1):
        """Wait for messages; each is deleted."""
        sqs, messages = self.client("sqs"), []
        while len(messages) < count:
            got = sqs.receive_message(
                QueueUrl=url,
                WaitTimeSeconds=20,
                MaxNumberOfMessages=1,
                MessageAttributeNames=["All"],
                AttributeNames=["All"],
            )
            assert got.get("Messages"), f"{len(messages)} of {count} messages came: {messages}"
            messages += got["Messages"]
            sqs.delete_message(QueueUrl=url, ReceiptHandle=got["Messages"][0]["ReceiptHandle"])
        return messages

    def is_empty(self, url):
        return "Messages" not in self.client("sqs").receive_message(QueueUrl=url)

    def function(self, **spec):
        """A new function that runs `bootstrap.py`."""
        name = f"function-{next(_numbers)}"
        queue = self.client("sqs").create_queue(QueueName=name)["QueueUrl"]
        settings = {
            "Runtime": "provided.al2023",
            "Handler": "bootstrap",
            "Role": self.role(),
            "Code": {"ZipFile": package(executable_text())},
            "Timeout": 20,
        }
        made = self.client("lambda").create_function(FunctionName=name, **{**settings, **spec})
        return Function(self, name, made["FunctionArn"], queue)

    def role(self):
        iam = self.client("iam")
        try:
            return iam.get_role(RoleName="tests")["Role"]["Arn"]
        except iam.exceptions.NoSuchEntityException:
            return iam.create_role(RoleName="tests", AssumeRolePolicyDocument="{}")["Role"]["Arn"]

    def rule(self, pattern, *targets, **spec):
        """A rule with targets; its ARN."""
        events, name = self.client("events"), f"rule-{next(_numbers)}"
        if pattern is not None:
            spec["EventPattern"] = json.dumps(pattern)
        arn = events.put_rule(Name=name, **spec)["RuleArn"]
        targets = [{"Id": str(number), **target} for number, target in enumerate(targets)]
        events.put_targets(Rule=name, Targets=targets)
        return arn

    def put_event(self, source, detail=None, detail_type="Test"):
        entry = {"Source": source, "DetailType": detail_type, "Detail": json.dumps(detail or {})}
        answer = self.client("events").put_events(Entries=[entry])
        assert answer["FailedEntryCount"] == 0
        return answer["Entries"][0]["EventId"]

    def unique(self):
        return f"test.{next(_numbers)}"


@dataclass
class Function:
    cloud: Cloud
    name: str
    arn: str
    queue: str

    def invoke(self, event=None, **how):
        answer = self.cloud.client("lambda").invoke(
            FunctionName=self.name, Payload=json.dumps(event or {}).encode(), **how
        )
        return answer, json.loads(answer["Payload"].read() or b"null")

    def seen(self, count=1):
        """Wait until it was invoked; what it was given."""
        return [json.loads(message["Body"]) for message in self.cloud.receive(self.queue, count)]


def executable_text():
    return f"#!{sys.executable} -S\n{BOOTSTRAP.read_text()}"


def package(text, name="bootstrap"):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, text)
    return content.getvalue()


def executable(path, text=None):
    path.write_text(text or executable_text())
    path.chmod(0o755)
    return path


def spawn(*options, **how):
    words = [sys.executable, "-m", "emr_relay_local", "serve", "--until-stdin-closes", *map(str, options)]
    return subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=BOOTSTRAP.parents[1],
        **how,
    )


def start(*options):
    process = spawn(*options)
    line = process.stdout.readline()
    assert line, f"the server ended with {process.wait()} before it was ready"
    return Cloud(process, json.loads(line))


def wait_for_end(pid):
    """Wait until a process that may not be ours has ended."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    with open(handle, "rb", buffering=0):
        return bool(select.select([handle], [], [], 10)[0])
