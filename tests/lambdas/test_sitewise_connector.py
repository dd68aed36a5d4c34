from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
from botocore.stub import Stubber
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connector_kit import ConfigurationError, StoreError, TokenError, parse_event, serve
from connector_kit.times import NANOSECONDS, format_nanoseconds
from connector_kit.tokens import encode_token
from sitewise_connector import handler as handler_module
from sitewise_connector.environment import ENVIRONMENT_NAMES
from sitewise_connector.query import HistoryQuery, instant, sources_for
from sitewise_connector.repository import SiteWiseRepository
from tests.lambdas.fakes import FakeSiteWise, load_event, sitewise_value

START = 1_772_431_200 * NANOSECONDS
MINUTE = 60 * NANOSECONDS
ASSET = "4f1c0f6e-58d5-4a3a-9f6f-0d8a3f6d9b11"
FLOW = "9a7d1c52-0c3b-4d0e-8a58-7f5f0e2a6c01"
RUNNING = "9a7d1c52-0c3b-4d0e-8a58-7f5f0e2a6c02"
SERIAL = "9a7d1c52-0c3b-4d0e-8a58-7f5f0e2a6c03"


def ask(event: Any, sitewise: FakeSiteWise) -> dict[str, Any]:
    return serve(event, lambda request: sources_for(request, sitewise))


def values(page: Mapping[str, Any], place: int = 0) -> list[Any]:
    return [(v["time"], v["value"]) for v in page["propertyValues"][place]["values"]]


def test_history_answers_in_the_services_shape() -> None:
    sitewise = FakeSiteWise(
        {
            FLOW: [
                sitewise_value(START, doubleValue=1.0),
                sitewise_value(START + 1, doubleValue=12.5),
                sitewise_value(START + MINUTE, "BAD", doubleValue=99.0),
                sitewise_value(START + MINUTE + 1, "UNCERTAIN", nullValue={"valueType": "D"}),
                sitewise_value(START + 2 * MINUTE, nullValue={"valueType": "D"}),
                sitewise_value(START + 3 * MINUTE, doubleValue=float("nan")),
                sitewise_value(START + 10 * MINUTE, integerValue=13),
                sitewise_value(START + 10 * MINUTE + 1, doubleValue=14.0),
            ],
            RUNNING: [sitewise_value(START + 5 * MINUTE, booleanValue=False)],
        }
    )
    page = ask(load_event("sitewise_history_by_entity"), sitewise)
    assert [item["entityPropertyReference"] for item in page["propertyValues"]] == [
        {"entityId": "pump-3", "componentName": "drive", "propertyName": "flow"},
        {"entityId": "pump-3", "componentName": "drive", "propertyName": "running"},
    ]
    assert values(page) == [
        ("2026-03-02T06:00:00.000000001Z", {"doubleValue": 12.5}),
        ("2026-03-02T06:10:00Z", {"doubleValue": 13.0}),
    ]
    assert values(page, 1) == [("2026-03-02T06:05:00Z", {"booleanValue": False})]
    assert page["nextToken"] is None


def test_attributes_are_the_newest_values_of_good_quality() -> None:
    event = load_event("sitewise_attribute_by_entity")
    good = FakeSiteWise({SERIAL: [sitewise_value(MINUTE, stringValue="SN-1")]})
    reference = {"entityId": "pump-3", "componentName": "drive", "propertyName": "serial"}
    assert ask(event, good) == {
        "propertyValues": {
            "serial": {"propertyReference": reference, "propertyValue": {"stringValue": "SN-1"}}
        }
    }
    assert good.assets == [ASSET]
    bad = FakeSiteWise({SERIAL: [sitewise_value(MINUTE, "BAD", stringValue="SN-1")]})
    assert ask(event, bad) == {"propertyValues": {}}
    assert ask(event, FakeSiteWise({})) == {"propertyValues": {}}


def test_range_begins_one_second_after_the_epoch_when_the_caller_begins_in_1899() -> None:
    event = load_event("sitewise_history_by_entity", startTime="1899-12-31T00:00:00Z")
    sitewise = FakeSiteWise({})
    ask(event, sitewise)
    assert {query.start for query in sitewise.queries} == {datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)}


def test_sitewise_is_not_asked_when_the_range_ends_before_its_first_instant() -> None:
    event = load_event("sitewise_history_by_entity", startTime="1899-12-31T00:00:00Z")
    sitewise = FakeSiteWise({})
    page = ask(event | {"endTime": "1970-01-01T00:00:01Z"}, sitewise)
    assert page == {"propertyValues": [], "nextToken": None}
    assert sitewise.queries == []


