"""Entities of a twin: L1s by id, and a change of one entity changes one resource."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import jsii
import pytest
import yaml
from aws_cdk import Aspects, CfnResource, IAspect, Stack
from aws_cdk.aws_iottwinmaker import CfnEntity

from tests.support.templates import ROOT, Synthesized, synthesize
from tests.support.twins import synthesize_twin
from twin_stack import DigitalTwin, load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from constructs import IConstruct

ENTITY = "AWS::IoTTwinMaker::Entity"


@pytest.fixture(scope="module")
def two_zones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The factory with a second, empty zone."""
    folder = tmp_path_factory.mktemp("two_zones") / "factory"
    shutil.copytree(ROOT / "models" / "factory", folder)
    (folder / "entities" / "zone-b.yaml").write_text("zone-b: {entityName: Zone B}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def before(two_zones: Path) -> Synthesized:
    return synthesize_twin(two_zones)


Entities = dict[str, Any]


def rename(zone_a: Entities, zone_b: Entities) -> None:
    zone_a["children"]["press-001"]["entityName"] = "Press 9"


def move(zone_a: Entities, zone_b: Entities) -> None:
    zone_b.setdefault("children", {})["machine-002"] = zone_a["children"].pop("machine-002")


def move_below_a_leaf(zone_a: Entities, zone_b: Entities) -> None:
    children = zone_a["children"]
    children["machine-001"]["children"] = {"machine-002": children.pop("machine-002")}


def change_a_value(zone_a: Entities, zone_b: Entities) -> None:
    zone_a["children"]["machine-001"]["components"]["temperatureSensor"]["properties"]["sensorModel"] = "X"


def add(zone_a: Entities, zone_b: Entities) -> None:
    zone_b.setdefault("children", {})["machine-003"] = {"entityName": "Robot 3"}


def remove(zone_a: Entities, zone_b: Entities) -> None:
    zone_b.clear()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "members", "others"),
    [
        # Changes of different entities, whose resources they change.
        (
            (rename, change_a_value, move, add),
            {
                "press-001": {"EntityName"},
                "machine-001": {"Components"},
                "machine-002": {"ParentEntityId"},
            },
            ["machine-003"],
        ),
        ((move_below_a_leaf, remove), {"machine-002": {"ParentEntityId"}}, ["zone-b"]),
    ],
    ids=["all kinds of changes", "below a leaf, and removed"],
)
def test_change_of_an_entity_changes_its_resource_alone(
    changes: Sequence[Callable[[Entities, Entities], None]],
    members: dict[str, set[str]],
    others: list[str],
    two_zones: Path,
    before: Synthesized,
    tmp_path: Path,
) -> None:
    after = synthesize_twin(_changed(two_zones, tmp_path, changes))

    both = before.resources.keys() & after.resources.keys()
    changed = {name for name in both if before.resources[name] != after.resources[name]}
    assert {
        before.resources[name]["Properties"]["EntityId"]: _changed_members(
            before.resources[name], after.resources[name]
        )
        for name in changed
    } == members
    added_or_removed = before.resources.keys() ^ after.resources.keys()
    resources = {**before.resources, **after.resources}
    assert [resources[name]["Properties"]["EntityId"] for name in added_or_removed] == others
    assert _rest(after) == _rest(before)


def _changed_members(old: Entities, new: Entities) -> set[str]:
    both = old["Properties"].keys() | new["Properties"].keys()
    return {key for key in both if old["Properties"].get(key) != new["Properties"].get(key)}


def _changed(model: Path, tmp_path: Path, changes: Sequence[Callable[[Entities, Entities], None]]) -> Path:
    folder = tmp_path / "factory"
    shutil.copytree(model, folder)
    files = [folder / "entities" / f"{zone}.yaml" for zone in ("zone-a", "zone-b")]
    zone_a, zone_b = (yaml.safe_load(file.read_text(encoding="utf-8")) for file in files)
    for change in changes:
        change(zone_a["zone-a"], zone_b["zone-b"])
    for file, content in zip(files, (zone_a, zone_b), strict=True):
        if not all(content.values()):
            content.clear()
        file.write_text(yaml.safe_dump(content), encoding="utf-8")
    return folder


def _rest(twin: Synthesized) -> str:
    return json.dumps({key: value for key, value in twin.template.items() if key != "Resources"})


