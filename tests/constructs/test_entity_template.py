"""Entities and component types against CloudFormation's own schemas, member by member."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.support.cfn_lint import resource_schema
from tests.support.schema_members import mistakes, used, writable
from tests.support.templates import ROOT, Synthesized, synthesize
from twin_stack import DigitalTwin, load

if TYPE_CHECKING:
    from collections.abc import Callable

ENTITY = "AWS::IoTTwinMaker::Entity"
TYPE = "AWS::IoTTwinMaker::ComponentType"
EVERYTHING = Path(__file__).parent / "everything"

NOT_WRITTEN = {
    ENTITY: {
        "Component.DefinedIn": "the service tells it of inherited components",
        "Component.Status": "the service's own",
        "CompositeComponent.ComponentTypeId": "the component type above decides it",
        "CompositeComponent.Status": "the service's own",
        "Definition.IsFinal": "the service's own",
        "Definition.IsImported": "the service's own",
        "Definition.IsInherited": "the service's own",
        "Status.Error": "the service's own",
        "Status.State": "the service's own",
    },
    TYPE: {
        "Status.Error": "the service's own",
        "Status.State": "the service's own",
    },
}
"""Members no definition leads to, each with the reason."""


def twin_of(folder: Path) -> Synthesized:
    return synthesize(lambda stack: DigitalTwin(stack, "Twin", definition=load(folder)))


@pytest.fixture(scope="module")
def everything() -> Synthesized:
    return twin_of(EVERYTHING)


def properties_of(twin: Synthesized, type_name: str) -> list[dict[str, Any]]:
    """Properties as CloudFormation sees them once references are resolved."""
    workspace_id = {"Ref": twin.id_of("AWS::IoTTwinMaker::Workspace")}
    found = [resource["Properties"] for resource in twin.all_of(type_name).values()]
    assert all(properties["WorkspaceId"] == workspace_id for properties in found)
    return [{**properties, "WorkspaceId": "everything"} for properties in found]


@pytest.mark.parametrize("type_name", [ENTITY, TYPE])
def test_schema_accepts_what_is_written_when_every_member_is_given(
    type_name: str, everything: Synthesized
) -> None:
    schema = resource_schema(type_name)

    found = [mistake for one in properties_of(everything, type_name) for mistake in mistakes(schema, one)]

    assert found == []


@pytest.mark.parametrize("type_name", [ENTITY, TYPE])
def test_every_member_is_written_when_it_can_be_given(type_name: str, everything: Synthesized) -> None:
    schema = resource_schema(type_name)

    written = {member for one in properties_of(everything, type_name) for member in used(schema, one)}

    assert writable(schema) - written == NOT_WRITTEN[type_name].keys()


def test_values_keep_what_was_written_when_an_entity_gives_each_kind(everything: Synthesized) -> None:
    (pump,) = [one for one in properties_of(everything, ENTITY) if one["EntityId"] == "pump-1"]
    given = pump["Components"]["pump"]["Properties"]

    assert {name: one.get("Value") for name, one in given.items()} == {
        "assetId": {"StringValue": "P-1"},
        "size": {"IntegerValue": 4},
        "strokes": {"LongValue": 12},
        "ratio": {"DoubleValue": 1},
        "isOn": {"BooleanValue": False},
        "mode": {"StringValue": "MANUAL"},
        "place": {"Expression": "${Parameters.place}"},
        "stages": {"ListValue": [{"DoubleValue": 1}, {"DoubleValue": 2.5}]},
        # Keys of a map are the user's: their case is kept.
        "settings": {
            "MapValue": {"minSpeed": {"StringValue": "fast"}, "MaxSpeed": {"StringValue": "faster"}}
        },
        "feeds": {"RelationshipValue": {"TargetEntityId": "spare", "TargetComponentName": "motor"}},
        "own": {"ListValue": [{"StringValue": "open"}]},
        "ownRelation": None,
    }
    # Singular here, plural in a component type.
    assert given["own"]["Definition"]["Configuration"] == {"sourceTag": "V-1"}


def test_default_values_keep_what_was_written_when_a_type_gives_each_kind(everything: Synthesized) -> None:
    (pump,) = [one for one in properties_of(everything, TYPE) if one["ComponentTypeId"] == "com.example.Pump"]
    definitions = pump["PropertyDefinitions"]

    assert {name: one["DefaultValue"] for name, one in definitions.items() if "DefaultValue" in one} == {
        "size": {"IntegerValue": 3},
        "strokes": {"LongValue": 9007199254740991},
        "ratio": {"DoubleValue": 0.5},
        "isOn": {"BooleanValue": True},
        "mode": {"StringValue": "AUTO"},
        "place": {"Expression": "${Parameters.place}"},
        "stages": {"ListValue": [{"DoubleValue": 0.5}, {"DoubleValue": 1.5}]},
        "settings": {"MapValue": {"minSpeed": {"StringValue": "slow"}}},
        "feeds": {"RelationshipValue": {"TargetEntityId": "spare", "TargetComponentName": "motor"}},
    }
    assert definitions["flow"]["Configurations"] == {"sourceTag": "F-100"}


def test_tags_reach_every_resource_when_the_definition_has_some(everything: Synthesized) -> None:
    tagged = {
        resource["Type"].rsplit("::", 1)[-1]: resource["Properties"]["Tags"]
        for resource in everything.resources.values()
        if resource["Type"].startswith("AWS::IoTTwinMaker::") and "Tags" in resource["Properties"]
    }

    assert tagged == {
        "Workspace": {"Plant": "North"},
        "ComponentType": {"Team": "Water"},
        "Entity": {"Line": "One"},
    }


@pytest.fixture(scope="module")
def two_zones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The factory with a second, empty zone."""
    folder = tmp_path_factory.mktemp("two_zones") / "factory"
    shutil.copytree(ROOT / "models" / "factory", folder)
    (folder / "entities" / "zone-b.yaml").write_text("zone-b: {entityName: Zone B}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def before(two_zones: Path) -> Synthesized:
    return twin_of(two_zones)


Entities = dict[str, Any]


def rename(zone_a: Entities, zone_b: Entities) -> None:
    zone_a["children"]["machine-001"]["entityName"] = "CNC Machine 9"


def move(zone_a: Entities, zone_b: Entities) -> None:
    zone_b["children"] = {"machine-002": zone_a["children"].pop("machine-002")}


def move_below_a_leaf(zone_a: Entities, zone_b: Entities) -> None:
    children = zone_a["children"]
    children["machine-001"]["children"] = {"machine-002": children.pop("machine-002")}


def change_a_value(zone_a: Entities, zone_b: Entities) -> None:
    zone_a["children"]["machine-001"]["components"]["temperatureSensor"]["properties"]["sensorModel"] = "X"


def add(zone_a: Entities, zone_b: Entities) -> None:
    zone_b["children"] = {"machine-003": {"entityName": "Robot 3"}}


def remove(zone_a: Entities, zone_b: Entities) -> None:
    zone_b.clear()


@pytest.mark.parametrize(
    ("change", "entity_id", "members"),
    [
        (rename, "machine-001", {"EntityName"}),
        (change_a_value, "machine-001", {"Components"}),
        (move, "machine-002", {"ParentEntityId"}),
        (move_below_a_leaf, "machine-002", {"ParentEntityId"}),
    ],
)
def test_one_resource_changes_when_one_entity_does(
    change: Callable[[Entities, Entities], None],
    entity_id: str,
    members: set[str],
    two_zones: Path,
    before: Synthesized,
    tmp_path: Path,
) -> None:
    after = twin_of(_changed(two_zones, tmp_path, change))

    assert after.resources.keys() == before.resources.keys()
    (name,) = [name for name, one in after.resources.items() if one != before.resources[name]]
    old, new = before.resources[name], after.resources[name]
    assert new["Properties"]["EntityId"] == entity_id
    assert {key for key in old["Properties"] if old["Properties"][key] != new["Properties"][key]} == members
    assert _rest(after) == _rest(before)


@pytest.mark.parametrize(
    ("change", "entity_id"),
    [(add, "machine-003"), (remove, "zone-b")],
)
def test_one_resource_comes_or_goes_when_one_entity_does(
    change: Callable[[Entities, Entities], None],
    entity_id: str,
    two_zones: Path,
    before: Synthesized,
    tmp_path: Path,
) -> None:
    after = twin_of(_changed(two_zones, tmp_path, change))

    both = before.resources.keys() & after.resources.keys()
    (name,) = before.resources.keys() ^ after.resources.keys()
    resource = {**before.resources, **after.resources}[name]
    assert resource["Properties"]["EntityId"] == entity_id
    assert all(before.resources[name] == after.resources[name] for name in both)
    assert _rest(after) == _rest(before)


def _changed(model: Path, tmp_path: Path, change: Callable[[Entities, Entities], None]) -> Path:
    folder = tmp_path / "factory"
    shutil.copytree(model, folder)
    files = [folder / "entities" / f"{zone}.yaml" for zone in ("zone-a", "zone-b")]
    zone_a, zone_b = (yaml.safe_load(file.read_text(encoding="utf-8")) for file in files)
    change(zone_a["zone-a"], zone_b["zone-b"])
    for file, content in zip(files, (zone_a, zone_b), strict=True):
        if not all(content.values()):
            content.clear()
        file.write_text(yaml.safe_dump(content), encoding="utf-8")
    return folder


def _rest(twin: Synthesized) -> str:
    return json.dumps({key: value for key, value in twin.template.items() if key != "Resources"})


def test_types_share_a_function_when_they_name_the_same_arn(tmp_path: Path) -> None:
    arn = "arn:aws:lambda:us-east-1:111122223333:function:reader"
    series = {"t": {"dataType": "DOUBLE", "isTimeSeries": True}}
    one = {
        "propertyDefinitions": series,
        "functions": {"dataReader": {"implementedBy": {"lambda": {"arn": arn}}}},
    }
    (tmp_path / "component_types").mkdir()
    (tmp_path / "twin.yaml").write_text("workspaceId: shared", encoding="utf-8")
    types = tmp_path / "component_types" / "types.json"
    types.write_text(json.dumps({"com.example.A": one, "com.example.B": one}), encoding="utf-8")

    twin = twin_of(tmp_path)

    readers = [found["Functions"]["dataReader"]["ImplementedBy"] for found in properties_of_types(twin)]
    assert readers == [{"Lambda": {"Arn": arn}}] * 2
    (role,) = twin.all_of("AWS::IAM::Role").values()
    statements = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    assert [one["Resource"] for one in statements if one["Action"] == "lambda:InvokeFunction"] == [arn]


def properties_of_types(twin: Synthesized) -> list[dict[str, Any]]:
    return [resource["Properties"] for resource in twin.all_of(TYPE).values()]
