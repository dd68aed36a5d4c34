"""The flags of GetComponentType; the rules of inheritance are in tests/twinmaker."""

from __future__ import annotations

from twin_stack.local.service.twinmaker.inheritance import (
    RESOLVED_BUILTIN_TYPES,
    is_abstract,
    merge_definition,
    resolve,
)
from twin_stack.twinmaker.data_types import FLAGS

TEXT = {"dataType": {"type": "STRING"}}


def test_new_property_has_every_flag() -> None:
    definition = resolve({"propertyDefinitions": {"p": TEXT}}, {})["propertyDefinitions"]["p"]
    assert definition == {**TEXT, **dict.fromkeys(FLAGS, False)}


def test_inherited_property_stays_inherited_when_it_is_overridden() -> None:
    parent = resolve({"propertyDefinitions": {"p": TEXT}}, {})
    child = resolve(
        {"propertyDefinitions": {"p": {"defaultValue": {"stringValue": "on"}}}}, {"parent": parent}
    )
    definition = child["propertyDefinitions"]["p"]
    assert definition["isInherited"] is True
    assert definition["defaultValue"] == {"stringValue": "on"}
    assert parent["propertyDefinitions"]["p"]["isInherited"] is False


def test_property_of_an_initializer_is_imported_and_can_be_overridden() -> None:
    resolved = resolve(
        {"imported": {"p": TEXT}, "propertyDefinitions": {"p": {"isRequiredInEntity": True}}}, {}
    )
    definition = resolved["propertyDefinitions"]["p"]
    assert (definition["isImported"], definition["isRequiredInEntity"]) == (True, True)


def test_own_function_is_not_inherited() -> None:
    parent = resolve({"functions": {"dataReader": {}, "dataWriter": {}}}, {})
    child = resolve({"functions": {"dataReader": {"scope": "ENTITY"}}}, {"parent": parent})
    assert child["functions"] == {
        "dataReader": {"scope": "ENTITY", "isInherited": False},
        "dataWriter": {"isInherited": True},
    }


def test_ancestors_are_all_types_above() -> None:
    a = resolve({}, {})
    b = resolve({}, {"a": a})
    c = resolve({}, {"b": b, "x": resolve({}, {})})
    assert c["ancestors"] == ["a", "b", "x"]


def test_is_imported_in_a_definition_is_ignored() -> None:
    assert merge_definition(None, {**TEXT, "isImported": False}, isImported=True)["isImported"] is True


def test_alarm_of_aws_is_abstract_and_its_connector_is_not() -> None:
    assert is_abstract(RESOLVED_BUILTIN_TYPES["com.amazon.iottwinmaker.alarm.basic"])
    assert not is_abstract(RESOLVED_BUILTIN_TYPES["com.amazon.iotsitewise.connector"])
