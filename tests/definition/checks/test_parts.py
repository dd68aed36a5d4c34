"""Parts whose values are not apart from those of other components."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import finding_lines, write

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
    return finding_lines(write(folder, parts | {names[name]: text for name, text in files.items()}))


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
    lines = [line for line in findings(tmp_path, twin=twin) if " TWIN214 " not in line]  # no type has "tag"
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


ALARMS = """
com.e.Alarm:
  extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
  functions: {dataReader: telemetry}
com.e.Hot:
  propertyDefinitions:
    tag: {dataType: STRING, isExternalId: true}
    heat: {dataType: DOUBLE, isTimeSeries: true}
  functions: {dataReader: telemetry}
  alarms: {hot: {property: heat, above: 80}}
com.e.Pump:
  propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: telemetry}
  compositeComponentTypes: {motor: {componentTypeId: com.e.Hot}, alarm: {componentTypeId: com.e.Alarm}}
"""
INGESTS = """workspaceId: my-twin
connectors: {telemetry: {kind: dynamodb}}
ingest:
  heats: {componentTypeId: com.e.Hot, topic: heat/+, deviceId: topic(2)}
"""


@pytest.mark.parametrize(("key", "is_right"), [("h-1-alarm", True), ("p-1-alarm", False)])
def test_alarm_of_a_part_has_the_device_of_the_part(key: str, is_right: bool, tmp_path: Path) -> None:
    values = (
        "compositeComponents: {pump/motor: {properties: {tag: h-1}}, "
        f"pump/alarm: {{properties: {{alarm_key: {key}}}}}}}"
    )
    lines = findings(
        tmp_path, twin=INGESTS, types=ALARMS, entities=ENTITY.replace("}}}", f"}}}}, {values}}}")
    )
    assert len(lines) == (not is_right)
    assert all("TWIN085 alarm_key is" in line and "write h-1-alarm" in line for line in lines)


def test_part_and_whole_may_not_both_write_rows_of_one_device(tmp_path: Path) -> None:
    twin = f"{INGESTS}  flows: {{componentTypeId: com.e.Pump, topic: flow/+, deviceId: topic(2)}}\n"
    values = "compositeComponents: {pump/alarm: {properties: {alarm_key: p-1-alarm}}}"
    (finding,) = findings(
        tmp_path, twin=twin, types=ALARMS, entities=ENTITY.replace("}}}", f"}}}}, {values}}}")
    )
    assert 'TWIN083 "flows" and "heats" both write rows of device "p-1"' in finding


def test_part_needs_what_its_type_requires(tmp_path: Path) -> None:
    types = MOTOR.replace("isExternalId: true", "isRequiredInEntity: true") + PUMP.replace(
        ", right: {componentTypeId: com.e.Motor}", ""
    )
    (finding,) = findings(tmp_path, types=types)
    assert finding.startswith("entities/e.yaml:1:42 TWIN020 component ")
    assert finding.endswith(
        'component "pump/left" of "p-1" lacks the required property "tag"; add it to properties of '
        'compositeComponents "pump/left"'
    )
    values = "compositeComponents: {pump/left: {properties: {tag: m-1}}}"
    assert findings(tmp_path, types=types, entities=ENTITY.replace("}}}", f"}}}}, {values}}}")) == []


def test_part_may_not_be_of_an_abstract_type(tmp_path: Path) -> None:
    types = MOTOR.replace("  functions: {dataReader: telemetry}\n", "") + PUMP.replace(
        ", right: {componentTypeId: com.e.Motor}", ""
    )
    (finding,) = findings(tmp_path, types=types)
    assert 'TWIN023 component type "com.e.Motor" is abstract: no function reads power' in finding
