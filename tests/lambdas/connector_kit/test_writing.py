"""dataWriter without a store: the values that reach the writer, and the errors for the others."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from connector_kit import FAILED, Failure, RequestError, Write, serve
from connector_kit.times import LATEST, NANOSECONDS
from tests.support.connector_events import load_event

WHO = {"entityId": "hall-2:press-7", "componentName": "hydraulics", "propertyName": "pressure"}


def entry(*values: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"entityPropertyReference": WHO | changes, "propertyValues": list(values)}


def value(number: float, **time: Any) -> dict[str, Any]:
    return {"value": {"doubleValue": number}, **(time or {"time": "2026-03-02T06:00:00Z"})}


def put(*entries: dict[str, Any], refused: Sequence[float] = ()) -> tuple[list[Write], list[dict[str, Any]]]:
    """Give what the writer got, and the errors of the answer."""
    written: list[Write] = []

    def writer(writes: Sequence[Write]) -> Iterable[Failure]:
        written.extend(writes)
        return [Failure(write.entry, FAILED, "full") for write in writes if write.content in refused]

    answer = serve(load_event("data_writer", entries=list(entries)), lambda _: [], writer=writer)
    return written, [error for entry in answer["errorEntries"] for error in entry["errors"]]


@pytest.mark.parametrize(
    ("time", "nanoseconds"),
    [
        ({"time": "1970-01-01T00:00:00Z"}, 0),
        ({"time": "9999-12-31T23:59:59.999999999Z"}, LATEST),
        ({"timestamp": 0}, 0),
        ({"timestamp": 1.5}, 3 * NANOSECONDS // 2),
    ],
)
def test_value_of_the_first_and_of_the_last_instant_is_written(
    time: dict[str, Any], nanoseconds: int
) -> None:
    written, errors = put(entry(value(1.5, **time)))
    assert [(write.time, write.content) for write in written] == [(nanoseconds, 1.5)]
    assert errors == []


@pytest.mark.parametrize(
    "time", [{"time": "1969-12-31T23:59:59.999999999Z"}, {"time": "9999-12-31T23:59:59.999999999-00:01"}]
)
def test_value_with_a_time_out_of_range_is_refused(time: dict[str, Any]) -> None:
    written, errors = put(entry(value(1.5, **time)))
    assert written == []
    assert [error["errorMessage"] for error in errors] == ["a value must be of the years 1970 to 9999"]


def test_log_counts_what_was_written_and_what_was_not(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "connector"):
        _, errors = put(entry(value(1), value(2), value(3), {"value": {}}), refused=[3])
    assert len(errors) == 2
    line = caplog.records[0].__dict__
    assert (line["function"], line["written"], line["failed"]) == ("dataWriter", 2, 2)


@pytest.mark.parametrize("values", [[], None, "1.5", {"time": "x"}])
def test_entry_without_values_has_one_error(values: object) -> None:
    _, errors = put({"entityPropertyReference": WHO, "propertyValues": values})
    assert [error["errorMessage"] for error in errors] == ["the value lacks time (text)"]


@pytest.mark.parametrize("nothing", ["", None, 5, []])
def test_entry_without_its_target_is_refused(nothing: object) -> None:
    _, errors = put(entry(value(1), propertyName=nothing), entry(value(1), entityId=nothing))
    assert [error["errorMessage"] for error in errors] == [
        "the entry lacks entityPropertyReference.propertyName (text)",
        "the entry lacks entityPropertyReference.entityId (text)",
    ]


def test_entry_may_name_its_target_by_external_id_alone() -> None:
    reference = {"externalIdProperty": {"pressId": "p7"}, "propertyName": "pressure"}
    written, errors = put({"entityPropertyReference": reference, "propertyValues": [value(1)]})
    assert errors == []
    assert [write.external_ids for write in written] == [{"pressId": "p7"}]


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"workspaceId": ""}, r"workspaceId \(text\)"),
        ({"workspaceId": 5}, r"workspaceId \(text\)"),
        ({"entries": {}}, r"entries \(list of objects\)"),
        ({"entries": [{}, 5]}, r"entries \(list of objects\)"),
        ({"properties": []}, r"properties \(object\)"),
    ],
)
def test_event_is_refused_as_a_whole_when_one_member_is_wrong(changes: Any, lacking: str) -> None:
    with pytest.raises(RequestError, match=f"the event lacks {lacking} "):
        serve(load_event("data_writer", **changes), lambda _: [], writer=lambda _: [])