def test_latest_value_is_found_when_filters_turn_down_all_newer_ones() -> None:
    series = [sitewise_value(START + i, doubleValue=float(i)) for i in range(1, 50)]
    event = load_event(
        "sitewise_history_by_entity",
        selectedProperties=["flow"],
        maxResults=1,
        orderByTime="DESCENDING",
        propertyFilters=[{"propertyName": "flow", "operator": "<", "value": {"doubleValue": 3}}],
    )
    page = ask(event, FakeSiteWise({FLOW: series}, page_values=7))
    assert values(page) == [("2026-03-02T06:00:00.000000002Z", {"doubleValue": 2.0})]


offsets = st.integers(-5, 40) | st.sampled_from([999, 1000, 1001, 1999, 2000, 5_000_000])


@settings(max_examples=150, deadline=None)
@given(
    series=st.dictionaries(offsets, st.booleans(), max_size=40),
    bounds=st.tuples(offsets, offsets).map(sorted),
    order=st.sampled_from(["ASCENDING", "DESCENDING"]),
    max_results=st.integers(1, 9),
    page_values=st.integers(1, 20),
)
@example({5: True, 4: True}, [0, 5], "DESCENDING", 1, 20)
def test_pages_of_sitewise_together_are_its_values_to_the_nanosecond(
    series: dict[int, bool], bounds: list[int], order: str, max_results: int, page_values: int
) -> None:
    start, end = bounds
    sitewise = FakeSiteWise(
        {
            FLOW: [
                sitewise_value(START + at, "GOOD" if good else "BAD", doubleValue=float(at))
                for at, good in series.items()
            ]
        },
        page_values,
    )
    event = load_event(
        "sitewise_history_by_entity",
        selectedProperties=["flow"],
        startTime=format_nanoseconds(START + start),
        endTime=format_nanoseconds(START + end),
        orderByTime=order,
        maxResults=max_results,
    )
    got: list[Any] = []
    for _ in range(len(series) + 2):
        page = ask(event, sitewise)
        got += values(page) if page["propertyValues"] else []
        event["nextToken"] = page["nextToken"]
        if event["nextToken"] is None:
            break
    assert event["nextToken"] is None
    inside = sorted(at for at, good in series.items() if good and start < at <= end)
    if order == "DESCENDING":
        inside.reverse()
    assert got == [(format_nanoseconds(START + at), {"doubleValue": float(at)}) for at in inside]


@pytest.mark.parametrize("position", [("x",), (str(START),), ("9" * 5000,), ("1", "2"), ("٣",)])
def test_forged_resume_point_is_refused_when_it_lies_outside(position: tuple[str, ...]) -> None:
    event = load_event("sitewise_history_by_entity")
    token = encode_token(parse_event(event), [position, None])
    with pytest.raises(TokenError, match="nextToken points outside the request"):
        ask(event | {"nextToken": token}, FakeSiteWise({}))


def test_missing_asset_is_named() -> None:
    event = load_event("sitewise_history_by_entity")
    del event["properties"]["sitewiseAssetId"]["value"]
    with pytest.raises(ConfigurationError, match=r"^sitewiseAssetId has no value; give the compon"):
        ask(event, FakeSiteWise({}))


def test_all_properties_without_a_sitewise_property_are_named() -> None:
    event = load_event("sitewise_history_by_entity")
    for name in ("flow", "running"):
        del event["properties"][name]["definition"]["configuration"]
    words = "^no sitewisePropertyId in the configuration of flow, running; set it to the UUID"
    with pytest.raises(ConfigurationError, match=words):
        ask(event, FakeSiteWise({}))


def test_component_type_is_answered_for_the_asset_it_names_by_default() -> None:
    event = load_event("sitewise_history_by_entity", entityId=None, componentName=None)
    event |= {"componentTypeId": "com.example.pump", "selectedProperties": ["flow"]}
    asset = event["properties"]["sitewiseAssetId"]
    asset["definition"] |= {"defaultValue": asset.pop("value"), "isExternalId": True}
    page = ask(event, FakeSiteWise({FLOW: [sitewise_value(START + 1, doubleValue=1.0)]}))
    assert page["propertyValues"][0]["entityPropertyReference"] == {
        "externalIdProperty": {"sitewiseAssetId": ASSET},
        "propertyName": "flow",
    }


def test_component_type_answer_names_the_external_id_when_it_is_not_the_asset() -> None:
    event = load_event("sitewise_history_by_entity", entityId=None, componentName=None)
    event |= {"componentTypeId": "com.example.pump", "selectedProperties": ["flow"]}
    event["properties"]["tag"] = {
        "definition": {"dataType": {"type": "STRING"}, "isExternalId": True},
        "value": {"stringValue": "P-3"},
    }
    page = ask(event, FakeSiteWise({FLOW: [sitewise_value(START + 1, doubleValue=1.0)]}))
    reference = page["propertyValues"][0]["entityPropertyReference"]
    assert reference["externalIdProperty"] == {"tag": "P-3"}


