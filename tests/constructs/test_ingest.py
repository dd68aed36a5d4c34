"""What devices publish: the rule, who may do what, and what is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms

from tests.constructs.statements import flat, inline
from tests.support.refusal import refusal
from tests.support.templates import Synthesized, synthesize
from twin_stack.constructs import DeadLetters, DevicePolicy, MeasuredProperty, TelemetryIngest

if TYPE_CHECKING:
    from collections.abc import Callable

RULE = "AWS::IoT::TopicRule"
ROLE = "AWS::IAM::Role"
QUEUE = "AWS::SQS::Queue"
TABLE_ARN = "arn:aws:dynamodb:us-east-1:111122223333:table/telemetry"
KEY_ARN = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"


def table(stack: Stack, **more: Any) -> dynamodb.ITable:
    return dynamodb.Table.from_table_attributes(stack, "Table", table_arn=TABLE_ARN, **more)


def ingest(stack: Stack, **options: Any) -> TelemetryIngest:
    given: dict[str, Any] = {
        "topic": "plant/+/temperature",
        "device_id": "topic(2)",
        "properties": [MeasuredProperty("temperature")],
        **options,
    }
    return TelemetryIngest(stack, "Ingest", **given)


def rows(stack: Stack, **options: Any) -> TelemetryIngest:
    return ingest(stack, table=table(stack), **options)


def payload(result: Synthesized) -> dict[str, Any]:
    found: dict[str, Any] = result.properties(RULE)["TopicRulePayload"]
    return found


def test_row_is_keyed_by_device_and_time_when_a_message_comes() -> None:
    assert payload(synthesize(rows))["Sql"] == (
        "SELECT topic(2) AS device_id, timestamp AS timestamp, temperature AS temperature "
        "FROM 'plant/+/temperature'"
    )


def test_row_has_what_is_named_when_members_and_attributes_have_other_names() -> None:
    result = synthesize(
        lambda stack: rows(
            stack,
            device_id="device.id",
            time="at",
            time_unit="s",
            properties=[MeasuredProperty("temperature", member="values.t", attribute="celsius")],
            partition_key="pk",
            sort_key="sk",
            component_type_id="com.example.Sensor",
            expires_after=Duration.days(1),
        )
    )
    assert payload(result)["Sql"] == (
        "SELECT device.id AS pk, at * 1000 AS sk, 'com.example.Sensor' AS component_type_id, "
        "floor(at) + 86400 AS expires_at, values.t AS celsius FROM 'plant/+/temperature'"
    )


def test_rule_may_put_to_the_table_and_to_its_dead_letters_and_no_more() -> None:
    result = synthesize(rows)

    assert inline(result.one(ROLE)) == {
        "dynamodb:PutItem": [TABLE_ARN],
        "sqs:SendMessage": [f"<{result.id_of(QUEUE)}.Arn>"],
    }
    trust = result.properties(ROLE)["AssumeRolePolicyDocument"]["Statement"]
    assert trust == [
        {
            "Action": "sts:AssumeRole",
            "Effect": "Allow",
            "Principal": {"Service": "iot.amazonaws.com"},
            "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
        }
    ]


def test_rule_may_use_the_key_when_the_table_has_one() -> None:
    def build(stack: Stack) -> None:
        key = kms.Key.from_key_arn(stack, "Key", KEY_ARN)
        ingest(stack, table=table(stack, encryption_key=key))

    found = inline(synthesize(build).one(ROLE))
    assert (found["kms:Decrypt"], found["kms:GenerateDataKey"]) == ([KEY_ARN], [KEY_ARN])


def test_rule_writes_values_by_alias_when_they_are_for_sitewise() -> None:
    properties = [MeasuredProperty("speed"), MeasuredProperty("on", member="is.on", data_type="BOOLEAN")]
    result = synthesize(lambda stack: ingest(stack, alias_prefix="/plant", properties=properties))

    (action,) = payload(result)["Actions"]
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
    allowed = inline(result.one(ROLE))
    place = "arn:<AWS::Partition>:iotsitewise:<AWS::Region>:<AWS::AccountId>"
    assert allowed["iotsitewise:BatchPutAssetPropertyValue"] == [f"{place}:asset/*", f"{place}:time-series/*"]
    assert "dynamodb:PutItem" not in allowed


def test_what_cannot_be_written_is_kept_encrypted_and_raises_an_alarm() -> None:
    result = synthesize(rows)

    assert payload(result)["ErrorAction"]["Sqs"]["QueueUrl"] == {"Ref": result.id_of(QUEUE)}
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
            table=table(stack),
            dead_letters=letters,
        )

    assert len(synthesize(build).all_of(QUEUE)) == 1


@pytest.mark.parametrize(
    ("options", "topic"),
    [
        ({}, "topic/plant/${iot:Connection.Thing.ThingName}/temperature"),
        ({"device_id": "device"}, "topic/plant/*/temperature"),
        ({"basic_ingest": True}, "topic/$aws/rules/RULE/plant/${iot:Connection.Thing.ThingName}/temperature"),
    ],
)
def test_device_may_publish_as_itself_only_when_the_policy_is_attached(
    options: dict[str, Any], topic: str
) -> None:
    def build(stack: Stack) -> None:
        DevicePolicy(stack, "Policy", ingests=[rows(stack, **options)])

    result = synthesize(build)
    connect, publish = result.properties("AWS::IoT::Policy")["PolicyDocument"]["Statement"]
    place = "arn:<AWS::Partition>:iot:<AWS::Region>:<AWS::AccountId>"
    # flat() writes references and the policy's own variables alike.
    thing = "<iot:Connection.Thing.ThingName>"
    assert (connect["Action"], flat(connect["Resource"])) == ("iot:Connect", f"{place}:client/{thing}")
    assert connect["Condition"] == {"Bool": {"iot:Connection.Thing.IsAttached": "true"}}
    wanted = flat(topic).replace("RULE", f"<{result.id_of(RULE)}>")
    assert publish["Action"] == "iot:Publish"
    assert [flat(one) for one in publish["Resource"]] == [f"{place}:{wanted}"]
    assert "Fn::Sub" not in json.dumps(result.template)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            ingest,
            "neither table nor alias_prefix is given; pass at least one of them as the destination",
        ),
        (lambda stack: rows(stack, properties=[]), "properties is empty; pass at least one property"),
        (
            lambda stack: rows(stack, topic="it's/+"),
            'topic may have at most 256 characters, 7 slashes and no single quote, got "it\'s/+"; shorten it',
        ),
        (
            lambda stack: rows(stack, time="time of day"),
            'members of the message may have letters, digits, "_" and "." in AWS IoT\'s SQL, got '
            '"time of day"; rename the member in the messages',
        ),
        (
            lambda stack: rows(stack, device_id="topic(9)"),
            'members of the message may have letters, digits, "_" and "." in AWS IoT\'s SQL, got '
            '"topic(9)"; rename the member in the messages',
        ),
        (
            lambda stack: rows(stack, properties=[MeasuredProperty("a-b", member="ab")]),
            'attributes of the row may have letters, digits and "_" in AWS IoT\'s SQL, got "a-b"; choose '
            "another attribute for the property",
        ),
        (
            lambda stack: ingest(
                stack, alias_prefix="/p", properties=[MeasuredProperty(f"p{n}") for n in range(11)]
            ),
            "properties may contain at most 10 items for SiteWise, got 11; split them over several ingests",
        ),
        (
            lambda stack: DevicePolicy(stack, "Policy", ingests=[]),
            "ingests is empty; pass at least one ingest",
        ),
    ],
)
def test_ingest_is_refused_when_it_cannot_work(build: Callable[[Stack], object], message: str) -> None:
    assert refusal(build) == message
