"""The shortest handler that reads DynamoDB: boto3's client, one Query, its items as they come."""

from __future__ import annotations

import os
from typing import Any

import boto3

client = boto3.client("dynamodb")


def handler(event: dict[str, Any], context: object) -> Any:
    """Query the range and hand it over."""
    return client.query(
        TableName=os.environ["TABLE_NAME"],
        KeyConditionExpression="device_id = :d AND #t BETWEEN :a AND :b",
        ProjectionExpression="#t, temperature",
        ExpressionAttributeNames={"#t": "timestamp"},
        ExpressionAttributeValues={
            ":d": {"S": event["properties"]["sensorId"]["value"]["stringValue"]},
            ":a": {"N": str(event["startDateTime"] * 1000)},
            ":b": {"N": str(event["endDateTime"] * 1000)},
        },
        ScanIndexForward=True,
        Limit=event["maxResults"],
    )["Items"]
