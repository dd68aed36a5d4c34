"""Resolved types as the checks use them; the rules of inheritance are in tests/twinmaker."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.definition import resolve as resolve_module
from twin_stack.definition.resolve import ResolvedType, builtin_types, resolve
from twin_stack.definition.schema import ComponentType
from twin_stack.twinmaker.builtin_types import BUILTIN_TYPES


def resolved(partial: tuple[str, ...] = (), **types: dict[str, Any]) -> dict[str, ResolvedType]:
    declared = {
        key: ComponentType.model_validate({"componentTypeId": key, **item}) for key, item in types.items()
    }
    return resolve(declared, partial)


def test_types_of_aws_are_among_the_resolved_ones() -> None:
    assert resolved().keys() == BUILTIN_TYPES.keys() == builtin_types().keys()


def test_inherited_property_is_the_object_of_the_parent() -> None:
    types = resolved(a={"propertyDefinitions": {"p": "DOUBLE"}}, b={"extendsFrom": ["a"]})
    assert types["b"].properties["p"] is types["a"].properties["p"]


def test_member_that_is_null_is_inherited() -> None:
    types = resolved(
        a={"propertyDefinitions": {"p": {"dataType": {"type": "DOUBLE", "unitOfMeasure": "bar"}}}},
        b={
            "extendsFrom": ["a"],
            "propertyDefinitions": {"p": {"dataType": {"type": "DOUBLE", "unitOfMeasure": None}}},
        },
    )
    data_type = types["b"].properties["p"].data_type
    assert data_type is not None
    assert data_type.unit_of_measure == "bar"


@pytest.mark.parametrize(
    ("members", "takes_any"),
    [
        ({}, False),
        ({"extendsFrom": ["unknown"]}, True),
        ({"extendsFrom": ["com.amazon.iotsitewise.connector"]}, True),
        ({"extendsFrom": ["com.amazon.iottwinmaker.documents"]}, False),
        ({"functions": {"schemaInitializer": {}}}, True),
    ],
)
def test_type_takes_any_property_where_not_all_are_known(members: dict[str, Any], *, takes_any: bool) -> None:
    types = resolved(a=members, b={"extendsFrom": ["a"]})
    assert types["a"].takes_any_property is takes_any
    assert types["b"].takes_any_property is takes_any


def test_type_with_mistakes_takes_any_property() -> None:
    assert resolved(("a",), a={})["a"].takes_any_property


def test_types_are_left_out_when_they_inherit_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolve_module, "MAX_INHERITED", 20)
    properties = {f"p{number}": "DOUBLE" for number in range(10)}
    types = resolved(
        a={"propertyDefinitions": properties},
        b={"extendsFrom": ["a"]},
        c={"extendsFrom": ["b"]},
        d={"extendsFrom": ["c"]},
    )
    assert "a" in types
    assert "d" not in types


def test_unread_properties_make_a_type_abstract() -> None:
    types = resolved(
        a={"propertyDefinitions": {"t": {"dataType": "DOUBLE", "isTimeSeries": True}}},
        b={"extendsFrom": ["a"], "functions": {"dataReader": "telemetry"}},
    )
    assert types["a"].unread() == ["t"]
    assert types["b"].unread() == []
