"""`twin invoke`: its options, its output and its exit codes, without a connector."""

from __future__ import annotations

import json
from typing import Any

import pytest

import twin_stack.invoke
from tests.support.invocations import twin
from twin_stack.contract import Code, Violation
from twin_stack.invoke import EventRequest, Outcome
from twin_stack.invoke.targets import Failure

EVENT: dict[str, Any] = {"entityId": "e"}
WARNING = Violation(Code.NUMBER_AS_TEXT, "$.a", '"1"', "1", "write 1")
ERROR = Violation(Code.BAD_TIME, "$.b", "5", "text", "write text")
FAILURE = Failure("ConnectorFailureException", "StoreError: closed", ("Traceback:", "  line 1"))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Calls that the verb makes in place of invoking a connector."""
    recorded: list[dict[str, Any]] = []

    def record(connector: str, **arguments: Any) -> Outcome:
        recorded.append({"connector": connector, **arguments})
        return Outcome(EVENT, "dataReaderByEntity", answer={})

    monkeypatch.setattr(twin_stack.invoke, "invoke", record)
    monkeypatch.setenv("AWS_PROFILE", "plant")  # so that no local twin is looked for
    return recorded


def answer_with(monkeypatch: pytest.MonkeyPatch, **members: Any) -> None:
    outcome = Outcome(EVENT, "dataReaderByEntity", **members)
    monkeypatch.setenv("AWS_PROFILE", "plant")
    monkeypatch.setattr(twin_stack.invoke, "invoke", lambda *_, **__: outcome)


def test_options_become_the_request_of_an_event(calls: list[dict[str, Any]]) -> None:
    result = twin(
        "telemetry", "--entity", "e", "--component", "c", "--property", "b", "--property", "a",
        "--property", "b", "--last", "2h", "--order", "descending", "--max-results", "5", "--timeout", "7",
        "--env", "A=1", "--env", "B=x=y", "--workspace", "plant-1",
    )  # fmt: skip
    assert result.exit_code == 0
    (call,) = calls
    request = call["event"]
    assert isinstance(request, EventRequest)
    assert (request.entity, request.component, request.component_type) == ("e", "c", None)
    assert (request.properties, request.last) == (("b", "a"), "2h")
    assert (request.order, request.limit) == ("DESCENDING", 5)
    assert (call["connector"], call["workspace"], call["timeout"]) == ("telemetry", "plant-1", 7)
    assert call["environment"] == {"A": "1", "B": "x=y"}


def test_event_of_a_component_type_needs_no_entity(calls: list[dict[str, Any]]) -> None:
    assert twin("telemetry", "--component-type", "t", "--property", "a").exit_code == 0
    request = calls[0]["event"]
    assert (request.entity, request.component, request.component_type) == (None, None, "t")


def test_event_of_a_file_is_passed_on_by_name(calls: list[dict[str, Any]]) -> None:
    assert twin("telemetry", "--event", "e.json").exit_code == 0
    assert calls[0]["event"] == "e.json"


@pytest.mark.parametrize(
    ("violations", "code"), [([], 0), ([WARNING], 0), ([WARNING, ERROR], 1)], ids=["none", "warning", "error"]
)
def test_exit_code_says_whether_the_answer_is_right(
    monkeypatch: pytest.MonkeyPatch, violations: list[Violation], code: int
) -> None:
    answer_with(monkeypatch, answer={"propertyValues": []}, violations=violations)
    result = twin("telemetry", "--event", "e.json")
    assert result.exit_code == code
    answer, _, verdict = result.stdout.rpartition("\n\n")
    assert json.loads(answer) == {"propertyValues": []}
    assert verdict.splitlines()[:-1] == [str(violation) for violation in violations]


def test_failure_is_written_to_the_standard_error_after_its_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, failure=FAILURE)
    result = twin("telemetry", "--event", "e.json")
    last = "ConnectorFailureException: StoreError: closed"
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [*FAILURE.trace, last]
    assert twin("telemetry", "--event", "e.json", "--quiet").stderr.splitlines() == [last]


def test_document_is_printed_whatever_the_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, failure=FAILURE)
    result = twin("telemetry", "--event", "e.json", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"] == {
        "code": FAILURE.code,
        "message": FAILURE.message,
        "trace": list(FAILURE.trace),
    }


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--event", "e.json", "--entity", "e"],
        ["--entity", "e", "--property", "p"],
        ["--entity", "e", "--component", "c"],
        ["--component-type", "t", "--entity", "e", "--component", "c", "--property", "p"],
        ["--event", "e.json", "--env", "novalue"],
    ],
)
def test_usage_is_shown_when_options_name_no_event(calls: list[dict[str, Any]], arguments: list[str]) -> None:
    result = twin("code/mine.py:right", *arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr
    assert calls == []
