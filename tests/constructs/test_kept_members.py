"""A template keeps what the service does not return, in the metadata of the stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import CfnParameter, Stack

from tests.support.templates import synthesize
from twin_stack import DigitalTwin, load
from twin_stack.constructs import DataConnector

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition import TwinDefinition

TYPES = """
com.example.Pump:
  propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: {connector: telemetry}}
"""


@pytest.fixture
def definition(tmp_path: Path) -> TwinDefinition:
    (tmp_path / "component_types").mkdir()
    (tmp_path / "component_types" / "t.yaml").write_text(TYPES)
    (tmp_path / "twin.yaml").write_text("workspaceId: plant\nconnectors: {telemetry: {kind: dynamodb}}\n")
    return load(tmp_path)


def metadata(definition: TwinDefinition, **options: Any) -> dict[str, Any]:
    def build(stack: Stack) -> None:
        DigitalTwin(stack, "Twin", definition=definition, **options)

    kept: dict[str, Any] = synthesize(build).template.get("Metadata", {})
    return kept


@pytest.mark.slow
def test_members_and_the_functions_of_connectors_are_kept(definition: TwinDefinition) -> None:
    kept = metadata(definition)["twin-stack"]
    assert kept == {
        "workspaceId": "plant",
        "dataName": "plant",
        "twin": {"connectors": {"telemetry": {"kind": "dynamodb"}}},
        "functions": kept["functions"],
    }
    assert kept["functions"]["telemetry"].startswith("ConnectorsTelemetryFunction")


def test_id_of_the_deployed_workspace_is_kept(definition: TwinDefinition) -> None:
    assert metadata(definition, workspace_id="plant-prod")["twin-stack"]["workspaceId"] == "plant-prod"


def test_second_twin_of_a_stack_has_a_key_of_its_own(definition: TwinDefinition) -> None:
    assert list(metadata(definition, logical_id_prefix="Second")) == ["twin-stack:Second"]


def test_function_of_another_owner_is_no_connector_of_the_stack(definition: TwinDefinition) -> None:
    arn = "arn:aws:lambda:us-east-1:111122223333:function:own"

    def build(stack: Stack) -> None:
        own = DataConnector.from_function_arn(stack, "Own", arn)
        DigitalTwin(stack, "Twin", definition=definition, connectors={"telemetry": own})

    assert "functions" not in synthesize(build).template["Metadata"]["twin-stack"]


def test_id_that_is_known_at_deployment_only_keeps_nothing(definition: TwinDefinition) -> None:
    def build(stack: Stack) -> None:
        parameter = CfnParameter(stack, "WorkspaceId")
        DigitalTwin(stack, "Twin", definition=definition, workspace_id=parameter.value_as_string)

    assert "Metadata" not in synthesize(build).template
