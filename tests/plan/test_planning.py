"""Edits of the example models, each with its plan."""

from __future__ import annotations

import json
import shutil
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import yaml

from twin_stack.definition import load
from twin_stack.plan import Action, make_plan
from twin_stack.plan.summary import summary_line
from twin_stack.plan.text import ORDER, plan_text

if TYPE_CHECKING:
    from twin_stack.definition import TwinDefinition
    from twin_stack.plan import Detail, Kind

MODELS = Path(__file__).parents[2] / "models"
TWIN = "twin.yaml"
SENSORS = "component_types/sensors.yaml"
PRESS = "component_types/press.yaml"
ALARMS = "component_types/alarms.yaml"
ZONE = "entities/zone-a.yaml"
SCENE = "scenes/factory-overview.yaml"
SENSOR = "com.example.TemperatureSensor"


class Edit(NamedTuple):
    """A change of files, and the lines of its plan without places and remedies."""

    texts: tuple[tuple[str, str, str], ...]
    lines: tuple[str, ...]


EDITS = {
    "entity's name": Edit(
        ((ZONE, "CNC Machine 1", "CNC Machine One"),),
        ("~ entity machine-001 is changed", '    ~ entityName: "CNC Machine 1" -> "CNC Machine One"'),
    ),
    "entity's description": Edit(
        ((ZONE, "Machining, assembly and pressing", "Machining"),),
        (
            "~ entity zone-a is changed",
            '    ~ description: "Machining, assembly and pressing" -> "Machining"',
        ),
    ),
    "entity's tag": Edit(
        ((ZONE, "Hydraulic Press 1\n", "Hydraulic Press 1\n      tags: {Line: A}\n"),),
        ("~ entity press-001 is changed", '    + tags: {"Line": "A"}'),
    ),
    "property value": Edit(
        ((ZONE, '"2025-06-15"}\n        alarm', '"2025-06-16"}\n        alarm'),),
        (
            "~ entity machine-001 is changed",
            '    ~ components.temperatureSensor.properties.installDate: "2025-06-15" -> "2025-06-16"',
        ),
    ),
    "property value removed": Edit(
        ((ZONE, ', installDate: "2025-06-15"}\n        alarm', "}\n        alarm"),),
        (
            "~ entity machine-001 is changed",
            '    - components.temperatureSensor.properties.installDate, was "2025-06-15"',
        ),
    ),
    "entity added": Edit(
        ((ZONE, "    press-001:", "    press-000: {entityName: Old press}\n    press-001:"),),
        (
            "+ entity press-000 is added",
            "  resources of the stack: 75 -> 76 of 500",
            "  entities of the workspace: 4 -> 5 of 50,000, adjustable",
        ),
    ),
    "entity moved": Edit(
        (
            (ZONE, "    press-001:", "    hall:\n      entityName: Hall\n      children:\n       press-001:"),
            (ZONE, "      entityName: Hydraulic", "        entityName: Hydraulic"),
            (
                ZONE,
                "      components:\n        press:\n          c",
                "        components:\n         press:\n           c",
            ),
        ),
        (
            "> entity press-001 is moved",
            '    > parentEntityId: "zone-a" -> "hall"',
            "+ entity hall is added",
            "  resources of the stack: 75 -> 76 of 500",
            "  entities of the workspace: 4 -> 5 of 50,000, adjustable",
            "  levels of entities: 2 -> 3 of 30, adjustable",
        ),
    ),
    "component added": Edit(
        (
            (
                ZONE,
                "          componentTypeId: com.example.Press",
                "          componentTypeId: com.example.Press\n"
                "        alarm:\n"
                "          componentTypeId: com.example.EquipmentAlarm\n"
                "          properties: {alarm_key: press-001-alarm}",
            ),
        ),
        (
            "~ entity press-001 is changed",
            '    + components.alarm: {"componentTypeId": "com.example.EquipmentAlarm", "properties": '
            '{"alarm_key": {"...',
        ),
    ),
    "default value of a type": Edit(
        ((SENSORS, "sensorModel: STRING", "sensorModel: {dataType: STRING, defaultValue: TMP}"),),
        (
            f"~ component type {SENSOR} is changed",
            '    + propertyDefinitions.sensorModel.defaultValue: "TMP"',
            f'PLAN024 attention: defaultValue of "sensorModel" of "{SENSOR}" becomes TMP instead of none; it '
            'applies to 2 components of 2 entities ("machine-001", "machine-002"), 1 binding of '
            "scenes",
        ),
    ),
    "unit of a time series": Edit(
        ((SENSORS, "Celsius", "Kelvin"),),
        (
            f"~ component type {SENSOR} is changed",
            '    ~ propertyDefinitions.temperature.dataType.unitOfMeasure: "Celsius" -> "Kelvin"',
            f'PLAN024 attention: unitOfMeasure of "temperature" of "{SENSOR}" becomes Kelvin instead of '
            'Celsius; it applies to 2 components of 2 entities ("machine-001", "machine-002"), 5 bindings of '
            "scenes and alarm "
            f'"hot of {SENSOR}", "warm of {SENSOR}"',
        ),
    ),
    "property added": Edit(
        ((SENSORS, "    sensorModel: STRING", "    maker: STRING\n    sensorModel: STRING"),),
        (
            f"~ component type {SENSOR} is changed",
            '    + propertyDefinitions.maker: {"dataType": {"type": "STRING"}}',
            "  properties of a component type: 4 -> 5 of 800, adjustable",
        ),
    ),
    "description of a type": Edit(
        ((SENSORS, "Temperature sensor with time series data", "Sensor"),),
        (
            f"~ component type {SENSOR} is changed",
            '    ~ description: "Temperature sensor with time series data" -> "Sensor"',
        ),
    ),
    "property renamed with an entry": Edit(
        (
            (SENSORS, "humidity:", "moisture:"),
            (
                TWIN,
                "connectors:",
                f"renames: {{properties: {{{SENSOR}: {{humidity: moisture}}}}}}\nconnectors:",
            ),
        ),
        (
            f"~ component type {SENSOR} is changed",
            "    = propertyDefinitions.moisture, was humidity",
            f'PLAN071 attention: property "humidity" of "{SENSOR}" is "moisture" now; what reads it by the '
            "former name gets an error",
        ),
    ),
    "property renamed without an entry": Edit(
        ((SENSORS, "humidity:", "moisture:"),),
        (
            f"~ component type {SENSOR} is changed",
            '    + propertyDefinitions.moisture: {"dataType": {"type": "DOUBLE", "unitOfMeasure": "Percent"},'
            ' "isTimeSeries": tru...',
            '    - propertyDefinitions.humidity, was {"dataType": {"type": "DOUBLE", "unitOfMeasure": '
            '"Percent"}, "isTimeSeries": tru...',
            f'PLAN070 danger: property "humidity" of "{SENSOR}" is removed, and "moisture" with the same '
            "content is added",
        ),
    ),
    "entity renamed with an entry": Edit(
        (
            (ZONE, "press-001:", "press-002:"),
            (SCENE, "press-001", "press-002"),
            (TWIN, "connectors:", "renames: {entities: {press-001: press-002}}\nconnectors:"),
        ),
        (
            "= entity press-002 (was press-001) is renamed",
            'PLAN011 attention: entity "press-001" is created as "press-002", and the former one is deleted; '
            "2 bindings of scenes follow",
        ),
    ),
    "alarm's limit": Edit(
        ((SENSORS, "above: 80", "above: 85"),),
        (
            f"~ component type {SENSOR} is changed",
            "    ~ alarms.hot.above: 80.0 -> 85.0",
            f'PLAN027 attention: alarm "hot" of "{SENSOR}" has above 85 instead of 80; it applies to 2 '
            'components of 2 entities ("machine-001", "machine-002"), 6 bindings of scenes',
        ),
    ),
    "rule of a scene": Edit(
        (
            (
                SCENE,
                'temperature >= 80, target: "iottwinmaker.common.icon:Error"',
                'temperature >= 90, target: "iottwinmaker.common.icon:Error"',
            ),
        ),
        (
            "~ scene factory-overview is changed",
            '    ~ rules.temperatureIcon.statements.0.expression: "temperature >= 80" -> "temperature >= 90"',
        ),
    ),
    "connector added": Edit(
        ((TWIN, "connectors:\n", "connectors:\n  archive: {kind: dynamodb, tableName: archive}\n"),),
        ("+ connector archive is added", "  resources of the stack: 75 -> 84 of 500"),
    ),
    "ingest's lifetime": Edit(
        ((TWIN, "expiresAfterDays: 90", "expiresAfterDays: 30"),),
        (
            "~ ingest temperatures is changed",
            "    ~ expiresAfterDays: 90 -> 30",
            'PLAN045 danger: new rows of ingest "temperatures" are deleted after 30 days instead of 90 days',
        ),
    ),
    "ingest's longer lifetime": Edit(
        ((TWIN, "expiresAfterDays: 90", "expiresAfterDays: 900"),),
        ("~ ingest temperatures is changed", "    ~ expiresAfterDays: 90 -> 900"),
    ),
    "ingest's topic": Edit(
        ((TWIN, "factory/+/press", "works/+/press"),),
        (
            "~ ingest presses is changed",
            '    ~ topic: "factory/+/press" -> "works/+/press"',
            'PLAN044 danger: ingest "presses" has topic works/+/press instead of factory/+/press; devices '
            "that publish as before are not heard",
        ),
    ),
    "data type of a managed property": Edit(
        ((PRESS, "{type: INTEGER, unitOfMeasure: Count}", "{type: DOUBLE, unitOfMeasure: Count}"),),
        (
            "~ component type com.example.Press is changed",
            '    ~ propertyDefinitions.strokes.dataType.type: "INTEGER" -> "DOUBLE"',
            'PLAN022 danger: data type of "strokes" of "com.example.Press" becomes DOUBLE instead of INTEGER;'
            ' 1 component of 1 entity has it ("press-001")',
        ),
    ),
    "workspace's id": Edit(
        ((TWIN, "workspaceId: my-factory-twin", "workspaceId: my-twin\ndataName: my-factory-twin"),),
        (
            "! workspace my-twin (was my-factory-twin) is replaced",
            '    + dataName: "my-factory-twin"',
            'PLAN040 danger: workspace "my-factory-twin" is replaced by "my-twin" with 4 entities, 3 '
            "component types and 1 scene; table and bucket keep their names",
        ),
    ),
    "workspace's description": Edit(
        (
            (
                TWIN,
                "description: Factory floor with temperature sensors and equipment alarms",
                "description: Floor",
            ),
        ),
        (
            "~ workspace my-factory-twin is changed",
            '    ~ description: "Factory floor with temperature sensors and equipment alarms" -> "Floor"',
        ),
    ),
}


