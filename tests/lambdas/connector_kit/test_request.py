from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector_kit import (
    ConnectorError,
    Request,
    RequestError,
    Source,
    UnsupportedError,
    parse_event,
    serve,
)
from connector_kit.request import describe
from dynamodb_connector.environment import Environment
from dynamodb_connector.query import sources_for as sources_for_table
from sitewise_connector.environment import Environment as SiteWiseEnvironment
from sitewise_connector.query import sources_for as sources_for_sitewise
from tests.support.broken_events import JSON, spoiled
from tests.support.connector_events import definition, load_event
from tests.support.fake_sitewise import FakeSiteWise
from tests.support.fake_table import FakeTable
from tests.support.soak import repetitions

SECOND = 10**9
START = 1_772_431_200 * SECOND


def test_history_event_is_read_whole() -> None:
    request = parse_event(load_event("history_by_entity"))
    assert request.is_history
    assert (request.workspace_id, request.entity_id) == ("press-shop", "hall-2:press-7")
    assert request.component_name == "hydraulics"
    assert [(p.name, p.data_type.type) for p in request.selected] == [
        ("pressure", "DOUBLE"),
        ("mode", "STRING"),
    ]
    assert request.selected[1].configuration == {"attribute": "operating_mode"}
    assert (request.start, request.end) == (START, START + 600 * SECOND)
    assert (request.ascending, request.max_results) == (True, 100)
    assert request.external_ids() == ["pressId"]
    assert request.text_of("pressId") == "press-7"


def test_event_is_an_attribute_read_when_it_has_no_time() -> None:
    request = parse_event(load_event("attribute_by_entity"))
    assert not request.is_history
    assert (request.ascending, request.max_results) == (False, 1)


def test_event_is_read_by_component_type_when_it_has_no_entity() -> None:
    request = parse_event(load_event("history_by_component_type"))
    assert request.component_type_id == "com.example.press"
    assert request.entity_id is None
    assert request.text_of("pressId") is None


def test_entity_takes_precedence_over_its_type() -> None:
    request = parse_event(load_event("history_by_entity", componentTypeId="com.example.press"))
    assert request.entity_id == "hall-2:press-7"


def test_deprecated_times_are_read_when_the_texts_are_absent() -> None:
    request = parse_event(load_event("history_by_entity", startTime=None, endTime=None))
    assert (request.start, request.end) == (START, START + 600 * SECOND)


def test_text_times_take_precedence_over_deprecated_ones() -> None:
    request = parse_event(load_event("history_by_entity", startDateTime=0, endDateTime=0))
    assert request.start == START


def test_start_is_clamped_so_that_the_epoch_itself_is_inside_when_it_is_earlier() -> None:
    assert parse_event(load_event("latest_value_by_entity")).start == -1


@pytest.mark.parametrize(
    ("given_results", "results"), [(None, 200), (0, 200), (1, 1), (200, 200), (250, 200)]
)
def test_max_results_is_clamped_to_a_page(given_results: int | None, results: int) -> None:
    event = load_event("history_by_entity", maxResults=given_results)
    assert parse_event(event).max_results == results


def test_order_is_ascending_when_the_event_names_none() -> None:
    assert parse_event(load_event("history_by_entity", orderByTime=None)).ascending
    assert not parse_event(load_event("history_by_entity", orderByTime="DESCENDING")).ascending


def test_selected_property_is_read_once_when_it_is_named_twice() -> None:
    event = load_event("history_by_entity", selectedProperties=["mode", "mode"])
    assert [prop.name for prop in parse_event(event).selected] == ["mode"]


def test_external_id_is_known_by_either_spelling_of_the_flag() -> None:
    properties = {
        "b": definition("STRING", isExternalId=True),
        "a": definition("STRING", externalId=True, defaultValue={"stringValue": "d"}),
        "x": definition("DOUBLE"),
    }
    event = load_event("history_by_entity", properties=properties, selectedProperties=["x"])
    request = parse_event(event)
    assert request.external_ids() == ["a", "b"]
    assert request.text_of("a") == "d"


def test_all_missing_members_are_named_in_one_error() -> None:
    with pytest.raises(RequestError) as error:
        parse_event({"entityId": "e", "selectedProperties": ["x"], "endTime": "x"})
    assert str(error.value) == (
        "the event lacks workspaceId (text), componentName (text), properties (object), "
        "properties.x.definition.dataType.type (text), startTime (text) or startDateTime (number)"
    )


@pytest.mark.parametrize(
    "names", [None, [], "pressure", {"pressure": 1}, [""], ["pressure", ""], ["pressure", 5]]
)
def test_selected_properties_have_to_be_names(names: object) -> None:
    event = load_event("history_by_entity", selectedProperties=names)
    with pytest.raises(RequestError, match=r"^the event lacks selectedProperties \(list of names\)$"):
        parse_event(event)


def test_component_without_an_entity_is_refused() -> None:
    event = load_event("history_by_entity", entityId=None)
    with pytest.raises(RequestError, match=r"^the event lacks entityId \(text\)"):
        parse_event(event)


