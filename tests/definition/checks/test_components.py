"""What a component must have, and which one an entity may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.models import finding_lines, write
from twin_stack.definition import load

if TYPE_CHECKING:
    from pathlib import Path


def test_series_that_is_required_needs_no_value(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": "com.S: {propertyDefinitions: {t: {dataType: LONG, isTimeSeries: true, "
        "isRequiredInEntity: true}}, functions: {dataReader: telemetry}}\n",
        "entities/e.yaml": "m-1: {entityName: M1, components: {s: {componentTypeId: com.S}}}",
    }
    assert finding_lines(write(tmp_path, files)) == []


def test_pasted_names_for_display_are_warned_of(tmp_path: Path) -> None:
    text = (
        "com.A:\n  componentTypeName: A\n  propertyDefinitions: {a: {dataType: LONG, displayName: The a}}\n"
    )
    folder = write(tmp_path, {"component_types/t.yaml": text})
    assert [line.split(";")[0] for line in finding_lines(folder)] == [
        'component_types/t.yaml:2:22 TWIN029 warning: "componentTypeName" is not deployed, CloudFormation has no '
        "member for it",
        'component_types/t.yaml:3:58 TWIN029 warning: "displayName" is not deployed, CloudFormation has no member '
        "for it",
    ]
    assert len(load(folder).warnings) == 2


TYPES = """com.e.S:
  isSingleton: true
  propertyDefinitions:
    serial: {dataType: STRING, isRequiredInEntity: true}
    mode: {dataType: STRING, isRequiredInEntity: true, defaultValue: AUTO}
    line: {dataType: STRING, isRequiredInEntity: true}
com.e.T: {extendsFrom: [com.e.S]}
com.e.R:
  propertyDefinitions:
    b: {dataType: LONG, isTimeSeries: true}
    a: {dataType: LONG, isStoredExternally: true}
"""


def test_each_missing_property_is_reported_at_its_component(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": TYPES,
        "entities/e.yaml": "m-1:\n  entityName: M1\n  components:\n    s: {componentTypeId: com.e.T}\n",
    }
    assert finding_lines(write(tmp_path, files)) == [
        'entities/e.yaml:4:8 TWIN020 component "s" of "m-1" lacks the required property "line"; add properties.line',
        'entities/e.yaml:4:8 TWIN020 component "s" of "m-1" lacks the required property "serial"; add properties.serial',
    ]


def test_required_property_with_a_wrong_value_is_not_missing_as_well(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": TYPES,
        "entities/e.yaml": "m-1: {entityName: M1, components: {s: {componentTypeId: com.e.S, properties: {serial: 5, line: a}}}}\n",
    }
    (finding,) = finding_lines(write(tmp_path, files))
    assert finding.startswith("entities/e.yaml:1:87 TWIN021 value 5 is a number")


def test_each_further_component_of_a_singleton_is_reported(tmp_path: Path) -> None:
    component = "{componentTypeId: com.e.S, properties: {serial: a, line: b}}"
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": TYPES,
        "entities/e.yaml": f"m-1:\n  entityName: M1\n  components:\n    a: {component}\n    b: {component}\n    c: {component}\n"
        f"m-2: {{entityName: M2, components: {{a: {component}}}}}\n",
    }
    assert [line.split(";")[0] for line in finding_lines(write(tmp_path, files))] == [
        'entities/e.yaml:5:8 TWIN027 components "a" and "b" are both of a singleton type',
        'entities/e.yaml:6:8 TWIN027 components "a" and "c" are both of a singleton type',
    ]


def test_abstract_type_names_all_that_no_function_reads(tmp_path: Path) -> None:
    entities = "m-1: {entityName: M1, components: {r: {componentTypeId: com.e.R}}}\n"
    reader = "  functions: {dataReader: telemetry}\n"
    message = 'entities/e.yaml:1:57 TWIN023 component type "com.e.R" is abstract: no function reads'
    remedy = "give the type a dataReader with a connector"
    without = write(tmp_path / "without", {"component_types/t.yaml": TYPES, "entities/e.yaml": entities})
    assert finding_lines(without) == [f"{message} a, b; {remedy}"]
    some = write(tmp_path / "some", {"component_types/t.yaml": TYPES + reader, "entities/e.yaml": entities})
    assert finding_lines(some) == [f"{message} a; {remedy}"], "a reader of time series reads no attributes"


def test_abstract_type_without_components_is_no_mistake(tmp_path: Path) -> None:
    assert finding_lines(write(tmp_path, {"component_types/t.yaml": TYPES})) == []


def test_property_has_a_data_type_of_its_own_or_of_a_parent(tmp_path: Path) -> None:
    types = (
        "com.e.A: {propertyDefinitions: {p: LONG, q: {isExternalId: true}}}\n"
        "com.e.B: {extendsFrom: [com.e.A], propertyDefinitions: {p: {isExternalId: true}}}\n"
    )
    assert finding_lines(write(tmp_path, {"component_types/t.yaml": types})) == [
        'component_types/t.yaml:1:45 TWIN006 property "q" has no dataType; add dataType'
    ]


def test_required_property_in_a_wrong_form_is_not_missing_as_well(tmp_path: Path) -> None:
    properties = "{serial: {value: a, definition: 5}}"
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": TYPES,
        "entities/e.yaml": f"m-1: {{entityName: M1, components: {{s: {{componentTypeId: com.e.S, properties: {properties}}}}}}}\n",
    }
    # "line" is missing all the same.
    assert [line.split(";")[0] for line in finding_lines(write(tmp_path, files))] == [
        'entities/e.yaml:1:39 TWIN020 component "s" of "m-1" lacks the required property "line"',
        'entities/e.yaml:1:110 TWIN004 "definition" is 5',
    ]
