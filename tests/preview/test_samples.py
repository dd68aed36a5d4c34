from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.definition.models import write
from tests.support.page_data import read_twin
from twin_stack.client.model import Component, Entity, EntitySummary, Property
from twin_stack.definition import load
from twin_stack.preview import render_page
from twin_stack.preview.samples import samples

MODELS = Path(__file__).parents[2] / "models"


def entity_with(*properties: Property) -> Entity:
    summary = EntitySummary("m1", "Machine 1", "$ROOT", "ACTIVE", "")
    return Entity(summary, (Component("sensor", "plant.Sensor", "ACTIVE", properties),))


def time_series(name: str, data_type: str) -> Property:
    return Property(name, {"dataType": {"type": data_type}, "isTimeSeries": True}, None)


def test_numbers_have_a_sample_every_five_minutes_of_a_day(factory_html: str) -> None:
    twin = read_twin(factory_html)
    temperatures = twin["samples"]["machine-001"]["temperatureSensor"]["temperature"]["all"]

    assert twin["step"] == 300
    assert len(temperatures) == twin["count"] == 289
    assert min(temperatures) < 50
    assert max(temperatures) > 70


@pytest.mark.slow
def test_many_series_have_fewer_samples_each() -> None:
    twin = read_twin(render_page(load(MODELS / "building")).html)

    series = [
        values
        for components in twin["samples"].values()
        for properties in components.values()
        for values in properties.values()
    ]
    assert len(series) > 400
    assert twin["step"] > 300
    assert len(series) * twin["count"] <= 150_000
    assert len(twin["entities"]) == 205


def test_texts_and_booleans_have_changes_only() -> None:
    result = samples([entity_with(time_series("state", "STRING"), time_series("isOn", "BOOLEAN"))])
    series = result["samples"]["m1"]["sensor"]

    assert series.keys() == {"state", "isOn"}
    for name in ("state", "isOn"):
        changes = series[name]["changes"]
        assert changes[0][0] == 0
        assert len(changes) > 1
        assert all(before[1] != after[1] for before, after in itertools.pairwise(changes))


def test_properties_that_are_not_time_series_have_no_samples() -> None:
    static = Property("model", {"dataType": {"type": "STRING"}}, {"stringValue": "x"})
    assert samples([entity_with(static)])["samples"] == {}


def test_part_of_a_component_has_samples_under_its_path(tmp_path: Path) -> None:
    files = {
        "component_types/t.yaml": "com.e.M:\n"
        "  propertyDefinitions: {speed: {dataType: DOUBLE, isTimeSeries: true}}\n"
        "  functions: {dataReader: telemetry}\n"
        "com.e.P: {compositeComponentTypes: {motor: {componentTypeId: com.e.M}}}\n",
        "entities/e.yaml": "p-1: {entityName: P 1, components: {pump: {componentTypeId: com.e.P}}}\n",
    }
    twin = read_twin(render_page(load(write(tmp_path, files))).html)
    assert twin["samples"]["p-1"]["pump/motor"].keys() == {"speed"}
    (entity,) = twin["entities"]
    assert entity["components"]["pump/motor"]["componentTypeId"] == "com.e.M"
