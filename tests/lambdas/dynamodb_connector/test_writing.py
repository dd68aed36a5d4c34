"""dataWriter: rows from values."""

from connector_kit import StoreError
from dynamodb_connector.environment import Environment
from tests.support.connector_events import load_event, milliseconds
from tests.support.fake_table import FakeTable, ask_table, row
from tests.support.table_pages import KEY_SCHEMAS

START = milliseconds("2026-03-02T06:00:00")


TYPE = "com.example.press"


def test_values_of_one_instant_go_into_one_row_and_others_stay() -> None:
    event = load_event("data_writer")
    (entry,) = event["entries"]
    other = {**entry, "entityPropertyReference": {**entry["entityPropertyReference"], "propertyName": "mode"}}
    other["propertyValues"] = [{"timestamp": 1_772_431_200, "value": {"stringValue": "AUTO"}}]
    kept = row("hall-2:press-7", START, component_type_id={"S": TYPE}, oil={"N": "3"})
    table = FakeTable([kept])
    environment = Environment("t", component_type_index="i")
    assert ask_table({**event, "entries": [entry, other]}, table, environment) == {"errorEntries": []}
    assert table.rows == [{**kept, "pressure": {"N": "1.5"}, "mode": {"S": "AUTO"}}]


def test_last_of_two_values_of_a_narrow_row_is_written() -> None:
    event = load_event("data_writer")
    (entry,) = event["entries"]
    (value,) = entry["propertyValues"]
    both = [value, {**value, "value": {"doubleValue": 9.5}}]
    table = FakeTable([], partition_key="device_id")
    environment = KEY_SCHEMAS["narrow, by partition"]
    assert ask_table({**event, "entries": [{**entry, "propertyValues": both}]}, table, environment) == {
        "errorEntries": []
    }
    (written,) = table.rows
    assert written["value"] == {"N": "9.5"}


def test_written_rows_have_the_component_type_of_the_newest_row() -> None:
    table = FakeTable(
        [
            row("hall-2:press-7", START - 1, component_type_id={"S": "old"}),
            row("hall-2:press-7", START - 2, component_type_id={"S": "older"}),
        ]
    )
    ask_table(load_event("data_writer"), table, Environment("t", component_type_index="i"))
    (update,) = table.updates
    assert update.attributes == {"pressure": {"N": "1.5"}, "component_type_id": {"S": "old"}}
    ask_table(load_event("data_writer"), table, Environment("t"))
    assert "component_type_id" not in table.updates[-1].attributes


def test_failed_value_is_returned_in_its_entry_alone() -> None:
    event = load_event("data_writer")
    (entry,) = event["entries"]
    values = [
        {"time": "2026-03-02T06:00:00Z", "value": {"doubleValue": 1}},
        {"time": "yesterday", "value": {"doubleValue": 2}},
        {"time": "2026-03-02T06:00:01Z", "value": {"stringValue": "three"}},
        {"time": "1969-12-31T23:59:59Z", "value": {"doubleValue": 4}},
        {"value": {"doubleValue": 5}},
        {"time": "2026-03-02T06:00:02Z"},
    ]
    table = FakeTable([])
    answer = ask_table({**event, "entries": [{**entry, "propertyValues": values}]}, table, Environment("t"))
    errors = [failed_entry["errors"][0] for failed_entry in answer["errorEntries"]]
    assert [error["entry"]["propertyValues"] for error in errors] == [[value] for value in values[1:]]
    assert {error["errorCode"] for error in errors} == {"ValidationException"}
    messages = [error["errorMessage"] for error in errors]
    for message, words in zip(
        messages,
        [
            "a time must look like",
            'property "pressure" takes one DOUBLE',
            "must be of the years 1970 to 9999",
            "lacks time",
            'property "pressure" takes one DOUBLE',
        ],
        strict=True,
    ):
        assert words in message
    assert [update.attributes for update in table.updates] == [{"pressure": {"N": "1.0"}}]


def test_refused_row_gives_an_error_for_each_of_its_values() -> None:
    refused = StoreError("dynamodb:UpdateItem failed: because" + "!" * 1000)
    table = FakeTable([], refusals={"hall-2:press-7": refused})
    (failed,) = ask_table(load_event("data_writer"), table, Environment("t"))["errorEntries"]
    assert failed["errors"] == [
        {
            "errorCode": "ConnectorFailureException",
            "errorMessage": "dynamodb:UpdateItem failed: because".ljust(256, "!"),
            "entry": load_event("data_writer")["entries"][0],
        }
    ]
