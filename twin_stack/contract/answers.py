"""Reads an answer, whatever it is, and holds it against the event it answers."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from twin_stack.contract.breaches import Breach, Code, Json, Report, shown
from twin_stack.contract.event import Asked
from twin_stack.contract.history import check_attributes, check_history
from twin_stack.contract.reading import Attributes, History, read_attributes, read_history
from twin_stack.contract.schema import check_schema, read_schema
from twin_stack.contract.writing import check_writer, read_writer

if TYPE_CHECKING:
    from collections.abc import Mapping

FunctionName = Literal[
    "dataReader",
    "dataReaderByEntity",
    "dataReaderByComponentType",
    "attributePropertyValueReaderByEntity",
    "schemaInitializer",
    "dataWriter",
]
"""The functions of a component type that a Lambda can implement."""

LARGEST_ANSWER = 6 * 1024 * 1024
"""Bytes of what a Lambda function may answer to a call that waits for it."""

_DEEPEST = 32
_TIMES = ("startTime", "startDateTime", "endTime", "endDateTime")


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read of an answer.

    Attributes:
        breaches: Rules it breaks by itself, whatever was asked.
        document: The answer with what the contract has: numbers native, nulls left out, and a
            null in the place of what cannot be read. None if nothing can.
    """

    breaches: list[Breach] = field(default_factory=list)
    document: Json | None = None


def function_of(event: Mapping[str, Any]) -> FunctionName:
    """Tell which function an event is for; the event does not name it.

    Args:
        event: What the service sends: entries are for the writer, no selected properties for the
            schema initializer, no range of time with an entity for the attribute reader.
    """
    if "entries" in event:
        return "dataWriter"
    if "selectedProperties" not in event and not any(name in event for name in _TIMES):
        return "schemaInitializer"
    if event.get("entityId") is None:
        return "dataReaderByComponentType"
    if any(event.get(name) is not None for name in _TIMES):
        return "dataReaderByEntity"
    return "attributePropertyValueReaderByEntity"


def read_answer(function: FunctionName, answer: object) -> Reading:
    """Read an answer without knowing what was asked.

    Args:
        function: Which function gave it.
        answer: As JSON is in Python: what a handler returned, or what was decoded.
    """
    report = Report()
    document: Json | None
    if function == "schemaInitializer":
        document = read_schema(report, answer)
    elif function == "dataWriter":
        document = read_writer(report, answer)
    elif function == "attributePropertyValueReaderByEntity":
        document = read_attributes(report, answer).document
    else:
        document = read_history(report, answer).document
    return Reading([*_json_breaches(answer), *report], document)


def check_answer(
    event: Mapping[str, Any], answer: object, *, function: FunctionName | None = None
) -> list[Breach]:
    """List every rule of the contract that an answer breaks, all at once.

    Sources: the user guide's page on data connectors, botocore's service model, and what AWS's own
    viewer and the Grafana plugin do with an answer. Where these leave it open whether ``maxResults``
    is meant for a property or in total, it is read as the most that a property may have.

    Args:
        event: What the connector was asked.
        answer: What it returned.
        function: The function that was called. Default: the one the event is for.

    Returns:
        The breaches, in the order of the answer: of its form first, then of what was asked.
    """
    name = function or function_of(event)
    report = Report()
    report += _json_breaches(answer)
    if name == "schemaInitializer":
        check_schema(report, event, read_schema(report, answer))
    elif name == "dataWriter":
        check_writer(report, event, read_writer(report, answer))
    elif name == "attributePropertyValueReaderByEntity":
        found: Attributes = read_attributes(report, answer)
        check_attributes(report, Asked(event), found)
    else:
        history: History = read_history(report, answer)
        check_history(report, Asked(event), history)
    return list(report)


def _json_breaches(answer: object) -> Report:
    report = Report()
    try:
        text = json.dumps(answer, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        _walk(report, answer, "$", 0)
        return report
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > LARGEST_ANSWER:
        report.add(
            Code.TOO_LARGE,
            "$",
            f"{size:,} bytes",
            f"at most {LARGEST_ANSWER:,}, the most that Lambda returns",
            "end the page earlier and give a nextToken",
        )
    return report


def _walk(report: Report, value: object, path: str, depth: int) -> None:
    """Report the places that have no JSON: other types, NaN, infinities."""
    if depth > _DEEPEST:
        report.add(Code.NOT_JSON, path, "nested too deep", f"{_DEEPEST} levels", "answer in the shape shown")
    elif isinstance(value, dict):
        for key, item in value.items():
            if not (key is None or isinstance(key, str | int | float)):  # json makes text of these
                report.add(
                    Code.NOT_JSON, path, f"an object with the key {key!r:.40}", "text as key", "quote it"
                )
            _walk(report, item, f"{path}.{key}", depth + 1)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _walk(report, item, f"{path}[{index}]", depth + 1)
    elif isinstance(value, float) and not math.isfinite(value):
        report.add(
            Code.NOT_JSON,
            path,
            shown(value),
            "a finite number",
            "leave the point out; JSON has no such number",
        )
    elif not (value is None or isinstance(value, str | int | float)):
        report.add(
            Code.NOT_JSON,
            path,
            shown(value),
            "what JSON has: text, numbers, true, false, lists, objects",
            "convert it by the property's declared type",
        )
