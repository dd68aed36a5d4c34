"""The topic rule: its SQL, its actions, its role and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_kms as kms

from tests.constructs.statements import flat, inline, of_role
from tests.support.refusal import refusal
from tests.support.templates import synthesize
from twin_stack.constructs import DeadLetters, MeasuredProperty, TelemetryIngest

if TYPE_CHECKING:
    from collections.abc import Callable
from tests.support.ingests import (
    KEY_ARN,
    QUEUE,
    ROLE,
    TABLE_ARN,
    existing_table,
    make_ingest,
    make_row_ingest,
    rule_payload,
)


def test_row_is_keyed_by_device_and_time() -> None:
    assert rule_payload(synthesize(make_row_ingest))["Sql"] == (
        "SELECT topic(2) AS device_id, CASE (timestamp >= timestamp() - 315360000000) AND "
        "(timestamp <= timestamp() + 600000) WHEN true THEN timestamp END AS timestamp, "
        "temperature AS temperature "
        "FROM 'plant/+/temperature'"
    )


def test_row_has_the_given_members_attributes_and_keys() -> None:
    result = synthesize(
        lambda stack: make_row_ingest(
            stack,
            device_id="device.id",
            time="at",
            time_unit="s",
            properties=[MeasuredProperty("temperature", member="values.t", attribute="celsius")],
            partition_key="pk",
            sort_key="sk",
            component_type_id="com.example.Sensor",
            expires_after=Duration.days(1),
            max_age=Duration.days(30),
            max_ahead=Duration.seconds(5),
        )
    )
    assert rule_payload(result)["Sql"] == (
        "SELECT device.id AS pk, CASE (at * 1000 >= timestamp() - 2592000000) AND "
        "(at * 1000 <= timestamp() + 5000) WHEN true THEN at * 1000 END AS sk, "
        "'com.example.Sensor' AS component_type_id, "
        "floor(at) + 86400 AS expires_at, values.t AS celsius FROM 'plant/+/temperature'"
    )


def test_time_has_to_be_one_of_its_unit_when_there_is_no_limit() -> None:
    sql = rule_payload(synthesize(lambda stack: make_row_ingest(stack, max_age=None)))["Sql"]
    assert (
        "CASE (timestamp >= 100000000000) AND (timestamp < 100000000000000) WHEN true THEN timestamp END "
        "AS timestamp"
    ) in sql


def test_rule_may_put_to_the_table_and_to_its_dead_letter_queue_only() -> None:
    result = synthesize(make_row_ingest)

    assert inline(result.one(ROLE)) == {
        "dynamodb:PutItem": [TABLE_ARN],
        "sqs:SendMessage": [f"<{result.id_of(QUEUE)}.Arn>"],
    }
    (trust,) = result.properties(ROLE)["AssumeRolePolicyDocument"]["Statement"]
    assert (trust["Action"], trust["Principal"]) == ("sts:AssumeRole", {"Service": "iot.amazonaws.com"})
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert flat(trust["Condition"]["ArnLike"]["aws:SourceArn"]) == (
        "arn:<AWS::Partition>:iot:<AWS::Region>:<AWS::AccountId>:rule/*"
    )


def test_rule_may_use_the_key_when_the_table_has_one() -> None:
    def build(stack: Stack) -> None:
        key = kms.Key.from_key_arn(stack, "Key", KEY_ARN)
        make_ingest(stack, table=existing_table(stack, encryption_key=key))

    result = synthesize(build)
    resources_by_action = of_role(result.resources, result.id_of(ROLE))
    assert (resources_by_action["kms:Decrypt"], resources_by_action["kms:GenerateDataKey"]) == (
        [KEY_ARN],
        [KEY_ARN],
    )


def test_rule_writes_values_by_alias_when_they_are_for_sitewise() -> None:
    properties = [MeasuredProperty("speed"), MeasuredProperty("on", member="is.on", data_type="BOOLEAN")]
    result = synthesize(lambda stack: make_ingest(stack, alias_prefix="/plant", properties=properties))

    (action,) = rule_payload(result)["Actions"]
    entries = action["IotSiteWise"]["PutAssetPropertyValueEntries"]
    assert [entry["PropertyAlias"] for entry in entries] == [
        "/plant/${topic(2)}/speed",
        "/plant/${topic(2)}/on",
    ]
    assert [entry["PropertyValues"][0]["Value"] for entry in entries] == [
        {"DoubleValue": "${speed}"},
        {"BooleanValue": "${is.on}"},
    ]
    assert entries[0]["PropertyValues"][0]["Timestamp"] == {
        "TimeInSeconds": "${floor(timestamp / 1000)}",
        "OffsetInNanos": "${floor(timestamp % 1000 * 1000000)}",
    }
    (policy,) = result.properties(ROLE)["Policies"]
    queue, write = policy["PolicyDocument"]["Statement"]
    assert (queue["Action"], write["Action"]) == ("sqs:SendMessage", "iotsitewise:BatchPutAssetPropertyValue")
    place = "arn:<AWS::Partition>:iotsitewise:<AWS::Region>:<AWS::AccountId>"
    assert flat(write["Resource"]) == f"{place}:time-series/*"
    assert write["Condition"] == {"StringLike": {"iotsitewise:propertyAlias": "/plant/*/*"}}


def test_failed_messages_go_to_an_encrypted_queue_with_an_alarm() -> None:
    result = synthesize(make_row_ingest)

    assert rule_payload(result)["ErrorAction"]["Sqs"]["QueueUrl"] == {"Ref": result.id_of(QUEUE)}
    assert result.properties(QUEUE) == {"MessageRetentionPeriod": 1_209_600, "SqsManagedSseEnabled": True}
    (denied,) = result.properties("AWS::SQS::QueuePolicy")["PolicyDocument"]["Statement"]
    assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    alarm = result.properties("AWS::CloudWatch::Alarm")
    assert (alarm["MetricName"], alarm["Threshold"]) == ("ApproximateNumberOfMessagesVisible", 1)


def test_dead_letters_are_shared_when_they_are_given() -> None:
    def build(stack: Stack) -> None:
        letters = DeadLetters(stack, "Letters", description="Ours")
        TelemetryIngest(
            stack,
            "Other",
            topic="a/+",
            device_id="topic(2)",
            properties=[MeasuredProperty("t")],
            table=existing_table(stack),
            dead_letters=letters,
        )

    assert len(synthesize(build).all_of(QUEUE)) == 1


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            make_ingest,
            "neither table nor alias_prefix is given; pass at least one of them as the destination",
        ),
        (
            lambda stack: make_row_ingest(stack, properties=[]),
            "properties is empty; pass at least one property",
        ),
        (
            lambda stack: make_row_ingest(stack, topic="it's/+"),
            'topic may have at most 256 characters, 7 slashes and no single quote, got "it\'s/+"; shorten it',
        ),
        (
            lambda stack: make_row_ingest(stack, time="time of day"),
            'members of the message may have letters, digits, "_" and "." in AWS IoT\'s SQL, got '
            '"time of day"; rename the member in the messages',
        ),
        (
            lambda stack: make_row_ingest(stack, device_id="topic(9)"),
            'members of the message may have letters, digits, "_" and "." in AWS IoT\'s SQL, got '
            '"topic(9)"; rename the member in the messages',
        ),
        (
            lambda stack: make_row_ingest(stack, properties=[MeasuredProperty("a-b", member="ab")]),
            'attributes of the row may have letters, digits and "_" in AWS IoT\'s SQL, got "a-b"; choose '
            "another attribute for the property",
        ),
        (
            lambda stack: make_ingest(
                stack, alias_prefix="/p", properties=[MeasuredProperty(f"p{n}") for n in range(11)]
            ),
            "properties may contain at most 10 items for SiteWise, got 11; split them over several ingests",
        ),
    ],
)
def test_invalid_arguments_are_refused(build: Callable[[Stack], object], message: str) -> None:
    assert refusal(build) == message


def test_time_of_expiry_without_a_table_is_refused() -> None:
    message = refusal(
        lambda stack: TelemetryIngest(
            stack,
            "Ingest",
            topic="plant/+",
            device_id="topic(2)",
            properties=[MeasuredProperty("speed")],
            alias_prefix="/plant",
            expires_after=Duration.days(1),
        )
    )
    assert message == "expires_after is of rows, but no table is given; pass the table, or leave it out"


def test_key_of_a_given_dead_letter_queue_is_refused() -> None:
    def build(stack: Stack) -> None:
        make_ingest(
            stack,
            dead_letters=DeadLetters(stack, "Letters", description="Look"),
            encryption_key=kms.Key(stack, "Key"),
        )

    assert refusal(build).startswith("encryption_key applies to a new dead-letter queue only")


def test_rule_may_use_the_key_of_its_dead_letters_before_it_starts() -> None:
    result = synthesize(
        lambda stack: make_ingest(stack, table=existing_table(stack), encryption_key=kms.Key(stack, "Key"))
    )
    key = f"<{result.id_of('AWS::KMS::Key')}.Arn>"
    actions = of_role(result.resources, result.id_of(ROLE))

    assert {action for action, arns in actions.items() if key in arns} == {
        "kms:Decrypt",
        "kms:GenerateDataKey",
    }
    assert result.id_of("AWS::IAM::Policy") in result.one("AWS::IoT::TopicRule")["DependsOn"]