def changed_factory(folder: Path, texts: tuple[tuple[str, str, str], ...]) -> TwinDefinition:
    """The factory after some replacements of text."""
    shutil.copytree(MODELS / "factory", folder)
    for name, old, new in texts:
        file = folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old}"
        file.write_text(text.replace(old, new), encoding="utf-8")
    return load(folder)


@pytest.fixture(scope="module")
def factory() -> TwinDefinition:
    return load(MODELS / "factory")


def plan_lines(before: TwinDefinition, after: TwinDefinition) -> list[str]:
    """Lines of the changes, quotas and risks, without places, remedies and estimated bytes."""
    plan = make_plan(before, after)
    lines = [
        line
        for line in takewhile(
            lambda text: text not in (ORDER, ""), list(plan_text(plan, ""))[1 + len(plan.risks) :]
        )
        if "bytes of the template" not in line and "(estimate)" not in line
    ]
    return [*lines, *(f"{risk.code} {risk.level.name.lower()}: {risk.message}" for risk in plan.risks)]


@pytest.mark.parametrize("name", EDITS)
def test_edit_has_its_plan(name: str, factory: TwinDefinition, tmp_path: Path) -> None:
    after = changed_factory(tmp_path / "after", EDITS[name].texts)
    assert sorted(plan_lines(factory, after)) == sorted(EDITS[name].lines)


