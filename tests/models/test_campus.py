"""The campus: ten thousand devices from registers, and a scene a building."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.grafana import checked_model, definition_of
from twin_stack.plan.load import PAGE_SECONDS, data_load

if TYPE_CHECKING:
    from twin_stack.definition import TwinDefinition

CAMPUS = Path(__file__).parents[2] / "models" / "campus"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def twin() -> TwinDefinition:
    return definition_of("campus")


def test_model_is_without_findings() -> None:
    definition, findings = checked_model("campus")

    assert definition
    assert [str(finding) for finding in findings] == []


def test_registers_are_small_files() -> None:
    sizes = [path.stat().st_size for path in CAMPUS.rglob("*.csv")]

    assert 0 < sum(sizes) <= 1_000_000


def test_campus_has_ten_thousand_devices_in_rooms_of_twelve_buildings(twin: TwinDefinition) -> None:
    types = Counter(
        component.component_type_id.removeprefix("com.example.")
        for entity in twin.entities.values()
        for component in entity.components.values()
    )

    assert twin.twin.engine == "bulk"
    assert (types["Building"], types["Floor"], types["Room"]) == (12, 60, 600)
    devices = {name: types[name] for name in ("AirHandler", "AirQualitySensor", "Light", "Valve")}
    assert sum(devices.values()) == 10_000
    assert min(devices.values()) >= 60
    assert types["CampusAlarm"] == 60


def test_each_building_has_a_scene_with_its_floors(twin: TwinDefinition) -> None:
    floors = {
        scene_id: [
            node["name"]
            for node in scene.document["nodes"]
            for component in node.get("components", ())
            if component.get("uri") == "floor.glb"
        ]
        for scene_id, scene in twin.scenes.items()
    }

    assert len(floors) == 12
    assert floors["b07"] == [f"Floor 7.{level}" for level in range(5)]


def test_page_needs_no_more_requests_for_a_refresh_than_there_are_types(twin: TwinDefinition) -> None:
    assert 0 < data_load(twin).page * PAGE_SECONDS <= len(twin.component_types)
