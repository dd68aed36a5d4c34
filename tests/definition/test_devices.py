"""Devices of a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import finding_lines, write
from twin_stack.definition import load
from twin_stack.definition.devices import device_of, listed_devices

if TYPE_CHECKING:
    from pathlib import Path

TWIN = (
    "workspaceId: my-twin\nconnectors:\n"
    "  archive: {kind: dynamodb, tableName: plant-archive, listDevices: true}\n"
)
TYPE = (
    "com.e.S:\n  propertyDefinitions:\n    serial: {dataType: STRING, isExternalId: true, defaultValue: d-0}\n"
    "    slot: INTEGER\n    power: {dataType: DOUBLE, isTimeSeries: true}\n  functions: {dataReader: archive}\n"
)
ENTITIES = (
    "m-1: {entityName: M1, components: {s: {componentTypeId: com.e.S}}}\n"
    "m-2: {entityName: M2, components: {s: {componentTypeId: com.e.S, properties: {serial: d-2, slot: 7}}}}\n"
)


def model(folder: Path) -> Path:
    return write(folder, {"twin.yaml": TWIN, "component_types/t.yaml": TYPE, "entities/e.yaml": ENTITIES})


def test_devices_are_listed_by_type(tmp_path: Path) -> None:
    definition = load(model(tmp_path))
    devices = listed_devices(
        "archive", definition.connectors["archive"], definition.entities, definition.resolved_types
    )
    assert devices == {"com.e.S": ["d-0", "d-2"]}


def test_default_value_of_an_external_id_is_a_device_while_rules_are_checked(tmp_path: Path) -> None:
    assert finding_lines(model(tmp_path)) == []


@pytest.mark.parametrize(("key_property", "device"), [(None, "d-2"), ("slot", "7"), ("missing", "d-2")])
def test_key_property_precedes_the_external_id(key_property: str | None, device: str, tmp_path: Path) -> None:
    definition = load(model(tmp_path))
    component = definition.entities["m-2"].components["s"]
    assert device_of(component, definition.resolved_types["com.e.S"], key_property) == device


def test_default_value_that_does_not_fit_is_one_finding(tmp_path: Path) -> None:
    folder = model(tmp_path)
    write(folder, {"twin.yaml": TWIN, "component_types/t.yaml": TYPE.replace("d-0", "[1]")})
    assert [line.split()[1] for line in finding_lines(folder)] == ["TWIN021"]
