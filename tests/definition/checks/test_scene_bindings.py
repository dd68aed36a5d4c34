"""Data bindings of scenes, and what rules test of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import finding_lines, write
from tests.definition.scene_models import ENTITIES, TYPES, bound, with_component

if TYPE_CHECKING:
    from pathlib import Path


def test_binding_to_an_entity_in_an_unreadable_file_is_no_second_mistake(tmp_path: Path) -> None:
    files = {
        "entities/e.yaml": "m-1: {entityName: M1\n",
        "scenes/hall.json": with_component(bound(entityId="m-1", componentName="c", propertyName="m")),
    }
    assert [line.split()[1] for line in finding_lines(write(tmp_path, files))] == ["TWIN002"]


def test_binding_to_a_component_with_a_mistake_is_no_second_mistake(tmp_path: Path) -> None:
    files = {
        "component_types/t.yaml": TYPES,
        "entities/e.yaml": ENTITIES.replace("componentTypeId", "componentType"),
        "scenes/hall.json": with_component(bound(entityId="m-1", componentName="c", propertyName="m")),
    }
    assert [line.split()[1] for line in finding_lines(write(tmp_path, files))] == ["TWIN003"]


PARTS = """
com.e.Bearing: {propertyDefinitions: {heat: DOUBLE}}
com.e.Motor: {compositeComponentTypes: {rear: {componentTypeId: com.e.Bearing}}}
com.e.Pump: {compositeComponentTypes: {motor: {componentTypeId: com.e.Motor}}}
"""
PUMP = "p-1: {entityName: P1, components: {pump: {componentTypeId: com.e.Pump}}}\n"


@pytest.mark.parametrize(
    ("component", "name", "message"),
    [
        ("pump/motor/rear", "heat", None),
        ("pump/motor/rear", "head", 'has no property "head"; did you mean "heat"?'),
        ("pump/motor/reer", "heat", 'has no component "pump/motor/reer"; did you mean "pump/motor/rear"?'),
        ("motor", "heat", 'has no component "motor"; '),
    ],
)
def test_binding_to_a_part_is_checked_like_one_to_a_component(
    component: str, name: str, message: str | None, tmp_path: Path
) -> None:
    files = {
        "component_types/t.yaml": PARTS,
        "entities/e.yaml": PUMP,
        "scenes/hall.json": with_component(bound(entityId="p-1", componentName=component, propertyName=name)),
    }
    lines = finding_lines(write(tmp_path, files))
    findings = [line for line in lines if " TWIN044 " in line]
    assert len(findings) == (message is not None)
    # AWS's own viewer reads no parts, also where the binding is right.
    others = [line.split()[1] for line in lines if line not in findings]
    assert others == (["TWIN253"] if component == "pump/motor/rear" else [])
    assert all(str(message) in line for line in findings)


def test_wrong_binding_is_found_at_any_depth(tmp_path: Path) -> None:
    binding = {"dataBindingContext": {"entityId": "m-9"}}
    overlay = {
        "type": "DataOverlay",
        "dataRows": [],
        "valueDataBindings": [{"bindingName": "a", "valueDataBinding": binding}],
    }
    files = {
        "component_types/t.yaml": TYPES,
        "entities/e.yaml": ENTITIES,
        "scenes/hall.json": with_component(overlay),
    }
    (finding,) = finding_lines(write(tmp_path, files))
    assert ' TWIN044 entity "m-9" is not defined; did you mean "m-1"?' in finding


SCENE = """\
properties:
  environmentPreset: neutral
  dataBindingConfig: {{fieldMapping: {{entityId: [chosen]}}, template: {{chosen: {entity}}}}}
nodes:
  - components:
      - type: Tag
        valueDataBinding:
          dataBindingContext: {{entityId: '${{chosen}}', componentName: c, propertyName: m}}
"""


def test_name_of_a_template_is_checked_where_it_is_written(tmp_path: Path) -> None:
    files = {"component_types/t.yaml": TYPES, "entities/e.yaml": ENTITIES}
    right = write(tmp_path / "right", {**files, "scenes/hall.yaml": SCENE.format(entity="m-1")})
    assert finding_lines(right) == []
    wrong = write(tmp_path / "wrong", {**files, "scenes/hall.yaml": SCENE.format(entity="m-9")})
    column = SCENE.format(entity="m-9").split("\n")[2].index("m-9") + 1
    assert finding_lines(wrong) == [
        f'scenes/hall.yaml:3:{column} TWIN044 entity "m-9" is not defined; did you mean "m-1"?'
    ]
