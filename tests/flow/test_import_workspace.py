"""A twin that this project deployed is imported as the definition that it was."""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from app import build_app
from tests.support.soak import SOAK
from tests.support.templates import ROOT, normalised
from twin_stack.definition import load
from twin_stack.formats.frame import write_definition
from twin_stack.formats.kinds import ImportOptions
from twin_stack.formats.workspace import import_twin

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.local_factory import LocalFactory
    from tests.support.templates import Synthesized
    from twin_stack.pytest_plugin import LocalTwin


pytestmark = pytest.mark.slow

_DIGEST_OF_SCENES = re.compile(r"(SceneFiles[0-9A-F]{8}(?:Access|Cleanup)|\"Files)[0-9A-F]{8}")


def check_import(
    twin: LocalTwin, workspace_id: str, model: Path, template: dict[str, Any], folder: Path
) -> None:
    """Import a deployed model: its definition and its template are those of the model."""
    options = ImportOptions(workspace_id="unused", client=twin.client, progress=lambda _: None)
    imported = import_twin(workspace_id, options)
    written = write_definition(imported, folder / "imported")
    assert [str(finding) for finding in (*imported.losses, *written.findings)] == []

    original, definition = load(model), load(folder / "imported")
    assert definition.twin == original.twin
    assert definition.component_types == original.component_types
    assert definition.entities == original.entities
    assert definition.scenes == original.scenes
    assert definition.asset_files.keys() <= original.asset_files.keys()
    for name, path in definition.asset_files.items():
        assert path.read_bytes() == original.asset_files[name].read_bytes()

    stages = {"defaultStage": "dev", "stages": {"dev": {"model": str(folder / "imported")}}}
    app = build_app(context={"twin-stack": stages}, outdir=str(folder / "out"))
    (stack,) = app.synth().stacks
    assert without_stage(normalised(stack.template)) == without_stage(normalised(template))


def without_stage(template: dict[str, Any]) -> dict[str, Any]:
    """Return a template without what a stage gives, and without digests of scene documents.

    The documents are equal, but `twin fmt`, whose form an import writes, orders their keys.
    """
    text = _DIGEST_OF_SCENES.sub(r"\1", json.dumps(template, sort_keys=True))
    result: dict[str, Any] = json.loads(text)
    for resource in result["Resources"].values():
        if resource["Type"] == "AWS::S3::Bucket":
            resource["Properties"].pop("CorsConfiguration", None)
    return result


@pytest.mark.soak
@pytest.mark.parametrize("name", ["building", "windfarm"] if SOAK else ["building"])
def test_imported_twin_is_the_deployed_one(
    local_twin: LocalTwin, name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    synthesized: Synthesized = request.getfixturevalue(name)
    local_twin.deploy(synthesized.directory)
    model = ROOT / "models" / name
    if name == "building":  # the fixture has few of its devices
        model = synthesized.directory.parent / "model"
    check_import(local_twin, f"my-{name}-twin", model, synthesized.template, tmp_path)


def test_imported_factory_is_the_deployed_one(
    local_factory: LocalFactory, factory: Synthesized, tmp_path: Path
) -> None:
    model = ROOT / "models" / "factory"
    check_import(local_factory.twin, local_factory.workspace_id, model, factory.template, tmp_path)


RICH = {
    "twin.yaml": """
workspaceId: {workspace}
dataName: {workspace}-data
description: Much of what a definition can say
tags: {{Owner: me}}
connectors:
  plant: {{kind: sitewise, assets: managed}}
  telemetry: {{kind: dynamodb, keyProperty: tag}}
  weather: {{kind: lambda, arn: "arn:aws:lambda:us-east-1:000000000000:function:weather"}}
renames:
  entities: {{old-pump: pump-1}}
""",
    "component_types/t.yaml": """
com.example.Asset:
  propertyDefinitions:
    tag: {dataType: STRING, isExternalId: true}
    site: {dataType: STRING, defaultValue: north}
com.example.Motor:
  propertyDefinitions:
    speed: {dataType: {type: DOUBLE, unitOfMeasure: rpm}, isTimeSeries: true}
    double: {expression: speed * 2}
    maker: STRING
  functions: {dataReader: plant}
com.example.Pump:
  extendsFrom: [com.example.Asset]
  isSingleton: true
  propertyDefinitions:
    site: {defaultValue: south}
    flow: {dataType: DOUBLE, isTimeSeries: true, configuration: {attribute: q}}
    stages: {dataType: {type: LIST, nestedType: DOUBLE}}
    limits: {dataType: {type: MAP, nestedType: INTEGER}}
    mode: {dataType: {type: STRING, allowedValues: [AUTO, MANUAL]}, isRequiredInEntity: true}
    feeds: {dataType: {type: RELATIONSHIP, relationship: {relationshipType: feeds}}}
  functions: {dataReader: telemetry}
  propertyGroups: {state: {groupType: TABULAR, propertyNames: [mode, site]}}
  compositeComponentTypes: {motor: {componentTypeId: com.example.Motor}}
  tags: {Owner: water}
com.example.Station:
  propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: weather}
com.example.Open:
  propertyDefinitions: {wind: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: {requiredProperties: [wind]}}
""",
    "entities/e.yaml": """
hall:
  entityName: Hall
  description: With pumps
  tags: {Level: "2"}
  components: {station: {componentTypeId: com.example.Station}}
  children:
    pump-1:
      entityName: Pump 1
      components:
        pump:
          componentTypeId: com.example.Pump
          description: The first
          properties:
            tag: P-1
            site: south
            mode: AUTO
            stages: [1, 2.5]
            limits: {low: 1}
            feeds: {targetEntityId: pump-2, targetComponentName: pump}
            note: {value: of its own, definition: {dataType: STRING}}
      compositeComponents: {pump/motor: {properties: {maker: Acme}}}
    pump-2:
      entityName: Pump 2
      components:
        pump: {componentTypeId: com.example.Pump, properties: {tag: P-2, mode: MANUAL, feeds: hall}}
""",
}


def test_much_of_what_a_definition_can_say_comes_back(local_twin: LocalTwin, tmp_path: Path) -> None:
    workspace = f"ws-{uuid.uuid4().hex[:8]}"
    for name, text in RICH.items():
        path = tmp_path / "model" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(workspace=workspace) if name == "twin.yaml" else text)
    stages = {"defaultStage": "dev", "stages": {"dev": {"model": str(tmp_path / "model")}}}
    (stack,) = build_app(context={"twin-stack": stages}, outdir=str(tmp_path / "first")).synth().stacks
    local_twin.deploy(tmp_path / "first")
    check_import(local_twin, workspace, tmp_path / "model", stack.template, tmp_path)
