"""Coerce: bare values become the data values of the service."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.definition.models import SENSOR, types_of, values, write
from twin_stack.definition import check, load
from twin_stack.definition.phases.coerce import coerce
from twin_stack.definition.phases.expand import expand
from twin_stack.definition.phases.resolve import resolve_declarations

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition.findings import Findings
    from twin_stack.definition.phases.read import ModelFiles


def test_bare_values_take_the_declared_type(tmp_path: Path) -> None:
    entity = (
        "machine-1:\n  entityName: Machine 1\n  components:\n    sensor:\n"
        "      componentTypeId: com.example.Sensor\n"
        '      properties: {model: "117", count: 3, isOn: true, limit: 70}\n'
    )
    definition = load(write(tmp_path, {"component_types/t.yaml": SENSOR, "entities/e.yaml": entity}))
    assert values(definition, "machine-1") == {
        "model": {"stringValue": "117"},
        "count": {"integerValue": 3},
        "isOn": {"booleanValue": True},
        "limit": {"doubleValue": 70},
    }
    default = definition.component_types["com.example.Sensor"].property_definitions["limit"].default_value
    assert default == {"doubleValue": 80}


def test_inherited_properties_type_values_too(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/a.yaml": "com.B: {extendsFrom: [com.A]}",
        "component_types/b.yaml": "com.A: {propertyDefinitions: {size: LONG}}",
        "entities/e.yaml": "m-1: {entityName: M1, components: {c: {componentTypeId: com.B, properties: {size: 4}}}}",
    }
    definition = load(write(tmp_path, files))
    assert list(definition.component_types) == ["com.A", "com.B"], "parents first"
    assert values(definition, "m-1", "c") == {"size": {"longValue": 4}}


def test_cells_of_a_spreadsheet_take_the_declared_type(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": SENSOR,
        "entities/m.yaml": "forEach: {csv: m.csv}\nentity:\n  entityId: '${row.id}'\n  entityName: '${row.name}'\n"
        "  components:\n    sensor:\n      componentTypeId: com.example.Sensor\n"
        "      properties: {count: '${row.n}', isOn: '${row.on}', limit: '${row.max}', model: '${row.model}'}\n",
        "entities/m.csv": b'\xef\xbb\xbfid,name,n,on,max,model\r\nm-1,"Machine, big",3,TRUE,4.5,117\r\n'
        b"\r\nm-2, Machine 2 ,,false,5,\r\n".replace(b'"Machine, big"', b'"Machine 1"'),
    }
    definition = load(write(tmp_path, files))
    assert values(definition, "m-1") == {
        "count": {"integerValue": 3},
        "isOn": {"booleanValue": True},
        "limit": {"doubleValue": 4.5},
        "model": {"stringValue": "117"},
    }
    assert values(definition, "m-2") == {"isOn": {"booleanValue": False}, "limit": {"doubleValue": 5.0}}
    assert definition.entities["m-2"].entity_name == "Machine 2"


def test_default_of_an_inherited_property_is_all_that_is_deployed(tmp_path: Path) -> None:
    text = (
        "com.C: {extendsFrom: [com.B], propertyDefinitions: {p: {defaultValue: 3}}}\n"
        "com.B: {extendsFrom: [com.A], propertyDefinitions: {p: {defaultValue: 2}}}\n"
        "com.A: {propertyDefinitions: {p: {dataType: LONG, isRequiredInEntity: true}}}\n"
    )
    types = types_of(tmp_path, text)
    assert list(types) == ["com.A", "com.B", "com.C"]
    assert types["com.B"] == {"p": {"default_value": {"longValue": 2}}}
    assert types["com.C"] == {"p": {"default_value": {"longValue": 3}}}


def test_value_of_an_inherited_part_takes_its_type(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": "com.S: {propertyDefinitions: {n: LONG}}\n"
        "com.A: {compositeComponentTypes: {s: {componentTypeId: com.S}}}\ncom.B: {extendsFrom: [com.A]}\n",
        "entities/e.yaml": "m-1: {entityName: M1, components: {b: {componentTypeId: com.B}}, "
        "compositeComponents: {b/s: {properties: {n: 4}}}}",
    }
    composite = load(write(tmp_path, files)).entities["m-1"].composite_components["b/s"]
    assert composite.properties["n"].value == {"longValue": 4}


def test_pasted_entity_keeps_what_can_be_deployed(tmp_path: Path) -> None:
    def printed(value: object = None, **definition: object) -> dict[str, object]:
        answer: dict[str, object] = {"definition": {"dataType": {"type": "STRING"}, **definition}}
        return answer if value is None else {**answer, "value": value, "areAllPropertyValuesReturned": True}

    entity = {
        "workspaceId": "other",
        "entityId": "m-1",
        "entityName": "M1",
        "arn": "x",
        "status": {"state": "ACTIVE"},
        "hasChildEntities": False,
        "parentEntityId": "$ROOT",
        "components": {
            "asset": {
                "componentName": "asset",
                "componentTypeId": "com.amazon.iotsitewise.connector",
                "status": {"state": "ACTIVE"},
                "definedIn": "com.amazon.iotsitewise.connector",
                "properties": {
                    "sitewiseAssetId": printed({"stringValue": "a"}, isInherited=True, isFinal=True),
                    "sitewiseAssetModelId": printed({"stringValue": "m"}, isInherited=True),
                    "Property_1": printed(isImported=True, isTimeSeries=True),
                    "Property_2": printed({"stringValue": "x"}, isImported=True),
                    "own": printed({"stringValue": "y"}),
                },
                "propertyGroups": {
                    "g": {"groupType": "TABULAR", "propertyNames": ["own"], "isInherited": True}
                },
                "compositeComponents": {"c": {"componentName": "c"}},
            }
        },
    }
    component = (
        load(write(tmp_path, {"entities/e.json": json.dumps(entity)})).entities["m-1"].components["asset"]
    )
    properties = {
        name: (item.value, item.definition is not None) for name, item in component.properties.items()
    }
    assert properties == {
        "sitewiseAssetId": ({"stringValue": "a"}, False),
        "sitewiseAssetModelId": ({"stringValue": "m"}, False),
        "own": ({"stringValue": "y"}, True),
    }
    assert component.property_groups == {}


def test_coercing_gives_values_and_resolved_defaults_the_form_of_the_service(
    files: ModelFiles, findings: Findings
) -> None:
    unchecked = coerce(resolve_declarations(expand(files, findings), findings), findings)
    assert unchecked.entities["m-1"].components["c"].properties["m"].value == {"stringValue": "a"}
    assert unchecked.resolved_types["com.e.T"].properties["k"].default_value == {"longValue": 5}
    assert unchecked.ancestors["com.e.T"] == ("com.e.S",)


def test_result_is_read_only(files: ModelFiles, findings: Findings) -> None:
    unchecked = coerce(resolve_declarations(expand(files, findings), findings), findings)
    with pytest.raises(FrozenInstanceError):
        unchecked.twin = None  # type: ignore[misc]
    with pytest.raises(TypeError):
        unchecked.entities["m-2"] = unchecked.entities["m-1"]  # type: ignore[index]


def test_equal_numbers_of_other_kinds_keep_their_own_form(tmp_path: Path) -> None:
    numbers = ["0.0", "-0.0", "1", "1.0", "0.0", "-0.0", "1", "1.0"]
    entities = "".join(
        f"m-{index}: {{entityName: M1, components: {{c: {{componentTypeId: com.A, properties: {{x: {number}}}}}}}}}\n"
        for index, number in enumerate(numbers)
    )
    files: dict[str, str | bytes] = {
        "component_types/a.yaml": "com.A: {propertyDefinitions: {x: DOUBLE}}",
        "entities/e.yaml": entities,
    }
    definition = load(write(tmp_path, files))
    written = [json.dumps(values(definition, f"m-{index}", "c")["x"]) for index in range(len(numbers))]
    assert written == [f'{{"doubleValue": {number}}}' for number in numbers]


def test_equal_mistakes_are_reported_for_each_entity(tmp_path: Path) -> None:
    entities = "".join(
        f"m-{index}:\n  entityName: M1\n  components:\n    c:\n      componentTypeId: com.A\n      properties:\n"
        f"        x: {value}\n"
        for index, value in enumerate(["one", "one", "true", "1", "1"])
    )
    files: dict[str, str | bytes] = {
        "component_types/a.yaml": "com.A: {propertyDefinitions: {x: DOUBLE}}",
        "entities/e.yaml": entities,
    }
    _, findings = check(write(tmp_path, files))
    assert [(finding.location.line, finding.location.column, finding.code) for finding in findings] == [
        (7, 12, "TWIN021"),
        (14, 12, "TWIN021"),
        (21, 12, "TWIN021"),
    ]


def test_cells_that_differ_in_their_form_are_values_of_their_own(tmp_path: Path) -> None:
    register = "forEach: {{csv: {0}.csv, separator: ';', decimal: {1}}}\nentity:\n  entityId: '${{row.id}}'\n"
    register += (
        "  entityName: M1\n  components: {{c: {{componentTypeId: com.A, properties: {{x: '${{row.x}}'}}}}}}\n"
    )
    files: dict[str, str | bytes] = {
        "component_types/a.yaml": "com.A: {propertyDefinitions: {x: DOUBLE}}",
        "entities/a.yaml": register.format("a", '","'),
        "entities/a.csv": b"id;x\na-1;1,5\na-2;1,5\n",
        "entities/b.yaml": register.format("b", '"."'),
        "entities/b.csv": b"id;x\nb-1;1,5\nb-2;1.5\n",
    }
    _, findings = check(write(tmp_path, files))
    assert [(finding.location.file.name, finding.location.line, finding.code) for finding in findings] == [
        ("b.csv", 2, "TWIN021")
    ]
