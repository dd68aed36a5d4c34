"""Answers of schema initializers: the properties that a component type or component gets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from twin_stack.contract.breaches import Code, Json, Report, shown
from twin_stack.contract.values import MEMBER_OF_TYPE, check_type, read_value

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = re.compile(r"[a-zA-Z_\-0-9]{1,256}")
DEFINITION_MEMBERS = (
    "dataType",
    "isRequiredInEntity",
    "isExternalId",
    "isStoredExternally",
    "isTimeSeries",
    "defaultValue",
    "configuration",
    "displayName",
)
"""Of ``PropertyDefinitionRequest`` in botocore's model; what an event has more is the service's own."""

_FLAGS = ("isRequiredInEntity", "isExternalId", "isStoredExternally", "isTimeSeries")
_DATA_TYPE = frozenset({"type", "nestedType", "allowedValues", "unitOfMeasure", "relationship"})
_UPDATE_TYPES = ("UPDATE", "DELETE", "CREATE", "RESET_VALUE")
_TEXT_LIMIT = 256
_DEEPEST = 8


def read_schema(report: Report, answer: object) -> Json | None:
    """Read the answer of a schema initializer.

    Args:
        report: Takes the breaches.
        answer: The answer.

    Returns:
        ``{"properties": ...}`` with what the contract has; None if it cannot be read.
    """
    if not report.expect(answer, dict, "$", "return the answer itself"):
        return None
    report.unknown(answer, frozenset({"properties"}), "$")
    properties = answer.get("properties")
    if not report.expect(properties, dict, "$.properties", "give an object, empty for no properties"):
        return None
    result: Json = {}
    for name, item in (properties or {}).items():
        path = f"$.properties.{name}"
        if not NAME.fullmatch(name):
            report.add(
                Code.BAD_PROPERTY_NAME,
                path,
                shown(name),
                "1 to 256 of letters, digits, _ and -",
                "replace other characters, and keep the store's name in the configuration",
            )
        if report.expect(item, dict, path, 'give {"definition": {...}}'):
            result[name] = _property(report, item, path)
    return {"properties": result}


def check_schema(report: Report, event: Mapping[str, Any], document: Json | None) -> None:
    """Hold an initializer's answer against its event.

    Args:
        report: Takes the breaches.
        event: The event; its properties exist already and may be given in part.
        document: What could be read of the answer.
    """
    known = event.get("properties") or {}
    for name, item in (document or {"properties": {}})["properties"].items():
        definition = item.get("definition", {})
        if name not in known and "dataType" not in definition and item.get("updateType") != "DELETE":
            report.add(
                Code.MISSING_MEMBER,
                f"$.properties.{name}.definition.dataType",
                "nothing",
                "an object with the type",
                "say of what type a new property is",
            )


def _property(report: Report, item: Json, path: str) -> Json:
    report.unknown(item, frozenset({"definition", "value", "updateType"}), path)
    plain: Json = {"definition": {}}
    given = item.get("definition")
    if given is not None and report.expect(given, dict, f"{path}.definition", "give an object"):
        plain["definition"] = _definition(report, given, f"{path}.definition")
    data_type = plain["definition"].get("dataType")
    if item.get("value") is not None:
        plain["value"] = _typed(report, item["value"], data_type, f"{path}.value")
    update = item.get("updateType")
    if update is not None:
        plain["updateType"] = update
        if update not in _UPDATE_TYPES:
            report.add(
                Code.BAD_UPDATE_TYPE,
                f"{path}.updateType",
                shown(update),
                f"one of {', '.join(_UPDATE_TYPES)}",
                "leave it out",
            )
    return plain


def _definition(report: Report, given: Json, path: str) -> Json:
    report.unknown(given, frozenset(DEFINITION_MEMBERS), path)
    plain = {name: given[name] for name in DEFINITION_MEMBERS if given.get(name) is not None}
    for flag in _FLAGS:
        if flag in plain:
            report.expect(plain[flag], bool, f"{path}.{flag}", "write true or false without quotes")
    if "dataType" in plain:
        _data_type(report, plain["dataType"], f"{path}.dataType")
    configuration = plain.get("configuration", {})
    if report.expect(configuration, dict, f"{path}.configuration", "give an object of texts"):
        for key, text in configuration.items():
            report.expect(text, str, f"{path}.configuration.{key}", "write it as text")
    name = plain.get("displayName", "")
    if report.expect(name, str, f"{path}.displayName", "write it as text"):
        _check_length(report, name, f"{path}.displayName", 0)
    if "defaultValue" in plain:
        plain["defaultValue"] = _typed(
            report, plain["defaultValue"], plain.get("dataType"), f"{path}.defaultValue"
        )
    if plain.get("isTimeSeries") is True and plain.get("isStoredExternally") is not True:
        report.add(
            Code.NOT_STORED_EXTERNALLY,
            f"{path}.isStoredExternally",
            shown(plain.get("isStoredExternally")),
            "true beside isTimeSeries",
            "set both: the service stores no time series",
        )
    return plain


def _typed(report: Report, value: object, data_type: object, path: str) -> Json | None:
    plain = read_value(report, value, path)
    if plain is not None and isinstance(data_type, dict):
        check_type(report, plain, data_type, path)
    return plain


def _data_type(report: Report, data_type: object, path: str, depth: int = 0) -> None:
    if not report.expect(data_type, dict, path, 'give {"type": ...}'):
        return
    report.unknown(data_type, _DATA_TYPE, path)
    kind, nested = data_type.get("type"), data_type.get("nestedType")
    if kind not in MEMBER_OF_TYPE:
        report.add(
            Code.BAD_DATA_TYPE,
            f"{path}.type",
            shown(kind),
            f"one of {', '.join(sorted(MEMBER_OF_TYPE))}",
            "take the type that holds what the store has; there is no FLOAT, TIMESTAMP or JSON",
        )
    elif (kind in {"LIST", "MAP"}) != (nested is not None) or depth > _DEEPEST:
        report.add(
            Code.BAD_DATA_TYPE,
            f"{path}.nestedType",
            shown(nested),
            "the members' type for LIST and MAP, nothing for others",
            "say of what type the members are",
        )
    elif nested is not None:
        _data_type(report, nested, f"{path}.nestedType", depth + 1)
    unit = data_type.get("unitOfMeasure")
    where = f"{path}.unitOfMeasure"
    if unit is not None and report.expect(unit, str, where, "write it as text"):
        _check_length(report, unit, where, 1)


def _check_length(report: Report, text: str, path: str, least: int) -> None:
    if not least <= len(text) <= _TEXT_LIMIT:
        allowed = f"{least} to {_TEXT_LIMIT} characters"
        report.add(Code.TEXT_LENGTH, path, shown(text), allowed, "shorten it or leave it out")
