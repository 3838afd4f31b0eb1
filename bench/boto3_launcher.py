"""A plain launcher with boto3: four files, a secret, a claim, RunJobFlow, the attachment, as ours does.

`BENCH_STYLE=deployed` is how such launchers are found: clients made where they are needed, calls in turn.
`BENCH_STYLE=shared` is what care can do: clients made once at start-up, the reads that allow it at once.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor

import boto3
import yaml

FILES = ("cluster.yaml", "instances.yaml", "configurations.yaml", "steps.yaml")
PASSWORD = "javax.jdo.option.ConnectionPassword"


def fresh(service: str):
    """A client for this one use."""
    return boto3.Session().client(service)


def one_by_one(function, items) -> list:
    """As a loop does it."""
    return [function(item) for item in items]


if os.environ["BENCH_STYLE"] == "shared":
    session = boto3.Session()
    clients = {name: session.client(name) for name in ("s3", "secretsmanager", "dynamodb", "emr")}
    client, each = clients.__getitem__, ThreadPoolExecutor(len(FILES)).map
else:
    client, each = fresh, one_by_one


def handler(event: dict, _context: object) -> dict:
    """Launches the pipeline of the event."""
    request = {}
    for part in each(read, FILES):
        request.update(part)
    fill_in_password(request)
    key = {"Correlation_Id": {"S": event["correlation_id"]}, "DataProduct": {"S": event["pipeline"].upper()}}
    claim(key, event)
    answer = client("emr").run_job_flow(**request)
    attach(key, answer["JobFlowId"])
    return {"JobFlowId": answer["JobFlowId"], "ClusterArn": answer["ClusterArn"]}


def read(name: str) -> dict:
    """One file of the folder."""
    folder = os.environ["EMR_LAUNCHER_CONFIG_S3_FOLDER"]
    got = client("s3").get_object(Bucket=os.environ["EMR_LAUNCHER_CONFIG_S3_BUCKET"], Key=f"{folder}/{name}")
    return yaml.safe_load(got["Body"].read())


def fill_in_password(request: dict) -> None:
    """Puts the secret's password where the configurations name the secret."""
    passwords: dict[str, str] = {}
    for configuration in request["Configurations"]:
        name = configuration.get("Properties", {}).get(PASSWORD)
        if name:
            passwords[name] = passwords.get(name) or password(name)
            configuration["Properties"][PASSWORD] = passwords[name]


def password(name: str) -> str:
    """The password in a secret."""
    secret = client("secretsmanager").get_secret_value(SecretId=name)
    return json.loads(secret["SecretString"])["password"]


def claim(key: dict, event: dict) -> None:
    """Claims the run: one conditional write."""
    columns = {"Status": {"S": "LAUNCHING"}, "Run_Id": {"N": "1"}, "Launch": {"S": json.dumps(event)}}
    condition = "attribute_not_exists(Correlation_Id)"
    client("dynamodb").put_item(
        TableName=os.environ["TABLE_NAME"], Item={**key, **columns}, ConditionExpression=condition
    )


def attach(key: dict, cluster_id: str) -> None:
    """Records the cluster."""
    client("dynamodb").update_item(
        TableName=os.environ["TABLE_NAME"],
        Key=key,
        UpdateExpression="SET Cluster_Id = :cluster, #status = :status",
        ConditionExpression="attribute_not_exists(Cluster_Id)",
        ExpressionAttributeNames={"#status": "Status"},
        ExpressionAttributeValues={":cluster": {"S": cluster_id}, ":status": {"S": "IN_PROGRESS"}},
    )
