"""What may be written, and what is made of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.definition.models import found, write
from twin_stack.definition import TwinDefinition, load

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
    (scene,) = definition.scenes.values()
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
    for finding in found(write(tmp_path, {name: text})):
        assert re.match(r"\S+:\d+:\d+ TWIN\d{3} ", finding)
