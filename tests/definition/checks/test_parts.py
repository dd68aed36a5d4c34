"""Parts whose values are not apart from those of other components."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import found, write

if TYPE_CHECKING:
    from pathlib import Path

MOTOR = """
com.e.Motor:
  propertyDefinitions:
    tag: {dataType: STRING, isExternalId: true}
    power: {dataType: DOUBLE, isTimeSeries: true}
  functions: {dataReader: telemetry}
"""
PUMP = """
com.e.Pump:
  propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: telemetry}
  compositeComponentTypes: {left: {componentTypeId: com.e.Motor}, right: {componentTypeId: com.e.Motor}}
"""
ENTITY = "p-1: {entityName: P1, components: {pump: {componentTypeId: com.e.Pump}}}\n"


def findings(folder: Path, **files: str) -> list[str]:
    parts = {"component_types/t.yaml": MOTOR + PUMP, "entities/e.yaml": ENTITY}
    names = {"twin": "twin.yaml", "types": "component_types/t.yaml", "entities": "entities/e.yaml"}
    return found(write(folder, parts | {names[name]: text for name, text in files.items()}))


def test_two_parts_of_one_type_need_external_ids(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path)
    assert (
        'TWIN250 warning: part "pump/right" of "p-1" reads the same "power" as "pump/left", in the rows'
        in finding
    )


def test_part_with_an_external_id_has_rows_of_its_own(tmp_path: Path) -> None:
    values = "compositeComponents: {pump/right: {properties: {tag: m-2}}}"
    assert findings(tmp_path, entities=ENTITY.replace("}}}", f"}}}}, {values}}}")) == []


def test_part_and_whole_may_share_a_device_with_different_properties(tmp_path: Path) -> None:
    pump = PUMP.replace(", right: {componentTypeId: com.e.Motor}", "")
    assert findings(tmp_path, types=MOTOR + pump) == []


def test_part_with_its_own_attribute_shares_no_values(tmp_path: Path) -> None:
    own = MOTOR.replace("com.e.Motor", "com.e.Other").replace(
        "isTimeSeries: true", "isTimeSeries: true, configuration: {attribute: p2}"
    )
    pump = PUMP.replace("right: {componentTypeId: com.e.Motor}", "right: {componentTypeId: com.e.Other}")
    assert findings(tmp_path, types=MOTOR + own + pump) == []


@pytest.mark.parametrize(
    ("template", "is_shared"),
    [
        ("/w/${entityId}/${propertyName}", True),
        ("/w/${entityId}/${partPath}${propertyName}", False),
        ("/w/${entityId}/${componentName}/${propertyName}", False),
        ("/w/${tag}/${propertyName}", False),
    ],
)
def test_alias_without_the_path_is_shared(template: str, is_shared: bool, tmp_path: Path) -> None:
    twin = (
        f"workspaceId: my-twin\nconnectors: {{telemetry: {{kind: sitewise, propertyAlias: '{template}'}}}}\n"
    )
    lines = findings(tmp_path, twin=twin)
    assert len(lines) == is_shared
    assert all('by alias "/w/p-1/power"; put "${partPath}" before' in line for line in lines)


def test_parts_of_two_managed_components_are_one_finding(tmp_path: Path) -> None:
    twin = "workspaceId: my-twin\nconnectors: {telemetry: {kind: sitewise, assets: managed}}\n"
    pump = PUMP.replace(", right: {componentTypeId: com.e.Motor}", "")
    entities = ENTITY.replace("pump:", "one: {componentTypeId: com.e.Pump}, two:")
    (finding,) = findings(tmp_path, twin=twin, types=MOTOR + pump, entities=entities)
    assert " TWIN064 " in finding


@pytest.mark.parametrize(
    ("connector", "entries", "expected"),
    [
        ("{kind: sitewise, assets: managed}", "com.e.Pump: {old: left}", []),
        (
            "{kind: dynamodb}",
            "com.e.Pump: {old: left}",
            ['TWIN104 warning: this entry has no effect on part "left": only assets of AWS IoT SiteWise'],
        ),
        (
            "{kind: sitewise, assets: managed}",
            "com.e.Pump: {old: leftt}",
            ['TWIN100 new id "leftt" of part "old" is not declared; did you mean "left"?'],
        ),
        (
            "{kind: sitewise, assets: managed}",
            "com.e.Pump: {left: right}",
            ['TWIN101 part "left" is still declared, so it was not renamed to "right"'],
        ),
        (
            "{kind: sitewise, assets: managed}",
            "com.e.Pumps: {old: left}",
            [
                'TWIN100 component type "com.e.Pumps" of these parts is not declared; did you mean "com.e.Pump"?'
            ],
        ),
    ],
)
def test_renamed_part_is_one_of_its_type(
    connector: str, entries: str, expected: list[str], tmp_path: Path
) -> None:
    twin = (
        f"workspaceId: my-twin\nconnectors: {{telemetry: {connector}}}\nrenames: {{parts: {{{entries}}}}}\n"
    )
    values = "compositeComponents: {pump/right: {properties: {tag: m-2}}}"
    entities = ENTITY if "managed" in connector else ENTITY.replace("}}}", f"}}}}, {values}}}")
    lines = findings(tmp_path, twin=twin, entities=entities)
    assert len(lines) == len(expected)
    assert all(text in line for text, line in zip(expected, lines, strict=True))
