"""The fixture for other teams: cloud assemblies deployed without the CDK CLI."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.local.conftest import Json, in_workspace, workspace
from twin_stack.local.deployer import DeployError
from twin_stack.local.state import LocalError

if TYPE_CHECKING:
    from twin_stack.pytest_plugin import LocalTwin

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


def assembly(folder: Path, stacks: dict[str, Json], *, needs: dict[str, list[str]] | None = None) -> Path:
    """A cloud assembly as the CDK writes it, of stacks without files."""
    folder.mkdir(exist_ok=True)
    artifacts: Json = {}
    for name, template in stacks.items():
        (folder / f"{name}.template.json").write_text(json.dumps(template))
        key = f"{uuid.uuid4().hex}.json"
        bucket = "cdk-test-assets-${AWS::AccountId}-${AWS::Region}"
        destination = {"bucketName": bucket, "objectKey": key}
        source = {"path": f"{name}.template.json", "packaging": "file"}
        files = {"files": {"1": {"source": source, "destinations": {"here": destination}}}}
        (folder / f"{name}.assets.json").write_text(json.dumps(files))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://unknown-account/unknown-region",
            "properties": {
                "templateFile": f"{name}.template.json",
                "stackTemplateAssetObjectUrl": f"s3://{bucket}/{key}",
                "bootstrapStackVersionSsmParameter": "/cdk-bootstrap/test/version",
            },
            "dependencies": [f"{name}.assets", *(needs or {}).get(name, [])],
        }
        artifacts[f"{name}.assets"] = {"type": "cdk:asset-manifest"}
    (folder / "manifest.json").write_text(json.dumps({"version": "55.0.0", "artifacts": artifacts}))
    return folder


@pytest.fixture
def name() -> str:
    """A name no other test has."""
    return f"plant-{uuid.uuid4().hex[:8]}"


def plant(name: str, *entities: str, **more: Any) -> Json:
    resources = {"Workspace": workspace(name), **more}
    resources |= {one: in_workspace("Entity", EntityId=one, EntityName=f"The {one}") for one in entities}
    return {"Resources": resources, "Outputs": {"Workspace": {"Value": {"Ref": "Workspace"}}}}


def test_stack_is_made_and_then_follows_when_deployed_twice(
    local_twin: LocalTwin, tmp_path: Path, name: str
) -> None:
    outputs = local_twin.deploy(assembly(tmp_path, {name: plant(name, "pump", "tank")}))
    local_twin.deploy(assembly(tmp_path, {name: plant(name, "pump", "valve")}))
    # Nothing has changed, and that is no failure.
    local_twin.deploy(tmp_path)

    assert outputs == {name: {"Workspace": name}}
    found = local_twin.client("iottwinmaker").list_entities(workspaceId=name)["entitySummaries"]
    assert [item["entityId"] for item in found] == ["pump", "valve"]


def test_stacks_come_after_those_they_need_when_there_are_several(
    local_twin: LocalTwin, tmp_path: Path, name: str
) -> None:
    below = {"Resources": {"Pump": in_workspace("Entity", EntityId="pump", EntityName="Pump")}}
    below["Resources"]["Pump"]["Properties"]["WorkspaceId"] = name
    folder = assembly(tmp_path, {f"a-{name}": below, name: plant(name)}, needs={f"a-{name}": [name]})

    outputs = local_twin.deploy(folder)

    assert list(outputs) == [name, f"a-{name}"]


def test_failure_names_resource_and_reason_and_a_mended_stack_comes_when_deployed_again(
    local_twin: LocalTwin, tmp_path: Path, name: str
) -> None:
    lost = in_workspace("Entity", EntityId="lost", EntityName="Lost", ParentEntityId="nowhere")

    with pytest.raises(DeployError) as caught:
        local_twin.deploy(assembly(tmp_path, {name: plant(name, Lost=lost)}))

    assert str(caught.value).startswith(f"stack {name} is ROLLBACK_COMPLETE:\nLost: ")
    assert "parent entity 'nowhere' does not exist" in str(caught.value)
    assert local_twin.deploy(assembly(tmp_path, {name: plant(name)})) == {name: {"Workspace": name}}


def test_container_images_are_refused_when_in_the_assembly(
    local_twin: LocalTwin, tmp_path: Path, name: str
) -> None:
    folder = assembly(tmp_path, {name: plant(name)})
    (folder / f"{name}.assets.json").write_text(json.dumps({"dockerImages": {"1": {}}}))

    with pytest.raises(DeployError) as caught:
        local_twin.deploy(folder)

    assert str(caught.value) == f"stack {name} has container images, which cannot be deployed here"


def test_program_under_test_reaches_the_twin_when_it_gets_the_environment(
    local_twin: LocalTwin, tmp_path: Path, name: str
) -> None:
    local_twin.deploy(assembly(tmp_path, {name: plant(name)}))
    code = f"import boto3; print(boto3.client('iottwinmaker').get_workspace(workspaceId='{name}')['arn'])"

    said = subprocess.run(
        [sys.executable, "-c", code], env=local_twin.environment(), capture_output=True, text=True, check=True
    )

    assert said.stdout.strip().endswith(f":workspace/{name}")


def test_up_deploys_an_app_by_its_own_cli_and_writes_telemetry(
    local_twin: LocalTwin, tmp_path: Path, name: str
) -> None:
    model = tmp_path / "model"
    (model / "component_types").mkdir(parents=True)
    (model / "entities").mkdir()
    (model / "twin.yaml").write_text(f"workspaceId: {name}\nconnectors:\n  telemetry: {{kind: dynamodb}}\n")
    (model / "component_types" / "gauge.yaml").write_text(
        "com.example.Gauge:\n"
        "  propertyDefinitions:\n"
        "    pressure: {dataType: {type: DOUBLE, unitOfMeasure: bar}, isTimeSeries: true}\n"
        "  functions:\n"
        "    dataReader: {connector: telemetry}\n"
    )
    (model / "entities" / "gauge.yaml").write_text(
        "gauge-1:\n  entityName: Gauge 1\n  components: {gauge: {componentTypeId: com.example.Gauge}}\n"
    )

    outputs = local_twin.up(ROOT, model=model, telemetry=timedelta(hours=1))

    assert list(outputs) == [name]
    now = datetime.now(UTC)
    (series,) = local_twin.client("iottwinmaker").get_property_value_history(
        workspaceId=name,
        entityId="gauge-1",
        componentName="gauge",
        selectedProperties=["pressure"],
        startTime=(now - timedelta(hours=1)).isoformat(),
        endTime=now.isoformat(),
        maxResults=100,
    )["propertyValues"]
    assert 55 <= len(series["values"]) <= 60


def test_up_is_refused_when_there_is_no_app(local_twin: LocalTwin, tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"there is no cdk\.json in"):
        local_twin.up(tmp_path)


def test_plugin_costs_nothing_when_no_test_uses_it() -> None:
    code = (
        "import sys, twin_stack.pytest_plugin\n"
        "print([name for name in ('aws_cdk', 'botocore', 'ministack') if name in sys.modules])"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
