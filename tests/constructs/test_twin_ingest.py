"""The topic rules of a twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.refusal import refusal
from tests.support.templates import synthesize
from twin_stack import load
from twin_stack.constructs import TelemetryTable
from twin_stack.constructs.data_names import DataNames
from twin_stack.constructs.twin_ingest import TwinIngest

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import Stack

    from twin_stack import TwinDefinition

TWIN = """workspaceId: plant-1
connectors:
  telemetry: {kind: dynamodb}
ingest:
  flows: {topic: plant/+/flow, deviceId: topic(2), componentTypeId: com.example.Pump}
"""
TYPES = """com.example.Pump:
  propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: telemetry}
"""


def definition(folder: Path, text: str = TWIN) -> TwinDefinition:
    (folder / "twin.yaml").write_text(text, encoding="utf-8")
    (folder / "component_types").mkdir()
    (folder / "component_types" / "types.yaml").write_text(TYPES, encoding="utf-8")
    return load(folder)


def make(
    stack: Stack, twin: TwinDefinition, table: TelemetryTable | None, *, stage: str | None = None
) -> TwinIngest:
    return TwinIngest(
        stack,
        "Ingest",
        definition=twin,
        workspace_id="plant-1",
        telemetry=table,
        names=DataNames("plant-0"),
        stage=stage,
    )


def test_rule_writes_to_the_twins_table_and_its_failures_to_one_queue(tmp_path: Path) -> None:
    twin = definition(tmp_path)

    def build(stack: Stack) -> None:
        table = TelemetryTable(stack, "Telemetry")
        make(stack, twin, table)

    result = synthesize(build)

    (action,) = result.properties("AWS::IoT::TopicRule")["TopicRulePayload"]["Actions"]
    table_id = result.id_of("AWS::DynamoDB::Table")
    assert action["DynamoDBv2"]["PutItem"]["TableName"] == {"Ref": table_id}
    assert len(result.all_of("AWS::SQS::Queue")) == 1
    assert len(result.all_of("AWS::IoT::Policy")) == 1


def test_ingest_is_refused_if_the_twin_has_no_table(tmp_path: Path) -> None:
    twin = definition(tmp_path)

    message = refusal(lambda stack: make(stack, twin, None))

    assert message == (
        'ingest "flows" writes to the twin\'s telemetry table, but the connector that reads it is replaced '
        "by an argument; pass telemetry_table as well"
    )


def test_rule_and_policy_have_names_that_devices_can_rely_on(tmp_path: Path) -> None:
    twin = definition(tmp_path)

    result = synthesize(lambda stack: make(stack, twin, TelemetryTable(stack, "Telemetry")))

    assert result.properties("AWS::IoT::TopicRule")["RuleName"] == "plant_0_flows"
    assert result.properties("AWS::IoT::Policy")["PolicyName"] == "plant-0-devices"


def test_stage_is_a_level_of_the_topic(tmp_path: Path) -> None:
    twin = definition(tmp_path, TWIN.replace("plant/+/flow", '"plant/${stage}/+/flow"').replace("(2)", "(3)"))

    result = synthesize(lambda stack: make(stack, twin, TelemetryTable(stack, "Telemetry"), stage="prod"))

    rule = result.properties("AWS::IoT::TopicRule")["TopicRulePayload"]
    assert rule["Sql"].endswith("FROM 'plant/prod/+/flow'")
    statements = result.properties("AWS::IoT::Policy")["PolicyDocument"]["Statement"]
    assert "topic/plant/prod/${iot:Connection.Thing.ThingName}/flow" in str(statements)


def test_topic_of_a_stage_needs_the_stage(tmp_path: Path) -> None:
    twin = definition(tmp_path, TWIN.replace("plant/+/flow", '"plant/${stage}/+/flow"').replace("(2)", "(3)"))

    message = refusal(lambda stack: make(stack, twin, TelemetryTable(stack, "Telemetry")))

    assert message == (
        'the topic "plant/${stage}/+/flow" of ingest "flows" contains ${stage}, but stage is not given; pass '
        'the name of the stage, such as stage="prod"'
    )
