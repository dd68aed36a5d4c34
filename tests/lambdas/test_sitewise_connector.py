import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.stub import Stubber
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connector_kit import ConfigurationError, Deadline, StoreError, TokenError, parse_event, serve
from connector_kit.times import NANOSECONDS, format_nanoseconds
from connector_kit.tokens import encode_token
from sitewise_connector import handler as handler_module
from sitewise_connector.addressing import Address
from sitewise_connector.environment import ENVIRONMENT_NAMES, Environment
from sitewise_connector.query import instant_of, sources_for
from sitewise_connector.repository import IdCache, SiteWiseRepository
from sitewise_connector.shapes import HistoryQuery
from tests.lambdas.fakes import FakeSiteWise, definition, load_event, sitewise_value
from tests.support.soak import repetitions

START = 1_772_431_200 * NANOSECONDS
MINUTE = 60 * NANOSECONDS
ASSET = "4f1c0f6e-58d5-4a3a-9f6f-0d8a3f6d9b11"
FLOW = "9a7d1c52-0c3b-4d0e-8a58-7f5f0e2a6c01"
RUNNING = "9a7d1c52-0c3b-4d0e-8a58-7f5f0e2a6c02"
SERIAL = "9a7d1c52-0c3b-4d0e-8a58-7f5f0e2a6c03"


PLAIN = Environment()


def ask(event: Any, sitewise: FakeSiteWise, environment: Environment = PLAIN) -> dict[str, Any]:
    return serve(event, lambda request: sources_for(request, environment, sitewise))


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
    assert good.addresses == [Address("serial", ASSET, SERIAL)]
    bad = FakeSiteWise({SERIAL: [sitewise_value(MINUTE, "BAD", stringValue="SN-1")]})
    assert ask(event, bad) == {"propertyValues": {}}
    assert ask(event, FakeSiteWise({})) == {"propertyValues": {}}


def test_range_begins_one_second_after_the_epoch_when_the_caller_begins_in_1899() -> None:
    event = load_event("sitewise_history_by_entity", startTime="1899-12-31T00:00:00Z")
    sitewise = FakeSiteWise({})
    ask(event, sitewise)
    (batch,) = sitewise.batches
    assert {query.start for query in batch} == {datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)}


def test_sitewise_is_not_asked_when_the_range_ends_before_its_first_instant() -> None:
    event = load_event("sitewise_history_by_entity", startTime="1899-12-31T00:00:00Z")
    sitewise = FakeSiteWise({})
    page = ask(event | {"endTime": "1970-01-01T00:00:01Z"}, sitewise)
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
            ask(event, FakeSiteWise({SERIAL: [value]}))
        ask(event, FakeSiteWise({SERIAL: [sitewise_value(MINUTE, stringValue="SN-1")]}))
    assert [record.__dict__["unreadable"] for record in caplog.records] == [1, 1, 1, 0]


def test_pages_of_interpolated_values_go_on_where_they_ended_with_one_batch_each() -> None:
    series = {
        one: [sitewise_value(START + at * MINUTE, doubleValue=float(at * slope)) for at in (1, 4, 9)]
        for one, slope in ((FLOW, 1), (RUNNING, 2))
    }
    sitewise = FakeSiteWise(series, batch_counts_each=True)
    event = load_event("sitewise_history_by_entity", maxResults=3)
    event["interpolation"] = {"interpolationType": "LINEAR", "intervalInSeconds": 60}
    event["properties"]["running"]["definition"]["dataType"]["type"] = "DOUBLE"
    got: list[list[Any]] = [[], []]
    pages = 0
    while pages == 0 or event["nextToken"]:
        page = ask(event, sitewise)
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


