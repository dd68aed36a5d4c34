"""A twin of what exists already: nothing of it is created, and each function may use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.constructs.statements import flat, listed
from tests.support.refusal import refusal
from tests.support.templates import synthesize
from twin_stack import DigitalTwin, load
from twin_stack.constructs import TelemetryTable, Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import Stack

    from tests.support.templates import Synthesized

TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/restored"
STREAM = f"{TABLE}/stream/2026-01-31T08:00:00.000"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/0b1e4c0a-9d0d-4b52-9c1f-4be0a7a9f001"
ROLE = "arn:aws:iam::111122223333:role/twinmaker"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:alarms"
BUCKET = "arn:aws:s3:::plant-scenes"
TWIN = """
workspaceId: plant-1
connectors: {telemetry: {kind: dynamodb}}
ingest:
  temps: {componentTypeId: com.example.Sensor, topic: plant/+, deviceId: topic(2)}
existing:
"""
TYPES = """
com.example.Alarm:
  extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
  functions: {dataReader: telemetry}
com.example.Sensor:
  propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: telemetry}
  alarms: {hot: {property: temperature, above: 80}}
"""
RESTORED = f"""
  telemetryTable:
    tableArn: {TABLE}
    streamArn: "{STREAM}"
    encryptionKeyArn: {KEY}
    componentTypeIndex: by-type
  alarmTopic: {{topicArn: "{TOPIC}"}}
"""


def twin(folder: Path, existing: str, twin: str = TWIN, **arguments: Any) -> Synthesized:
    (folder / "component_types").mkdir(exist_ok=True)
    (folder / "component_types" / "t.yaml").write_text(TYPES)
    (folder / "twin.yaml").write_text(twin + existing)
    definition = load(folder)
    return synthesize(lambda stack: DigitalTwin(stack, "Twin", definition=definition, **arguments))


def actions_on(result: Synthesized, arn: str) -> set[str]:
    """What policies of the template allow to do with a resource."""
    documents = [
        policy["PolicyDocument"]
        for role in result.all_of("AWS::IAM::Role").values()
        for policy in role["Properties"].get("Policies", ())
    ]
    documents += [
        policy["Properties"]["PolicyDocument"] for policy in result.all_of("AWS::IAM::Policy").values()
    ]
    return {
        action
        for document in documents
        for statement in document["Statement"]
        if statement["Effect"] == "Allow" and arn in map(flat, listed(statement["Resource"]))
        for action in listed(statement["Action"])
    }


@pytest.mark.slow
def test_restored_table_is_read_written_and_followed(tmp_path: Path) -> None:
    result = twin(tmp_path, RESTORED)

    assert not result.all_of("AWS::DynamoDB::Table")
    assert result.properties("AWS::Lambda::EventSourceMapping")["EventSourceArn"] == STREAM
    (put,) = [
        action["DynamoDBv2"]["PutItem"]
        for action in result.properties("AWS::IoT::TopicRule")["TopicRulePayload"]["Actions"]
    ]
    assert put == {"TableName": "restored"}
    assert actions_on(result, TABLE) >= {"dynamodb:Query", "dynamodb:PutItem"}
    assert actions_on(result, f"{TABLE}/index/by-type") == {"dynamodb:Query"}
    assert "dynamodb:GetRecords" in actions_on(result, STREAM)
    assert "kms:Decrypt" in actions_on(result, KEY)
    assert actions_on(result, TOPIC) == {"sns:Publish"}


@pytest.mark.slow
def test_existing_workspace_is_not_created_and_its_role_is_granted_the_connector(tmp_path: Path) -> None:
    result = twin(tmp_path, f'{RESTORED}  workspace: {{role: "{ROLE}", s3Location: "{BUCKET}"}}\n')

    assert not result.all_of("AWS::IoTTwinMaker::Workspace")
    assert not result.all_of("AWS::S3::Bucket")
    types = result.all_of("AWS::IoTTwinMaker::ComponentType").values()
    assert {component_type["Properties"]["WorkspaceId"] for component_type in types} == {"plant-1"}
    policies = [policy["Properties"] for policy in result.all_of("AWS::IAM::Policy").values()]
    assert ["twinmaker"] in [policy["Roles"] for policy in policies]


@pytest.mark.slow
def test_new_workspace_uses_an_existing_bucket(tmp_path: Path) -> None:
    result = twin(tmp_path, f'{RESTORED}  bucket: {{bucketArn: "{BUCKET}", encryptionKeyArn: "{KEY}"}}\n')

    assert not result.all_of("AWS::S3::Bucket")
    assert result.properties("AWS::IoTTwinMaker::Workspace")["S3Location"] == BUCKET
    assert "s3:GetObject" in actions_on(result, f"{BUCKET}/*")
    assert "kms:GenerateDataKey" in actions_on(result, KEY)


def test_settings_of_a_new_bucket_are_refused_when_the_workspace_exists(tmp_path: Path) -> None:
    message = refusal(
        lambda _stack: twin(tmp_path, f"{RESTORED}  workspace: {{}}\n", cors_origins=["https://a.example"])
    )

    assert "of a new workspace, but the definition names an existing one" in message


@pytest.mark.slow
def test_connector_reads_a_table_by_its_arn_with_its_key(tmp_path: Path) -> None:
    archive = f"""
workspaceId: plant-1
connectors:
  telemetry: {{kind: dynamodb}}
  archive: {{kind: dynamodb, tableArn: "{TABLE}", encryptionKeyArn: "{KEY}", componentTypeIndex: by-type}}
"""
    result = twin(tmp_path, "", archive)

    assert actions_on(result, TABLE) == {"dynamodb:Query"}
    assert actions_on(result, f"{TABLE}/index/by-type") == {"dynamodb:Query"}
    assert actions_on(result, KEY) == {"kms:Decrypt"}


@pytest.mark.slow
def test_argument_wins_over_what_the_definition_names(tmp_path: Path) -> None:
    def build(stack: Stack) -> None:
        other = TelemetryTable.from_table_attributes(
            stack, "Other", table_name="other", table_stream_arn=STREAM.replace("restored", "other")
        )
        workspace = Workspace.from_workspace_id(stack, "Workspace", "plant-2")
        DigitalTwin(stack, "Twin", definition=definition, telemetry_table=other, workspace=workspace)

    (tmp_path / "component_types").mkdir()
    (tmp_path / "component_types" / "t.yaml").write_text(TYPES)
    (tmp_path / "twin.yaml").write_text(TWIN + RESTORED)
    definition = load(tmp_path)
    result = synthesize(build)

    assert not actions_on(result, TABLE)


@pytest.mark.parametrize("attribute", ["table_arn", "table_name"])
def test_table_is_known_by_one_of_arn_and_name(attribute: str) -> None:
    values: dict[str, Any] = {"table_arn": TABLE, "table_name": "restored"}

    def build(stack: Stack) -> None:
        table = TelemetryTable.from_table_attributes(stack, "Table", **{attribute: values[attribute]})
        assert table.table.table_name == "restored"
        assert table.table.table_stream_arn is None
        TelemetryTable.from_table_attributes(stack, "Wrong", **values)

    assert refusal(build).startswith("exactly one of table_arn and table_name is required")
