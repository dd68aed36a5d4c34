"""schemaInitializer: properties of a device's newest rows."""

import time

import pytest

from connector_kit import UnsupportedError
from dynamodb_connector.environment import Environment
from tests.support.connector_events import definition, load_event, milliseconds
from tests.support.fake_table import FakeTable, ask_table, row
from tests.support.table_pages import KEY_SCHEMAS

START = milliseconds("2026-03-02T06:00:00")


TYPE = "com.example.press"


def test_schema_is_what_the_newest_rows_have_and_the_component_lacks() -> None:
    table = FakeTable(
        [
            row(
                "press-7",
                START + i,
                pressure={"N": "1"},
                oilLevel={"N": f"{i}"},
                running={"BOOL": True},
                state={"S": "AUTO"} if i else {"N": "0"},
                mixed=({"S": "on"}, {"N": "1"}, {"BOOL": True})[i],
                empty={"NULL": True},
                recipe={"M": {}},
                expires_at={"N": "1"},
                component_type_id={"S": TYPE},
                **{"not a name": {"N": "1"}},
            )
            for i in range(3)
        ]
    )
    event = load_event("schema_initializer")
    event["properties"]["pressId"]["value"] = {"stringValue": "press-7"}
    properties = dict(event["properties"], pressure=definition("DOUBLE"))
    answer = ask_table({**event, "properties": properties}, table, Environment("t"))
    assert {name: item["definition"]["dataType"]["type"] for name, item in answer["properties"].items()} == {
        "mixed": "STRING",
        "oilLevel": "DOUBLE",
        "running": "BOOLEAN",
        "state": "STRING",
    }
    assert answer["properties"]["oilLevel"] == {
        "definition": {"dataType": {"type": "DOUBLE"}, "isTimeSeries": True, "isStoredExternally": True}
    }
    assert [query.attributes for query in table.queries] == [()]


def test_schema_reads_a_month_of_days_and_a_hundred_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: START / 1000)
    environment = Environment("t", partition="${device}#${day}", first_bucket=0)
    event = load_event("schema_initializer", properties={"pressure": definition("DOUBLE")})
    table = FakeTable([])
    assert ask_table({**event, "entityId": "press-7"}, table, environment) == {"properties": {}}
    days = [query.partition[1] for query in table.queries]
    assert (days[0], days[-1], len(days)) == ("press-7#2026-03-03", "press-7#2026-01-31", 32)
    for count, listed in ((99, ["flow"]), (100, [])):
        rows = [row("press-7", START - i, pressure={"N": "1"}) for i in range(count)]
        table = FakeTable([*rows, row("press-7", START - 1000, flow={"N": "1"})])
        assert (
            list(ask_table({**event, "entityId": "press-7"}, table, Environment("t"))["properties"]) == listed
        )


def test_schema_includes_a_row_at_the_epoch() -> None:
    event = load_event("schema_initializer", properties={"pressure": definition("DOUBLE")})
    table = FakeTable([row("press-7", 0, flow={"N": "1"})])
    answer = ask_table({**event, "entityId": "press-7"}, table)
    assert list(answer["properties"]) == ["flow"]


def test_schema_of_a_type_without_a_device_is_empty() -> None:
    event = {"workspaceId": "w", "properties": {"pressId": definition("STRING", isExternalId=True)}}
    table = FakeTable([row("press-7", START, pressure={"N": "1"})])
    assert ask_table(event, table, Environment("t")) == {"properties": {}}
    assert table.queries == []


def test_schema_of_narrow_rows_is_refused_by_name() -> None:
    with pytest.raises(UnsupportedError, match="schemaInitializer is not served for narrow rows"):
        ask_table({"workspaceId": "w", "properties": {}}, FakeTable([]), KEY_SCHEMAS["narrow, by partition"])
