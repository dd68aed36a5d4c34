"""A change of one entity changes one resource."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.support.templates import ROOT, Synthesized

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
from tests.support.twins import synthesize_twin


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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "entity_id", "members"),
    [
        (rename, "machine-001", {"EntityName"}),
        (change_a_value, "machine-001", {"Components"}),
        (move, "machine-002", {"ParentEntityId"}),
        (move_below_a_leaf, "machine-002", {"ParentEntityId"}),
    ],
)
def test_changed_entity_changes_one_resource(
    change: Callable[[Entities, Entities], None],
    entity_id: str,
    members: set[str],
    two_zones: Path,
    before: Synthesized,
    tmp_path: Path,
) -> None:
    after = synthesize_twin(_changed(two_zones, tmp_path, change))

    assert after.resources.keys() == before.resources.keys()
    (name,) = [name for name, resource in after.resources.items() if resource != before.resources[name]]
    old, new = before.resources[name], after.resources[name]
    assert new["Properties"]["EntityId"] == entity_id
    assert {key for key in old["Properties"] if old["Properties"][key] != new["Properties"][key]} == members
    assert _rest(after) == _rest(before)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "entity_id"),
    [(add, "machine-003"), (remove, "zone-b")],
)
def test_added_or_removed_entity_changes_one_resource(
    change: Callable[[Entities, Entities], None],
    entity_id: str,
    two_zones: Path,
    before: Synthesized,
    tmp_path: Path,
) -> None:
    after = synthesize_twin(_changed(two_zones, tmp_path, change))

    both = before.resources.keys() & after.resources.keys()
    assert both
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
