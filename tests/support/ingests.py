"""Ingests of telemetry with an existing table, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import Stack
from aws_cdk import aws_dynamodb as dynamodb

from twin_stack.constructs import MeasuredProperty, TelemetryIngest

if TYPE_CHECKING:
    from tests.support.templates import Synthesized

RULE = "AWS::IoT::TopicRule"

ROLE = "AWS::IAM::Role"

QUEUE = "AWS::SQS::Queue"

TABLE_ARN = "arn:aws:dynamodb:us-east-1:111122223333:table/telemetry"

KEY_ARN = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"


def existing_table(stack: Stack, **more: Any) -> dynamodb.ITable:
    return dynamodb.Table.from_table_attributes(stack, "Table", table_arn=TABLE_ARN, **more)


def make_ingest(stack: Stack, **options: Any) -> TelemetryIngest:
    arguments: dict[str, Any] = {
        "topic": "plant/+/temperature",
        "device_id": "topic(2)",
        "properties": [MeasuredProperty("temperature")],
        **options,
    }
    return TelemetryIngest(stack, "Ingest", **arguments)


def make_row_ingest(stack: Stack, **options: Any) -> TelemetryIngest:
    return make_ingest(stack, table=existing_table(stack), **options)


def rule_payload(result: Synthesized) -> dict[str, Any]:
    payload: dict[str, Any] = result.properties(RULE)["TopicRulePayload"]
    return payload
