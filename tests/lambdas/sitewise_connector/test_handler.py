"""Handler: each kind of event reaches SiteWise, and settings are read once."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from connector_kit import RequestError
from connector_kit.times import NANOSECONDS
from sitewise_connector import handler as handler_module
from sitewise_connector.handler import handler
from tests.support.connector_events import definition, load_event
from tests.support.fake_sitewise import sitewise_value

TIME = 1_772_431_260 * NANOSECONDS
ALIAS = "/plant/${entityId}/${propertyName}"


@pytest.fixture
def stubber(aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """SiteWise behind the handler's own client, for a function with ``PROPERTY_ALIAS``."""
    monkeypatch.setenv("PROPERTY_ALIAS", ALIAS)
    handler_module._environment_and_client.cache_clear()
    _, client, _ = handler_module._environment_and_client()
    with Stubber(client) as active:
        yield active
    handler_module._environment_and_client.cache_clear()


def alias_event(**changes: Any) -> dict[str, Any]:
    properties = {"flow": definition("DOUBLE", isTimeSeries=True, isStoredExternally=True)}
    return load_event(
        "sitewise_history_by_entity", selectedProperties=["flow"], properties=properties, **changes
    )


def test_history_is_read_by_the_alias_of_the_environment(stubber: Stubber) -> None:
    event = alias_event()
    request = {
        "propertyAlias": f"/plant/{event['entityId']}/flow",
        **dict.fromkeys(("startDate", "endDate", "qualities", "timeOrdering", "maxResults"), ANY),
    }
    page = {"assetPropertyValueHistory": [sitewise_value(TIME, doubleValue=4.5)]}
    stubber.add_response("get_asset_property_value_history", page, request)

    answer = handler(event, None)

    (item,) = answer["propertyValues"]
    assert item["values"] == [{"time": "2026-03-02T06:01:00Z", "value": {"doubleValue": 4.5}}]
    stubber.assert_no_pending_responses()


def test_client_is_the_same_in_the_next_invocation(stubber: Stubber) -> None:
    for _ in range(2):
        stubber.add_response("get_asset_property_value_history", {"assetPropertyValueHistory": []})

    answers = [handler(alias_event(), None) for _ in range(2)]

    assert [answer["propertyValues"] for answer in answers] == [[], []]
    stubber.assert_no_pending_responses()


def test_values_are_written_for_an_event_with_entries(stubber: Stubber) -> None:
    event = load_event("data_writer")
    stubber.add_response("batch_put_asset_property_value", {"errorEntries": []})

    assert handler(event, None) == {"errorEntries": []}

    stubber.assert_no_pending_responses()


def test_schema_is_read_for_an_event_without_selected_properties(stubber: Stubber) -> None:
    model = definition("STRING") | {"value": {"stringValue": "5f0e4b8c-2b64-4c0f-9f86-2f8a3c1d7e55"}}
    event = load_event("schema_initializer", properties={"sitewiseAssetModelId": model})
    flow = {"id": "9a7d1c52-0c3b-4d0e-8a58-7f5f0e2a6c01", "name": "flow", "dataType": "DOUBLE",
            "type": {"measurement": {}}}  # fmt: skip
    stubber.add_response("list_asset_model_properties", {"assetModelPropertySummaries": [flow]})

    assert handler(event, None)["properties"].keys() == {"flow"}

    stubber.assert_no_pending_responses()


def test_event_of_no_function_is_refused(stubber: Stubber) -> None:
    with pytest.raises(RequestError):
        handler([], None)
