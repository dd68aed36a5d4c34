"""The topic rules of a twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.refusal import refusal
from tests.support.templates import synthesize
from twin_stack import load
from twin_stack.constructs import TelemetryTable
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


def definition(folder: Path) -> TwinDefinition:
    (folder / "twin.yaml").write_text(TWIN, encoding="utf-8")
    (folder / "component_types").mkdir()
    (folder / "component_types" / "types.yaml").write_text(TYPES, encoding="utf-8")
    return load(folder)


def test_rule_writes_to_the_twins_table_and_its_failures_to_one_queue(tmp_path: Path) -> None:
    twin = definition(tmp_path)

    def build(stack: Stack) -> None:
        table = TelemetryTable(stack, "Telemetry")
        TwinIngest(stack, "Ingest", definition=twin, workspace_id="plant-1", telemetry=table)

    result = synthesize(build)

    (action,) = result.properties("AWS::IoT::TopicRule")["TopicRulePayload"]["Actions"]
    table_id = result.id_of("AWS::DynamoDB::Table")
    assert action["DynamoDBv2"]["PutItem"]["TableName"] == {"Ref": table_id}
    assert len(result.all_of("AWS::SQS::Queue")) == 1
    assert len(result.all_of("AWS::IoT::Policy")) == 1


def test_ingest_is_refused_if_the_twin_has_no_table(tmp_path: Path) -> None:
    twin = definition(tmp_path)

    message = refusal(
        lambda stack: TwinIngest(stack, "Ingest", definition=twin, workspace_id="plant-1", telemetry=None)
    )

    assert message == (
        'ingest "flows" writes to the twin\'s telemetry table, but the connector that reads it is replaced '
        "by an argument; pass telemetry_table as well"
    )
