"""Handler: answers of a deployed function, and its log line."""

import importlib.util
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from dynamodb_connector import handler as handler_module
from dynamodb_connector.query import sources_for
from dynamodb_connector.repository import (
    create_client,
)
from tests.support.connector_events import load_event, milliseconds
from tests.support.fake_table import ENVIRONMENT, FakeTable, row

START = milliseconds("2026-03-02T06:00:00")


@pytest.fixture
def client(aws_environment: None) -> Any:
    return create_client("telemetry")


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content


def reply(client: Any, status: int, body: Any, *, encode: Callable[[Any], str] = json.dumps) -> None:
    """Answer the client's HTTP requests in process; what it sends and parses is real."""

    def send(request: Any, **_: Any) -> AWSResponse:
        headers: Any = {"content-type": "application/x-amz-json-1.0"}
        return AWSResponse(request.url, status, headers, _Body(encode(body).encode()))

    client.meta.events.register("before-send.dynamodb.Query", send)


@pytest.fixture
def deployed(aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The handler as Lambda calls it, on a table that answers over the client's own wire."""
    monkeypatch.setenv("TABLE_NAME", "telemetry")
    handler_module._environment_and_client.cache_clear()
    _, client = handler_module._environment_and_client()
    items = [row("press-7", START + i, pressure={"N": f"{i}.5"}) for i in (1, 2)]
    reply(client, 200, {"Items": items, "Count": 2, "ScannedCount": 2})
    yield handler_module.handler
    handler_module._environment_and_client.cache_clear()


def test_handler_answers_an_event(deployed: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "connector"):
        pages = [deployed(load_event("history_by_entity"), None) for _ in range(2)]
    assert pages[0] == pages[1]
    assert [v["value"] for v in pages[0]["propertyValues"][0]["values"]] == [
        {"doubleValue": 1.5},
        {"doubleValue": 2.5},
    ]
    assert [record.message for record in caplog.records] == ["answered"] * 2


def test_log_line_has_ids_and_counts_but_no_values(deployed: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "connector"):
        deployed(load_event("history_by_entity"), None)
    (record,) = caplog.records
    line = record.__dict__
    expected = {
        "workspaceId": "press-shop",
        "entityId": "hall-2:press-7",
        "componentName": "hydraulics",
        "selectedProperties": ["pressure", "mode"],
        "function": "history",
        "batches": 1,
        "rows": 2,
        "points": 2,
        "skipped": {},
        "hasNextPage": False,
    }
    assert {name: line[name] for name in expected} == expected
    assert line["durationMs"] > 0
    assert line["coldStart"] in (True, False)
    usual = logging.makeLogRecord({}).__dict__.keys() | {"durationMs"}
    assert "1.5" not in json.dumps({name: line[name] for name in line.keys() - usual}, default=str)


def test_a_fresh_process_is_cold_and_then_warm(caplog: pytest.LogCaptureFixture) -> None:
    spec = importlib.util.find_spec("connector_kit.serving")
    assert spec is not None
    assert spec.loader is not None
    fresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fresh)
    with caplog.at_level(logging.INFO, "connector"):
        for _ in range(2):
            fresh.serve(
                load_event("history_by_entity"),
                lambda request: sources_for(request, ENVIRONMENT, FakeTable([])),
            )
    assert [record.__dict__["coldStart"] for record in caplog.records] == [True, False]
