"""Synthesized stacks are read as the definitions that they were made of."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App
from aws_cdk.assertions import Template
from typer.testing import CliRunner

from tests.definition.models import write
from tests.support.templates import ROOT, cdk_context
from twin_stack import TwinStack
from twin_stack.cli import app as cli
from twin_stack.definition import load
from twin_stack.errors import TwinError
from twin_stack.formats.frame import write_definition
from twin_stack.formats.template import is_synthesized, read_synthesized
from twin_stack.plan import make_plan

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.templates import Synthesized
    from twin_stack.definition import TwinDefinition

pytestmark = pytest.mark.slow

RICH = {
    "twin.yaml": """
workspaceId: plant
dataName: old-plant
description: All that a template can hold
connectors:
  telemetry: {kind: dynamodb}
  historian: {kind: sitewise, assets: managed}
  native: {kind: sitewise-native}
  weather: {kind: lambda, arn: "arn:aws:lambda:eu-west-1:111122223333:function:weather"}
renames: {entities: {hall-0: hall}, scenes: {old-hall: hall}}
""",
    "component_types/t.yaml": """
com.example.Machine:
  description: Base
  propertyDefinitions:
    zeta: STRING
    alpha: {dataType: {type: DOUBLE, unitOfMeasure: kW}, defaultValue: 7}
    settings: {dataType: {type: MAP, nestedType: STRING}, configuration: {Key: value}}
    feeds: {dataType: {type: RELATIONSHIP}}
com.example.Motor:
  propertyDefinitions: {speed: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: {connector: telemetry, requiredProperties: []}}
com.example.Pump:
  extendsFrom: [com.example.Machine]
  compositeComponentTypes: {motor: {componentTypeId: com.example.Motor}}
com.example.Mill:
  propertyDefinitions:
    power: {dataType: DOUBLE, isTimeSeries: true}
    perHour: {expression: power * 3600}
  functions: {dataReader: {connector: historian}}
com.example.Oven:
  propertyDefinitions: {heat: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: {connector: native}}
com.example.Weather:
  propertyDefinitions: {wind: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: {connector: weather}}
""",
    "entities/e.yaml": """
hall:
  entityName: Hall
  tags: {Site: A}
  children:
    pump:
      entityName: Pump
      components:
        pump:
          componentTypeId: com.example.Pump
          properties:
            zeta: text
            alpha: 7
            settings: {Key: Value, Other: x}
            feeds: {targetEntityId: hall}
            own: {value: 1, definition: {dataType: INTEGER}}
      compositeComponents:
        pump/motor: {description: Its motor}
    mill: {entityName: Mill, components: {mill: {componentTypeId: com.example.Mill}}}
    oven: {entityName: Oven, components: {oven: {componentTypeId: com.example.Oven}}}
""",
    "scenes/hall.yaml": """
description: The hall
sceneMetadata: {Key: value}
properties: {environmentPreset: neutral}
nodes: [{name: Sun, components: [{type: Light, lightType: Ambient}]}]
""",
}


def read_back(source: Path, folder: Path) -> TwinDefinition:
    written = write_definition(read_synthesized(source), folder / "read-back")
    assert [str(finding) for finding in written.findings if finding.severity == "error"] == []
    return load(folder / "read-back")


@pytest.mark.parametrize("name", ["factory", "windfarm", "minimal"])
def test_plan_from_a_synthesized_model_is_empty(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    synthesized: Synthesized = request.getfixturevalue(name)
    plan = make_plan(read_back(synthesized.directory, tmp_path), load(ROOT / "models" / name))
    assert [change for change in plan.changes if change.kind != "file"] == []


def test_everything_that_a_template_can_hold_comes_back(tmp_path: Path) -> None:
    original = load(write(tmp_path / "model", RICH))
    app = App(context=cdk_context(), outdir=str(tmp_path / "cdk.out"))
    Template.from_stack(TwinStack(app, "plant", definition=original))
    app.synth()
    (template,) = (tmp_path / "cdk.out").glob("*.template.json")
    for source in (tmp_path / "cdk.out", template):
        assert is_synthesized(source)
    definition = read_back(template, tmp_path)
    assert definition.twin == original.twin
    assert make_plan(definition, original).changes == ()
    assert make_plan(original, definition).changes == ()


def test_plan_of_synthesized_stacks_has_resources_and_permissions(tmp_path: Path) -> None:
    folders = {}
    for name, connectors in {
        "before": "",
        "after": ", archive: {kind: dynamodb, tableName: archive}",
    }.items():
        twin = f"workspaceId: plant\nconnectors: {{telemetry: {{kind: dynamodb}}{connectors}}}\n"
        definition = load(write(tmp_path / f"{name}-model", {"twin.yaml": twin}))
        folders[name] = tmp_path / name
        app = App(context=cdk_context(), outdir=str(folders[name]))
        TwinStack(app, "plant", definition=definition)
        app.synth()
    sides = ["--from", str(folders["before"]), "--to", str(folders["after"])]
    result = CliRunner().invoke(cli, ["plan", *sides])
    assert result.exit_code == 2, result.output
    lines = result.stdout.splitlines()
    assert [line for line in lines if line.startswith("+ connector archive is added")]
    assert "+ 1 AWS::Lambda::Function added" in lines
    assert any(line.startswith("+ role ") and " may dynamodb:Query on " in line for line in lines)
    document = json.loads(CliRunner().invoke(cli, ["plan", *sides, "--json"]).stdout)
    assert {change["action"] for change in document["resources"]} == {"added", "changed"}


def test_other_files_are_errors(tmp_path: Path) -> None:
    def refusal(content: Any, name: str = "a.template.json") -> str:
        (tmp_path / name).write_text(content if isinstance(content, str) else json.dumps(content))
        with pytest.raises(TwinError) as error:
            read_synthesized(tmp_path / name)
        return str(error.value)

    assert "is not JSON" in refusal("{")
    assert "is not a template of CloudFormation" in refusal([])
    assert "has not one twin but 0 (none)" in refusal({"Resources": {}})
    two = {f"twin-stack{end}": {"workspaceId": f"w{end}"} for end in ("", ":Second")}
    message = refusal({"Resources": {}, "Metadata": two})
    assert re.search(r"has not one twin but 2 \(w in a.template.json, w:Second in a.template.json\)", message)
    scene = {
        "Type": "AWS::IoTTwinMaker::Scene",
        "Properties": {"SceneId": "s", "ContentLocation": "s3://b/w/s.json"},
    }
    alone = {"Resources": {"S": scene}, "Metadata": {"twin-stack": {"workspaceId": "w"}}}
    assert 'the document of scene "s" is not beside the template' in refusal(alone)
    assert not is_synthesized(tmp_path)
    with pytest.raises(TwinError, match="No such file"):
        read_synthesized(tmp_path / "missing.template.json")
