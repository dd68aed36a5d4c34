"""Declared renames in a plan: what is renamed is no other change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.plan import make_plan
from twin_stack.plan.text import change_line, detail_lines

if TYPE_CHECKING:
    from pathlib import Path

TWIN = "workspaceId: plant\nconnectors: {{telemetry: {{kind: dynamodb}}}}\nrenames: {{{renames}}}\n"
FILES = {
    "component_types/t.yaml": """
com.example.Motor:
  propertyDefinitions: {speed: {dataType: DOUBLE, isTimeSeries: true}, maker: STRING}
  functions: {dataReader: {connector: telemetry}}
com.example.Machine: {propertyDefinitions: {serial: STRING, feeds: RELATIONSHIP}}
com.example.Pump:
  extendsFrom: [com.example.Machine]
  compositeComponentTypes: {motor: {componentTypeId: com.example.Motor}}
""",
    "entities/e.yaml": """
hall: {entityName: Hall}
pump-1:
  entityName: Pump 1
  parentEntityId: hall
  components: {pump: {componentTypeId: com.example.Pump, properties: {serial: A, feeds: pump-2}}}
  compositeComponents: {pump/motor: {properties: {maker: B}}}
pump-2: {entityName: Pump 2, components: {pump: {componentTypeId: com.example.Pump}}}
""",
}
TYPES, ENTITIES = FILES
RENAMES = {
    "entity": (
        "entities: {hall: hall-1, pump-2: pump-9}",
        ((ENTITIES, "hall", "hall-1"), (ENTITIES, "pump-2", "pump-9")),
        ["entity hall-1 (was hall) is renamed", "entity pump-9 (was pump-2) is renamed"],
    ),
    "component type": (
        "componentTypes: {com.example.Machine: com.example.Device, com.example.Motor: com.example.Drive}",
        ((TYPES, "example.Machine", "example.Device"), (TYPES, "example.Motor", "example.Drive")),
        [
            "component type com.example.Device (was com.example.Machine) is renamed",
            "component type com.example.Drive (was com.example.Motor) is renamed",
        ],
    ),
    "inherited property": (
        "properties: {com.example.Machine: {serial: number}}",
        ((TYPES, "serial", "number"), (ENTITIES, "serial", "number")),
        ["component type com.example.Machine is changed", "= propertyDefinitions.number, was serial"],
    ),
    "part": (
        "parts: {com.example.Pump: {motor: drive}}",
        ((TYPES, "motor:", "drive:"), (ENTITIES, "pump/motor", "pump/drive")),
        ["component type com.example.Pump is changed", "= compositeComponentTypes.drive, was motor"],
    ),
    "component with a part": (
        "components: {pump-1: {pump: unit}}",
        (
            (
                ENTITIES,
                "components: {pump: {componentTypeId: com.example.Pump, properties",
                "components: {unit: {componentTypeId: com.example.Pump, properties",
            ),
            (ENTITIES, "pump/motor", "unit/motor"),
        ),
        ["entity pump-1 is changed", "= components.unit, was pump"],
    ),
    "connector": (
        "connectors: {telemetry: rows}",
        (
            (TYPES, "connector: telemetry", "connector: rows"),
            ("twin.yaml", "{telemetry: {kind", "{rows: {kind"),
        ),
        ["connector rows (was telemetry) is renamed"],
    ),
    "chain": (
        "entities: {hall: hall-1, hall-1: hall-2}",
        ((ENTITIES, "hall", "hall-2"),),
        ["entity hall-2 (was hall) is renamed"],
    ),
}


@pytest.mark.parametrize("name", RENAMES)
def test_declared_rename_is_the_only_change(name: str, tmp_path: Path) -> None:
    renames, texts, expected = RENAMES[name]
    files = {**FILES, "twin.yaml": TWIN.format(renames="")}
    before = load(write(tmp_path / "before", files))
    after_files = {**FILES, "twin.yaml": TWIN.format(renames=renames)}
    for path, old, new in texts:
        assert old in after_files[path]
        after_files[path] = after_files[path].replace(old, new)
    after = load(write(tmp_path / "after", after_files))
    plan = make_plan(before, after)
    lines = [line for change in plan.changes for line in (change_line(change), *detail_lines(change))]
    assert lines == expected
    assert {risk.code for risk in plan.risks} <= {"PLAN011", "PLAN071"}


def test_entry_that_took_effect_before_is_no_change(tmp_path: Path) -> None:
    renames, texts, _ = RENAMES["entity"]
    files = {**FILES, "twin.yaml": TWIN.format(renames=renames)}
    for path, old, new in texts:
        files[path] = files[path].replace(old, new)
    definition = load(write(tmp_path, files))
    assert make_plan(definition, definition).changes == ()
