"""A whole twin: what it creates, and what an argument replaces."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, NestedStack, Stack
from aws_cdk import aws_sns as sns
from constructs import Construct

from tests.constructs.examples import existing_workspace
from tests.support.refusal import refusal
from tests.support.soak import SOAK
from tests.support.templates import ROOT, cdk_context, synthesize
from tests.support.twins import synthesize_twin
from twin_stack import DigitalTwin, load
from twin_stack.constructs import DataConnector, TelemetryTable, Workspace

if TYPE_CHECKING:
    from twin_stack.constructs import IDataConnector
    from twin_stack.definition import TwinDefinition

WORKSPACE, TABLE, FUNCTION = "AWS::IoTTwinMaker::Workspace", "AWS::DynamoDB::Table", "AWS::Lambda::Function"
BUCKET = "AWS::S3::Bucket"
TYPE, ROLE = "AWS::IoTTwinMaker::ComponentType", "AWS::IAM::Role"
READER_ARN = "arn:aws:lambda:us-east-1:111122223333:function:reader"

TWIN = "workspaceId: plant-1\n"
READER = f"{TWIN}connectors:\n  telemetry: {{kind: dynamodb}}\n"
SENSOR = """com.example.Sensor:
  propertyDefinitions:
    temperature: {dataType: DOUBLE, isTimeSeries: true}
  functions: {dataReader: telemetry}
"""
ALARM = """com.example.Alarm:
  extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
  functions: {dataReader: telemetry}
