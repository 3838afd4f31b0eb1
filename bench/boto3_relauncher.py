"""A relauncher with boto3, as older ones are found: it seeks the run of a cluster by scanning the table.

Its clients are made once, at start-up, and once the run is found it does less than ours: one message.
"""

from __future__ import annotations

import json
import os

import boto3

session = boto3.Session()
dynamodb, sns = session.client("dynamodb"), session.client("sns")


def handler(event: dict, _context: object) -> dict:
    """Asks the launcher to resume the run of the cluster that failed."""
    run = run_of(event["detail"]["clusterId"])
    message = {
        "correlation_id": run["Correlation_Id"]["S"],
        "s3_prefix": run.get("S3_Prefix_Snapshots", {}).get("S"),
        "snapshot_type": run.get("Snapshot_Type", {}).get("S"),
        "export_date": run.get("Date", {}).get("S"),
    }
    sns.publish(TopicArn=os.environ["INFORMATION_TOPIC_ARN"], Message=json.dumps(message))
    return {"correlation_id": message["correlation_id"]}


def run_of(cluster_id: str) -> dict:
    """The run item that names the cluster; all pages are read, as nothing says that no other row names it."""
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=os.environ["TABLE_NAME"],
        FilterExpression="Cluster_Id = :cluster",
        ExpressionAttributeValues={":cluster": {"S": cluster_id}},
    )
    found = [item for page in pages for item in page["Items"]]
    return min(found, key=lambda item: item["DataProduct"]["S"])