def test_instant_without_nanoseconds_is_a_whole_second() -> None:
    assert instant({"timestamp": {"timeInSeconds": 7}}) == 7 * NANOSECONDS


# --- the real client ---------------------------------------------------------------------------


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    handler_module._sitewise.cache_clear()
    yield handler_module._sitewise()._client
    handler_module._sitewise.cache_clear()


def test_handler_reads_history_with_sitewises_shape(client: Any) -> None:
    parameters = {
        "assetId": ASSET,
        "startDate": datetime(2026, 3, 2, 6, 0, tzinfo=UTC),
        "endDate": datetime(2026, 3, 2, 6, 10, tzinfo=UTC),
        "qualities": ["GOOD"],
        "timeOrdering": "ASCENDING",
        "maxResults": 102,
    }
    operation = "get_asset_property_value_history"
    value = sitewise_value(START + MINUTE, doubleValue=4.5)
    with Stubber(client) as stubber:
        first = {"propertyId": FLOW, **parameters}
        stubber.add_response(operation, {"assetPropertyValueHistory": [], "nextToken": "dG9rZW4="}, first)
        stubber.add_response(
            operation,
            {"assetPropertyValueHistory": [value]},
            first | {"nextToken": "dG9rZW4="},
        )
        stubber.add_response(
            operation, {"assetPropertyValueHistory": []}, {"propertyId": RUNNING, **parameters}
        )
        page = handler_module.handler(load_event("sitewise_history_by_entity"), None)
        stubber.assert_no_pending_responses()
    assert values(page) == [("2026-03-02T06:01:00Z", {"doubleValue": 4.5})]


def test_handler_reads_attributes_with_sitewises_shape(client: Any) -> None:
    with Stubber(client) as stubber:
        stubber.add_response(
            "get_asset_property_value",
            {"propertyValue": sitewise_value(START, stringValue="SN-9")},
            {"assetId": ASSET, "propertyId": SERIAL},
        )
        page = handler_module.handler(load_event("sitewise_attribute_by_entity"), None)
    assert page["propertyValues"]["serial"]["propertyValue"] == {"stringValue": "SN-9"}


@pytest.mark.parametrize(
    ("name", "operation", "called"),
    [
        (
            "sitewise_history_by_entity",
            "get_asset_property_value_history",
            "GetAssetPropertyValueHistory",
        ),
        ("sitewise_attribute_by_entity", "get_asset_property_value", "GetAssetPropertyValue"),
    ],
)
def test_failure_of_sitewise_says_what_to_check(client: Any, name: str, operation: str, called: str) -> None:
    with Stubber(client) as stubber:
        stubber.add_client_error(operation, "ResourceNotFoundException", "no such asset", 404)
        with pytest.raises(StoreError) as error:
            handler_module.handler(load_event(name), None)
    message = str(error.value)
    assert message.startswith(f"iotsitewise:{called} of property 9a7d1c52-")
    assert "no such asset; check sitewiseAssetId, sitewisePropertyId and the region" in message
    assert "entityId='pump-3', componentName='drive'" in message


def test_id_that_is_no_uuid_fails_in_words(client: Any) -> None:
    event = load_event("sitewise_attribute_by_entity")
    event["properties"]["sitewiseAssetId"]["value"] = {"stringValue": "pump-3"}
    with pytest.raises(StoreError, match="Invalid length for parameter assetId"):
        handler_module.handler(event, None)


def test_times_reach_sitewise_in_microseconds(client: Any) -> None:
    sent: list[Any] = []
    session: Any = botocore.session.get_session().create_client("iotsitewise")
    session.meta.events.register(
        "before-call.iotsitewise.*", lambda params, **_: sent.append(params["query_string"])
    )
    session.meta.events.register(
        "before-send.iotsitewise.*", lambda **_: pytest.fail("stopped before the network")
    )
    instant = datetime(2026, 3, 2, 6, 0, 0, 1, tzinfo=UTC)
    query = HistoryQuery(ASSET, FLOW, instant, instant, ascending=True, limit=1, next_token=None)
    with pytest.raises(pytest.fail.Exception):
        SiteWiseRepository(session).history(query)
    assert sent[0]["startDate"] == "2026-03-02T06:00:00.000001Z"


def test_connector_needs_no_settings() -> None:
    assert ENVIRONMENT_NAMES == ()