def test_latest_value_is_found_when_filters_turn_down_all_newer_ones() -> None:
    series = [sitewise_value(START + i, doubleValue=float(i)) for i in range(1, 50)]
    event = load_event(
        "sitewise_history_by_entity",
        selectedProperties=["flow"],
        maxResults=1,
        orderByTime="DESCENDING",
        propertyFilters=[{"propertyName": "flow", "operator": "<", "value": {"doubleValue": 3}}],
    )
    sitewise = FakeSiteWise({FLOW: series}, page_values=7)
    page = ask(event, sitewise)
    assert values(page) == [("2026-03-02T06:00:00.000000002Z", {"doubleValue": 2.0})]
    assert {query.limit for query in sitewise.queries} == {20_000}, "any number may be turned down"


offsets = st.integers(-5, 40) | st.sampled_from([999, 1000, 1001, 1999, 2000, 5_000_000])


@pytest.mark.soak
@settings(max_examples=repetitions(80, 1500), deadline=None)
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
@settings(max_examples=repetitions(80, 1500), deadline=None)
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
        page = ask(event, sitewise)
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
    event["nextToken"] = ask(event, sitewise)["nextToken"]
    assert [[query.limit for query in batch] for batch in sitewise.batches] == [[4, 4]]
    assert sitewise.queries == []
    ask(event, sitewise)
    # Only one property is left: alone it needs no batch.
    assert len(sitewise.batches) == 1
    assert [query.address.name for query in sitewise.queries] == ["flow"]


def test_property_that_was_read_to_the_end_of_the_range_is_not_asked_again() -> None:
    event = load_event("sitewise_history_by_entity")
    end = START + 10 * MINUTE
    token = encode_token(parse_event(event), [(str(end),), (str(START + MINUTE),)])
    sitewise = FakeSiteWise({RUNNING: [sitewise_value(end, booleanValue=True)]})
    page = ask(event | {"nextToken": token}, sitewise)
    assert values(page) == [("2026-03-02T06:10:00Z", {"booleanValue": True})]
    assert sitewise.batches == []
    assert [query.address.name for query in sitewise.queries] == ["running"]


def test_batch_that_ends_at_the_end_of_the_range_is_not_gone_on_with() -> None:
    end = START + 10 * MINUTE
    sitewise = FakeSiteWise(
        {
            FLOW: [sitewise_value(end, doubleValue=1.0)],
            RUNNING: [sitewise_value(end, booleanValue=True)],
        },
        batch_values=1,
    )
    page = ask(load_event("sitewise_history_by_entity"), sitewise)
    assert values(page) == [("2026-03-02T06:10:00Z", {"doubleValue": 1.0})]
    assert values(page, 1) == [("2026-03-02T06:10:00Z", {"booleanValue": True})]
    assert [query.address.name for query in sitewise.queries] == ["running"]


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
    del event["properties"]["sitewiseAssetId"]["value"]
    words = "^no sitewisePropertyId in the configuration of flow, running; set it to the UUID"
    with pytest.raises(ConfigurationError, match=words):
        ask(event, FakeSiteWise({}))


def addressed(configuration: Mapping[str, str], template: str | None = None, **values: Any) -> Address:
    """The address of a property with that configuration, in a component with those values."""
    event = load_event("sitewise_attribute_by_entity")
    event["properties"]["serial"]["definition"]["configuration"] = configuration
    event["properties"] |= values
    sitewise = FakeSiteWise({})
    ask(event, sitewise, Environment(template))
    (address,) = sitewise.addresses
    return address


TEXT = {"definition": {"dataType": {"type": "STRING"}}}


def text(value: str) -> dict[str, Any]:
    return TEXT | {"value": {"stringValue": value}}


def test_alias_is_the_template_filled_from_request_and_component() -> None:
    alias = {"sitewisePropertyAlias": "/${workspaceId}/${line}/${entityId}/${componentName}/${propertyName}"}
    found = addressed(alias, line=text("line 7"), sitewiseAssetId=TEXT)
    assert found == Address("serial", alias="/press-shop/line 7/pump-3/drive/serial")
    default = {"definition": TEXT["definition"] | {"defaultValue": {"stringValue": "L0"}}}
    assert addressed(alias, line=default).alias == "/press-shop/L0/pump-3/drive/serial"
    number = {"definition": {"dataType": {"type": "INTEGER"}}, "value": {"integerValue": 4}}
    assert addressed({"sitewisePropertyAlias": "${n}/${n}"}, n=number).alias == "4/4"


