"""Parts of composite components: events that identify one by its path, answered as the contract says."""

from typing import Any

import pytest

from connector_kit import ConnectorError, parse_event
from connector_kit.times import NANOSECONDS, parse_time
from sitewise_connector.environment import Environment as SiteWiseEnvironment
from tests.support.connector_events import load_event
from tests.support.fake_sitewise import FakeSiteWise, ask_sitewise, sitewise_value
from tests.support.fake_table import FakeTable, ask_table, row
from twin_stack.contract import Code, check_answer

PATH_ALONE = {"componentPath": "line/press/hydraulics"}
PATH_AS_NAME = {"componentName": "line/press/hydraulics"}
NAME_AND_PATH = {"componentName": "hydraulics", "componentPath": "line/press/hydraulics"}
FORMS = pytest.mark.parametrize("form", [PATH_ALONE, PATH_AS_NAME, NAME_AND_PATH])
TIME = "2026-03-02T06:01:00Z"


def part_event(name: str, form: dict[str, str], **changes: Any) -> dict[str, Any]:
    return load_event(name, componentName=None, **changes) | form


def table() -> FakeTable:
    instant = parse_time(TIME) // 1_000_000
    return FakeTable([row("press-7", instant, pressure={"N": "3.5"}, maker={"S": "Acme"})])


@FORMS
@pytest.mark.parametrize("name", ["history_by_entity", "attribute_by_entity"])
def test_rows_of_a_part_are_answered_with_the_reference_of_the_event(name: str, form: dict[str, str]) -> None:
    event = part_event(name, form)
    answer = ask_table(event, table())
    items = answer["propertyValues"]
    items = list(items.values()) if isinstance(items, dict) else items
    references = [item.get("entityPropertyReference") or item["propertyReference"] for item in items]
    assert references
    for reference in references:
        assert reference == {"entityId": "hall-2:press-7", **form, "propertyName": reference["propertyName"]}
    assert check_answer(event, answer) == []


@FORMS
def test_alias_of_a_part_has_its_path(form: dict[str, str]) -> None:
    event = part_event("history_by_entity", form, selectedProperties=["pressure"])
    values = [sitewise_value(parse_time(TIME), doubleValue=3.5)]
    store = FakeSiteWise({"/press-shop/hall-2:press-7/line/press/hydraulics/pressure": values})
    template = "/${workspaceId}/${entityId}/${partPath}${propertyName}"
    answer = ask_sitewise(event, store, SiteWiseEnvironment(template))
    (item,) = answer["propertyValues"]
    assert len(item["values"]) == 1
    assert check_answer(event, answer) == []
    by_name = SiteWiseEnvironment("/${workspaceId}/${entityId}/${componentName}/${propertyName}")
    assert ask_sitewise(event, store, by_name)["propertyValues"] == [item]


def test_alias_of_a_component_has_no_path() -> None:
    event = load_event("history_by_entity", selectedProperties=["pressure"])
    store = FakeSiteWise({"/hall-2:press-7/pressure": [sitewise_value(parse_time(TIME), doubleValue=3.5)]})
    answer = ask_sitewise(event, store, SiteWiseEnvironment("/${entityId}/${partPath}${propertyName}"))
    assert len(answer["propertyValues"][0]["values"]) == 1


@pytest.mark.parametrize("member", ["componentName", "componentPath"])
def test_answer_for_another_part_breaks_the_contract(member: str) -> None:
    event = part_event("history_by_entity", NAME_AND_PATH)
    answer = ask_table(event, table())
    answer["propertyValues"][0]["entityPropertyReference"][member] = "line/press/motor"
    (violation,) = check_answer(event, answer)
    assert violation.code is Code.WRONG_COMPONENT
    assert violation.path.endswith(f".{member}")


def test_path_is_the_component_of_a_request() -> None:
    request = parse_event(part_event("history_by_entity", NAME_AND_PATH))
    assert request.component_name == "line/press/hydraulics"
    with pytest.raises(ConnectorError, match=r"lacks entityId \(text\)"):
        parse_event(part_event("history_by_entity", PATH_ALONE, entityId=None))


@FORMS
def test_values_of_a_part_are_written(form: dict[str, str]) -> None:
    reference = {"entityId": "pump-7", **form, "propertyName": "flow"}
    event = {
        "workspaceId": "w",
        "properties": {"pump-7": {"flow": {"definition": {"dataType": {"type": "DOUBLE"}}}}},
        "entries": [
            {
                "entityPropertyReference": reference,
                "propertyValues": [{"time": TIME, "value": {"doubleValue": 1.5}}],
            }
        ],
    }
    store = FakeSiteWise({"/pump-7/line/press/hydraulics/flow": []})
    template = SiteWiseEnvironment("/${entityId}/${partPath}${propertyName}")
    assert ask_sitewise(event, store, template) == {"errorEntries": []}
    ((entry,),) = store.written
    assert entry.address.alias == "/pump-7/line/press/hydraulics/flow"
    assert entry.values[0]["timestamp"]["timeInSeconds"] == parse_time(TIME) // NANOSECONDS


@FORMS
def test_schema_of_a_part_is_initialized(form: dict[str, str]) -> None:
    event = part_event("schema_initializer", form)
    assert ask_table(event, FakeTable([]))["properties"] == {}