"""
WITH_ALARM = f"{ALARM}{SENSOR}  alarms:\n    hot: {{property: temperature, above: 80}}\n"


def definition(folder: Path, twin: str, types: str = "", entities: str = "") -> TwinDefinition:
    (folder / "twin.yaml").write_text(twin, encoding="utf-8")
    for name, text in (("component_types", types), ("entities", entities)):
        if text:
            (folder / name).mkdir()
            (folder / name / "all.yaml").write_text(text, encoding="utf-8")
    return load(folder)


def reader(stack: Stack) -> IDataConnector:
    return DataConnector.from_function_arn(stack, "Reader", READER_ARN)


def test_nothing_is_created_that_the_definition_does_not_need(tmp_path: Path) -> None:
    twins: list[DigitalTwin] = []
    small = definition(tmp_path, TWIN)

    result = synthesize(lambda stack: twins.append(DigitalTwin(stack, "Twin", definition=small)))

    assert result.properties(WORKSPACE)["WorkspaceId"] == "plant-1"
    assert [result.all_of(kind) for kind in (TABLE, TYPE)] == [{}, {}]
    assert [name for name in result.all_of(FUNCTION) if not name.startswith("HistoryGuard")] == []
    (twin,) = twins
    assert (twin.telemetry_table, twin.sitewise_assets, twin.ingest, twin.alarm_evaluator) == (None,) * 4
    assert [dict(part) for part in (twin.connectors, twin.component_types, twin.entities, twin.scenes)] == [
        {}
    ] * 4


def test_workspace_id_can_be_another_than_the_definitions(tmp_path: Path) -> None:
    small = definition(tmp_path, TWIN)

    result = synthesize(lambda stack: DigitalTwin(stack, "Twin", definition=small, workspace_id="plant-2"))

    assert result.properties(WORKSPACE)["WorkspaceId"] == "plant-2"


@pytest.mark.slow
def test_existing_workspace_is_used_in_place_of_a_new_one(tmp_path: Path) -> None:
    sensor = definition(tmp_path, READER, SENSOR)
    names: list[str] = []

    def build(stack: Stack) -> None:
        workspace = existing_workspace(stack)
        names.append(workspace.workspace_id)
        DigitalTwin(stack, "Twin", definition=sensor, workspace=workspace)

    result = synthesize(build)

    assert result.all_of(WORKSPACE) == {}
    assert [result.properties(TYPE)["WorkspaceId"]] == names


@pytest.mark.slow
def test_table_has_a_stream_only_if_there_are_alarms(tmp_path: Path) -> None:
    streams = []
    for name, types in (("plain", SENSOR), ("alarms", WITH_ALARM)):
        (tmp_path / name).mkdir()
        definition(tmp_path / name, READER, types)
        table = synthesize_twin(tmp_path / name).properties(TABLE)
        streams.append("StreamSpecification" in table)
    assert streams == [False, True]


@pytest.mark.slow
def test_widest_window_of_the_ingests_is_that_of_the_alarms(tmp_path: Path) -> None:
    entry = "{topic: %s/+, deviceId: topic(2), componentTypeId: com.example.Sensor, %s}"
    ingests = (
        f"ingest:\n  near: {entry % ('near', 'maxAgeDays: 2, maxAheadSeconds: 5')}\n"
        f"  far: {entry % ('far', 'maxAgeDays: 30, maxAheadSeconds: 3')}\n"
    )
    definition(tmp_path, f"{READER}{ingests}", WITH_ALARM)

    result = synthesize_twin(tmp_path)

    windows = [
        variables
        for function in result.all_of(FUNCTION).values()
        if "ALARMS" in (variables := function["Properties"].get("Environment", {}).get("Variables", {}))
    ]
    assert [(window["MAX_AGE_SECONDS"], window["MAX_AHEAD_SECONDS"]) for window in windows] == [
        (str(30 * 86_400), "5")
    ]
    statements = sorted(
        rule["Properties"]["TopicRulePayload"]["Sql"]
        for rule in result.all_of("AWS::IoT::TopicRule").values()
    )
    assert ["timestamp() - 172800000" in sql and "timestamp() + 5000" in sql for sql in statements].count(
        True
    ) == 1
    assert any("timestamp() - 2592000000" in sql and "timestamp() + 3000" in sql for sql in statements)


@pytest.mark.slow
def test_replaced_connector_is_used_and_needs_no_table(tmp_path: Path) -> None:
    sensor = definition(tmp_path, READER, SENSOR)

    result = synthesize(
        lambda stack: DigitalTwin(stack, "Twin", definition=sensor, connectors={"telemetry": reader(stack)})
    )

    assert result.all_of(TABLE) == {}
    assert [name for name in result.all_of(FUNCTION) if not name.startswith("HistoryGuard")] == []
    functions = result.properties(TYPE)["Functions"]
    assert functions["dataReader"]["ImplementedBy"]["Lambda"]["Arn"] == READER_ARN


@pytest.mark.slow
def test_alarms_need_a_table_when_the_connector_is_replaced(tmp_path: Path) -> None:
    alarms = definition(tmp_path, READER, WITH_ALARM)

    def build(stack: Stack, **arguments: Any) -> None:
        DigitalTwin(stack, "Twin", definition=alarms, connectors={"telemetry": reader(stack)}, **arguments)

    assert refusal(build) == (
        "the definition has alarms, which need the twin's telemetry table, but the connector that reads it "
        "is replaced by an argument; pass telemetry_table as well"
    )
    result = synthesize(
        lambda stack: build(stack, telemetry_table=TelemetryTable(stack, "Mine", stream=True))
    )
    (logical_id,) = result.all_of(TABLE)
    assert logical_id.startswith("Mine")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["workspace", "telemetry_table"])
def test_given_construct_is_the_attribute_of_the_twin(tmp_path: Path, name: str) -> None:
    sensor = definition(tmp_path, READER, SENSOR)
    pairs: list[tuple[object, object]] = []

    def build(stack: Stack) -> None:
        construct: Any = existing_workspace(stack) if name == "workspace" else TelemetryTable(stack, "Mine")
        twin = DigitalTwin(stack, "Twin", definition=sensor, **{name: construct})
        pairs.append((getattr(twin, name), construct))

    build(Stack(App(), "Plant"))

    ((attribute, construct),) = pairs
    assert attribute is construct


@pytest.mark.parametrize("arguments", [{"workspace_id": "plant-2"}, {"cors_origins": ["https://a.example"]}])
def test_arguments_of_a_new_workspace_are_refused_with_an_existing_one(
    tmp_path: Path, arguments: dict[str, Any]
) -> None:
    twin = definition(tmp_path, TWIN)

    assert refusal(
        lambda stack: DigitalTwin(
            stack, "Twin", definition=twin, workspace=existing_workspace(stack), **arguments
        )
    ) == (
        "workspace_id, bucket, cors_origins and server_access_logs_bucket are of a new workspace; leave them "
        "out, or leave out workspace"
    )


def test_connector_that_replaces_none_is_refused(tmp_path: Path) -> None:
    sensor = definition(tmp_path, READER, SENSOR)

    assert refusal(
        lambda stack: DigitalTwin(stack, "Twin", definition=sensor, connectors={"telemetri": reader(stack)})
    ) == (
        'connectors names "telemetri", which is no connector with a function in twin.yaml; '
        'did you mean "telemetry"?'
    )


@pytest.mark.slow
def test_topic_without_alarms_is_a_warning(tmp_path: Path) -> None:
    sensor = definition(tmp_path, READER, SENSOR)

    (warning,) = synthesize(
        lambda stack: DigitalTwin(stack, "Twin", definition=sensor, alarm_topic=sns.Topic(stack, "Topic"))
    ).warnings

    assert warning.startswith("alarm_topic has no effect, because no component type has alarms; leave it out")


@pytest.mark.slow
@pytest.mark.parametrize(("name", "expected"), [(None, "plant-1"), ("line-7", "line-7")])
def test_table_and_bucket_bear_the_name_of_the_data(tmp_path: Path, name: str | None, expected: str) -> None:
    sensor = definition(tmp_path, READER, SENSOR)
    result = synthesize(lambda stack: DigitalTwin(stack, "Twin", definition=sensor, data_name=name))

    tag = {"Key": "twin-stack:workspace", "Value": expected}
    assert tag in result.properties(TABLE)["Tags"]
    assert tag in result.properties("AWS::S3::Bucket")["Tags"]


@cache
def relocated(model: str, *path: str, name: str = "Plant") -> dict[str, Any]:
    """Return the template of a twin at a path of constructs, without the paths in its metadata."""
    app = App(context=cdk_context(), builtin_cloud_formation_validation=False)
    stack = Stack(app, name)
    scope: Construct = stack
    for part in path[:-1]:
        scope = Construct(scope, part)
    DigitalTwin(scope, path[-1], definition=load(ROOT / "models" / model))
    template: dict[str, Any] = app.synth().get_stack_by_name(name).template
    for resource in template["Resources"].values():
        resource.pop("Metadata", None)
        # Names of policies contain a hash of their paths; CloudFormation changes them in place.
        resource["Properties"].pop("PolicyName", None)
        if resource["Type"] == BUCKET:
            # The CDK marks a bucket with hashes of the paths of its uploads.
            tags = resource["Properties"].get("Tags", [])
            tags[:] = [tag for tag in tags if not tag["Key"].startswith("aws-cdk:cr-owned:")]
    return template


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("model", ["minimal", "factory", *(["windfarm", "building"] if SOAK else [])])
def test_twin_with_another_id_and_place_has_the_same_template(model: str) -> None:
    template = relocated(model, "Twin")

    assert template["Resources"]
    assert relocated(model, "Site", "Hall", "Renamed", name="Other") == template


@pytest.mark.slow
def test_fixed_things_are_identified_by_kind_and_id() -> None:
    resources = relocated("factory", "Twin")["Resources"]

    kinds = {WORKSPACE, BUCKET, TABLE, TYPE, "AWS::IoTTwinMaker::Entity", "AWS::IoTTwinMaker::Scene"}
    kinds |= {"AWS::IoT::TopicRule", "AWS::IoT::Policy"}
    assert sorted(
        re.sub("[0-9A-F]{8}$", "", name) for name, item in resources.items() if item["Type"] in kinds
    ) == [
        "Bucket",
        "ComponentTypeComExampleEquipmentAlarm",
        "ComponentTypeComExamplePress",
        "ComponentTypeComExampleTemperatureSensor",
        "DevicePolicy",
        "EntityMachine001",
        "EntityMachine002",
        "EntityPress001",
        "EntityZoneA",
        "SceneFactoryOverview",
        "Table",
        "TopicRulePresses",
        "TopicRuleTemperatures",
        "Workspace",
    ]


@pytest.mark.slow
def test_second_twin_of_a_stack_needs_a_prefix_and_shares_no_logical_id() -> None:
    model = load(ROOT / "models" / "factory")

    def build(stack: Stack) -> None:
        DigitalTwin(stack, "First", definition=model)
        with pytest.raises(ValueError, match="contains another DigitalTwin"):
            DigitalTwin(stack, "Broken", definition=model, workspace_id="second")
        DigitalTwin(
            Construct(stack, "Site"),
            "Twin",
            definition=model,
            workspace_id="second",
            logical_id_prefix="Second",
        )

    result = synthesize(build)

    workspaces = {item["Properties"]["WorkspaceId"]: name for name, item in result.all_of(WORKSPACE).items()}
    assert workspaces.keys() == {model.workspace_id, "second"}
    assert workspaces["second"] == f"Second{workspaces[model.workspace_id]}"
    first = {name for name in result.resources if f"Second{name}" in result.resources}
    others = {name for name in result.resources if not name.startswith("Second")} - first
    # Twins of a stack share the upload function, and permissions are identified by workspaces as well.
    assert [
        name for name in others if not re.search("Deletion|InvokedBy|Upload|BucketDeployment", name)
    ] == []


def test_twin_in_a_nested_stack_uses_the_workspace_of_its_parent() -> None:
    app = App(context=cdk_context(), builtin_cloud_formation_validation=False)
    parent = Stack(app, "Parent")
    workspace = Workspace(parent, "Workspace", workspace_id="plant-1")
    nested = NestedStack(parent, "Nested")
    DigitalTwin(nested, "Twin", definition=load(ROOT / "models" / "minimal"), workspace=workspace)

    assembly = app.synth()

    (file,) = Path(assembly.directory).glob("*.nested.template.json")
    template = json.loads(file.read_text(encoding="utf-8"))
    (entity,) = [item for item in template["Resources"].values() if item["Type"].endswith("::Entity")]
    assert entity["Properties"]["WorkspaceId"]["Ref"] in template["Parameters"]


def test_table_that_nothing_uses_is_a_warning(tmp_path: Path) -> None:
    small = definition(tmp_path, TWIN)

    (warning,) = synthesize(
        lambda stack: DigitalTwin(
            stack, "Twin", definition=small, telemetry_table=TelemetryTable(stack, "Table")
        )
    ).warnings

    assert warning.startswith(
        "telemetry_table has no effect, because no connector, ingest or alarm uses it; leave it out"
    )
