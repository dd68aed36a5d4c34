"""Events: each has the members of its function."""

from typing import Any

from twin_stack.contract import function_of
from twin_stack.contract.events import (
    DEFAULT_MAX_RESULTS,
    attribute_event,
    component_reference,
    event_properties,
    history_event,
    history_request,
    initializer_event,
    property_view,
    writer_event,
)
from twin_stack.twinmaker.data_types import FLAGS

FLAG_VALUES = {flag: flag == "isTimeSeries" for flag in FLAGS}
VIEWS = {"flow": property_view({"dataType": {"type": "DOUBLE"}, "unknown": 1, **FLAG_VALUES}, None)}
ENTITY = {"entityId": "pump-7", "componentName": "meter"}
SECOND = 1_000_000_000


def history(**options: Any) -> dict[str, Any]:
    target = options.pop("target", ENTITY)
    request = history_request("w", ["flow"], target=target, start=0, end=60 * SECOND, **options)
    return history_event(request, VIEWS, start=0, end=60 * SECOND, next_token=None)


def test_definition_has_each_flag_under_both_names_and_no_unknown_member() -> None:
    definition = event_properties(VIEWS)["flow"]["definition"]
    assert len(FLAGS) == 7
    for flag in FLAGS:
        bare = flag[2].lower() + flag[3:]
        assert definition[flag] is definition[bare] is FLAG_VALUES[flag]
    assert "unknown" not in definition


def test_value_is_present_only_if_there_is_one() -> None:
    views = {"serial": property_view(VIEWS["flow"]["definition"], {"stringValue": "x"})}
    assert event_properties(views)["serial"]["value"] == {"stringValue": "x"}
    assert "value" not in event_properties(VIEWS)["flow"]


def test_history_event_has_both_forms_of_time_and_the_default_page_size() -> None:
    event = history()
    assert (event["startTime"], event["startDateTime"]) == ("1970-01-01T00:00:00Z", 0)
    assert (event["endTime"], event["endDateTime"]) == ("1970-01-01T00:01:00Z", 60)
    assert event["maxResults"] == DEFAULT_MAX_RESULTS == 100
    assert "orderByTime" not in event
    assert "nextToken" not in event


def test_history_event_passes_options_on() -> None:
    event = history(order="DESCENDING", max_results=1)
    assert (event["orderByTime"], event["maxResults"]) == ("DESCENDING", 1)


def test_event_is_recognised_as_that_of_its_function() -> None:
    request = history_request("w", ["flow"], target=ENTITY, start=0, end=SECOND)
    entries: list[dict[str, Any]] = []
    assert function_of(history()) == "dataReaderByEntity"
    assert function_of(history(target={"componentTypeId": "t"})) == "dataReaderByComponentType"
    assert function_of(attribute_event(request, ["flow"], VIEWS)) == "attributePropertyValueReaderByEntity"
    assert function_of(initializer_event("w", VIEWS, owner=None)) == "schemaInitializer"
    assert function_of(writer_event("w", {"pump-7": VIEWS}, entries)) == "dataWriter"


def test_initializer_event_names_its_owner_in_an_entitys_lifecycle_only() -> None:
    assert (
        initializer_event("w", VIEWS, owner=component_reference("pump-7", "meter")).items() >= ENTITY.items()
    )
    assert "entityId" not in initializer_event("w", VIEWS, owner=None)


def test_part_of_a_component_is_identified_by_its_path() -> None:
    assert component_reference("pump-7", "meter") == ENTITY
    target = component_reference("pump-7", "pump/meter")
    assert target == {"entityId": "pump-7", "componentPath": "pump/meter"}
    assert history(target=target).items() >= target.items()