def test_component_cannot_change_what_the_request_says_when_it_has_a_property_of_that_name() -> None:
    alias = {"sitewisePropertyAlias": "${entityId}/${propertyName}"}
    found = addressed(alias, entityId=text("pump-9"), propertyName=text("secret"))
    assert found.alias == "pump-3/serial"


def test_connectors_template_serves_properties_that_name_nothing() -> None:
    assert addressed({}, "/plant/${propertyName}").alias == "/plant/serial"
    assert addressed({"sitewisePropertyAlias": "/own"}, "/plant/${propertyName}").alias == "/own"
    assert addressed({"sitewisePropertyId": SERIAL}, "/plant/x") == Address("serial", ASSET, SERIAL)
    assert addressed({"sitewisePropertyExternalId": "sn"}, "/plant/x").property_id == "externalId:sn"


def test_placeholders_without_a_value_are_all_named() -> None:
    template = "/${plant}/${line}/${}/${propertyName}"
    with pytest.raises(ConfigurationError) as error:
        addressed({}, template, plant=text(""), line=TEXT)
    message = str(error.value)
    for placeholder in ("${plant}", "${line}", "${}"):
        words = f'{placeholder} in the alias "{template}" of serial has no value; it may be one of '
        assert words + "workspaceId, entityId, componentName, propertyName or a" in message
    assert "${propertyName} in the alias" not in message


def test_placeholder_of_the_entity_is_refused_when_a_component_type_is_asked() -> None:
    event = load_event("sitewise_history_by_entity", entityId=None, componentName=None)
    event |= {"componentTypeId": "com.example.pump", "selectedProperties": ["flow"]}
    event["properties"]["tag"] = definition("STRING", isExternalId=True)
    event["properties"]["flow"]["definition"]["configuration"] = {}
    with pytest.raises(
        ConfigurationError, match=r'^\$\{entityId\} in the alias "/\$\{entityId\}" of flow has no'
    ):
        ask(event, FakeSiteWise({}), Environment("/${entityId}"))


def test_component_type_is_answered_by_alias_for_the_external_id_it_has_by_default() -> None:
    event = load_event("sitewise_history_by_entity", entityId=None, componentName=None)
    event |= {"componentTypeId": "com.example.pump", "selectedProperties": ["flow"]}
    event["properties"]["flow"]["definition"]["configuration"] = {}
    event["properties"]["tag"] = definition("STRING", isExternalId=True, defaultValue={"stringValue": "P-3"})
    sitewise = FakeSiteWise({"/P-3/flow": [sitewise_value(START + 1, doubleValue=1.0)]})
    page = ask(event, sitewise, Environment("/${tag}/${propertyName}"))
    (item,) = page["propertyValues"]
    assert item["entityPropertyReference"]["externalIdProperty"] == {"tag": "P-3"}
    del event["properties"]["tag"]["definition"]["defaultValue"]
    with pytest.raises(ConfigurationError, match="gives no value for tag, so an answer"):
        ask(event, sitewise, Environment("/P-3/${propertyName}"))


@pytest.mark.parametrize("wrong", ["pump-3", ASSET.upper(), "externalId:", "externalId:a", "externalId:é.é"])
def test_ids_that_sitewise_would_refuse_are_all_named(wrong: str) -> None:
    words = f'is "{wrong}"; it must be a UUID in lower case, or externalId: before an external id'
    with pytest.raises(ConfigurationError) as error:
        addressed({"sitewisePropertyId": wrong}, sitewiseAssetId=text(wrong))
    assert f"the sitewisePropertyId of serial {words}" in str(error.value)
    assert f"; sitewiseAssetId {words}" in str(error.value)


