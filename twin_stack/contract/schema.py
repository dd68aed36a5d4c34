"""Parsing and checks of schema initializers' answers: the properties of a component type or component."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.contract.values import check_type, read_value
from twin_stack.contract.violations import Code, Json, Report, quote_value
from twin_stack.twinmaker.data_types import (
    DATA_TYPE_MEMBERS,
    DEFINITION_REQUEST_MEMBERS,
    MAX_STRING,
    MEMBER_OF_TYPE,
    REQUEST_FLAGS,
)
from twin_stack.twinmaker.patterns import NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

_UPDATE_TYPES = ("UPDATE", "DELETE", "CREATE", "RESET_VALUE")
MAX_NESTING = 8


def read_schema(report: Report, answer: object) -> Json | None:
    """Parse the answer of a schema initializer.

    Args:
        report: Collects the violations.
        answer: The answer.

    Returns:
        ``{"properties": ...}`` with the members of the contract; None if it cannot be read.
    """
    if not report.expect(answer, dict, "$", "return the answer itself"):
        return None
    report.report_unknown_members(answer, frozenset({"properties"}), "$")
    properties = answer.get("properties")
    if not report.expect(properties, dict, "$.properties", "give an object, empty for no properties"):
        return None
    result: Json = {}
    for name, item in (properties or {}).items():
        path = f"$.properties.{name}"
        if not NAME.fits(name):
            report.add(
                Code.BAD_PROPERTY_NAME,
                path,
                quote_value(name),
                "1 to 256 of letters, digits, _ and -",
                "replace other characters, and keep the store's name in the configuration",
            )
        if report.expect(item, dict, path, 'give {"definition": {...}}'):
            result[name] = _property(report, item, path)
    return {"properties": result}


def check_schema(report: Report, event: Mapping[str, Any], document: Json | None) -> None:
    """Check an initializer's answer against its event.

    Args:
        report: Collects the violations.
        event: The event; its properties exist already, so the answer may give a part of them.
        document: The readable part of the answer.
    """
    existing = event.get("properties") or {}
    for name, item in (document or {"properties": {}})["properties"].items():
        definition = item.get("definition", {})
        if name not in existing and "dataType" not in definition and item.get("updateType") != "DELETE":
            report.add(
                Code.MISSING_MEMBER,
                f"$.properties.{name}.definition.dataType",
                "nothing",
                "an object with the type",
                "give the type of the new property",
            )


def _property(report: Report, item: Json, path: str) -> Json:
    report.report_unknown_members(item, frozenset({"definition", "value", "updateType"}), path)
    prop: Json = {"definition": {}}
    definition = item.get("definition")
    if definition is not None and report.expect(definition, dict, f"{path}.definition", "give an object"):
        prop["definition"] = _definition(report, definition, f"{path}.definition")
    data_type = prop["definition"].get("dataType")
    if item.get("value") is not None:
        prop["value"] = _read_typed_value(report, item["value"], data_type, f"{path}.value")
    update = item.get("updateType")
    if update is not None:
        prop["updateType"] = update
        if update not in _UPDATE_TYPES:
            report.add(
                Code.BAD_UPDATE_TYPE,
                f"{path}.updateType",
                quote_value(update),
                f"one of {', '.join(_UPDATE_TYPES)}",
                "leave it out",
            )
    return prop


def _definition(report: Report, document: Json, path: str) -> Json:
    report.report_unknown_members(document, frozenset(DEFINITION_REQUEST_MEMBERS), path)
    definition = {
        name: document[name] for name in DEFINITION_REQUEST_MEMBERS if document.get(name) is not None
    }
    for flag in REQUEST_FLAGS:
        if flag in definition:
            report.expect(definition[flag], bool, f"{path}.{flag}", "write true or false without quotes")
    if "dataType" in definition:
        _data_type(report, definition["dataType"], f"{path}.dataType")
    configuration = definition.get("configuration", {})
    if report.expect(configuration, dict, f"{path}.configuration", "give an object of texts"):
        for key, text in configuration.items():
            report.expect(text, str, f"{path}.configuration.{key}", "write it as text")
    name = definition.get("displayName", "")
    if report.expect(name, str, f"{path}.displayName", "write it as text"):
        _check_length(report, name, f"{path}.displayName", 0)
    if "defaultValue" in definition:
        definition["defaultValue"] = _read_typed_value(
            report, definition["defaultValue"], definition.get("dataType"), f"{path}.defaultValue"
        )
    if definition.get("isTimeSeries") is True and definition.get("isStoredExternally") is not True:
        report.add(
            Code.NOT_STORED_EXTERNALLY,
            f"{path}.isStoredExternally",
            quote_value(definition.get("isStoredExternally")),
            "true beside isTimeSeries",
            "set both: the service stores no time series",
        )
    return definition


def _read_typed_value(report: Report, value: object, data_type: object, path: str) -> Json | None:
    data_value = read_value(report, value, path)
    if data_value is not None and isinstance(data_type, dict):
        check_type(report, data_value, data_type, path)
    return data_value


def _data_type(report: Report, data_type: object, path: str, depth: int = 0) -> None:
    if not report.expect(data_type, dict, path, 'give {"type": ...}'):
        return
    report.report_unknown_members(data_type, frozenset(DATA_TYPE_MEMBERS), path)
    kind, nested = data_type.get("type"), data_type.get("nestedType")
    if kind not in MEMBER_OF_TYPE:
        report.add(
            Code.BAD_DATA_TYPE,
            f"{path}.type",
            quote_value(kind),
            f"one of {', '.join(sorted(MEMBER_OF_TYPE))}",
            "take the type that holds what the store has; there is no FLOAT, TIMESTAMP or JSON",
        )
    elif (kind in {"LIST", "MAP"}) != (nested is not None) or depth > MAX_NESTING:
        report.add(
            Code.BAD_DATA_TYPE,
            f"{path}.nestedType",
            quote_value(nested),
            "the members' type for LIST and MAP, nothing for others",
            "give the type of the members",
        )
    elif nested is not None:
        _data_type(report, nested, f"{path}.nestedType", depth + 1)
    unit = data_type.get("unitOfMeasure")
    where = f"{path}.unitOfMeasure"
    if unit is not None and report.expect(unit, str, where, "write it as text"):
        _check_length(report, unit, where, 1)


def _check_length(report: Report, text: str, path: str, min_length: int) -> None:
    if not min_length <= len(text) <= MAX_STRING:
        allowed = f"{min_length} to {MAX_STRING} characters"
        report.add(Code.TEXT_LENGTH, path, quote_value(text), allowed, "shorten it or leave it out")