@pytest.mark.parametrize("model", ["factory", "building", "windfarm", "minimal"])
def test_model_has_no_change_against_itself(model: str) -> None:
    plan = make_plan(load(MODELS / model), load(MODELS / model))
    assert (plan.changes, plan.risks, plan.quotas) == ((), (), ())
    assert plan.before_hash == plan.after_hash
    assert summary_line(plan) == "no change"


def test_first_deployment_adds_everything(factory: TwinDefinition) -> None:
    plan = make_plan(None, factory)
    assert {change.action for change in plan.changes} == {"added"}
    assert summary_line(plan) == "14 to add"
    assert plan.risks == ()


@pytest.mark.parametrize("name", EDITS)
def test_plan_of_the_way_back_mirrors_the_plan(name: str, factory: TwinDefinition, tmp_path: Path) -> None:
    after = changed_factory(tmp_path / "after", EDITS[name].texts)
    there, back = make_plan(factory, after).changes, make_plan(after, factory).changes
    if "renamed with an entry" in name:  # the way back has no entry
        return
    mirror = {Action.ADDED: Action.REMOVED, Action.REMOVED: Action.ADDED}
    assert there
    assert {(mirror.get(c.action, c.action), c.kind, c.former_id or c.id) for c in there} == {
        (c.action, c.kind, c.id) for c in back
    }
    assert {_mirrored(c.kind, d) for c in there for d in c.details} == {
        (c.kind, d.path, repr(d.before), repr(d.after)) for c in back for d in c.details
    }


