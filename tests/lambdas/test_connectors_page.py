"""docs/connectors.md: its JSON is valid, and its connector works."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from connector_kit import StoreError
from tests.support.connectors_page import PAGE, blocks, load, pairs, write_files
from tests.support.http_store import HttpStore, running
from twin_stack.contract import Code, check_answer, function_of
from twin_stack.contract.times import parse_time
from twin_stack.contract.violations import WARNINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

EVENT, _ = pairs()[0]
START = parse_time(EVENT["startTime"])


def text_of(second: int) -> str:
    return f"2026-05-04T06:{second // 60:02}:{second % 60:02}Z"


@pytest.fixture
def store() -> Iterator[HttpStore]:
    points = [(START + second * 10**9, text_of(second), second / 4) for second in range(11)]
    odd = [(START + 11 * 10**9, text_of(11), None), (START + 12 * 10**9, text_of(12), "warm")]
    with running(HttpStore({("P7", "flow"): [*points, *odd]})) as served:
        yield served


@pytest.fixture
def handler(store: HttpStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """The page's connector; each of its answers is held against the contract."""
    write_files(tmp_path)
    monkeypatch.setenv("STORE_URL", store.url)
    module = load(tmp_path / "historian" / "historian.py")

    def ask(**changes: Any) -> Any:
        event = EVENT | changes
        answer = module.handler(event, None)
        assert list(map(str, check_answer(event, answer))) == []
        return answer

    return ask


def series(answer: Any) -> list[Any]:
    return [point for item in answer["propertyValues"] for point in item["values"]]


def walk(ask: Callable[..., Any], **changes: Any) -> list[Any]:
    points, token = [], None
    while True:
        page = ask(**changes, **({"nextToken": token} if token else {}))
        points += series(page)
        token = page["nextToken"]
        if token is None:
            return points


@pytest.mark.parametrize("place", range(len(pairs())))
def test_answers_of_the_page_satisfy_the_contract(place: int) -> None:
    event, answer = pairs()[place]
    assert list(map(str, check_answer(event, answer))) == []


def test_page_shows_every_kind_of_event() -> None:
    assert [function_of(event) for event, _ in pairs()] == [
        "dataReaderByEntity",
        "dataReaderByComponentType",
        "attributePropertyValueReaderByEntity",
        "schemaInitializer",
        "dataWriter",
    ]


def test_every_code_has_its_row() -> None:
    rows = [line.split("|")[1:3] for line in PAGE.read_text(encoding="utf-8").splitlines() if "| UDQ" in line]
    assert [(code.strip(), severity.strip()) for code, severity in rows] == [
        (code.value, "warning" if code in WARNINGS else "error") for code in Code
    ]


def test_violation_reads_as_on_the_page() -> None:
    event, answer = pairs()[0]
    answer["propertyValues"][0]["values"][0]["time"] = event["startTime"]
    (violation,) = check_answer(event, answer)
    assert str(violation) in blocks("text")[0]


def test_check_of_the_page_runs() -> None:
    (check,) = [block for block in blocks("python") if not block.startswith("# ")]
    subprocess.run([sys.executable, "-c", check], check=True, cwd=PAGE.parents[1])


def test_history_is_in_the_requested_order(handler: Callable[..., Any]) -> None:
    ascending = series(handler(maxResults=100))
    assert ascending == [{"time": text_of(n), "value": {"doubleValue": n / 4}} for n in range(1, 11)]
    assert series(handler(maxResults=100, orderByTime="DESCENDING")) == ascending[::-1]


@pytest.mark.parametrize("order", ["ASCENDING", "DESCENDING"])
@pytest.mark.parametrize("limit", [1, 2, 3, 4, 7, 100])
def test_pages_together_are_the_history(handler: Callable[..., Any], order: str, limit: int) -> None:
    whole = series(handler(maxResults=100, orderByTime=order))
    assert walk(handler, maxResults=limit, orderByTime=order) == whole


def test_newest_value_is_on_the_first_page(handler: Callable[..., Any], store: HttpStore) -> None:
    # The two newest rows have no number: the page before them has the value.
    store.page = 2
    newest = handler(maxResults=1, orderByTime="DESCENDING", startTime="1899-12-31T00:00:00.000Z")
    assert series(newest) == [{"time": text_of(10), "value": {"doubleValue": 2.5}}]


def test_filters_are_applied(handler: Callable[..., Any]) -> None:
    filters = [
        {"propertyName": "flow", "operator": ">=", "value": {"doubleValue": 1.0}},
        {"propertyName": "flow", "operator": "!=", "value": {"doubleValue": 1.5}},
    ]
    kept = walk(handler, propertyFilters=filters, maxResults=2)
    assert [point["value"]["doubleValue"] for point in kept] == [1.0, 1.25, 1.75, 2.0, 2.25, 2.5]


def test_names_with_odd_characters_reach_the_store(handler: Callable[..., Any], store: HttpStore) -> None:
    store.series["hall 2/p#7?", "flow"] = [(START + 10**9, text_of(1), 1)]
    properties = EVENT["properties"] | {
        "tag": EVENT["properties"]["tag"] | {"value": {"stringValue": "hall 2/p#7?"}}
    }
    assert len(series(handler(properties=properties))) == 1


@pytest.mark.parametrize("broken", [500, 404, b"<html>", b'{"points": [['])
def test_failing_store_is_never_an_empty_answer(
    handler: Callable[..., Any], store: HttpStore, broken: int | bytes
) -> None:
    store.broken = broken
    with pytest.raises(StoreError, match=r"^GET P7/flow failed: .*; look into the store's log \(request:"):
        handler()


def test_unreachable_store_is_never_an_empty_answer(
    handler: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORE_URL", "http://127.0.0.1:1")
    with pytest.raises(StoreError, match="refused"):
        handler()


def test_connector_of_the_page_is_short() -> None:
    (code,) = [block for block in blocks("python") if block.startswith("# historian/")]
    lines = [
        line for line in code.splitlines() if line.strip() and not line.startswith(("#", "import", "from"))
    ]
    assert len(lines) <= 30
