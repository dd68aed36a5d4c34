from __future__ import annotations

import pytest
from botocore.validate import ParamValidator

from tests.support.botocore_models import shape
from twin_stack.twinmaker import names
from twin_stack.twinmaker.builtin_types import BUILTIN_TYPES, accepts_undeclared_properties


@pytest.mark.parametrize("type_id", BUILTIN_TYPES)
def test_members_of_a_builtin_type_are_those_of_the_api(type_id: str) -> None:
    request = {"workspaceId": "w1", "componentTypeId": type_id, **BUILTIN_TYPES[type_id]}
    report = ParamValidator().validate(request, shape("CreateComponentTypeRequest"))
    assert report.generate_report() == ""


def test_parents_are_before_their_subtypes() -> None:
    seen: set[str] = set()
    subtypes = 0
    for type_id, item in BUILTIN_TYPES.items():
        assert seen.issuperset(item.get("extendsFrom", []))
        subtypes += "extendsFrom" in item
        seen.add(type_id)
    assert subtypes >= 1


def test_the_alarm_type_has_the_documented_states() -> None:
    status = BUILTIN_TYPES[names.BASIC_ALARM]["propertyDefinitions"]["alarm_status"]
    assert [value["stringValue"] for value in status["dataType"]["allowedValues"]] == [
        "ACTIVE",
        "SNOOZE_DISABLED",
        "ACKNOWLEDGED",
        "NORMAL",
    ]


def test_connectors_and_unknown_types_accept_properties_that_are_not_documented() -> None:
    assert accepts_undeclared_properties(names.SITEWISE_CONNECTOR)
    assert accepts_undeclared_properties(names.PARAMETERS)
    assert accepts_undeclared_properties("com.amazon.iottwinmaker.3d.scene")
    assert not accepts_undeclared_properties(names.DOCUMENTS)
    assert not accepts_undeclared_properties("com.amazon.iottwinmaker.3d.node")
    assert not accepts_undeclared_properties("com.example.Pump")
