"""Connectors of this package with an existing table, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import Stack
from aws_cdk import aws_dynamodb as dynamodb

from twin_stack.constructs import (
    DynamoDbConnector,
    IDataConnector,
    SiteWiseConnector,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.templates import Synthesized


FUNCTION = "AWS::Lambda::Function"

ROLE = "AWS::IAM::Role"

LOGS = "AWS::Logs::LogGroup"

TABLE_ARN = "arn:aws:dynamodb:us-east-1:111122223333:table/telemetry"

KEY_ARN = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"


def existing_table(stack: Stack, **attributes: Any) -> dynamodb.ITable:
    return dynamodb.Table.from_table_attributes(stack, "Table", table_arn=TABLE_ARN, **attributes)


def dynamodb_connector(stack: Stack, **options: Any) -> DynamoDbConnector:
    return DynamoDbConnector(stack, "Connector", table=existing_table(stack), **options)


def sitewise_connector(stack: Stack, **options: Any) -> SiteWiseConnector:
    return SiteWiseConnector(stack, "Connector", **options)


PACKAGED: dict[str, Callable[..., IDataConnector]] = {
    "dynamodb_connector": dynamodb_connector,
    "sitewise_connector": sitewise_connector,
}


def log_permissions(result: Synthesized) -> dict[str, list[str]]:
    arn = f"<{result.id_of(LOGS)}.Arn>"
    return {"logs:CreateLogStream": [arn], "logs:PutLogEvents": [arn]}


def variables(result: Synthesized) -> dict[str, Any]:
    environment: dict[str, Any] = result.properties(FUNCTION).get("Environment", {}).get("Variables", {})
    return environment
