"""The templates of the models: snapshots, linters, dependencies, and properties of resources."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import aws_s3 as s3
from syrupy.extensions.json import JSONSnapshotExtension

from app import build_app
from tests.constructs.statements import flat
from tests.support.cfn_lint import complaints
from tests.support.models import synthesize_model
from tests.support.templates import Synthesized, normalised
from tests.templates.order import waits_for

if TYPE_CHECKING:
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion

pytestmark = pytest.mark.slow


WORKSPACE = "AWS::IoTTwinMaker::Workspace"
TYPE = "AWS::IoTTwinMaker::ComponentType"
ENTITY = "AWS::IoTTwinMaker::Entity"
SCENE = "AWS::IoTTwinMaker::Scene"
MODEL = "Custom::SiteWiseAssetModel"
ASSET = "Custom::SiteWiseAsset"
UPLOAD = "Custom::TwinSceneFiles"
CLEANUP = "Custom::TwinSceneFilesCleanup"

STACKS = {
    "my-factory-twin": "factory",
    "minimal-twin": "minimal",
    "my-building-twin": "building",
    "my-windfarm-twin": "windfarm",
}


@pytest.fixture(params=list(STACKS.values()), ids=list(STACKS))
def model(request: pytest.FixtureRequest) -> Synthesized:
    synthesized: Synthesized = request.getfixturevalue(request.param)
    return synthesized


def stack_of(model: Synthesized) -> str:
    (path,) = model.directory.glob("*.template.json")
    return path.name.removesuffix(".template.json")


def by(member: str, resources: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Logical ids by the id in the service."""
    return {resource["Properties"][member]: name for name, resource in resources.items()}


@pytest.mark.snapshot
def test_template_is_the_accepted_one(model: Synthesized, snapshot: SnapshotAssertion) -> None:
    assert normalised(model.template) == snapshot(extension_class=JSONSnapshotExtension)


def test_cfn_lint_accepts_the_template_of_a_model(model: Synthesized) -> None:
    assert complaints(model.template) == []


@pytest.mark.parametrize("name", list(STACKS.values()), ids=list(STACKS))
def test_no_finding_is_left_when_a_model_is_synthesized(name: str, tmp_path: Path) -> None:
    model = synthesize_model(name, tmp_path, validate=True)

    report = json.loads((model.directory / "validation-report.json").read_text(encoding="utf-8"))

    assert report["pluginReports"] == []
    assert model.warnings == []


def test_synthesis_fails_on_a_finding_of_cdk_nag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CDK_VALIDATION")
    app = build_app(outdir=str(tmp_path))
    s3.Bucket(app.node.find_child("my-factory-twin"), "Careless")  # type: ignore[arg-type]

    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()

    assert "AwsSolutions-S10" in (tmp_path / "validation-report.json").read_text(encoding="utf-8")


def test_every_acknowledged_finding_has_a_reason(model: Synthesized) -> None:
    metadata = json.loads((model.directory / f"{stack_of(model)}.metadata.json").read_text(encoding="utf-8"))
    reasons = {
        (path, rule): reason
        for path, entries in metadata.items()
        for entry in entries
        if entry["type"] == "aws:cdk:acknowledged-rules"
        for rule, reason in entry["data"].items()
    }

    assert reasons
    assert [finding for finding, reason in reasons.items() if len(reason.split()) < 6] == []


def test_factory_has_every_resource_once_when_synthesized(factory: Synthesized) -> None:
    assert Counter(resource["Type"] for resource in factory.resources.values()) == {
        WORKSPACE: 1,
        TYPE: 3,
        ENTITY: 4,
        SCENE: 1,
        MODEL: 1,
        ASSET: 1,
        "AWS::DynamoDB::Table": 1,
        "AWS::S3::Bucket": 1,
        "AWS::S3::BucketPolicy": 1,
        # Two connectors, the alarm evaluator, the manager of assets, the uploader of scene files, the guard
        # of the history, each with role and log group.
        "AWS::Lambda::Function": 6,
        "AWS::Logs::LogGroup": 6,
        "Custom::TwinHistoryGuard": 1,
        # Of these, of the workspace and of the topic rules.
        "AWS::IAM::Role": 9,
        # What devices publish, to the table and to SiteWise, and which device may.
        "AWS::IoT::TopicRule": 2,
        "AWS::IoT::Policy": 1,
        # The evaluator reads the table's stream, and is invoked each minute to detect missing data.
        "AWS::Lambda::EventSourceMapping": 1,
        "AWS::Events::Rule": 1,
        "AWS::Lambda::Permission": 1,
        # What could not be written, what could not be evaluated.
        "AWS::SQS::Queue": 2,
        "AWS::SQS::QueuePolicy": 2,
        # On both, on lag, four on each connector, on each rule, five on the service; cold starts are counted.
        "AWS::CloudWatch::Alarm": 19,
        "AWS::CloudWatch::Dashboard": 1,
        "AWS::Logs::MetricFilter": 3,
        # Of the uploader: another one for other files, so that a rollback can read the former ones. Of the
        # workspace, separate so that no right goes before its user: on its marker, on each connector.
        "AWS::IAM::Policy": 4,
        # The scene's document and its files.
        UPLOAD: 1,
        CLEANUP: 1,
    }
    handlers = [f["Properties"]["Handler"] for f in factory.all_of("AWS::Lambda::Function").values()]
    assert sorted(handlers) == [
        "alarm_evaluator.handler.handler",
        "dynamodb_connector.handler.handler",
        "history_guard.handler.handler",
        "scene_uploader.handler.handler",
        "sitewise_connector.handler.handler",
        "sitewise_manager.handler.handler",
    ]