def by_id(twin: Synthesized) -> dict[str, dict[str, Any]]:
    return {item["Properties"]["EntityId"]: item for item in twin.all_of(ENTITY).values()}


@jsii.implements(IAspect)
class Translated:
    """Translates the names of entities."""

    def visit(self, node: IConstruct) -> None:
        if isinstance(node, CfnEntity):
            node.entity_name = f"{node.entity_name} (de)"


@pytest.fixture(scope="module")
def edited() -> tuple[DigitalTwin, Synthesized]:
    """The factory, of which entities are changed as L1s."""
    twins: list[DigitalTwin] = []

    def build(stack: Stack) -> None:
        twin = DigitalTwin(stack, "Twin", definition=load(ROOT / "models" / "factory"))
        twins.append(twin)
        first, second = twin.entities["machine-001"], twin.entities["machine-002"]
        names = ("Before", "After", "Withdrawn")
        before, after, withdrawn = (CfnResource(stack, name, type="A::B::C") for name in names)
        first.node.add_dependency(before)
        after.node.add_dependency(first)
        first.add_dependency(withdrawn)
        first.remove_dependency(withdrawn)
        second.entity_name = "Renamed"
        second.add_property_override("Description", "overridden")
        second.tags.set_tag("team", "milling")
        second.override_logical_id("Mine")
        Aspects.of(twin).add(Translated())

    result = synthesize(build)
    return twins[0], result


@pytest.mark.slow
def test_entities_are_l1s_by_id(edited: tuple[DigitalTwin, Synthesized]) -> None:
    twin, result = edited

    entities = twin.entities
    assert list(entities) == ["zone-a", "machine-001", "machine-002", "press-001"]
    assert len(entities) == 4
    assert "machine-003" not in entities
    with pytest.raises(KeyError):
        entities["machine-003"]
    machine = entities["machine-001"]
    assert isinstance(machine, CfnEntity)
    assert machine is entities["machine-001"]
    logical_id = machine.stack.resolve(machine.logical_id)
    assert result.resources[logical_id]["Properties"]["EntityId"] == "machine-001"


@pytest.mark.slow
def test_changes_through_the_l1_reach_the_template(edited: tuple[DigitalTwin, Synthesized]) -> None:
    _, result = edited

    properties = result.resources["Mine"]["Properties"]
    assert properties["EntityId"] == "machine-002"
    assert (properties["EntityName"], properties["Description"], properties["Tags"]) == (
        "Renamed (de)",
        "overridden",
        {"team": "milling"},
    )


@pytest.mark.slow
def test_dependencies_of_a_single_entity_work_in_both_directions(
    edited: tuple[DigitalTwin, Synthesized], before: Synthesized
) -> None:
    _, result = edited

    plain = by_id(before)
    for entity_id, resource in by_id(result).items():
        added = {"Before"} if entity_id == "machine-001" else set()
        assert {*resource.get("DependsOn", [])} == {*plain[entity_id].get("DependsOn", [])} | added
    (logical_id,) = result.resources["After"]["DependsOn"]
    assert result.resources[logical_id]["Properties"]["EntityId"] == "machine-001"


@pytest.mark.slow
def test_aspect_changes_every_entity(edited: tuple[DigitalTwin, Synthesized]) -> None:
    _, result = edited

    names = [item["Properties"]["EntityName"] for item in result.all_of(ENTITY).values()]
    assert len(names) == 4
    assert [name for name in names if not name.endswith(" (de)")] == []


@pytest.mark.slow
def test_entity_depends_on_its_parent_its_types_and_its_assets_directly(before: Synthesized) -> None:
    entities = by_id(before)
    ids = {
        name: resource["Properties"].get("EntityId")
        or resource["Properties"].get("ComponentTypeId")
        or resource["Type"]
        for name, resource in before.resources.items()
    }
    assert {
        entity_id: sorted(ids[name] for name in resource.get("DependsOn", []))
        for entity_id, resource in entities.items()
    } == {
        "zone-a": [],
        "zone-b": [],
        "machine-001": ["com.example.EquipmentAlarm", "com.example.TemperatureSensor", "zone-a"],
        "machine-002": ["com.example.TemperatureSensor", "zone-a"],
        "press-001": ["Custom::SiteWiseAsset", "com.example.Press", "zone-a"],
    }
