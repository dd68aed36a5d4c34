"""The DynamoDB connector: its permissions and the environment of its function."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_kms as kms

from dynamodb_connector.environment import ENVIRONMENT_NAMES as DYNAMODB_NAMES
from tests.constructs.statements import inline, of_role
from tests.support.packaged_connectors import (
    KEY_ARN,
    ROLE,
    TABLE_ARN,
    dynamodb_connector,
    existing_table,
    log_permissions,
    variables,
)
from tests.support.templates import synthesize
from twin_stack.constructs import (
    DynamoDbConnector,
    TableKeySchema,
)


def test_function_may_query_the_table_only_without_an_index() -> None:
    result = synthesize(dynamodb_connector)

    assert inline(result.one(ROLE)) == {
        **log_permissions(result),
        "dynamodb:Query": [TABLE_ARN],
    }
    assert result.all_of("AWS::IAM::Policy") == {}


def test_function_may_query_the_index_by_its_name_when_there_is_one() -> None:
    result = synthesize(lambda stack: dynamodb_connector(stack, component_type_index="by_type"))

    assert inline(result.one(ROLE)) == {
        **log_permissions(result),
        "dynamodb:Query": [TABLE_ARN, f"{TABLE_ARN}/index/by_type"],
    }


def test_function_may_decrypt_when_the_table_has_a_key_of_the_account() -> None:
    def build(stack: Stack) -> None:
        key = kms.Key.from_key_arn(stack, "Key", KEY_ARN)
        DynamoDbConnector(stack, "Connector", table=existing_table(stack, encryption_key=key))

    result = synthesize(build)
    assert of_role(result.resources, result.id_of(ROLE))["kms:Decrypt"] == [KEY_ARN]


def test_all_options_reach_the_environment_of_the_function() -> None:
    result = synthesize(
        lambda stack: dynamodb_connector(
            stack,
            partition_key="pk",
            sort_key="sk",
            time_unit="s",
            key_property="telemetryId",
            component_type_index="by_type",
            key_schema=TableKeySchema(
                partition="${device}#${property}#${day}",
                value_attribute="v",
                device_attribute="device",
                property_attribute="name",
                first_bucket="2025-01-01T00:00:00Z",
            ),
        )
    )
    listed = synthesize(
        lambda stack: dynamodb_connector(
            stack,
            time_unit="iso",
            key_schema=TableKeySchema(sort_prefix="${property}#"),
            devices={"com.example.Pump": ["pump-1"]},
        )
    )

    environment = variables(result)
    table_name = environment.pop("TABLE_NAME")
    assert table_name == TABLE_ARN  # the region of the stack is not known
    assert environment == {
        "PARTITION_KEY": "pk",
        "SORT_KEY": "sk",
        "TIME_UNIT": "s",
        "KEY_PROPERTY": "telemetryId",
        "COMPONENT_TYPE_INDEX": "by_type",
        "PARTITION": "${device}#${property}#${day}",
        "VALUE_ATTRIBUTE": "v",
        "DEVICE_ATTRIBUTE": "device",
        "PROPERTY_ATTRIBUTE": "name",
        "FIRST_BUCKET": "2025-01-01T00:00:00Z",
    }
    more = {"SORT_PREFIX": "${property}#", "DEVICES": '{"com.example.Pump":["pump-1"]}'}
    assert variables(listed).items() >= more.items()
    assert {"TABLE_NAME", *environment, *more} == set(DYNAMODB_NAMES)


def test_contradictory_key_schema_is_refused() -> None:
    key_schema = TableKeySchema(partition="${device}#${day}")
    with pytest.raises(
        ValueError, match="the first bucket is required where a partition holds a time bucket"
    ):
        synthesize(lambda stack: dynamodb_connector(stack, key_schema=key_schema))


def test_too_many_devices_are_refused() -> None:
    devices = {"com.example.Pump": [f"pump-{number:04}" for number in range(300)]}
    with pytest.raises(
        ValueError, match="devices may take 3000 characters in the function's environment, got 3622"
    ):
        synthesize(lambda stack: dynamodb_connector(stack, devices=devices))


def test_writes_are_granted_only_with_allow_writes() -> None:
    def actions(**options: Any) -> list[Any]:
        result = synthesize(lambda stack: dynamodb_connector(stack, **options))
        (role,) = result.all_of("AWS::IAM::Role").values()
        (policy,) = role["Properties"]["Policies"]
        return [statement["Action"] for statement in policy["PolicyDocument"]["Statement"]][1:]

    assert actions() == ["dynamodb:Query"]
    assert actions(allow_writes=True) == [["dynamodb:Query", "dynamodb:UpdateItem"]]


def test_environment_has_no_variables_of_omitted_options() -> None:
    assert variables(synthesize(dynamodb_connector)) == {
        "TABLE_NAME": TABLE_ARN,
        "PARTITION_KEY": "device_id",
        "SORT_KEY": "timestamp",
        "TIME_UNIT": "ms",
    }


def test_devices_beside_an_index_are_refused() -> None:
    with pytest.raises(ValueError) as caught:
        synthesize(
            lambda stack: dynamodb_connector(
                stack, component_type_index="by_type", devices={"com.example.Pump": ["pump-1"]}
            )
        )
    assert str(caught.value) == (
        "devices are for a table without an index, got component_type_index as well; leave one out"
    )