def test_minimal_has_no_connector_table_or_upload_when_synthesized(minimal: Synthesized) -> None:
    assert Counter(resource["Type"] for resource in minimal.resources.values()) == {
        WORKSPACE: 1,
        TYPE: 1,
        ENTITY: 1,
        "AWS::S3::Bucket": 1,
        "AWS::S3::BucketPolicy": 1,
        # Of the workspace, and of the guard of the history.
        "AWS::IAM::Role": 2,
        "AWS::Lambda::Function": 1,
        "AWS::Logs::LogGroup": 1,
        "Custom::TwinHistoryGuard": 1,
        # On the marker object, so that the right outlasts the workspace.
        "AWS::IAM::Policy": 1,
        # Entities and component types that could not be what they should.
        "AWS::CloudWatch::Alarm": 5,
        "AWS::CloudWatch::Dashboard": 1,
    }


def test_workspace_is_created_after_bucket_policy_and_role(model: Synthesized) -> None:
    before = waits_for(model.template)[model.id_of(WORKSPACE)]

    # Deletion is the opposite: the service takes its marker out of the bucket, with that role.
    assert {
        model.id_of("AWS::S3::Bucket"),
        model.id_of("AWS::S3::BucketPolicy"),
        role_of_workspace(model),
    } <= before


def role_of_workspace(model: Synthesized) -> str:
    role: str = model.properties(WORKSPACE)["Role"]["Fn::GetAtt"][0]
    return role


def test_type_is_created_after_its_dependencies(model: Synthesized) -> None:
    before = waits_for(model.template)
    types = by("ComponentTypeId", model.all_of(TYPE))
    assert types

    for type_id, name in types.items():
        properties = model.resources[name]["Properties"]
        connectors = {
            function["ImplementedBy"]["Lambda"]["Arn"]["Fn::GetAtt"][0]
            for function in properties.get("Functions", {}).values()
        }
        parents = {types[base] for base in properties.get("ExtendsFrom", []) if base in types}
        # The role with all it may invoke: the service may call a connector while it makes the type.
        role = {role_of_workspace(model)} if connectors else set()
        assert {model.id_of(WORKSPACE)} | connectors | parents | role <= before[name], type_id


def test_entity_is_created_after_parent_and_types(model: Synthesized) -> None:
    before = waits_for(model.template)
    types = by("ComponentTypeId", model.all_of(TYPE))
    entities = by("EntityId", model.all_of(ENTITY))
    assert entities

    for entity_id, name in entities.items():
        properties = model.resources[name]["Properties"]
        parent = properties["ParentEntityId"]
        needs = {
            types[component["ComponentTypeId"]] for component in properties.get("Components", {}).values()
        }
        needs |= {entities[parent]} if parent != "$ROOT" else set()
        assert {model.id_of(WORKSPACE)} | needs <= before[name], entity_id


@pytest.mark.parametrize("name", ["factory", "building"])
def test_asset_is_created_after_its_model_and_before_its_readers(
    name: str, request: pytest.FixtureRequest
) -> None:
    model: Synthesized = request.getfixturevalue(name)
    before = waits_for(model.template)
    types, entities = by("ComponentTypeId", model.all_of(TYPE)), by("EntityId", model.all_of(ENTITY))

    assert model.all_of(ASSET)
    for asset_id, asset in model.all_of(ASSET).items():
        properties = asset["Properties"]
        parents = {properties["ParentAssetId"]["Ref"]} if "ParentAssetId" in properties else set()
        asset_model = properties["AssetModelId"]["Ref"]
        assert parents | {asset_model} <= before[asset_id]
        _, entity_id, component = properties["Name"].split("/")
        entity = entities[entity_id]
        of_type = model.resources[entity]["Properties"]["Components"][component]["ComponentTypeId"]
        assert asset_model in before[types[of_type]]
        assert {asset_id, types[of_type]} <= before[entity]


