"""Names that are known at deployment only: the template is that of the same names as text."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, CfnParameter, Stack, Token

from tests.constructs.examples import FUNCTION_ARN
from tests.support.models import write_small_building
from tests.support.templates import ROOT
from twin_stack import (
    ComponentType,
    DataConnector,
    DigitalTwin,
    Entity,
    FunctionDefinition,
    Scene,
    SiteWiseConnector,
    TelemetryIngest,
    Workspace,
    load,
)
from twin_stack.constructs import MeasuredProperty
from twin_stack.constructs.tokens import is_unresolved

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow

NAMES = {"One": "plant-1", "Two": "zone-a", "Three": "com.example.Sensor"}


def whole(stack: Stack, model: Path, workspace: str) -> None:
    # Fixed names need a literal data name.
    DigitalTwin(stack, "Twin", definition=load(model), workspace_id=workspace, data_name="plant-1")


def factory(stack: Stack, workspace: str, _two: str, _three: str) -> None:
    whole(stack, ROOT / "models" / "factory", workspace)


def building(stack: Stack, workspace: str, _two: str, _three: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole(stack, write_small_building(Path(folder, "model")), workspace)


def pieces(stack: Stack, workspace_id: str, name: str, type_id: str) -> None:
    workspace = Workspace(stack, "Workspace", workspace_id=workspace_id, description=name)
    reader = DataConnector.from_function_arn(stack, "Reader", FUNCTION_ARN)
    sensor = ComponentType(
        stack,
        "Sensor",
        workspace=workspace,
        component_type_id=type_id,
        description=name,
        functions={"dataReader": FunctionDefinition(connector=reader)},
    )
    zone = Entity(
        stack, "Zone", workspace=workspace, entity_id=name, entity_name=name, description=name, parent=name
    )
    zone.node.add_dependency(sensor)
    SiteWiseConnector(
        stack, "Historian", asset_ids=[name], property_alias=f"/{workspace_id}/a*/${{entityId}}"
    )
    TelemetryIngest(
        stack,
        "Ingest",
        topic="plant/+/telemetry",
        device_id="topic(2)",
        properties=[MeasuredProperty(name="speed", data_type="DOUBLE")],
        alias_prefix=f"/{workspace_id}*",
    )


@pytest.mark.parametrize("build", [factory, building, pieces])
def test_template_is_that_of_the_same_names_as_text(build: Callable[[Stack, str, str, str], object]) -> None:
    def as_parameter(stack: Stack, name: str) -> str:
        return CfnParameter(stack, name, type="String").value_as_string

    with_tokens = resources(build, as_parameter)
    with_texts = resources(build, lambda _stack, name: NAMES[name])

    assert "Token[" not in str(with_tokens)
    assert comparable(with_tokens) == comparable(with_texts)


def test_document_of_a_scene_whose_id_is_a_token_has_a_name_of_its_own() -> None:
    stack = Stack(App(), "Plant")
    workspace = Workspace(stack, "Workspace", workspace_id="plant-1")
    scene_id = CfnParameter(stack, "SceneId").value_as_string
    Scene(stack, "Hall", workspace=workspace, scene_id=scene_id, document={"specVersion": "1.0"})

    template = stack.node.root.synth().stacks[0].template["Resources"]  # type: ignore[attr-defined]

    (scene,) = [
        item["Properties"] for item in template.values() if item["Type"] == "AWS::IoTTwinMaker::Scene"
    ]
    assert scene["SceneId"] == {"Ref": "SceneId"}
    assert re.fullmatch(r"/plant-1/PlantHall\w+\.json", scene["ContentLocation"]["Fn::Join"][1][-1])


def test_values_with_tokens_are_those_that_the_cdk_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    parameter = CfnParameter(Stack(App(), "Plant"), "Name")
    token = parameter.value_as_string
    texts = ["", "plant-1", "${Name}", "${Token[", "${Token[]}", "${Token[a b]}"]
    others = [token, f"plant-{token}", "${Token[A.1]}", Token.as_number(parameter), [token], parameter]
    assert [is_unresolved(value) for value in (*texts, *others)] == [
        Token.is_unresolved(value) for value in (*texts, *others)
    ]
    assert is_unresolved(token)
    assert not is_unresolved(None)

    monkeypatch.setattr(Token, "is_unresolved", None)
    assert not any(map(is_unresolved, texts[:3])), "without a call into the jsii runtime"


def resources(
    build: Callable[[Stack, str, str, str], object], name: Callable[[Stack, str], str]
) -> dict[str, Any]:
    app = App()
    stack = Stack(app, "Test")
    build(stack, *(name(stack, parameter) for parameter in NAMES))
    template: dict[str, Any] = app.synth().get_stack_by_name("Test").template["Resources"]
    return template


def comparable(template: dict[str, Any]) -> Any:
    """Return a template with the texts, without the ids of workspaces in the ids of permissions."""
    text = re.sub(r"(Deletion|InvokedBy)[\w-]*", r"\1", json.dumps(substituted(template)))
    return json.loads(text)


def substituted(value: Any) -> Any:
    """Return a template with the texts in place of the parameters, and joined where all parts are texts."""
    match value:
        case {"Ref": name} if name in NAMES:
            return NAMES[name]
        case {"Fn::Join": [delimiter, parts]}:
            joined: list[Any] = []
            for part in map(substituted, parts):
                nested = part["Fn::Join"][1] if isinstance(part, dict) and "Fn::Join" in part else [part]
                for item in nested:
                    if joined and isinstance(joined[-1], str) and isinstance(item, str):
                        joined[-1] += delimiter + item
                    else:
                        joined.append(item)
            return joined[0] if len(joined) == 1 else {"Fn::Join": [delimiter, joined]}
        case dict():
            return {key: substituted(member) for key, member in value.items()}
        case list():
            return [substituted(item) for item in value]
        case _:
            return value