def _mirrored(kind: Kind, detail: Detail) -> tuple[Kind, tuple[str, ...], str, str]:
    return kind, detail.path, repr(detail.after), repr(detail.before)


@pytest.mark.parametrize("name", EDITS)
def test_order_of_keys_and_files_changes_no_plan(name: str, factory: TwinDefinition, tmp_path: Path) -> None:
    folder = tmp_path / "after"
    after = changed_factory(folder, EDITS[name].texts)
    for file in sorted(folder.rglob("*.yaml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        if file.parent.name != "scenes":
            file.unlink()
            file.with_name(f"z-{file.name}" if file.name != TWIN else TWIN).write_text(
                json.dumps(_reversed(content)), encoding="utf-8"
            )
    shuffled = load(folder)
    assert make_plan(after, shuffled).changes == ()
    plan = make_plan(factory, shuffled)
    assert plan.after_hash == make_plan(factory, after).after_hash
    assert sorted(plan_lines(factory, shuffled)) == sorted(EDITS[name].lines)


def _reversed(value: Any) -> Any:
    """Mappings with their keys in the opposite order; numbers and flags as YAML writes them."""
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(value)}
    if isinstance(value, list):
        return [_reversed(item) for item in value]
    return value


def test_removed_subtree_is_named_once(factory: TwinDefinition, tmp_path: Path) -> None:
    after = changed_factory(
        tmp_path / "after",
        (
            (ZONE, "zone-a:\n  entityName: Manufacturing Zone A", "zone-b:\n  entityName: Zone B"),
            (ZONE, "machine-001", "machine-101"),
            (ZONE, "machine-002", "machine-102"),
            (ZONE, "press-001", "press-101"),
            (ZONE, "TMP-117", "TMP-118"),
            (ZONE, "Hydraulic Press 1\n", "Hydraulic Press 1\n      tags: {Line: B}\n"),
            (SCENE, "zone-a", "zone-b"),
            (SCENE, "machine-001", "machine-101"),
            (SCENE, "machine-002", "machine-102"),
            (SCENE, "press-001", "press-101"),
        ),
    )
    plan = make_plan(factory, after)
    risks = [risk.message for risk in plan.risks]
    assert risks == [
        'entity "zone-a" is removed with 3 entities below it ("machine-001", "machine-002", "press-001"), '
        "and with it the way to the history of 9 time series"
    ]
    assert "4 to remove (zone-a and 3 below it)" in summary_line(plan)
    assert [line for line in plan_text(plan, "") if line.startswith("- ")] == [
        "- entity zone-a and 3 entities below it is removed"
    ]
