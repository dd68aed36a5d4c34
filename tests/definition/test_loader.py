"""What may be written, and what is made of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.definition.models import found, write
from twin_stack.definition import DefinitionError, TwinDefinition, check, load

ROOT = Path(__file__).parents[2]
SENSOR = """
com.example.Sensor:
  propertyDefinitions:
    temperature: {dataType: {type: DOUBLE, unitOfMeasure: Celsius}, isTimeSeries: true}
    model: STRING
    count: {dataType: INTEGER}
    isOn: BOOLEAN
    limit: {dataType: DOUBLE, defaultValue: 80}
  functions: {dataReader: {connector: telemetry}}
"""


def values(definition: TwinDefinition, entity_id: str, component: str = "sensor") -> dict[str, object]:
    properties = definition.entities[entity_id].components[component].properties
    return {name: given.value for name, given in properties.items()}


def test_documentation_is_a_model_that_loads(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "definition.md").read_text(encoding="utf-8")
    files: dict[str, str | bytes] = {}
    for block in re.findall(r"^```(?:yaml|csv)\n(.*?)^```", text, re.M | re.S):
        name, content = block.split("\n", 1)
        files[name.removeprefix("# ")] = content
    folder = write(tmp_path, files)
    assert found(folder) == []
    definition = load(folder)
    assert list(definition.entities) == ["hall-1", "pump-1", "pump-2", "sensor-01", "sensor-02"]
    assert values(definition, "sensor-01", "motor") == {"power": {"doubleValue": 0.5}}
    assert values(definition, "sensor-02", "motor") == {}
    assert values(definition, "pump-1", "pump")["feeds"] == {
        "relationshipValue": {"targetEntityId": "pump-2"}
    }
    assert [node["name"] for node in definition.scenes["pumps"].document["nodes"]] == [
        "Pumps", "Pump 1", "Pump 1 flow", "Pump 2", "Pump 2 flow"
    ]  # fmt: skip
    scene = definition.scenes["hall"]
    assert scene.document["rootNodeIndexes"] == [0, 2]
    assert scene.document["nodes"][0]["children"] == [1]
    assert scene.document["nodes"][2]["components"] == [{"type": "Camera", "cameraIndex": 0}]
    assert scene.document["cameras"][0]["fov"] == 50


@pytest.mark.parametrize(
    "text",
    [
        "machine-1: {entityName: Machine 1}",
        "- {entityId: machine-1, entityName: Machine 1}",
        "entityId: machine-1\nentityName: Machine 1\nhasChildEntities: false\nstatus: {state: ACTIVE}",
        "entities: [{entityId: machine-1, entityName: Machine 1}]",
        "hall-1: {entityName: Hall, children: {machine-1: {entityName: Machine 1}}}",
        "hall-1: {entityName: Hall, children: [{entityId: machine-1, entityName: Machine 1}]}",
    ],
)
def test_entity_may_be_written_in_each_form(text: str, tmp_path: Path) -> None:
    definition = load(write(tmp_path, {"entities/e.yaml": text}))
    assert definition.entities["machine-1"].entity_name == "Machine 1"


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


def test_parents_stand_before_children_whatever_the_order(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "entities/a.yaml": "c-1: {entityName: C1, parentEntityId: b-1}\nb-1: {entityName: B1, parentEntityId: a-1}",
        "entities/z.json": '{"a-1": {"entityName": "A1"}}',
    }
    assert list(load(write(tmp_path, files)).entities) == ["a-1", "b-1", "c-1"]


def test_every_value_knows_where_it_was_written(tmp_path: Path) -> None:
    entity = "machine-1:\n  entityName: Machine 1\n  components:\n    sensor:\n      componentTypeId: com.example.Sensor\n"
    folder = write(
        tmp_path,
        {"component_types/t.yaml": SENSOR, "entities/e.yaml": entity + "      properties: {model: TMP}\n"},
    )
    definition = load(folder)
    place = definition.location("entities", "machine-1", "components", "sensor", "properties", "model")
    assert str(place) == f"{folder}/entities/e.yaml:6:27"
    place = definition.location("component_types", "com.example.Sensor", "propertyDefinitions", "count")
    assert (place.line, place.column) == (6, 12)


def test_pasted_component_type_keeps_its_own_members_alone(tmp_path: Path) -> None:
    printed = {
        "workspaceId": "other",
        "componentTypeId": "com.B",
        "arn": "arn:aws:iottwinmaker:us-east-1:111122223333:workspace/other/component-type/com.B",
        "creationDateTime": "2024-01-01T00:00:00Z",
        "isAbstract": False,
        "extendsFrom": ["com.A"],
        "propertyDefinitions": {
            "size": {"dataType": {"type": "LONG"}, "isInherited": True, "isFinal": False},
            "kind": {
                "dataType": {"type": "STRING"},
                "isInherited": True,
                "defaultValue": {"stringValue": "B"},
            },
            "made": {"dataType": {"type": "STRING"}, "isImported": True},
            "own": {"dataType": {"type": "STRING"}, "isInherited": False, "isImported": False},
        },
        "functions": {"dataReader": {"isInherited": True, "implementedBy": {"isNative": True}}},
        "status": {"state": "ACTIVE", "error": {}},
    }
    files: dict[str, str | bytes] = {
        "component_types/a.yaml": "com.A: {propertyDefinitions: {size: LONG, kind: STRING}}",
        "component_types/b.json": json.dumps(printed),
    }
    one = load(write(tmp_path, files)).component_types["com.B"]
    assert list(one.property_definitions) == ["kind", "own"]
    kind = one.property_definitions["kind"]
    assert (kind.default_value, kind.data_type) == ({"stringValue": "B"}, None)
    assert one.functions == {}


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


def test_mistake_in_a_cell_is_reported_in_the_spreadsheet(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": SENSOR,
        "entities/m.yaml": "forEach: {csv: m.csv}\nentity:\n  entityId: '${row.id}'\n  entityName: '${row.name}'\n"
        "  parentEntityId: '${row.hall}'\n",
        "entities/m.csv": "id,hall,name\nm-1,hall-9,Machine 1\n",
    }
    (finding,) = found(write(tmp_path, files))
    assert finding.startswith('entities/m.csv:2:5 TWIN015 parent entity "hall-9" is not defined')


def test_reference_into_an_unreadable_file_is_no_second_mistake(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "entities/a.yaml": "hall-1: {entityName: Hall 1\n",
        "entities/b.yaml": "m-1: {entityName: Machine 1, parentEntityId: hall-1}\n",
    }
    (finding,) = found(write(tmp_path, files))
    assert " TWIN002 " in finding


def test_one_mistake_in_a_thing_hides_no_other(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": SENSOR.replace("isOn: BOOLEAN", "isOn: BOOL"),
        "entities/e.yaml": "m-1:\n  entityName: Machine (1)\n  components:\n    sensor:\n"
        "      componentTypeId: com.example.Sensor\n      properties: {count: many, isOn: 7, model: 1}\n",
    }
    codes = [re.findall(r"TWIN\d+", finding)[0] for finding in found(write(tmp_path, files))]
    assert codes == ["TWIN005", "TWIN012", "TWIN021", "TWIN021"]


@pytest.mark.parametrize("name", ["twin.yaml", "entities/e.yaml", "component_types/t.yaml", "scenes/s.yaml"])
@pytest.mark.parametrize(
    "text", ["", "null", "[]", "17", "text", "a: 1", "[1, 2]", "{a: {b: [c]}}", "- - - 1"]
)
def test_file_of_any_shape_ends_in_findings_or_in_nothing(name: str, text: str, tmp_path: Path) -> None:
    folder = write(tmp_path, {name: text})
    findings = found(folder)
    assert findings or check(folder)[0] is not None
    for finding in findings:
        assert re.match(r"\S+:\d+:\d+ TWIN\d{3} ", finding)


def types_of(folder: Path, text: str) -> dict[str, dict[str, object]]:
    """What is deployed of each property, by type."""
    found_types = load(write(folder, {"component_types/t.yaml": text})).component_types
    return {
        type_id: {
            name: {key: value for key, value in definition if value not in (None, False)}
            for name, definition in one.property_definitions.items()
        }
        for type_id, one in found_types.items()
    }


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


def test_property_comes_over_every_side_of_a_diamond(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": "com.D: {extendsFrom: [com.B, com.C]}\ncom.B: {extendsFrom: [com.A]}\n"
        "com.C: {extendsFrom: [com.A], propertyDefinitions: {c: BOOLEAN}}\n"
        "com.A: {propertyDefinitions: {a: LONG}}\n",
        "entities/e.yaml": "m-1: {entityName: M1, components: {x: {componentTypeId: com.D, properties: {a: 1, c: true}}}}",
    }
    definition = load(write(tmp_path, files))
    assert list(definition.component_types) == ["com.A", "com.B", "com.C", "com.D"]
    assert values(definition, "m-1", "x") == {"a": {"longValue": 1}, "c": {"booleanValue": True}}


def test_parts_stand_before_what_holds_them(tmp_path: Path) -> None:
    text = "com.A: {compositeComponentTypes: {b: {componentTypeId: com.B}}}\ncom.B: {}\n"
    assert list(types_of(tmp_path, text)) == ["com.B", "com.A"]


def test_series_that_is_required_needs_no_value(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": "com.S: {propertyDefinitions: {t: {dataType: LONG, isTimeSeries: true, "
        "isRequiredInEntity: true}}, functions: {dataReader: telemetry}}\n",
        "entities/e.yaml": "m-1: {entityName: M1, components: {s: {componentTypeId: com.S}}}",
    }
    assert found(write(tmp_path, files)) == []


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
        one: dict[str, object] = {"definition": {"dataType": {"type": "STRING"}, **definition}}
        return one if value is None else {**one, "value": value, "areAllPropertyValuesReturned": True}

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
    given = {name: (one.value, one.definition is not None) for name, one in component.properties.items()}
    assert given == {
        "sitewiseAssetId": ({"stringValue": "a"}, False),
        "sitewiseAssetModelId": ({"stringValue": "m"}, False),
        "own": ({"stringValue": "y"}, True),
    }
    assert component.property_groups == {}


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


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"entities/notes.md": "x", "entities/.hidden.yaml": "[", "README.md": "x", ".git/x.yaml": "["}, []),
        ({"entities/e.yamll": "x"}, ["entities/e.yamll:1:1 TWIN013"]),
        ({"machines.yaml": "x"}, ["machines.yaml:1:1 TWIN013"]),
        ({"scenes": "x"}, ["scenes:1:1 TWIN013"]),
        ({"entities/zone/a/e.yaml": "m-1: {entityName: M1}"}, []),
    ],
)
def test_file_that_would_be_left_out_is_named(
    files: dict[str, str | bytes], expected: list[str], tmp_path: Path
) -> None:
    assert [" ".join(line.split()[:2]) for line in found(write(tmp_path, files))] == expected


def test_folder_that_is_a_link_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "model", {"entities/e.yaml": "m-1: {entityName: M1}"})
    (tmp_path / "elsewhere").mkdir()
    (folder / "entities" / "zone").symlink_to(tmp_path / "elsewhere")
    assert found(folder) == [
        'entities/zone:1:1 TWIN013 folder "zone" is a link, which is not followed; put its files here, or link each '
        "of them"
    ]


def test_path_of_a_file_says_that_a_folder_is_needed(tmp_path: Path) -> None:
    folder = write(tmp_path, {})
    assert found(folder / "twin.yaml") == [
        f"{folder}/twin.yaml:1:1 TWIN009 is not a folder; give the folder that holds twin.yaml"
    ]
    assert "TWIN009 the folder does not exist" in found(folder / "nothing")[0]
    assert "TWIN001 cannot be read" in found(folder / "\0")[0]


def test_error_holds_every_mistake_and_no_warning(tmp_path: Path) -> None:
    entities = "".join(f"m-{number}: {{entityName: M1}}\n" for number in range(300))
    with pytest.raises(DefinitionError) as caught:
        load(
            write(
                tmp_path,
                {"entities/e.yaml": f"{entities}a(1): {{entityName: M1}}\nb(1): {{entityName: M1}}\n"},
            )
        )
    assert [finding.code for finding in caught.value.findings] == ["TWIN011", "TWIN011"]
    assert str(caught.value).splitlines() == [str(finding) for finding in caught.value.findings]


@pytest.mark.parametrize(
    ("count", "codes"), [(299, []), (300, ["TWIN025"]), (400, ["TWIN025"]), (401, ["TWIN024"])]
)
def test_number_of_entities_is_limited(count: int, codes: list[str], tmp_path: Path) -> None:
    entities = "".join(f"m-{number}: {{entityName: M1}}\n" for number in range(count))
    findings = found(write(tmp_path, {"entities/e.yaml": entities}))
    assert [line.split()[1] for line in findings] == codes
