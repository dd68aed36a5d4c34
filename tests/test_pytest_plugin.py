"""The fixture for other teams: an app, deployed with and without its CDK CLI."""

from __future__ import annotations

import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.assemblies import assembly, plant
from tests.support.broken_app import write_cli
from tests.support.prepared_app import synthesize
from twin_stack.local.state import LocalError

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = [pytest.mark.deploy, pytest.mark.slow]


@pytest.fixture
def name() -> str:
    """A name no other test has."""
    return f"plant-{uuid.uuid4().hex[:8]}"


def test_stack_is_made_and_then_follows_when_deployed_twice(
    local_twin: LocalTwin, tmp_path: Path, name: str
) -> None:
    outputs = local_twin.deploy(assembly(tmp_path, {name: plant(name, "pump", "tank")}))
    local_twin.deploy(assembly(tmp_path, {name: plant(name, "pump", "valve")}))
    # A deployment without changes succeeds.
    local_twin.deploy(tmp_path)

    assert outputs == {name: {"Workspace": name}}
    summaries = local_twin.client("iottwinmaker").list_entities(workspaceId=name)["entitySummaries"]
    assert [item["entityId"] for item in summaries] == ["pump", "valve"]


def test_program_with_the_environment_reaches_the_twin(
    local_twin: LocalTwin, tmp_path: Path, name: str
) -> None:
    local_twin.deploy(assembly(tmp_path, {name: plant(name)}))
    code = f"import boto3; print(boto3.client('iottwinmaker').get_workspace(workspaceId='{name}')['arn'])"

    result = subprocess.run(
        [sys.executable, "-c", code], env=local_twin.environment(), capture_output=True, text=True, check=True
    )

    assert result.stdout.strip().endswith(f":workspace/{name}")


def test_up_deploys_an_app_by_its_cli_and_writes_telemetry(
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

    # The CLI is a script that takes a synthesis; tests/local/test_commands.py runs the CDK's own.
    app = tmp_path / "app"
    (app / "node_modules" / ".bin").mkdir(parents=True)
    (app / "cdk.json").write_text("{}")
    assembly_folder = synthesize(app, model)
    local_twin.deploy(assembly_folder)
    write_cli(
        app,
        'echo "$@" > commands; while [ "$1" != --output ]; do shift; done\n'
        f'mkdir -p "$2" && cp -R "{assembly_folder}/." "$2"',
    )

    outputs = local_twin.up(app, model=model, telemetry=timedelta(hours=1))

    assert (app / "commands").read_text().startswith("deploy --all ")
    assert f"--context model={model}" in (app / "commands").read_text()
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


def test_unused_plugin_imports_nothing() -> None:
    code = (
        "import sys, twin_stack.pytest_plugin\n"
        "print([name for name in ('aws_cdk', 'botocore', 'ministack') if name in sys.modules])"
    )

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert result.stdout.strip() == "[]"
