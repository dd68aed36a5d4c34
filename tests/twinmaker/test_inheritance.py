"""The rules of inheritance as a table, tested on both implementations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from twin_stack.definition import resolve as definition
from twin_stack.definition.schema import ComponentType
from twin_stack.local.service.twinmaker import inheritance as service
from twin_stack.twinmaker.data_types import FLAGS
from twin_stack.twinmaker.inheritance import (
    inherit,
    inherit_singleton,
    is_implemented,
    is_stored_externally,
    override_definition,
    unread_properties,
)

Json = dict[str, Any]
Resolver = Callable[[Mapping[str, Json], str], Json]

LAMBDA_A = {"implementedBy": {"lambda": {"arn": "arn:aws:lambda:eu-west-1:111122223333:function:a"}}}
LAMBDA_B = {"implementedBy": {"lambda": {"arn": "arn:aws:lambda:eu-west-1:111122223333:function:b"}}}
DOUBLE = {"type": "DOUBLE"}
CELSIUS = {"type": "DOUBLE", "unitOfMeasure": "Celsius"}
STATES = {"type": "STRING", "allowedValues": [{"stringValue": "on"}, {"stringValue": "off"}]}
SERIES = {"dataType": DOUBLE, "isTimeSeries": True, "isStoredExternally": True}
ALARM = "com.amazon.iottwinmaker.alarm.basic"

# Each: declared types in the order of their creation; the tested type; its expected members.
CASES: dict[str, tuple[dict[str, Json], str, Json]] = {
    "the later parent wins for a property": (
        {
            "a": {"propertyDefinitions": {"p": {"dataType": CELSIUS}}},
            "b": {"propertyDefinitions": {"p": {"dataType": {"type": "STRING"}}}},
            "c": {"extendsFrom": ["a", "b"]},
        },
        "c",
        {"properties": {"p": {"dataType": {"type": "STRING"}}}},
    ),
    "the later parent wins for a function": (
        {
            "a": {"functions": {"dataReader": LAMBDA_A}},
            "b": {"functions": {"dataReader": LAMBDA_B}},
            "c": {"extendsFrom": ["a", "b"]},
        },
        "c",
        {"functions": {"dataReader": LAMBDA_B}},
    ),
    "the telemetry behind the abstract alarm gives the reader": (
        {"t": {"functions": {"dataReader": LAMBDA_A}}, "c": {"extendsFrom": [ALARM, "t"]}},
        "c",
        {"functions": {"dataReader": LAMBDA_A}, "isAbstract": False},
    ),
    "the abstract alarm behind the telemetry takes the reader away": (
        {"t": {"functions": {"dataReader": LAMBDA_A}}, "c": {"extendsFrom": ["t", ALARM]}},
        "c",
        {"functions": {"dataReader": {}}, "isAbstract": True},
    ),
    "an own reader makes an alarm concrete whatever the order": (
        {
            "t": {"functions": {"dataReader": LAMBDA_A}},
            "c": {"extendsFrom": ["t", ALARM], "functions": {"dataReader": LAMBDA_B}},
        },
        "c",
        {"functions": {"dataReader": LAMBDA_B}, "isAbstract": False},
    ),
    "an own function replaces the inherited one as a whole": (
        {
            "a": {"functions": {"dataReader": {**LAMBDA_A, "requiredProperties": ["p"], "scope": "ENTITY"}}},
            "b": {"extendsFrom": ["a"], "functions": {"dataReader": {"scope": "WORKSPACE"}}},
        },
        "b",
        {"functions": {"dataReader": {"scope": "WORKSPACE"}}},
    ),
    "an own default leaves the rest of the definition": (
        {
            "a": {
                "propertyDefinitions": {
                    "p": {"dataType": CELSIUS, "isRequiredInEntity": True, "configuration": {"k": "v"}}
                }
            },
            "b": {
                "extendsFrom": ["a"],
                "propertyDefinitions": {"p": {"defaultValue": {"doubleValue": 1.5}}},
            },
        },
        "b",
        {
            "properties": {
                "p": {
                    "dataType": CELSIUS,
                    "isRequiredInEntity": True,
                    "configuration": {"k": "v"},
                    "defaultValue": {"doubleValue": 1.5},
                }
            }
        },
    ),
    "a repeated bare data type keeps the unit": (
        {
            "a": {"propertyDefinitions": {"p": {"dataType": CELSIUS}}},
            "b": {"extendsFrom": ["a"], "propertyDefinitions": {"p": {"dataType": DOUBLE}}},
        },
        "b",
        {"properties": {"p": {"dataType": CELSIUS}}},
    ),
    "a repeated bare data type keeps the allowed values": (
        {
            "a": {"propertyDefinitions": {"p": {"dataType": STATES}}},
            "b": {"extendsFrom": ["a"], "propertyDefinitions": {"p": {"dataType": {"type": "STRING"}}}},
        },
        "b",
        {"properties": {"p": {"dataType": STATES}}},
    ),
    "an own unit replaces the inherited one": (
        {
            "a": {"propertyDefinitions": {"p": {"dataType": CELSIUS}}},
            "b": {
                "extendsFrom": ["a"],
                "propertyDefinitions": {"p": {"dataType": {"type": "DOUBLE", "unitOfMeasure": "Kelvin"}}},
            },
        },
        "b",
        {"properties": {"p": {"dataType": {"type": "DOUBLE", "unitOfMeasure": "Kelvin"}}}},
    ),
    "another type drops what belonged to the inherited one": (
        {
            "a": {"propertyDefinitions": {"p": {"dataType": CELSIUS}}},
            "b": {"extendsFrom": ["a"], "propertyDefinitions": {"p": {"dataType": {"type": "STRING"}}}},
        },
        "b",
        {"properties": {"p": {"dataType": {"type": "STRING"}}}},
    ),
    "an own configuration replaces the inherited one": (
        {
            "a": {"propertyDefinitions": {"p": {"dataType": DOUBLE, "configuration": {"k": "v"}}}},
            "b": {"extendsFrom": ["a"], "propertyDefinitions": {"p": {"configuration": {"l": "w"}}}},
        },
        "b",
        {"properties": {"p": {"dataType": DOUBLE, "configuration": {"l": "w"}}}},
    ),
    "a property comes over several levels": (
        {
            "a": {"propertyDefinitions": {"p": {"dataType": CELSIUS}}},
            "b": {"extendsFrom": ["a"], "propertyDefinitions": {"p": {"isRequiredInEntity": True}}},
            "c": {"extendsFrom": ["b"], "propertyDefinitions": {"q": {"dataType": DOUBLE}}},
        },
        "c",
        {
            "properties": {"p": {"dataType": CELSIUS, "isRequiredInEntity": True}, "q": {"dataType": DOUBLE}},
            "isAbstract": False,
        },
    ),
    "in a diamond the later side wins": (
        {
            "a": {"propertyDefinitions": {"p": {"dataType": DOUBLE}}},
            "b": {"extendsFrom": ["a"], "propertyDefinitions": {"p": {"dataType": CELSIUS}}},
            "c": {"extendsFrom": ["a"]},
            "d": {"extendsFrom": ["b", "c"]},
        },
        "d",
        {"properties": {"p": {"dataType": DOUBLE}}},
    ),
    "the later parent wins for a composite component": (
        {
            "x": {},
            "y": {},
            "a": {"compositeComponentTypes": {"part": {"componentTypeId": "x"}}},
            "b": {"compositeComponentTypes": {"part": {"componentTypeId": "y"}}},
            "c": {"extendsFrom": ["a", "b"]},
        },
        "c",
        {"parts": {"part": "y"}},
    ),
    "an own composite component replaces the inherited one": (
        {
            "x": {},
            "y": {},
            "a": {"compositeComponentTypes": {"part": {"componentTypeId": "x"}}},
            "b": {"extendsFrom": ["a"], "compositeComponentTypes": {"part": {"componentTypeId": "y"}}},
        },
        "b",
        {"parts": {"part": "y"}},
    ),
    "a subtype of a singleton is one": (
        {"a": {"isSingleton": True}, "b": {"extendsFrom": ["a"]}},
        "b",
        {"isSingleton": True},
    ),
    "a type without the flag is no singleton": ({"a": {}}, "a", {"isSingleton": False}),
    "a time series without a reader makes a type abstract": (
        {"a": {"propertyDefinitions": {"p": SERIES}}},
        "a",
        {"isAbstract": True},
    ),
    "a time series is stored externally without saying so": (
        {"a": {"propertyDefinitions": {"p": {"dataType": DOUBLE, "isTimeSeries": True}}}},
        "a",
        {"isAbstract": True},
    ),
    "any reader of history reads a time series": (
        {"a": {"propertyDefinitions": {"p": SERIES}, "functions": {"dataReaderByComponentType": LAMBDA_A}}},
        "a",
        {"isAbstract": False},
    ),
    "a reader of history reads no attribute": (
        {
            "a": {
                "propertyDefinitions": {"p": {"dataType": DOUBLE, "isStoredExternally": True}},
                "functions": {"dataReader": LAMBDA_A},
            }
        },
        "a",
        {"isAbstract": True},
    ),
    "a native function is implemented": (
        {"a": {"extendsFrom": ["com.amazon.iotsitewise.connector"], "propertyDefinitions": {"p": SERIES}}},
        "a",
        {"isAbstract": False},
    ),
}


def resolved_by_definition(types: Mapping[str, Json], type_id: str) -> Json:
    declared = {
        key: ComponentType.model_validate({"componentTypeId": key, **item}) for key, item in types.items()
    }
    resolved_type = definition.resolve(declared)[type_id]
    return {
        "properties": {name: _plain(item) for name, item in resolved_type.properties.items()},
        "functions": {name: _plain(item) for name, item in resolved_type.functions.items()},
        "parts": dict(resolved_type.parts),
        "isSingleton": resolved_type.is_singleton,
        "isAbstract": bool(resolved_type.unread()),
    }


def resolved_by_service(types: Mapping[str, Json], type_id: str) -> Json:
    resolved = dict(service.RESOLVED_BUILTIN_TYPES)
    for key, item in types.items():
        parents = {parent: resolved[parent] for parent in item.get("extendsFrom", [])}
        resolved[key] = service.resolve(item, parents)
    resolved_type = resolved[type_id]
    return {
        "properties": {
            name: _without_flags(item) for name, item in resolved_type["propertyDefinitions"].items()
        },
        "functions": {name: _without_flags(item) for name, item in resolved_type["functions"].items()},
        "parts": {
            name: item["componentTypeId"] for name, item in resolved_type["compositeComponentTypes"].items()
        },
        "isSingleton": resolved_type["isSingleton"],
        "isAbstract": resolved_type["isAbstract"],
    }


def _plain(model: Any) -> Json:
    return _without_flags(model.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True))


def _without_flags(item: Json) -> Json:
    flags_that_say_nothing = {name for name in FLAGS if item.get(name) is not True} | {"isInherited"}
    return {name: value for name, value in item.items() if name not in flags_that_say_nothing}


@pytest.mark.parametrize("resolver", [resolved_by_definition, resolved_by_service])
def test_type_inherits_by_the_table(resolver: Resolver) -> None:
    resolved = {name: resolver(types, type_id) for name, (types, type_id, _) in CASES.items()}
    assert {
        name: {member: resolved[name][member] for member in expected}
        for name, (_, _, expected) in CASES.items()
    } == {name: expected for name, (_, _, expected) in CASES.items()}


def test_both_implementations_agree_on_every_member() -> None:
    for name, (types, _, _) in CASES.items():
        assert types, name
        for type_id in types:
            assert resolved_by_definition(types, type_id) == resolved_by_service(types, type_id), name


def test_both_implementations_agree_on_the_types_of_aws() -> None:
    type_ids = list(service.RESOLVED_BUILTIN_TYPES)
    assert type_ids
    assert [resolved_by_definition({}, type_id) for type_id in type_ids] == [
        resolved_by_service({}, type_id) for type_id in type_ids
    ]


def test_inherit_changes_none_of_its_arguments() -> None:
    own, parent = {"a": 1}, {"a": 2, "b": 3}
    assert inherit(own, [parent]) == {"a": 1, "b": 3}
    assert inherit(own, [parent], lambda inherited, mine: 10 * inherited + mine) == {"a": 21, "b": 3}
    assert (own, parent) == ({"a": 1}, {"a": 2, "b": 3})


def test_override_changes_none_of_its_arguments() -> None:
    inherited = {"dataType": dict(CELSIUS)}
    own = {"dataType": {"type": "DOUBLE", "allowedValues": [{"doubleValue": 1.0}]}}
    merged = override_definition(inherited, own)
    assert merged["dataType"] == {**CELSIUS, "allowedValues": [{"doubleValue": 1.0}]}
    assert inherited == {"dataType": CELSIUS}


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (None, False),
        ({}, False),
        ({"scope": "ENTITY"}, False),
        ({"implementedBy": {"isNative": False}}, False),
        ({"implementedBy": {"isNative": True}}, True),
        (LAMBDA_A, True),
    ],
)
def test_function_is_implemented_by_a_lambda_or_natively(function: Json | None, *, expected: bool) -> None:
    assert is_implemented(function) is expected


def test_singleton_comes_from_any_parent() -> None:
    assert inherit_singleton(own=None, parents=[False, True])
    assert inherit_singleton(own=True, parents=[])
    assert not inherit_singleton(own=False, parents=[False])


def test_time_series_is_stored_externally_whatever_the_flag() -> None:
    assert is_stored_externally(is_time_series=True, flag=False)
    assert is_stored_externally(is_time_series=None, flag=True)
    assert not is_stored_externally(is_time_series=None, flag=None)


def test_unread_properties_are_named() -> None:
    external = {"series": True, "attribute": False}
    assert unread_properties(external, []) == ["series", "attribute"]
    assert unread_properties(external, ["dataReaderByEntity"]) == ["attribute"]
    assert unread_properties(external, ["attributePropertyValueReaderByEntity"]) == ["series"]
    assert unread_properties({}, []) == []