def test_external_id_that_sitewise_would_refuse_is_named_once() -> None:
    with pytest.raises(ConfigurationError) as error:
        addressed({"sitewisePropertyId": SERIAL}, sitewiseAssetId=TEXT, sitewiseAssetExternalId=text("é.é"))
    assert str(error.value).startswith('sitewiseAssetId is "externalId:é.é"; it must be a UUID')
    assert "has no value" not in str(error.value)


def test_external_ids_get_the_prefix_that_configurations_cannot_hold() -> None:
    outer: dict[str, Any] = {"sitewiseAssetId": TEXT, "sitewiseAssetExternalId": text("pump-3")}
    external = {"sitewisePropertyExternalId": "serial"}
    assert addressed(external, **outer) == Address("serial", "externalId:pump-3", "externalId:serial")
    assert addressed(external) == Address("serial", ASSET, "externalId:serial")
    assert addressed({"sitewisePropertyId": SERIAL}, **outer) == Address(
        "serial", "externalId:pump-3", SERIAL
    )
    prefixed: dict[str, Any] = {"sitewiseAssetId": text("externalId:pump-3")}
    assert addressed({"sitewisePropertyExternalId": "externalId:serial"}, **prefixed) == Address(
        "serial", "externalId:pump-3", "externalId:serial"
    )


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


