"""Secrets in plans."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.definition.models import TWIN, write
from twin_stack.definition import load
from twin_stack.errors import TwinError
from twin_stack.plan import make_plan
from twin_stack.plan.changes import Action, Change, Detail, Kind
from twin_stack.plan.document import plan_document
from twin_stack.plan.findings import plan_annotations, plan_sarif
from twin_stack.plan.markdown import plan_markdown
from twin_stack.plan.masking import Masking, is_secret_name
from twin_stack.plan.picture import svg
from twin_stack.plan.promise import require_planned, write_plan
from twin_stack.plan.resources import permission_lines, resource_changes, resource_lines
from twin_stack.plan.summary import summary_line
from twin_stack.plan.text import plan_text

if TYPE_CHECKING:
    from twin_stack.plan import Plan

TYPE = """
com.example.Lock:
  propertyDefinitions:
    {name}: {{dataType: {{type: STRING, allowedValues: [{old}, {new}]}}, defaultValue: {value}}}
    device: {{dataType: STRING, isExternalId: true}}
    flow: {{dataType: DOUBLE, isTimeSeries: true}}
  functions: {{dataReader: {{connector: telemetry}}}}
"""
ENTITY = """
door:
  entityName: Door
  components:
    lock: {{componentTypeId: com.example.Lock, properties: {{{name}: {value}, device: d-{value}}}}}
"""
SCENE = "nodes: [{{name: Door, properties: {{{name}: {value}}}}}]"
OLD, NEW = "hunter2", "swordfish"


def files(name: str, value: str, twin: str = "") -> dict[str, str]:
    return {
        "twin.yaml": f"{TWIN}{twin}",
        "component_types/t.yaml": TYPE.format(name=name, old=OLD, new=NEW, value=value),
        "entities/e.yaml": ENTITY.format(name=name, value=value),
        "scenes/hall.yaml": SCENE.format(name=name, value=value),
    }


def everything(plan: Plan, folder: Path, after_folder: Path) -> dict[str, str]:
    """Return the plan in every form."""
    write_plan(folder / "plan.json", plan, load(after_folder))
    return {
        "text": "\n".join(plan_text(plan, summary_line(plan))),
        "markdown": plan_markdown(plan, summary_line(plan)),
        "json": json.dumps(plan_document(plan)),
        "github": "\n".join(plan_annotations(plan, after_folder, Path())),
        "sarif": json.dumps(plan_sarif(plan, after_folder, Path(), "1")),
        "svg": svg(plan.rows),
        "out": (folder / "plan.json").read_text(encoding="utf-8"),
    }


@pytest.mark.parametrize(
    ("name", "twin", "masked"),
    [
        pytest.param("adminPassword", "", ["device"], id="a name that says so"),
        pytest.param("doorCode", "sensitive: [doorCode, device]\n", [], id="a name in twin.yaml"),
        pytest.param("doorCode", "sensitive: ['*Code', dev*]\n", [], id="a pattern in twin.yaml"),
        pytest.param("doorCode", "", ["doorCode", "device"], id="an option"),
    ],
)
def test_secret_is_in_no_form_of_a_plan(name: str, twin: str, masked: list[str], tmp_path: Path) -> None:
    before = load(write(tmp_path / "before", files(name, OLD)))
    after = load(write(tmp_path / "after", files(name, NEW, twin)))
    plan = make_plan(before, after, masked=masked)
    assert {change.id for change in plan.changes} >= {"door", "com.example.Lock", "hall"}
    assert {"PLAN014", "PLAN024"} <= {risk.code for risk in plan.risks}, "risks that name values"
    forms = everything(plan, tmp_path, tmp_path / "after")
    assert [form for form, text in forms.items() if OLD in text or NEW in text] == []
    assert [form for form in ("text", "markdown", "json", "out") if "(masked)" not in forms[form]] == []
    open_plan = make_plan(before, load(write(tmp_path / "open", files("label", NEW))))
    assert NEW in everything(open_plan, tmp_path, tmp_path / "open")["text"], "the values are in an open plan"


@pytest.mark.parametrize(
    ("name", "twin"), [("adminPassword", ""), ("doorCode", "sensitive: [doorCode]\n")], ids=["name", "marked"]
)
def test_secret_of_added_things_is_in_no_form_of_a_plan(name: str, twin: str, tmp_path: Path) -> None:
    before = load(write(tmp_path / "before", {"twin.yaml": f"{TWIN}{twin}"}))
    after_files = files(name, NEW, twin)
    after_files["entities/e.yaml"] = after_files["entities/e.yaml"].replace(f"d-{NEW}", "d-1")
    after = load(write(tmp_path / "after", after_files))
    plan = make_plan(before, after)
    assert {change.id for change in plan.of(Kind.ENTITY)} == {"door"}
    forms = everything(plan, tmp_path, tmp_path / "after")
    assert [form for form, text in forms.items() if OLD in text or NEW in text] == []
    assert [form for form in ("json", "out") if "(masked)" not in forms[form]] == []
    assert "+ entity door is added with lock (com.example.Lock)" in forms["text"]


def test_plan_is_held_to_the_values_that_it_masks(tmp_path: Path) -> None:
    before = load(write(tmp_path / "before", files("adminPassword", OLD)))
    after = load(write(tmp_path / "after", files("adminPassword", NEW)))
    plan = make_plan(before, after)
    assert plan.before_hash != plan.after_hash
    write_plan(tmp_path / "plan.json", plan, after)
    require_planned(tmp_path / "plan.json", after)
    with pytest.raises(TwinError, match='entity "door" differs'):
        require_planned(tmp_path / "plan.json", before)


def test_reference_to_a_secret_is_masked_wherever_it_is() -> None:
    text = "{{resolve:secretsmanager:plant/key:SecretString}} of {{resolve:ssm:name}}"
    detail = Detail(Action.ADDED, ("configuration",), None, {"members": [text], "text": text, "number": 1})
    (change,) = Masking(()).changes([Change(Action.CHANGED, Kind.CONNECTOR, "reader", details=(detail,))])
    masked = "(masked) of {{resolve:ssm:name}}"
    assert change.details[0].after == {"members": [masked], "text": masked, "number": 1}


@pytest.mark.parametrize(
    "name", ["password", "adminPassword", "API_KEY", "apiKey", "secretAccessKey", "authToken", "DB_PWD"]
)
def test_secret_has_a_name_that_says_so(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name", ["key", "partitionKey", "tokenCount", "passwordLength", "alarm_key", "pin", "", "_"]
)
def test_other_name_is_no_secret(name: str) -> None:
    assert not is_secret_name(name)


def test_resources_are_named_without_values() -> None:
    def template(value: str) -> dict[str, object]:
        return {
            "Parameters": {"Key": {"Type": "String", "NoEcho": True, "Default": value}},
            "Resources": {
                "Function": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {
                        "Environment": {
                            "Variables": {"API_TOKEN": value, "REF": f"{{{{resolve:ssm-secure:{value}}}}}"}
                        }
                    },
                }
            },
        }

    sides = template(OLD), template(NEW)
    changes = resource_changes(*sides)
    assert [change.properties for change in changes] == [("Environment",)]
    text = "\n".join([*resource_lines(changes), *permission_lines(*sides), repr(changes)])
    assert OLD not in text
    assert NEW not in text