def test_missing_target_is_named_when_the_event_has_none() -> None:
    event = load_event("history_by_component_type", componentTypeId=None)
    with pytest.raises(RequestError, match=r"^the event lacks componentTypeId \(text\)$"):
        parse_event(event)


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("schema_initializer", {}, r"as schemaInitializer does; this connector serves dataReader,"),
        ("data_writer", {}, r'"entries", as dataWriter does; this connector serves dataReader,'),
        (
            "history_by_entity",
            {"interpolation": {"interpolationType": "LINEAR", "intervalInSeconds": 60}},
            'property "mode" is a STRING, and a value between two of its points need not be one',
        ),
        (
            "history_by_entity",
            {"interpolation": {"interpolationType": "SPLINE", "intervalInSeconds": 60}},
            "interpolation of type 'SPLINE' is not served; LINEAR is",
        ),
        (
            "history_by_component_type",
            {"interpolation": {"interpolationType": "LINEAR", "intervalInSeconds": 60}},
            "interpolation over all entities of a component type is not served",
        ),
        (
            "history_by_entity",
            {"propertyFilters": [{"propertyName": "strokes", "operator": "="}]},
            "filter on property 'strokes' cannot be applied, because that property is not selected",
        ),
        (
            "history_by_entity",
            {"propertyFilters": [{"propertyName": "mode", "operator": "LIKE"}]},
            r"operator 'LIKE'; a STRING property takes =, !=, <, <=, >, >=",
        ),
    ],
)
def test_unsupported_event_is_refused_by_name(name: str, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(UnsupportedError, match=words):
        serve(load_event(name, **changes), lambda _: [])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"orderByTime": "UP"}, "orderByTime must be ASCENDING or DESCENDING, got 'UP'"),
        ({"maxResults": -1}, "maxResults must be a whole number from 0 on, got -1"),
        ({"maxResults": True}, "maxResults must be a whole number from 0 on, got True"),
        ({"startTime": 5}, "startTime must be text, got int"),
        ({"endTime": "2026-03-02T05:00:00Z"}, "the range ends before it starts"),
        ({"nextToken": 5}, "nextToken must be text, got int"),
        ({"propertyFilters": {}, "entityId": 1}, r"the event lacks entityId \(text\)"),
        ({"propertyFilters": "x"}, "propertyFilters must be a list"),
        (
            {"propertyFilters": [{"propertyName": "pressure", "operator": "=", "value": {}}]},
            'value of the filter on property "pressure" is mismatched; give one DOUBLE value',
        ),
        (
            {"properties": {"pressure": definition("FLOAT"), "mode": definition("STRING")}},
            "property \"pressure\" has data type 'FLOAT'; allowed are BOOLEAN, DOUBLE,",
        ),
        (
            {"properties": {"pressure": definition("LIST"), "mode": definition("STRING")}},
            'property "pressure" is a LIST without a nestedType',
        ),
    ],
)
def test_event_with_a_wrong_member_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(RequestError, match=words):
        parse_event(load_event("history_by_entity", **changes))


def nested(depth: int) -> dict[str, Any]:
    data_type: dict[str, Any] = {"type": "DOUBLE"}
    for _ in range(depth):
        data_type = {"type": "LIST", "nestedType": data_type}
    return {"definition": {"dataType": data_type}}


def test_type_may_nest_eight_levels() -> None:
    event = load_event("history_by_entity", selectedProperties=["x"])
    assert parse_event(event | {"properties": {"x": nested(8)}}).selected
    with pytest.raises(RequestError, match="nests more than 8 deep"):
        parse_event(event | {"properties": {"x": nested(9)}})


def test_event_is_refused_when_it_is_not_an_object() -> None:
    with pytest.raises(RequestError, match="the event must be a JSON object, got list"):
        parse_event([])


def test_description_names_ids_and_range_but_no_value() -> None:
    words = describe(load_event("history_by_entity"))
    assert "entityId='hall-2:press-7', componentName='hydraulics'" in words
    assert "startTime='2026-03-02T06:00:00Z'" in words
    assert "press-7'" not in words.replace("hall-2:press-7'", "")
    assert describe(None) == "?"


EVENT_NAMES = (
    "history_by_entity",
    "history_by_component_type",
    "attribute_by_entity",
    "sitewise_history_by_entity",
    "sitewise_attribute_by_entity",
)


@st.composite
def broken_events(draw: st.DrawFn) -> Any:
    """A good event with some value, anywhere in it, replaced by any other JSON."""
    name = draw(st.sampled_from(EVENT_NAMES))
    event = load_event(name)
    if draw(st.booleans()):
        event |= {"nextToken": "x", "propertyFilters": [{"propertyName": "pressure"}]}
    return draw(spoiled(event))


CONNECTORS: list[Callable[[Request], Sequence[Source]]] = [
    lambda request: sources_for_table(request, Environment("t"), FakeTable([])),
    lambda request: sources_for_sitewise(request, SiteWiseEnvironment(), FakeSiteWise({})),
]


@pytest.mark.soak
@settings(max_examples=repetitions(100, 4000), deadline=None)
@given(broken_events() | JSON, st.sampled_from(CONNECTORS))
def test_broken_event_gives_an_answer_or_one_of_our_own_errors(
    event: Any, connector: Callable[[Request], Sequence[Source]]
) -> None:
    try:
        page = serve(event, connector)
    except ConnectorError as error:
        assert "(request: " in str(error)
    else:
        assert not page["propertyValues"]