def test_history_in_assets_is_retained(building: Synthesized) -> None:
    kept = [*building.all_of(ASSET).values(), *building.all_of(MODEL).values()]

    assert len(kept) == 17 + 5
    assert {(resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) for resource in kept} == {
        ("RetainExceptOnCreate", "Retain")
    }


def test_scene_is_created_after_its_files(factory: Synthesized) -> None:
    before = waits_for(factory.template)[factory.id_of(SCENE)]

    assert {factory.id_of(WORKSPACE), *factory.all_of(UPLOAD)} <= before


def test_only_entities_depend_on_entities_or_scenes(model: Synthesized) -> None:
    before = waits_for(model.template)
    last = {*model.all_of(ENTITY), *model.all_of(SCENE)}
    assert last

    for name in model.resources.keys() - last:
        assert not before[name] & last, name


def test_hierarchy_is_the_models_when_synthesized(factory: Synthesized) -> None:
    parents = {
        entity["Properties"]["EntityId"]: entity["Properties"]["ParentEntityId"]
        for entity in factory.all_of(ENTITY).values()
    }

    assert parents == {
        "zone-a": "$ROOT",
        "machine-001": "zone-a",
        "machine-002": "zone-a",
        "press-001": "zone-a",
    }


def test_members_are_in_cloudformations_spelling_when_synthesized(factory: Synthesized) -> None:
    entities, types = factory.all_of(ENTITY), factory.all_of(TYPE)
    machine = entities[by("EntityId", entities)["machine-001"]]["Properties"]
    press = types[by("ComponentTypeId", types)["com.example.Press"]]["Properties"]

    # Names the model chose keep their case, members are in CloudFormation's.
    assert machine["Components"]["temperatureSensor"] == {
        "ComponentName": "temperatureSensor",
        "ComponentTypeId": "com.example.TemperatureSensor",
        "Properties": {
            "deviceId": {"Value": {"StringValue": "machine-001"}},
            "sensorModel": {"Value": {"StringValue": "TMP-117"}},
            "installDate": {"Value": {"StringValue": "2025-06-15"}},
        },
    }
    assert press["PropertyDefinitions"]["pressure"] == {
        "DataType": {"Type": "DOUBLE", "UnitOfMeasure": "bar"},
        "IsStoredExternally": True,
        "IsTimeSeries": True,
    }


def test_outputs_name_workspace_bucket_table_connectors_and_rules(factory: Synthesized) -> None:
    functions = {
        function["Properties"]["Handler"].split(".")[0]: name
        for name, function in factory.all_of("AWS::Lambda::Function").items()
    }

    rules = {name.partition("TopicRule")[2][:5]: name for name in factory.all_of("AWS::IoT::TopicRule")}
    assert {name: flat(output["Value"]) for name, output in factory.template["Outputs"].items()} == {
        "WorkspaceId": f"<{factory.id_of(WORKSPACE)}>",
        "WorkspaceArn": f"<{factory.id_of(WORKSPACE)}.Arn>",
        "BucketName": f"<{factory.id_of('AWS::S3::Bucket')}>",
        "TelemetryTableName": f"<{factory.id_of('AWS::DynamoDB::Table')}>",
        "ConnectorTelemetryArn": f"<{functions['dynamodb_connector']}.Arn>",
        "ConnectorHistorianArn": f"<{functions['sitewise_connector']}.Arn>",
        "IngestTemperaturesRuleName": f"<{rules['Tempe']}>",
        "IngestPressesRuleName": f"<{rules['Press']}>",
        "DevicePolicyName": f"<{factory.id_of('AWS::IoT::Policy')}>",
        "SceneIds": "factory-overview",
        "DashboardName": f"<{factory.id_of('AWS::CloudWatch::Dashboard')}>",
    }
    assert all(output["Description"] for output in factory.template["Outputs"].values())


def test_scene_location_is_that_of_the_uploaded_document(factory: Synthesized) -> None:
    bucket = factory.id_of("AWS::S3::Bucket")

    assert flat(factory.properties(SCENE)["ContentLocation"]) == (
        f"s3://<{bucket}>/my-factory-twin/factory-overview.json"
    )
    upload = factory.properties(UPLOAD)
    assert upload["Bucket"] == {"Ref": bucket}
    assert [source["Prefix"] for source in upload["Sources"]] == ["my-factory-twin"] * 2
