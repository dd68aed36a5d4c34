"""Answers of connectors: for each rule one that breaks it and nothing else, and answers that break none."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any, NamedTuple

from tests.support.connector_events import definition, load_event
from twin_stack.contract import Code

HISTORY = load_event("history_by_entity")
BY_TYPE = load_event("history_by_component_type")
LATEST = load_event("latest_value_by_entity")
ATTRIBUTE = load_event("attribute_by_entity")
SCHEMA = load_event("schema_initializer")
WRITER = load_event("data_writer")

HYDRAULICS = {"entityId": "hall-2:press-7", "componentName": "hydraulics"}
ITEM = "$.propertyValues[0]"
POINT = f"{ITEM}.values[0]"
LONG = "x" * 300


def reference(name: str = "pressure", **changes: Any) -> Any:
    """The reference of points; a change to None removes the member."""
    members = {**HYDRAULICS, "propertyName": name, **changes}
    return {key: value for key, value in members.items() if value is not None}


def point(minute: float = 1, /, value: Any = 1.5, **members: Any) -> Any:
    seconds = int(minute * 60)
    return {
        "time": f"2026-03-02T06:{seconds // 60:02}:{seconds % 60:02}Z",
        "value": {"doubleValue": value},
        **members,
    }


def item(*values: Any, **changes: Any) -> Any:
    return {"entityPropertyReference": reference(**changes), "values": list(values)}


def history(*items: Any, **more: Any) -> Any:
    return {"propertyValues": list(items), **more}


def of_value(value: Any, name: str = "pressure") -> Any:
    """A history of one point."""
    return history(item(point(1) | {"value": value}, name=name))


def by_type(external_id: Any) -> Any:
    members = {"propertyName": "pressure", "externalIdProperty": external_id}
    return history({"entityPropertyReference": members, "values": [point(1)]})


def attributes(name: str = "maker", value: Any = None, **changes: Any) -> Any:
    answered = {
        "propertyReference": reference(changes.pop("named", name), **changes),
        "propertyValue": value or {"stringValue": "Ironside"},
    }
    return {"propertyValues": {name: answered}}


def initialized(name: str = "level", value: Any = None, **members: Any) -> Any:
    described = {
        "dataType": {"type": "DOUBLE"},
        "isTimeSeries": True,
        "isStoredExternally": True,
        **members,
    }
    return {"properties": {name: {"definition": described, **({"value": value} if value else {})}}}


def refused(**changes: Any) -> Any:
    error = {"errorCode": "409", "errorMessage": "twice at one time", "entry": WRITER["entries"][0]}
    return {"errorEntries": [{"errors": [error | changes]}]}


def filtered(operator: str, operand: Any) -> Any:
    property_filter = {"propertyName": "pressure", "operator": operator, "value": {"doubleValue": operand}}
    return HISTORY | {"propertyFilters": [property_filter]}


class Case(NamedTuple):
    """An answer that breaks one rule at one place."""

    code: Code
    path: str
    answer: Any
    event: Any = HISTORY


EVERY_MINUTE = HISTORY | {"interpolation": {"interpolationType": "LINEAR", "intervalInSeconds": 60}}

CASES = {
    "nan": Case(Code.NOT_JSON, f"{POINT}.value.doubleValue", of_value({"doubleValue": math.nan})),
    "infinity": Case(Code.NOT_JSON, f"{POINT}.value.doubleValue", of_value({"doubleValue": -math.inf})),
    "decimal": Case(Code.NOT_JSON, f"{POINT}.value.doubleValue", of_value({"doubleValue": Decimal(1)})),
    "pair as key": Case(Code.NOT_JSON, "$", history() | {(1, 2): 3}),
    "http answer": Case(Code.MISSING_MEMBER, "$.propertyValues", {}),
    "no answer": Case(Code.MISSING_MEMBER, "$", None),
    "text": Case(Code.WRONG_SHAPE, "$", "ok"),
    "values are no list": Case(
        Code.WRONG_SHAPE, f"{ITEM}.values", history({"entityPropertyReference": reference(), "values": {}})
    ),
    "no reference": Case(Code.MISSING_MEMBER, f"{ITEM}.entityPropertyReference", history({"values": []})),
    "no time": Case(Code.MISSING_MEMBER, f"{POINT}.time", history(item({"value": {"doubleValue": 1}}))),
    "no value": Case(
        Code.MISSING_MEMBER, f"{POINT}.value", history(item(point(1, value=1) | {"value": None}))
    ),
    "member of its own": Case(Code.UNKNOWN_MEMBER, "$.count", history(count=0)),
    "map for a history": Case(Code.OTHER_FUNCTIONS_SHAPE, "$.propertyValues", {"propertyValues": {}}),
    "attribute's members in a history": Case(
        Code.OTHER_FUNCTIONS_SHAPE,
        ITEM,
        history({"propertyReference": reference(), "propertyValue": [point(1)]}),
    ),
    "list for attributes": Case(Code.OTHER_FUNCTIONS_SHAPE, "$.propertyValues", history(), ATTRIBUTE),
    "history's members in attributes": Case(
        Code.OTHER_FUNCTIONS_SHAPE,
        "$.propertyValues.maker",
        {"propertyValues": {"maker": item(name="maker")}},
        ATTRIBUTE,
    ),
    "more than Lambda returns": Case(
        Code.TOO_LARGE,
        "$",
        history(
            item(
                *[point(1) | {"value": {"stringValue": "\N{GEAR}" * 256}} for _ in range(7_600)], name="mode"
            )
        ),
        HISTORY | {"maxResults": 0},
    ),
    "another entity": Case(
        Code.WRONG_COMPONENT, f"{ITEM}.entityPropertyReference.entityId", history(item(entityId="press-8"))
    ),
    "no component": Case(
        Code.WRONG_COMPONENT,
        f"{ITEM}.entityPropertyReference.componentName",
        history(item(componentName=None)),
    ),
    "another component's attribute": Case(
        Code.WRONG_COMPONENT,
        "$.propertyValues.maker.propertyReference.componentName",
        attributes(componentName="drive"),
        ATTRIBUTE,
    ),
    "not selected": Case(
        Code.NOT_SELECTED, f"{ITEM}.entityPropertyReference.propertyName", history(item(name="strokes"))
    ),
    "entity's reference for a type": Case(
        Code.NO_EXTERNAL_ID,
        f"{ITEM}.entityPropertyReference.externalIdProperty",
        history(item(point(1))),
        BY_TYPE,
    ),
    "not an external id": Case(
        Code.NOT_AN_EXTERNAL_ID,
        f"{ITEM}.entityPropertyReference.externalIdProperty.maker",
        by_type({"maker": "press-7"}),
        BY_TYPE,
    ),
    "external id is no text": Case(
        Code.WRONG_SHAPE,
        f"{ITEM}.entityPropertyReference.externalIdProperty.pressId",
        by_type({"pressId": 7}),
        BY_TYPE,
    ),
    "two items of a property": Case(
        Code.SERIES_TWICE,
        "$.propertyValues[1].entityPropertyReference",
        history(item(point(1)), item(point(2))),
    ),
    "key differs": Case(
        Code.KEY_DIFFERS,
        "$.propertyValues.maker.propertyReference.propertyName",
        attributes(named="ratedForce"),
        ATTRIBUTE,
    ),
    "no member": Case(Code.NOT_ONE_MEMBER, f"{POINT}.value", of_value({})),
    "two members": Case(
        Code.NOT_ONE_MEMBER, f"{POINT}.value", of_value({"doubleValue": 1.5, "integerValue": 1})
    ),
    "intValue": Case(Code.UNKNOWN_VALUE_MEMBER, f"{POINT}.value.intValue", of_value({"intValue": 1})),
    "other type": Case(Code.OTHER_TYPE, f"{POINT}.value.longValue", of_value({"longValue": 1})),
    "other type in a list": Case(
        Code.OTHER_TYPE,
        f"{POINT}.value.listValue[1].stringValue",
        of_value({"listValue": [{"doubleValue": 1.5}, {"stringValue": "hot"}]}, "dieTemperatures"),
        HISTORY | {"selectedProperties": ["dieTemperatures"]},
    ),
    "attribute of other type": Case(
        Code.OTHER_TYPE,
        "$.propertyValues.maker.propertyValue.doubleValue",
        attributes(value={"doubleValue": 1.5}),
        ATTRIBUTE,
    ),
    "text in a number": Case(
        Code.WRONG_CONTENT, f"{POINT}.value.doubleValue", of_value({"doubleValue": "hot"})
    ),
    "boolean in a number": Case(
        Code.WRONG_CONTENT, f"{POINT}.value.doubleValue", of_value({"doubleValue": True})
    ),
    "33 bits": Case(
        Code.WRONG_CONTENT,
        f"{POINT}.value.integerValue",
        of_value({"integerValue": 2**31}),
        HISTORY | {"properties": {"pressure": definition("INTEGER")}},
    ),
    "65 bits": Case(
        Code.WRONG_CONTENT,
        f"{POINT}.value.longValue",
        of_value({"longValue": 2**63}),
        HISTORY | {"properties": {"pressure": definition("LONG")}},
    ),
    "half a unit": Case(
        Code.WRONG_CONTENT,
        f"{POINT}.value.longValue",
        of_value({"longValue": 1.5}),
        HISTORY | {"properties": {"pressure": definition("LONG")}},
    ),
    "number as text": Case(
        Code.NUMBER_AS_TEXT, f"{POINT}.value.doubleValue", of_value({"doubleValue": "1.5"})
    ),
    "boolean as text": Case(
        Code.NUMBER_AS_TEXT,
        f"{POINT}.value.booleanValue",
        of_value({"booleanValue": "True"}, "guardClosed"),
        HISTORY | {"selectedProperties": ["guardClosed"]},
    ),
    "empty text": Case(
        Code.STRING_LENGTH, f"{POINT}.value.stringValue", of_value({"stringValue": ""}, "mode")
    ),
    "long text": Case(
        Code.STRING_LENGTH, f"{POINT}.value.stringValue", of_value({"stringValue": "x" * 257}, "mode")
    ),
    "51 members": Case(
        Code.TOO_MANY_MEMBERS,
        f"{POINT}.value.listValue",
        of_value({"listValue": [{"doubleValue": 1.5}] * 51}, "dieTemperatures"),
        HISTORY | {"selectedProperties": ["dieTemperatures"]},
    ),
    "not among the allowed": Case(
        Code.VALUE_NOT_ALLOWED,
        f"{POINT}.value.stringValue",
        of_value({"stringValue": "AUTO"}, "mode"),
        HISTORY
        | {
            "properties": {
                "mode": {
                    "definition": {"dataType": {"type": "STRING", "allowedValues": [{"stringValue": "auto"}]}}
                }
            }
        },
    ),
    "mixed types": Case(
        Code.MIXED_TYPES,
        f"{ITEM}.values[1].value.longValue",
        history(item(point(1), point(2) | {"value": {"longValue": 1}})),
        HISTORY | {"properties": {}},
    ),
    "no zone": Case(Code.BAD_TIME, f"{POINT}.time", history(item(point(1, time="2026-03-02T06:01:00.000")))),
    "no T": Case(Code.BAD_TIME, f"{POINT}.time", history(item(point(1, time="2026-03-02 06:01:00Z")))),
    "no such day": Case(Code.BAD_TIME, f"{POINT}.time", history(item(point(1, time="2026-02-30T06:01:00Z")))),
    "number for a time": Case(Code.BAD_TIME, f"{POINT}.time", history(item(point(1, time=1_772_431_260)))),
    "at the start": Case(Code.OUTSIDE_RANGE, f"{POINT}.time", history(item(point(0)))),
    "after the end": Case(
        Code.OUTSIDE_RANGE, f"{POINT}.time", history(item(point(1, time="2026-03-02T06:10:00.000000001Z")))
    ),
    "local time as UTC": Case(
        Code.OUTSIDE_RANGE, f"{POINT}.time", history(item(point(1, time="2026-03-02T06:05:00+02:00")))
    ),
    "descending": Case(
        Code.WRONG_ORDER, f"{ITEM}.values[1].time", history(item(point(2), point(1), point(3)))
    ),
    "ascending": Case(
        Code.WRONG_ORDER,
        f"{ITEM}.values[1].time",
        history(item(point(1), point(2))),
        HISTORY | {"orderByTime": "DESCENDING"},
    ),
    "timestamp": Case(
        Code.DEPRECATED_TIMESTAMP,
        f"{POINT}.timestamp",
        history(item({"timestamp": 1_772_431_260, "value": {"doubleValue": 1.5}})),
    ),
    "more than requested": Case(
        Code.TOO_MANY_POINTS,
        f"{ITEM}.values",
        history(item(point(1), point(2), point(3))),
        HISTORY | {"maxResults": 2},
    ),
    "more than requested of a type": Case(
        Code.TOO_MANY_POINTS,
        "$.propertyValues[1].values",
        history(*by_type({"pressId": "a"})["propertyValues"], *by_type({"pressId": "b"})["propertyValues"]),
        BY_TYPE | {"maxResults": 1},
    ),
    "token is a number": Case(Code.BAD_TOKEN, "$.nextToken", history(item(point(1)), nextToken=7)),
    "token is too long": Case(Code.BAD_TOKEN, "$.nextToken", history(item(point(1)), nextToken="x" * 17_881)),
    "token without points": Case(Code.TOKEN_ON_EMPTY_PAGE, "$.nextToken", history(nextToken="abc")),
    "latest value missed": Case(Code.LATEST_VALUE_MISSED, "$.nextToken", history(nextToken="abc"), LATEST),
    "same token again": Case(
        Code.TOKEN_REPEATED,
        "$.nextToken",
        history(item(point(1)), nextToken="abc"),
        HISTORY | {"nextToken": "abc"},
    ),
    "filter": Case(
        Code.FILTER_IGNORED,
        f"{POINT}.value.doubleValue",
        history(item(point(1, value=2.0))),
        filtered(">", 2),
    ),
    "filter with text": Case(
        Code.FILTER_IGNORED,
        f"{POINT}.value.doubleValue",
        history(item(point(1, value=2.0))),
        filtered("=", "1"),
    ),
    "interpolation": Case(
        Code.INTERPOLATION_IGNORED,
        f"{ITEM}.values[1].time",
        history(item(point(1), point(1.5), point(2.5))),
        EVERY_MINUTE,
    ),
    "name with a blank": Case(
        Code.BAD_PROPERTY_NAME, "$.properties.oil level", initialized("oil level"), SCHEMA
    ),
    "float": Case(
        Code.BAD_DATA_TYPE,
        "$.properties.level.definition.dataType.type",
        initialized(dataType={"type": "FLOAT"}),
        SCHEMA,
    ),
    "list of what": Case(
        Code.BAD_DATA_TYPE,
        "$.properties.level.definition.dataType.nestedType",
        initialized(dataType={"type": "LIST"}),
        SCHEMA,
    ),
    "definition without a type": Case(
        Code.MISSING_MEMBER, "$.properties.level.definition.dataType", initialized(dataType=None), SCHEMA
    ),
    "flag as text": Case(
        Code.WRONG_SHAPE,
        "$.properties.level.definition.isExternalId",
        initialized(isExternalId="true"),
        SCHEMA,
    ),
    "configuration is no text": Case(
        Code.WRONG_SHAPE,
        "$.properties.level.definition.configuration.column",
        initialized(configuration={"column": 4}),
        SCHEMA,
    ),
    "flag of the service": Case(
        Code.UNKNOWN_MEMBER, "$.properties.level.definition.isImported", initialized(isImported=True), SCHEMA
    ),
    "value of other type": Case(
        Code.OTHER_TYPE,
        "$.properties.level.value.stringValue",
        initialized(value={"stringValue": "low"}),
        SCHEMA,
    ),
    "default of other type": Case(
        Code.OTHER_TYPE,
        "$.properties.level.definition.defaultValue.longValue",
        initialized(defaultValue={"longValue": 1}),
        SCHEMA,
    ),
    "series in the service": Case(
        Code.NOT_STORED_EXTERNALLY,
        "$.properties.level.definition.isStoredExternally",
        initialized(isStoredExternally=False),
        SCHEMA,
    ),
    "long display name": Case(
        Code.TEXT_LENGTH, "$.properties.level.definition.displayName", initialized(displayName=LONG), SCHEMA
    ),
    "update type": Case(
        Code.BAD_UPDATE_TYPE,
        "$.properties.level.updateType",
        {"properties": {"level": initialized()["properties"]["level"] | {"updateType": "INSERT"}}},
        SCHEMA,
    ),
    "no error entries": Case(Code.MISSING_MEMBER, "$.errorEntries", {}, WRITER),
    "error without a message": Case(
        Code.MISSING_MEMBER,
        "$.errorEntries[0].errors[0].errorMessage",
        refused(errorMessage=None),
        WRITER,
    ),
    "long error message": Case(
        Code.TEXT_LENGTH, "$.errorEntries[0].errors[0].errorMessage", refused(errorMessage=LONG), WRITER
    ),
    "another entry": Case(
        Code.OTHER_ENTRY,
        "$.errorEntries[0].errors[0].entry",
        refused(entry=WRITER["entries"][0] | {"entryId": "2"}),
        WRITER,
    ),
}

VALID = {
    "both ends of the range": (
        HISTORY,
        history(item(point(1, time="2026-03-02T06:00:00.000000001Z"), point(10)), nextToken=None),
    ),
    "offset": (HISTORY, history(item(point(1, time="2026-03-02T08:05:00.123456789+02:00")))),
    "two points at a time": (HISTORY, history(item(point(1), point(1)))),
    "newest first": (HISTORY | {"orderByTime": "DESCENDING"}, history(item(point(2), point(1)))),
    "several properties": (
        HISTORY | {"maxResults": 1},
        history(item(point(1)), *of_value({"stringValue": "x" * 256}, "mode")["propertyValues"]),
    ),
    "nothing": (HISTORY, history()),
    "item without values": (HISTORY, history({"entityPropertyReference": reference()})),
    "latest value": (LATEST, {**of_value({"stringValue": "auto"}, "mode"), "nextToken": "abc"}),
    "whole number of a double": (HISTORY, of_value({"doubleValue": 2})),
    "nulls beside a value": (HISTORY, of_value({"doubleValue": 2.0, "stringValue": None})),
    "by type": (BY_TYPE, by_type({"pressId": "press-7"})),
    "filter": (filtered(">=", "1.5"), history(item(point(1)))),
    "filter of another property": (
        HISTORY
        | {"propertyFilters": [{"propertyName": "mode", "operator": "=", "value": {"stringValue": "x"}}]},
        history(item(point(1))),
    ),
    "interpolated with a gap": (EVERY_MINUTE, history(item(point(1), point(3)))),
    "attributes": (ATTRIBUTE, attributes()),
    "no attributes": (ATTRIBUTE, {"propertyValues": {}}),
    "initialized": (SCHEMA, initialized(value={"doubleValue": 1.5}, configuration={"column": "l"})),
    "known property in part": (
        SCHEMA,
        {"properties": {"pressure": {"definition": {"configuration": {"column": "p"}}}}},
    ),
    "all written": (WRITER, {"errorEntries": []}),
    "one refused": (WRITER, refused()),
}
