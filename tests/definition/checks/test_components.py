"""What a component must have, and which one an entity may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.models import found, write
from twin_stack.definition import load

if TYPE_CHECKING:
    from pathlib import Path


def test_series_that_is_required_needs_no_value(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": "com.S: {propertyDefinitions: {t: {dataType: LONG, isTimeSeries: true, "
        "isRequiredInEntity: true}}, functions: {dataReader: telemetry}}\n",
        "entities/e.yaml": "m-1: {entityName: M1, components: {s: {componentTypeId: com.S}}}",
    }
    assert found(write(tmp_path, files)) == []


def test_pasted_names_for_display_are_warned_of(tmp_path: Path) -> None:
    text = (
        "com.A:\n  componentTypeName: A\n  propertyDefinitions: {a: {dataType: LONG, displayName: The a}}\n"
    )
    folder = write(tmp_path, {"component_types/t.yaml": text})
    assert [line.split(";")[0] for line in found(folder)] == [
        'component_types/t.yaml:2:22 TWIN029 warning: "componentTypeName" is not deployed, CloudFormation has no '
        "member for it",
        'component_types/t.yaml:3:58 TWIN029 warning: "displayName" is not deployed, CloudFormation has no member '
        "for it",
    ]
    assert len(load(folder).warnings) == 2
