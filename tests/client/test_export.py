"""Entities and histories as JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

from twin_stack.client import export
from twin_stack.client.model import Component, Entity, EntitySummary, History, Point, Property, Series

START = datetime(2026, 3, 1, tzinfo=UTC)
SUMMARIES = [
    EntitySummary("m2", 'Käse, "frisch"', "zone", "ACTIVE", ""),
    EntitySummary("m1", "Machine", "zone", "ACTIVE", "first"),
]
STATIC = Property("tags", {"dataType": {"type": "LIST"}}, {"listValue": [{"stringValue": "a"}]})
SERIES = Property(
    "heat", {"dataType": {"type": "DOUBLE", "unitOfMeasure": "Celsius"}, "isTimeSeries": True}, None
)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_tree_is_ordered_by_id_in_both_forms() -> None:
    document = json.loads(export.tree_json("plant", SUMMARIES))

    assert document["workspaceId"] == "plant"
    assert [item["entityId"] for item in document["entities"]] == ["m1", "m2"]
    assert document["entities"][0]["description"] == "first"
    assert [row["entityName"] for row in rows(export.tree_csv(SUMMARIES))] == ["Machine", 'Käse, "frisch"']


def test_entity_lists_each_property_and_a_time_series_has_no_value() -> None:
    entity = Entity(SUMMARIES[1], (Component("probe", "sensor", "ACTIVE", (STATIC, SERIES)),))

    table = rows(export.entity_csv(entity))
    document = json.loads(export.entity_json(entity))

    assert [(row["property"], row["value"], row["unit"]) for row in table] == [
        ("tags", '["a"]', ""),
        ("heat", "", "Celsius"),
    ]
    properties = document["components"]["probe"]["properties"]
    assert properties["tags"]["value"] == ["a"]
    assert properties["heat"]["isTimeSeries"] is True


def test_history_keeps_times_as_the_service_wrote_them() -> None:
    point = Point(START, "2026-03-01T00:00:00.123456789Z", 20.5)
    history = History("plant", "m1", "probe", START, START + timedelta(hours=1), (Series(SERIES, (point,)),))

    (row,) = rows(export.history_csv(history))
    document = json.loads(export.history_json(history))

    assert (row["time"], row["value"]) == (point.text, "20.5")
    assert document["properties"][0]["values"] == [{"time": point.text, "value": 20.5}]