@pytest.mark.parametrize(
    ("end", "asked"),
    [
        ("9000-01-01T00:00:00Z", datetime(9000, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59.999999999Z", datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_range_may_end_in_any_year(end: str, asked: datetime) -> None:
    sitewise = FakeSiteWise({})
    ask(load_event("sitewise_history_by_entity", selectedProperties=["flow"], endTime=end), sitewise)
    assert [query.end for query in sitewise.queries] == [asked]


def test_instant_without_nanoseconds_is_a_whole_second() -> None:
    assert instant_of({"timestamp": {"timeInSeconds": 7}}) == 7 * NANOSECONDS


# --- the real client ---------------------------------------------------------------------------


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    handler_module._environment_and_client.cache_clear()
    _, client, _ = handler_module._environment_and_client()
    yield client
    handler_module._environment_and_client.cache_clear()


def repository_of(client: Any, ids: IdCache | None = None) -> SiteWiseRepository:
    return SiteWiseRepository(client, Deadline(lambda: 60), {} if ids is None else ids)


RANGE: dict[str, Any] = {
    "startDate": datetime(2026, 3, 2, 6, 0, tzinfo=UTC),
    "endDate": datetime(2026, 3, 2, 6, 10, tzinfo=UTC),
    "qualities": ["GOOD"],
    "timeOrdering": "ASCENDING",
}
NOTHING: dict[str, Any] = {"successEntries": [], "errorEntries": [], "skippedEntries": []}


def test_handler_reads_the_history_of_one_property_with_sitewises_shape(client: Any) -> None:
    operation = "get_asset_property_value_history"
    value = sitewise_value(START + MINUTE, doubleValue=4.5)
    with Stubber(client) as stubber:
        first = {"assetId": ASSET, "propertyId": FLOW, **RANGE, "maxResults": 102}
        stubber.add_response(operation, {"assetPropertyValueHistory": [], "nextToken": "dG9rZW4="}, first)
        stubber.add_response(
            operation, {"assetPropertyValueHistory": [value]}, first | {"nextToken": "dG9rZW4="}
        )
        event = load_event("sitewise_history_by_entity", selectedProperties=["flow"])
        page = handler_module.handler(event, None)
        stubber.assert_no_pending_responses()
    assert values(page) == [("2026-03-02T06:01:00Z", {"doubleValue": 4.5})]


def test_handler_reads_the_history_of_several_properties_with_sitewises_shape(client: Any) -> None:
    value = sitewise_value(START + MINUTE, doubleValue=4.5)
    entries = [
        {"entryId": str(number), "assetId": ASSET, "propertyId": one, **RANGE}
        for number, one in enumerate((FLOW, RUNNING))
    ]
    got = {**NOTHING, "successEntries": [{"entryId": "0", "assetPropertyValueHistory": [value]}]}
    with Stubber(client) as stubber:
        stubber.add_response(
            "batch_get_asset_property_value_history",
            {**got, "nextToken": "dG9rZW4="},
            {"entries": entries, "maxResults": 204},
        )
        alone = {"assetId": ASSET, **RANGE, "maxResults": 102}
        operation = "get_asset_property_value_history"
        after = {"propertyId": FLOW, "startDate": datetime(2026, 3, 2, 6, 1, tzinfo=UTC)}
        stubber.add_response(operation, {"assetPropertyValueHistory": []}, alone | after)
        running = [sitewise_value(START + MINUTE, booleanValue=True)]
        stubber.add_response(
            operation, {"assetPropertyValueHistory": running}, alone | {"propertyId": RUNNING}
        )
        page = handler_module.handler(load_event("sitewise_history_by_entity"), None)
        stubber.assert_no_pending_responses()
    assert values(page) == [("2026-03-02T06:01:00Z", {"doubleValue": 4.5})]
    assert values(page, 1) == [("2026-03-02T06:01:00Z", {"booleanValue": True})]


def test_batches_have_sixteen_entries_and_twenty_thousand_values_at_most(client: Any) -> None:
    operation = "batch_get_asset_property_value_history"
    queries = [
        HistoryQuery(Address(f"p{n}", alias=f"/{n}"), RANGE["startDate"], RANGE["endDate"], True, 2_000)
        for n in range(17)
    ]
    with Stubber(client) as stubber:
        for first, last, limit in ((0, 16, 20_000), (16, 17, 2_000)):
            entries = [
                {"entryId": str(n - first), "propertyAlias": f"/{n}", **RANGE} for n in range(first, last)
            ]
            answers = [
                {
                    "entryId": str(n - first),
                    "assetPropertyValueHistory": [sitewise_value(START, integerValue=n)],
                }
                for n in range(first, last)
            ]
            stubber.add_response(
                operation,
                {**NOTHING, "successEntries": answers[::-1]},
                {"entries": entries, "maxResults": limit},
            )
        found = repository_of(client).histories(queries)
        stubber.assert_no_pending_responses()
    assert [found[query].values[0]["value"] for query in queries] == [{"integerValue": n} for n in range(17)]
    assert all(values.is_last for values in found.values())


def test_newest_values_are_asked_for_128_at_a_time(client: Any) -> None:
    addresses = [Address(f"p{n}", alias=f"/{n}") for n in range(129)]
    with Stubber(client) as stubber:
        for first, last in ((0, 128), (128, 129)):
            asked = [{"entryId": str(n - first), "propertyAlias": f"/{n}"} for n in range(first, last)]
            got = [
                {"entryId": one["entryId"], "assetPropertyValue": sitewise_value(START, integerValue=1)}
                for one in asked
            ]
            stubber.add_response(
                "batch_get_asset_property_value", NOTHING | {"successEntries": got}, {"entries": asked}
            )
        found = repository_of(client).latest_of(addresses)
        stubber.assert_no_pending_responses()
    assert found.keys() == set(addresses)


def test_handler_reads_one_attribute_with_sitewises_shape(client: Any) -> None:
    with Stubber(client) as stubber:
        stubber.add_response(
            "get_asset_property_value",
            {"propertyValue": sitewise_value(START, stringValue="SN-9")},
            {"assetId": ASSET, "propertyId": SERIAL},
        )
        page = handler_module.handler(load_event("sitewise_attribute_by_entity"), None)
    assert page["propertyValues"]["serial"]["propertyValue"] == {"stringValue": "SN-9"}


def two_attributes() -> Any:
    event = load_event("sitewise_attribute_by_entity", selectedProperties=["serial", "flow"])
    event["properties"]["flow"] = definition(
        "DOUBLE", isStoredExternally=True, configuration={"sitewisePropertyId": FLOW}
    )
    return event


def test_handler_reads_several_attributes_with_sitewises_shape(client: Any) -> None:
    entries = [
        {"entryId": str(number), "assetId": ASSET, "propertyId": one}
        for number, one in enumerate((SERIAL, FLOW))
    ]
    operation = "batch_get_asset_property_value"
    value = sitewise_value(START, stringValue="SN-9")
    with Stubber(client) as stubber:
        stubber.add_response(
            operation,
            {**NOTHING, "successEntries": [{"entryId": "1"}], "nextToken": "bmV4dA=="},
            {"entries": entries},
        )
        stubber.add_response(
            operation,
            {
                **NOTHING,
                "successEntries": [{"entryId": "0", "assetPropertyValue": value}],
                "skippedEntries": [{"entryId": "1", "completionStatus": "SUCCESS"}],
            },
            {"entries": entries, "nextToken": "bmV4dA=="},
        )
        page = handler_module.handler(two_attributes(), None)
        stubber.assert_no_pending_responses()
    assert {name: item["propertyValue"] for name, item in page["propertyValues"].items()} == {
        "serial": {"stringValue": "SN-9"}
    }


def test_attribute_that_a_batch_leaves_out_is_an_error(client: Any) -> None:
    with Stubber(client) as stubber:
        stubber.add_response(
            "batch_get_asset_property_value", {**NOTHING, "successEntries": [{"entryId": "0"}]}
        )
        with pytest.raises(
            StoreError,
            match=rf"^iotsitewise:BatchGetAssetPropertyValue gave no answer for flow \(property {FLOW}",
        ):
            handler_module.handler(two_attributes(), None)


def test_external_ids_are_looked_up_once_until_sitewise_does_not_find_something(client: Any) -> None:
    event = load_event("sitewise_attribute_by_entity")
    event["properties"]["sitewiseAssetId"]["value"] = {"stringValue": "externalId:pump-3"}
    event["properties"]["serial"]["definition"]["configuration"] = {"sitewisePropertyExternalId": "serial"}
    asked = {"assetId": "externalId:pump-3", "propertyId": "externalId:serial"}
    outer = {"assetId": ASSET, "assetName": "pump 3", "assetModelId": ASSET}
    prop = {"id": SERIAL, "name": "Serial", "dataType": "STRING"}
    composite = {"name": "plate", "type": "plate", "assetProperty": prop}
    found = {"propertyValue": sitewise_value(START, stringValue="SN-9")}
    read, ids = "get_asset_property_value", {"assetId": ASSET, "propertyId": SERIAL}
    with Stubber(client) as stubber:
        stubber.add_response("describe_asset_property", {**outer, "assetProperty": prop}, asked)
        stubber.add_response(read, found, ids)
        stubber.add_response(read, found, ids)
        stubber.add_client_error(read, "ResourceNotFoundException", "no such asset", 404)
        stubber.add_response("describe_asset_property", {**outer, "compositeModel": composite}, asked)
        stubber.add_response(read, found, ids)
        for fails in (False, False, True, False):
            if fails:
                with pytest.raises(StoreError):
                    handler_module.handler(event, None)
                continue
            page = handler_module.handler(event, None)
            assert page["propertyValues"]["serial"]["propertyValue"] == {"stringValue": "SN-9"}
        stubber.assert_no_pending_responses()


def test_asset_that_has_no_such_external_id_says_so(client: Any) -> None:
    event = load_event("sitewise_attribute_by_entity")
    event["properties"]["serial"]["definition"]["configuration"] = {"sitewisePropertyExternalId": "serial"}
    with Stubber(client) as stubber:
        stubber.add_client_error("describe_asset_property", "ResourceNotFoundException", "none", 404)
        with pytest.raises(StoreError) as error:
            handler_module.handler(event, None)
    assert str(error.value).startswith(
        f"iotsitewise:DescribeAssetProperty on serial (property externalId:serial of asset {ASSET}) failed: "
    )


SINGLE = {
    "GetAssetPropertyValueHistory": load_event("sitewise_history_by_entity", selectedProperties=["flow"]),
    "GetAssetPropertyValue": load_event("sitewise_attribute_by_entity"),
    "BatchGetAssetPropertyValueHistory": load_event("sitewise_history_by_entity"),
    "BatchGetAssetPropertyValue": two_attributes(),
}


@pytest.mark.parametrize("called", SINGLE)
def test_failure_of_sitewise_says_what_to_check(client: Any, called: str) -> None:
    with Stubber(client) as stubber:
        stubber.add_client_error(xform_name(called), "ResourceNotFoundException", "no such asset", 404)
        with pytest.raises(StoreError) as error:
            handler_module.handler(SINGLE[called], None)
    message = str(error.value)
    first = SINGLE[called]["selectedProperties"][0]
    assert message.startswith(f"iotsitewise:{called} on {first} (property 9a7d1c52-")
    words = "no such asset; check the ids, external ids or alias of asset and property, and the region"
    assert words in message
    assert "entityId='pump-3', componentName='drive'" in message


ENTRY_ERRORS: dict[str, dict[str, Any]] = {
    "failed": {
        "errorEntries": [{"entryId": "1", "errorCode": "AccessDeniedException", "errorMessage": "not yours"}]
    },
    "failed on a page before": {
        "skippedEntries": [
            {
                "entryId": "1",
                "completionStatus": "ERROR",
                "errorInfo": {"errorCode": "AccessDeniedException", "errorTimestamp": 1_772_431_200},
            }
        ]
    },
}


@pytest.mark.parametrize("entry", ENTRY_ERRORS)
@pytest.mark.parametrize("called", [name for name in SINGLE if name.startswith("Batch")])
def test_failure_of_one_entry_fails_the_batch_and_names_the_property(
    client: Any, called: str, entry: str
) -> None:
    with Stubber(client) as stubber:
        stubber.add_response(xform_name(called), NOTHING | ENTRY_ERRORS[entry])
        with pytest.raises(StoreError) as error:
            handler_module.handler(SINGLE[called], None)
    message = str(error.value)
    second = SINGLE[called]["selectedProperties"][1]
    assert message.startswith(f"iotsitewise:{called} on {second} (property 9a7d1c52-")
    assert "failed: AccessDeniedException" in message
    assert "; allow the function's role this action on the asset, or on the time series" in message


def test_failures_of_several_entries_are_all_told_with_what_helps_the_first(client: Any) -> None:
    errors = [
        {"entryId": "0", "errorCode": "AccessDeniedException", "errorMessage": "not yours"},
        {"entryId": "1", "errorCode": "InternalFailureException", "errorMessage": "broken"},
    ]
    called = next(name for name in SINGLE if name.startswith("Batch"))
    with Stubber(client) as stubber:
        stubber.add_response(xform_name(called), NOTHING | {"errorEntries": errors})
        with pytest.raises(StoreError) as error:
            handler_module.handler(SINGLE[called], None)
    message = str(error.value)
    assert "failed: AccessDeniedException: not yours, InternalFailureException: broken; allow the" in message


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
    query = HistoryQuery(Address("flow", ASSET, FLOW), instant, instant, ascending=True, limit=1)
    with pytest.raises(pytest.fail.Exception):
        repository_of(session).history(query)
    assert sent[0]["startDate"] == "2026-03-02T06:00:00.000001Z"


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, client: Any) -> None:
    assert ENVIRONMENT_NAMES == ("PROPERTY_ALIAS",)
    assert Environment.from_environ({"PROPERTY_ALIAS": ""}) == Environment(None)
    monkeypatch.setenv("PROPERTY_ALIAS", "/plant/${propertyName}")
    handler_module._environment_and_client.cache_clear()
    environment, _, _ = handler_module._environment_and_client()
    assert environment == Environment("/plant/${propertyName}")
