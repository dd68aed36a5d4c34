"""Parsing of any answer, and its check against the event that it answers."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from twin_stack.contract.connector_request import ConnectorRequest
from twin_stack.contract.history import check_attributes, check_history
from twin_stack.contract.reading import Attributes, History, read_attributes, read_history
from twin_stack.contract.schema import check_schema, read_schema
from twin_stack.contract.violations import Code, Json, Report, Violation, quote_value
from twin_stack.contract.writing import check_writer, read_writer
from twin_stack.twinmaker.names import (
    ATTRIBUTE_READER,
    DATA_READER_BY_COMPONENT_TYPE,
    DATA_READER_BY_ENTITY,
    DATA_WRITER,
    SCHEMA_INITIALIZER,
)

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

MAX_ANSWER_BYTES = 6 * 1024 * 1024
"""Bytes: the largest response payload of a synchronous Lambda invocation."""

_MAX_DEPTH = 32
_TIMES = ("startTime", "startDateTime", "endTime", "endDateTime")


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """The readable part of an answer.

    Attributes:
        violations: Rules that the answer breaks whatever the event is.
        document: The answer reduced to the members of the contract: native numbers, no null members,
            and null in place of a value that cannot be read. None if nothing can be read.
    """

    violations: list[Violation] = field(default_factory=list)
    document: Json | None = None


def function_of(event: Mapping[str, Any]) -> FunctionName:
    """Return the function that an event is for; the event does not name it.

    Args:
        event: The event that the service sends. ``entries`` are for the writer, no selected
            properties for the schema initializer, an entity without a time range for the attribute
            reader.
    """
    if "entries" in event:
        return DATA_WRITER
    if "selectedProperties" not in event and not any(name in event for name in _TIMES):
        return SCHEMA_INITIALIZER
    if event.get("entityId") is None:
        return DATA_READER_BY_COMPONENT_TYPE
    if any(event.get(name) is not None for name in _TIMES):
        return DATA_READER_BY_ENTITY
    return ATTRIBUTE_READER


def read_answer(function: FunctionName, answer: object) -> ParsedAnswer:
    """Parse an answer without its event.

    Args:
        function: The function that returned it.
        answer: The handler's return value, or the decoded JSON.
    """
    report = Report()
    document: Json | None
    if function == SCHEMA_INITIALIZER:
        document = read_schema(report, answer)
    elif function == DATA_WRITER:
        document = read_writer(report, answer)
    elif function == ATTRIBUTE_READER:
        document = read_attributes(report, answer).document
    else:
        document = read_history(report, answer).document
    return ParsedAnswer([*_json_violations(answer), *report], document)


def check_answer(
    event: Mapping[str, Any], answer: object, *, function: FunctionName | None = None
) -> list[Violation]:
    """List every rule of the contract that an answer breaks, all at once.

    Sources: the user guide's page on data connectors, botocore's service model, and what AWS's own
    viewer and the Grafana plugin do with an answer. These sources do not say whether ``maxResults``
    counts the points of a property or of all properties; here it is the maximum of each property.

    Args:
        event: The event that the connector was invoked with.
        answer: The connector's return value.
        function: The invoked function. Default: the one that the event is for.

    Returns:
        The violations, in the order of the answer: of its form first, then against the event.
    """
    name = function or function_of(event)
    report = Report()
    report += _json_violations(answer)
    if name == SCHEMA_INITIALIZER:
        check_schema(report, event, read_schema(report, answer))
    elif name == DATA_WRITER:
        check_writer(report, event, read_writer(report, answer))
    elif name == ATTRIBUTE_READER:
        attributes: Attributes = read_attributes(report, answer)
        check_attributes(report, ConnectorRequest(event), attributes)
    else:
        history: History = read_history(report, answer)
        check_history(report, ConnectorRequest(event), history)
    return list(report)


def _json_violations(answer: object) -> Report:
    report = Report()
    try:
        text = json.dumps(answer, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        _walk(report, answer, "$", 0)
        return report
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_ANSWER_BYTES:
        report.add(
            Code.TOO_LARGE,
            "$",
            f"{size:,} bytes",
            f"at most {MAX_ANSWER_BYTES:,}, the most that Lambda returns",
            "end the page earlier and give a nextToken",
        )
    return report


def _walk(report: Report, value: object, path: str, depth: int) -> None:
    """Report each value that JSON cannot represent: other types, NaN, infinities."""
    if depth > _MAX_DEPTH:
        report.add(
            Code.NOT_JSON, path, "nested too deep", f"{_MAX_DEPTH} levels", "answer in the shape shown"
        )
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
            quote_value(value),
            "a finite number",
            "leave the point out; JSON has no such number",
        )
    elif not (value is None or isinstance(value, str | int | float)):
        report.add(
            Code.NOT_JSON,
            path,
            quote_value(value),
            "what JSON has: text, numbers, true, false, lists, objects",
            "convert it by the property's declared type",
        )
