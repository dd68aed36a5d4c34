"""Answers of the DynamoDB connector to any event, checked by the contract."""

from __future__ import annotations

from typing import Any

from dynamodb_connector.environment import Environment
from tests.support.fake_table import FakeTable, ask_table, row
from twin_stack.contract import check_answer

ENVIRONMENT = Environment(table_name="t", component_type_index="by_component_type")


def sample_rows(device: str, names: dict[str, str], start: int) -> list[Any]:
    """Rows on both edges of the range and between them, with odd values among them."""
    values: dict[str, list[Any]] = {
        "DOUBLE": [{"N": "1.25"}, {"N": "-7"}, {"S": "warm"}, {"NULL": True}],
        "INTEGER": [{"N": "12"}, {"N": "2147483648"}],
        "LONG": [{"N": "12"}, {"N": "1.5"}, {"N": "9" * 30}],
        "STRING": [{"S": "NORMAL"}, {"S": ""}, {"S": "x" * 300}],
        "BOOLEAN": [{"BOOL": True}, {"S": "maybe"}],
        "LIST": [{"L": [{"N": "1"}, {"N": "2"}]}, {"L": [{"N": "0"}] * 51}],
        "MAP": [{"M": {"Flour": {"N": "1.5"}}}, {"M": {"Flour": {"S": "some"}}}],
    }
    return [
        row(
            device,
            start + step * 1000,
            component_type_id={"S": "com.example.press"},
            **{name: values[kind][step % len(values[kind])] for name, kind in names.items() if step % 5},
        )
        for step in range(60)
    ]


def ask_rows(event: Any, stored: list[Any], **more: Any) -> Any:
    """Answer an event from rows; more are options of the table."""
    return ask_table(event, FakeTable(stored, **more), ENVIRONMENT)


def checked_pages(event: Any, ask: Any) -> list[Any]:
    """Return all pages of an answer, each checked by the contract."""
    pages = []
    token: dict[str, str] = {}
    while True:
        page_event = event | token
        page = ask(page_event)
        assert list(map(str, check_answer(page_event, page))) == []
        pages.append(page)
        if not page.get("nextToken"):
            return pages
        token = {"nextToken": page["nextToken"]}


def names_in_store(event: Any) -> dict[str, str]:
    types = {}
    for name, prop in event["properties"].items():
        prop_definition = prop["definition"]
        attribute = prop_definition.get("configuration", {}).get("attribute", name)
        types[attribute] = prop_definition["dataType"]["type"]
    return types
