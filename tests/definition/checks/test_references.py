"""Names that refer to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.models import SENSOR, finding_lines, write

if TYPE_CHECKING:
    from pathlib import Path


def test_mistake_in_a_cell_is_reported_in_the_spreadsheet(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": SENSOR,
        "entities/m.yaml": "forEach: {csv: m.csv}\nentity:\n  entityId: '${row.id}'\n  entityName: '${row.name}'\n"
        "  parentEntityId: '${row.hall}'\n",
        "entities/m.csv": "id,hall,name\nm-1,hall-9,Machine 1\n",
    }
    (finding,) = finding_lines(write(tmp_path, files))
    assert finding.startswith('entities/m.csv:2:5 TWIN015 parent entity "hall-9" is not defined')


def test_reference_into_an_unreadable_file_is_no_second_mistake(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "entities/a.yaml": "hall-1: {entityName: Hall 1\n",
        "entities/b.yaml": "m-1: {entityName: Machine 1, parentEntityId: hall-1}\n",
    }
    (finding,) = finding_lines(write(tmp_path, files))
    assert " TWIN002 " in finding


TYPE_REFERENCES = """com.e.A:
  extendsFrom: [com.e.X, com.amazon.unlisted]
  compositeComponentTypes: {part: {componentTypeId: com.e.Y}}
  propertyDefinitions: {near: {dataType: {type: RELATIONSHIP, relationship: {targetComponentTypeId: com.e.B}}}}
"""


def test_every_reference_to_an_unknown_type_is_reported_at_its_place(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": TYPE_REFERENCES,
        "entities/e.yaml": "m-1: {entityName: M1, components: {c: {componentTypeId: com.e.Z, properties: {p: 1}}}}\n",
    }
    assert [line.split(";")[0] for line in finding_lines(write(tmp_path, files))] == [
        'component_types/t.yaml:2:17 TWIN014 component type "com.e.X" is not defined',
        'component_types/t.yaml:2:26 TWIN014 warning: component type "com.amazon.unlisted" is not a documented type of AWS',
        'component_types/t.yaml:3:53 TWIN014 component type "com.e.Y" is not defined',
        'component_types/t.yaml:4:101 TWIN014 component type "com.e.B" is not defined',
        'entities/e.yaml:1:57 TWIN014 component type "com.e.Z" is not defined',
    ]


def test_reference_to_an_item_with_a_mistake_is_no_second_mistake(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": "com.e.A: {propertyDefinitions: {near: RELATIONSHIP}, tags: 5}\n",
        "entities/e.yaml": "h-1: {entityName: H(1)}\n"
        "m-1: {entityName: M1, parentEntityId: h-1, components: {c: {componentTypeId: com.e.A, properties: {near: h-1}}}}\n",
    }
    assert [line.split()[:2] for line in finding_lines(write(tmp_path, files))] == [
        ["component_types/t.yaml:1:60", "TWIN004"],
        ["entities/e.yaml:1:19", "TWIN012"],
    ]


def test_functions_and_groups_refer_to_properties_and_connectors_that_exist(tmp_path: Path) -> None:
    types = (
        "com.e.A:\n  propertyDefinitions: {serial: STRING}\n  functions:\n"
        "    dataReader: {connector: telemetri, requiredProperties: [serial, serail]}\n"
        "  propertyGroups: {all: {groupType: TABULAR, propertyNames: [seriel]}}\n"
    )
    assert finding_lines(write(tmp_path, {"component_types/t.yaml": types})) == [
        'component_types/t.yaml:4:29 TWIN016 connector "telemetri" is not defined in twin.yaml; did you mean "telemetry"?',
        'component_types/t.yaml:4:69 TWIN019 component type "com.e.A" has no property "serail"; did you mean "serial"?',
        'component_types/t.yaml:5:62 TWIN019 component type "com.e.A" has no property "seriel"; did you mean "serial"?',
    ]


def test_each_target_of_a_list_of_relationships_exists(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": "com.e.A: {propertyDefinitions: {feeds: {dataType: {type: LIST, nestedType: RELATIONSHIP}}}}\n",
        "entities/e.yaml": "m-1: {entityName: M1, components: {c: {componentTypeId: com.e.A, properties: {feeds: [m-2, m-1, m-3]}}}}\n",
    }
    assert [line.split(";")[0] for line in finding_lines(write(tmp_path, files))] == [
        'entities/e.yaml:1:87 TWIN026 relationship target "m-2" is not an entity of this definition',
        'entities/e.yaml:1:97 TWIN026 relationship target "m-3" is not an entity of this definition',
    ]


def test_function_of_an_abstract_type_may_require_a_property_of_its_heirs(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": "com.e.Base: {functions: {dataReader: {requiredProperties: [url]}}}\n"
        "com.e.Camera: {extendsFrom: [com.e.Base], propertyDefinitions: {url: STRING}}\n"
    }
    assert finding_lines(write(tmp_path, files)) == []
