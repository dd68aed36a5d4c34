"""The telemetry table: keys, protection, and grants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, CfnParameter, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from tests.constructs.statements import allowed, flat
from tests.support.refusal import refusal
from tests.support.templates import synthesize
from twin_stack.constructs import ITelemetryTable, TelemetryTable

if TYPE_CHECKING:
    from collections.abc import Callable

TABLE = "AWS::DynamoDB::Table"
TIME = {"AttributeName": "timestamp", "KeyType": "RANGE"}


def make(stack: Stack, **options: Any) -> TelemetryTable:
    return TelemetryTable(stack, "Telemetry", **options)


def test_key_is_device_and_time_when_made() -> None:
    properties = synthesize(make).properties(TABLE)

    assert properties["KeySchema"] == [{"AttributeName": "device_id", "KeyType": "HASH"}, TIME]
    assert properties["AttributeDefinitions"] == [
        {"AttributeName": "device_id", "AttributeType": "S"},
        {"AttributeName": "timestamp", "AttributeType": "N"},
        {"AttributeName": "component_type_id", "AttributeType": "S"},
    ]
    assert "TableName" not in properties


def test_data_is_protected_when_nothing_is_chosen() -> None:
    properties = synthesize(make).properties(TABLE)

    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"] == {"SSEEnabled": True}
    assert properties["DeletionProtectionEnabled"] is False
    assert properties["TimeToLiveSpecification"] == {
        "AttributeName": "expires_at",
        "Enabled": True,
    }


def test_types_are_found_by_an_index_when_nothing_is_chosen() -> None:
    properties = synthesize(make).properties(TABLE)

    assert properties["GlobalSecondaryIndexes"] == [
        {
            "IndexName": "by_component_type",
            "KeySchema": [{"AttributeName": "component_type_id", "KeyType": "HASH"}, TIME],
            "Projection": {"ProjectionType": "ALL"},
        }
    ]


def test_disabled_parts_are_omitted() -> None:
    properties = synthesize(
        lambda stack: make(
            stack, ttl_attribute=None, point_in_time_recovery=False, component_type_index=False
        )
    ).properties(TABLE)

    assert "TimeToLiveSpecification" not in properties
    assert "GlobalSecondaryIndexes" not in properties
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": False}


def test_functions_can_follow_the_table_when_it_has_a_stream() -> None:
    assert "StreamSpecification" not in synthesize(make).properties(TABLE)
    properties = synthesize(lambda stack: make(stack, stream=True)).properties(TABLE)
    assert properties["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}


def granted(grant: Callable[[ITelemetryTable, iam.IGrantable], object], **options: Any) -> Any:
    def build(stack: Stack) -> None:
        grant(make(stack, **options), iam.User(stack, "User"))

    result = synthesize(build)
    arn = f"<{result.id_of(TABLE)}.Arn>"
    actions = allowed(result.properties("AWS::IAM::Policy")["PolicyDocument"])
    return {
        action: [resource.replace(arn, "TABLE") for resource in resources]
        for action, resources in actions.items()
    }


def test_reader_may_query_table_and_index_when_granted_read() -> None:
    assert granted(lambda table, user: table.grant_read_data(user)) == {
        "dynamodb:Query": ["TABLE", "TABLE/index/by_component_type"]
    }


def test_reader_may_query_the_table_when_there_is_no_index() -> None:
    assert granted(lambda table, user: table.grant_read_data(user), component_type_index=False) == {
        "dynamodb:Query": ["TABLE"]
    }


def test_reader_and_writer_may_do_both_when_granted_read_write() -> None:
    assert granted(lambda table, user: table.grant_read_write_data(user)) == {
        "dynamodb:BatchWriteItem": ["TABLE"],
        "dynamodb:PutItem": ["TABLE"],
        "dynamodb:Query": ["TABLE", "TABLE/index/by_component_type"],
    }


def test_stream_may_be_read_when_granted() -> None:
    actions = granted(lambda table, user: table.grant_stream_read(user), stream=True)
    assert sorted(actions) == ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]


def test_stream_grant_is_refused_without_a_stream() -> None:
    assert (
        refusal(lambda stack: make(stack).grant_stream_read(iam.User(stack, "User")))
        == "the telemetry table has no stream; create it with stream=True"
    )


READ, WRITE = {"kms:Decrypt"}, {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}


@pytest.mark.parametrize(
    ("grant", "key_actions"),
    [
        (lambda table, user: table.grant_read_data(user), READ),
        (lambda table, user: table.grant_write_data(user), WRITE),
        (lambda table, user: table.grant_read_write_data(user), WRITE),
        (lambda table, user: table.grant_stream_read(user), READ),
    ],
)
def test_grants_include_the_customer_managed_key(
    grant: Callable[[ITelemetryTable, iam.IGrantable], object], key_actions: set[str]
) -> None:
    def build(stack: Stack) -> None:
        table = make(stack, stream=True, encryption_key=kms.Key(stack, "Key"))
        grant(table, iam.User(stack, "User"))

    result = synthesize(build)
    key = f"<{result.id_of('AWS::KMS::Key')}.Arn>"
    actions = allowed(result.properties("AWS::IAM::Policy")["PolicyDocument"])

    assert {action for action, resources in actions.items() if key in resources} == key_actions
    assert result.properties(TABLE)["SSESpecification"] == {
        "KMSMasterKeyId": {"Fn::GetAtt": [result.id_of("AWS::KMS::Key"), "Arn"]},
        "SSEEnabled": True,
        "SSEType": "KMS",
    }


def test_writer_may_only_put_when_granted_write() -> None:
    assert granted(lambda table, user: table.grant_write_data(user)) == {
        "dynamodb:BatchWriteItem": ["TABLE"],
        "dynamodb:PutItem": ["TABLE"],
    }


@pytest.mark.parametrize("index", ["by_component_type", "other", None])
def test_table_and_index_are_known_when_imported_by_name(index: str | None) -> None:
    stack = Stack(App(), "Test")
    telemetry = TelemetryTable.from_table_name(stack, "Telemetry", "measurements", component_type_index=index)

    assert telemetry.table.table_name == "measurements"
    assert telemetry.component_type_index == index
    assert flat(stack.resolve(telemetry.table.table_arn)).endswith(":table/measurements")


@pytest.mark.parametrize(
    ("read", "name", "dimensions"),
    [
        (
            lambda telemetry: telemetry.metric_consumed_read_capacity_units(),
            "ConsumedReadCapacityUnits",
            {"TableName": "measurements"},
        ),
        (
            lambda telemetry: telemetry.metric_consumed_write_capacity_units(),
            "ConsumedWriteCapacityUnits",
            {"TableName": "measurements"},
        ),
        (
            lambda telemetry: telemetry.metric_throttled_requests("PutItem"),
            "ThrottledRequests",
            {"TableName": "measurements", "Operation": "PutItem"},
        ),
    ],
)
def test_metric_is_that_of_the_table(
    read: Callable[[ITelemetryTable], Any], name: str, dimensions: dict[str, str]
) -> None:
    metric = read(TelemetryTable.from_table_name(Stack(App(), "Test"), "T", "measurements"))

    assert (metric.namespace, metric.metric_name, metric.statistic, metric.dimensions) == (
        "AWS/DynamoDB",
        name,
        "Sum",
        dimensions,
    )


def test_table_and_its_stream_are_used_by_names_that_are_known_at_deployment_only() -> None:
    def build(stack: Stack) -> None:
        names = {name: CfnParameter(stack, name).value_as_string for name in ("Arn", "Stream", "Key")}
        telemetry = TelemetryTable.from_table_attributes(
            stack,
            "Telemetry",
            table_arn=names["Arn"],
            table_stream_arn=names["Stream"],
            encryption_key=kms.Key.from_key_arn(
                stack, "TableKey", f"arn:aws:kms:eu-west-1:111122223333:key/{names['Key']}"
            ),
        )
        telemetry.grant_read_data(iam.User(stack, "User"))
        assert stack.resolve(telemetry.table.table_stream_arn) == {"Ref": "Stream"}

    actions = allowed(synthesize(build).properties("AWS::IAM::Policy")["PolicyDocument"])

    assert actions["dynamodb:Query"] == ["<Arn>", "<Arn>/index/by_component_type"]
    assert actions["kms:Decrypt"] == ["arn:aws:kms:eu-west-1:111122223333:key/<Key>"]
