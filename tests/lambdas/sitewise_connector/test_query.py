"""From requests to values of SiteWise, page by page."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connector_kit import ConfigurationError, TokenError, parse_event
from connector_kit.times import NANOSECONDS, format_nanoseconds
from connector_kit.tokens import encode_token
from sitewise_connector.addressing import Address
from sitewise_connector.environment import Environment
from sitewise_connector.query import instant_of
from tests.support.connector_events import definition, load_event
from tests.support.fake_sitewise import FakeSiteWise, ask_sitewise, sitewise_value
from tests.support.soak import repetitions

START = 1_772_431_200 * NANOSECONDS


MINUTE = 60 * NANOSECONDS


ASSET = "4f1c0f6e-58d5-4a3a-9f6f-0d8a3f6d9b11"


FLOW = "9a7d1c52-0c3b-4d0e-8a58-7f5f0e2a6c01"


RUNNING = "9a7d1c52-0c3b-4d0e-8a58-7f5f0e2a6c02"


SERIAL = "9a7d1c52-0c3b-4d0e-8a58-7f5f0e2a6c03"


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
    page = ask_sitewise(load_event("sitewise_history_by_entity"), sitewise)
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
    assert ask_sitewise(event, good) == {
        "propertyValues": {
            "serial": {"propertyReference": reference, "propertyValue": {"stringValue": "SN-1"}}
        }
    }
    assert good.addresses == [Address("serial", ASSET, SERIAL)]
    bad = FakeSiteWise({SERIAL: [sitewise_value(MINUTE, "BAD", stringValue="SN-1")]})
    assert ask_sitewise(event, bad) == {"propertyValues": {}}
    assert ask_sitewise(event, FakeSiteWise({})) == {"propertyValues": {}}


def test_range_begins_one_second_after_the_epoch_when_the_caller_begins_in_1899() -> None:
    event = load_event("sitewise_history_by_entity", startTime="1899-12-31T00:00:00Z")
    sitewise = FakeSiteWise({})
    ask_sitewise(event, sitewise)
    (batch,) = sitewise.batches
    assert {query.start for query in batch} == {datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)}


def test_range_before_sitewises_first_instant_does_not_call_sitewise() -> None:
    event = load_event("sitewise_history_by_entity", startTime="1899-12-31T00:00:00Z")
    sitewise = FakeSiteWise({})
    page = ask_sitewise(event | {"endTime": "1970-01-01T00:00:01Z"}, sitewise)
    assert page == {"propertyValues": [], "nextToken": None}
    assert (sitewise.queries, sitewise.batches) == ([], [])


def test_null_and_bad_values_are_counted_in_the_log_line(caplog: pytest.LogCaptureFixture) -> None:
    event = load_event("sitewise_attribute_by_entity")
    left_out = [
        sitewise_value(MINUTE, "BAD", stringValue="SN-1"),
        sitewise_value(MINUTE, "UNCERTAIN", stringValue="SN-1"),
        sitewise_value(MINUTE, nullValue={"valueType": "S"}),
    ]
    with caplog.at_level(logging.INFO, "connector"):
        for value in left_out:
            ask_sitewise(event, FakeSiteWise({SERIAL: [value]}))
        ask_sitewise(event, FakeSiteWise({SERIAL: [sitewise_value(MINUTE, stringValue="SN-1")]}))
    assert [record.__dict__["unreadable"] for record in caplog.records] == [1, 1, 1, 0]


def test_pages_of_interpolated_values_continue_with_one_batch_each() -> None:
    series = {
        prop: [sitewise_value(START + at * MINUTE, doubleValue=float(at * slope)) for at in (1, 4, 9)]
        for prop, slope in ((FLOW, 1), (RUNNING, 2))
    }
    sitewise = FakeSiteWise(series, batch_counts_each=True)
    event = load_event("sitewise_history_by_entity", maxResults=3)
    event["interpolation"] = {"interpolationType": "LINEAR", "intervalInSeconds": 60}
    event["properties"]["running"]["definition"]["dataType"]["type"] = "DOUBLE"
    got: list[list[Any]] = [[], []]
    pages = 0
    while pages == 0 or event["nextToken"]:
        page = ask_sitewise(event, sitewise)
        event["nextToken"] = page["nextToken"]
        pages += 1
        for place in range(len(page["propertyValues"])):
            got[place] += values(page, place)
    for slope, points in enumerate(got, start=1):
        assert points == [
            (format_nanoseconds(START + at * MINUTE), {"doubleValue": float(at * slope)})
            for at in range(1, 10)
        ]
    assert (pages, len(sitewise.batches), sitewise.queries) == (4, 4, [])


def test_latest_value_that_the_filters_accept_is_found() -> None:
    series = [sitewise_value(START + i, doubleValue=float(i)) for i in range(1, 50)]
    event = load_event(
        "sitewise_history_by_entity",
        selectedProperties=["flow"],
        maxResults=1,
        orderByTime="DESCENDING",
        propertyFilters=[{"propertyName": "flow", "operator": "<", "value": {"doubleValue": 3}}],
    )
    sitewise = FakeSiteWise({FLOW: series}, page_values=7)
    page = ask_sitewise(event, sitewise)
    assert values(page) == [("2026-03-02T06:00:00.000000002Z", {"doubleValue": 2.0})]
    assert {query.limit for query in sitewise.queries} == {20_000}, "any number may be turned down"


offsets = st.integers(-5, 40) | st.sampled_from([999, 1000, 1001, 1999, 2000, 5_000_000])


@pytest.mark.soak
@settings(max_examples=repetitions(40, 1500), deadline=None)
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
        page = ask_sitewise(event, sitewise)
        got += values(page) if page["propertyValues"] else []
        event["nextToken"] = page["nextToken"]
        if event["nextToken"] is None:
            break
    assert event["nextToken"] is None
    inside = sorted(at for at, good in series.items() if good and start < at <= end)
    if order == "DESCENDING":
        inside.reverse()
    assert got == [(format_nanoseconds(START + at), {"doubleValue": float(at)}) for at in inside]


@dataclass
class Plant:
    """What a random plant holds, and how SiteWise hands it out."""

    series: list[dict[int, bool]]
    page_values: int
    batch_values: int
    batch_counts_each: bool

    def sitewise(self, names: Sequence[str]) -> FakeSiteWise:
        held = {
            name: [
                sitewise_value(START + at, "GOOD" if good else "BAD", doubleValue=float(at))
                for at, good in series.items()
            ]
            for name, series in zip(names, self.series, strict=True)
        }
        return FakeSiteWise(held, self.page_values, self.batch_values, self.batch_counts_each)


plants = st.builds(
    Plant,
    st.lists(st.dictionaries(offsets, st.booleans(), max_size=30), min_size=2, max_size=4),
    st.integers(1, 20),
    st.integers(1, 40),
    st.booleans(),
)


@pytest.mark.soak
@settings(max_examples=repetitions(40, 1500), deadline=None)
@given(
    plant=plants,
    bounds=st.tuples(offsets, offsets).map(sorted),
    order=st.sampled_from(["ASCENDING", "DESCENDING"]),
    max_results=st.integers(1, 9),
)
@example(Plant([{5: True, 6: True}, {5: True}], 20, 1, batch_counts_each=False), [0, 5], "ASCENDING", 1)
@example(Plant([{1: True, 5: True}, {1: True}], 20, 2, batch_counts_each=True), [0, 5], "DESCENDING", 2)
@example(
    Plant([{1: True, 2: True, 3: True}, {1: True}], 20, 1, batch_counts_each=False), [0, 5], "DESCENDING", 3
)
def test_pages_of_several_properties_are_their_values_however_a_batch_is_cut(
    plant: Plant, bounds: list[int], order: str, max_results: int
) -> None:
    start, end = bounds
    names = [f"p{number}" for number in range(len(plant.series))]
    sitewise = plant.sitewise(names)
    event = load_event(
        "sitewise_history_by_entity",
        selectedProperties=names,
        startTime=format_nanoseconds(START + start),
        endTime=format_nanoseconds(START + end),
        orderByTime=order,
        maxResults=max_results,
    )
    event["properties"] |= {
        name: definition("DOUBLE", configuration={"sitewisePropertyAlias": name}) for name in names
    }
    got: dict[str, list[Any]] = {name: [] for name in names}
    for _ in range(32):
        page = ask_sitewise(event, sitewise)
        for item in page["propertyValues"]:
            assert len(item["values"]) <= max_results
            got[item["entityPropertyReference"]["propertyName"]] += [
                (value["time"], value["value"]) for value in item["values"]
            ]
        event["nextToken"] = page["nextToken"]
        if event["nextToken"] is None:
            break
    assert event["nextToken"] is None
    for name, series in zip(names, plant.series, strict=True):
        inside = sorted(at for at, good in series.items() if good and start < at <= end)
        if order == "DESCENDING":
            inside.reverse()
        assert got[name] == [(format_nanoseconds(START + at), {"doubleValue": float(at)}) for at in inside]


def test_one_batch_reads_a_page_of_several_properties_when_all_fit_in_it() -> None:
    event = load_event("sitewise_history_by_entity", maxResults=2)
    flow = [sitewise_value(START + i, doubleValue=float(i)) for i in range(1, 6)]
    sitewise = FakeSiteWise({FLOW: flow, RUNNING: [sitewise_value(START + 1, booleanValue=True)]})
    event["nextToken"] = ask_sitewise(event, sitewise)["nextToken"]
    assert [[query.limit for query in batch] for batch in sitewise.batches] == [[4, 4]]
    assert sitewise.queries == []
    ask_sitewise(event, sitewise)
    # Only one property is left: alone it needs no batch.
    assert len(sitewise.batches) == 1
    assert [query.address.name for query in sitewise.queries] == ["flow"]


def test_property_that_was_read_to_the_end_of_the_range_is_not_read_again() -> None:
    event = load_event("sitewise_history_by_entity")
    end = START + 10 * MINUTE
    token = encode_token(parse_event(event), [(str(end),), (str(START + MINUTE),)])
    sitewise = FakeSiteWise({RUNNING: [sitewise_value(end, booleanValue=True)]})
    page = ask_sitewise(event | {"nextToken": token}, sitewise)
    assert values(page) == [("2026-03-02T06:10:00Z", {"booleanValue": True})]
    assert sitewise.batches == []
    assert [query.address.name for query in sitewise.queries] == ["running"]


def test_batch_that_ends_at_the_end_of_the_range_is_not_continued() -> None:
    end = START + 10 * MINUTE
    sitewise = FakeSiteWise(
        {
            FLOW: [sitewise_value(end, doubleValue=1.0)],
            RUNNING: [sitewise_value(end, booleanValue=True)],
        },
        batch_values=1,
    )
    page = ask_sitewise(load_event("sitewise_history_by_entity"), sitewise)
    assert values(page) == [("2026-03-02T06:10:00Z", {"doubleValue": 1.0})]
    assert values(page, 1) == [("2026-03-02T06:10:00Z", {"booleanValue": True})]
    assert [query.address.name for query in sitewise.queries] == ["running"]


@pytest.mark.parametrize("position", [("x",), (str(START),), ("9" * 5000,), ("1", "2"), ("٣",)])
def test_forged_resume_point_is_refused_when_it_lies_outside(position: tuple[str, ...]) -> None:
    event = load_event("sitewise_history_by_entity")
    token = encode_token(parse_event(event), [position, None])
    with pytest.raises(TokenError, match="nextToken points outside the request"):
        ask_sitewise(event | {"nextToken": token}, FakeSiteWise({}))


def test_component_type_is_answered_by_alias_for_the_external_id_it_has_by_default() -> None:
    event = load_event("sitewise_history_by_entity", entityId=None, componentName=None)
    event |= {"componentTypeId": "com.example.pump", "selectedProperties": ["flow"]}
    event["properties"]["flow"]["definition"]["configuration"] = {}
    event["properties"]["tag"] = definition("STRING", isExternalId=True, defaultValue={"stringValue": "P-3"})
    sitewise = FakeSiteWise({"/P-3/flow": [sitewise_value(START + 1, doubleValue=1.0)]})
    page = ask_sitewise(event, sitewise, Environment("/${tag}/${propertyName}"))
    (item,) = page["propertyValues"]
    assert item["entityPropertyReference"]["externalIdProperty"] == {"tag": "P-3"}
    del event["properties"]["tag"]["definition"]["defaultValue"]
    with pytest.raises(ConfigurationError, match="gives no value for tag, so an answer"):
        ask_sitewise(event, sitewise, Environment("/P-3/${propertyName}"))


def test_component_type_is_answered_for_the_asset_it_names_by_default() -> None:
    event = load_event("sitewise_history_by_entity", entityId=None, componentName=None)
    event |= {"componentTypeId": "com.example.pump", "selectedProperties": ["flow"]}
    asset = event["properties"]["sitewiseAssetId"]
    asset["definition"] |= {"defaultValue": asset.pop("value"), "isExternalId": True}
    page = ask_sitewise(event, FakeSiteWise({FLOW: [sitewise_value(START + 1, doubleValue=1.0)]}))
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
    page = ask_sitewise(event, FakeSiteWise({FLOW: [sitewise_value(START + 1, doubleValue=1.0)]}))
    reference = page["propertyValues"][0]["entityPropertyReference"]
    assert reference["externalIdProperty"] == {"tag": "P-3"}


@pytest.mark.parametrize(
    ("end", "expected_end"),
    [
        ("9000-01-01T00:00:00Z", datetime(9000, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59.999999999Z", datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_range_may_end_in_any_year(end: str, expected_end: datetime) -> None:
    sitewise = FakeSiteWise({})
    ask_sitewise(load_event("sitewise_history_by_entity", selectedProperties=["flow"], endTime=end), sitewise)
    assert [query.end for query in sitewise.queries] == [expected_end]


def test_instant_without_nanoseconds_is_a_whole_second() -> None:
    assert instant_of({"timestamp": {"timeInSeconds": 7}}) == 7 * NANOSECONDS
