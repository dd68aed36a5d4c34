"""The verbs against the local services, over HTTP with a real client."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.client.conftest import FACTORY
from twin_stack.client import TwinClientError, entities, get, history
from twin_stack.errors import TwinError

NOW = datetime(2023, 11, 14, 12, tzinfo=UTC)


def temperature(event: Any) -> Any:
    """A connector that returns two points a page, newest first, for any request."""
    page = int(event.get("nextToken") or 0)
    reference = {"entityId": "m1", "componentName": "probe", "propertyName": "temperature"}
    values = [
        {"time": f"2023-11-14T11:{minute:02}:00.123456789Z", "value": {"doubleValue": 20.0 + minute}}
        for minute in (page * 2 + 1, page * 2)
    ]
    more = {"nextToken": str(page + 1)} if page < 4 else {}
    return {"propertyValues": [{"entityPropertyReference": reference, "values": values}], **more}


def attributes(event: Any) -> Any:
    reference = {"entityId": "m1", "componentName": "probe", "propertyName": "maker"}
    item = {"propertyReference": reference, "propertyValue": {"stringValue": "ACME\x1b[31m"}}
    return {"propertyValues": {"maker": item}}


def test_entities_draws_the_tree_when_the_account_has_one_workspace(plant: Any) -> None:
    text = entities(client=plant)
    assert text.splitlines() == [
        "Factory (2 entities)",
        "└── Zone A (zone)",
        "    └── Machine [1] (m1)",
    ]
    listed = json.loads(entities(client=plant, form="json"))
    assert [(item["entityId"], item["parentEntityId"]) for item in listed["entities"]] == [
        ("m1", "zone"),
        ("zone", "$ROOT"),
    ]
    assert entities(client=plant, form="csv").splitlines()[1] == "m1,Machine [1],zone,ACTIVE"


def test_entities_are_selected_by_the_service(plant: Any) -> None:
    plant.create_entity(**FACTORY, entityId="zone-b", entityName="Zone B")

    below = entities(client=plant, below="zone").splitlines()
    assert below == ["Factory (2 entities)", "└── Zone A (zone)", "    └── Machine [1] (m1)"]
    assert entities(client=plant, component_type="sensor", form="csv").splitlines()[1:] == [
        "m1,Machine [1],zone,ACTIVE"
    ]
    assert entities(client=plant, external_id="S1", form="csv").splitlines()[1:] == [
        "m1,Machine [1],zone,ACTIVE"
    ]
    assert entities(client=plant, search="ZONE b").splitlines() == [
        "Factory (1 entity)",
        "└── Zone B (zone-b)",
    ]
    with pytest.raises(TwinClientError, match="--below and --type cannot be combined"):
        entities(client=plant, below="zone", component_type="sensor")
    with pytest.raises(TwinClientError, match="--limit 0 shows nothing"):
        entities(client=plant, limit=0)


def test_tree_of_a_large_twin_begins_at_the_top_and_says_that_there_is_more(plant: Any) -> None:
    for index in range(5):
        plant.create_entity(**FACTORY, entityId=f"a-{index}", entityName=f"a {index}", parentEntityId="m1")

    assert entities(client=plant, limit=2).splitlines() == [
        "Factory (the first 2 entities)",
        "└── Zone A (zone)",
        "    └── Machine [1] (m1)",
        "        └── …",
        "there are more; see --below, --type, --search and --limit",
    ]
    assert len(entities(client=plant, form="csv").splitlines()) == 8


def test_large_twin_is_not_read_to_its_end_for_a_tree(plant: Any) -> None:
    calls: list[Any] = []
    plant.meta.events.register("before-call.iottwinmaker.ListEntities", lambda **_: calls.append(1))
    for index in range(30):
        plant.create_entity(**FACTORY, entityId=f"e-{index}", entityName=f"e {index}")

    assert entities(client=plant, limit=3).startswith("Factory (the first 3 entities)")
    assert len(calls) == 2


@pytest.mark.slow
def test_entities_reads_all_pages_when_there_are_more_than_a_page_holds(plant: Any) -> None:
    for index in range(205):
        plant.create_entity(**FACTORY, entityId=f"e-{index}", entityName=f"e {index}", parentEntityId="zone")
    text = entities(client=plant)
    assert text.startswith("Factory (207 entities)")
    assert "e 204 (e-204)" in text


def test_get_shows_static_and_external_values_when_connectors_answer(plant: Any, functions: Any) -> None:
    functions.handlers["attributes"] = attributes
    lines = [line.split() for line in get("m1", client=plant).splitlines()]
    assert lines[0] == ["Machine", "[1]", "(m1)"]
    assert ["serial", "S1", "STRING"] in lines
    assert ["temperature", "(time", "series)", "DOUBLE", "Celsius"] in lines
    assert ["maker", "ACME\\x1b[31m", "STRING"] in lines
    component = json.loads(get("m1", "probe", client=plant, form="json"))["components"]["probe"]
    assert component["properties"]["serial"]["value"] == "S1"
    assert "m1,probe,sensor,serial,STRING,,S1" in get("m1", client=plant, form="csv").splitlines()


def test_get_shows_the_rest_when_a_connector_fails(plant: Any) -> None:
    lines = [line.split() for line in get("m1", client=plant).splitlines()]
    assert ["maker", "(not", "readable:", "ConnectorFailureException)", "STRING"] in lines
    assert ["serial", "S1", "STRING"] in lines


def test_get_shows_components_inside_a_component_when_it_is_composite(plant: Any) -> None:
    plant.create_component_type(
        **FACTORY, componentTypeId="rig", compositeComponentTypes={"head": {"componentTypeId": "sensor"}}
    )
    plant.create_entity(
        **FACTORY,
        entityId="rig-1",
        entityName="rig-1",
        components={"rig": {"componentTypeId": "rig"}},
        compositeComponents={"rig/head": {"properties": {"serial": {"value": {"stringValue": "H7"}}}}},
    )
    components = json.loads(get("rig-1", "rig/head", client=plant, form="json"))["components"]
    assert list(components) == ["rig/head"]
    assert components["rig/head"]["properties"]["serial"]["value"] == "H7"


def test_get_lists_the_components_when_the_component_is_unknown(plant: Any) -> None:
    with pytest.raises(
        TwinClientError, match=r'^entity "m1" has no component "prob"; its components are: probe$'
    ):
        get("m1", "prob", client=plant)


def test_history_has_all_pages_oldest_first_when_the_connector_pages_backwards(
    plant: Any, functions: Any
) -> None:
    functions.handlers["reader"] = temperature
    rows = list(
        csv.DictReader(
            io.StringIO(history("m1", "probe", ["temperature"], client=plant, now=NOW, form="csv"))
        )
    )
    assert [float(row["value"]) for row in rows] == [20.0 + minute for minute in range(10)]
    assert rows[0]["time"] == "2023-11-14T11:00:00.123456789Z"
    assert rows[0]["unit"] == "Celsius"
    event = functions.payloads[0]
    assert (event["startTime"], event["endTime"]) == (
        "2023-11-14T06:00:00.000000Z",
        "2023-11-14T12:00:00.000000Z",
    )
    document = json.loads(history("m1", "probe", ["temperature"], client=plant, now=NOW, form="json"))
    assert document["properties"][0]["values"][9] == {"time": "2023-11-14T11:09:00.123456789Z", "value": 29.0}


def test_history_draws_a_chart_in_text_format(plant: Any, functions: Any) -> None:
    functions.handlers["reader"] = temperature
    lines = history("m1", "probe", ["temperature"], last="1h", client=plant, now=NOW).splitlines()
    assert lines[0] == "m1 probe temperature [Celsius]: 10 values, min 20, max 29, last 29"
    assert lines[-1].startswith("   └2023-11-14 11:00")
    assert lines[-1].endswith("2023-11-14 12:00 UTC")
    assert max(map(len, lines)) <= 80


def test_history_of_a_static_property_is_an_error_in_one_line(plant: Any) -> None:
    with pytest.raises(TwinClientError) as refused:
        history("m1", "probe", ["serial"], client=plant)
    assert str(refused.value) == (
        "ValidationException: property 'serial' is not a time series; use GetPropertyValue; "
        "check the arguments; `twin entities` and `twin get` show the names"
    )


def test_history_names_the_connector_when_it_fails(plant: Any) -> None:
    with pytest.raises(
        TwinClientError, match=r"^ConnectorFailureException: .*reader.*; the data connector failed"
    ):
        history("m1", "probe", ["temperature"], client=plant)


@pytest.mark.parametrize("last", ["6", "0h", "h", "-1h", "6 h", "999999w", "²h"])
def test_history_shows_the_syntax_of_durations_when_it_is_invalid(last: str) -> None:
    with pytest.raises(TwinError, match=f'^--last is "{last}"; write a number from 1 and s, m, h, d or w'):
        history("m1", "probe", ["temperature"], last=last, client=object())
