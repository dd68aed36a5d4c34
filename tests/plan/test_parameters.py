"""What a change does to the parameters of a stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.plan import make_plan
from twin_stack.plan.document import plan_document
from twin_stack.plan.markdown import plan_markdown
from twin_stack.plan.parameters import parameter_lines
from twin_stack.plan.summary import summary_line
from twin_stack.plan.text import plan_text

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"Size": {"Type": "Number", "Default": 3}}, "+ parameter Size (Number) with default 3"),
        (
            {},
            {"Zone": {"Type": "String"}},
            "+ parameter Zone (String) without default: the deployment has to give its value",
        ),
        (
            {},
            {"Door": {"Type": "String", "NoEcho": True, "Default": "s3cr3t"}},
            "+ parameter Door (String) with default (masked)",
        ),
        ({"Size": {"Type": "Number", "Default": 3}}, {}, "- parameter Size (Number)"),
        (
            {"Size": {"Type": "Number", "Default": 3}},
            {"Size": {"Type": "Number", "Default": 4}},
            "~ parameter Size: Default 3 -> 4",
        ),
        (
            {"Size": {"Type": "String", "Default": "3"}},
            {"Size": {"Type": "Number", "AllowedValues": [3, 4]}},
            '~ parameter Size: AllowedValues [3, 4] is added; Default is removed; Type "String" -> "Number"',
        ),
        (
            {"Door": {"Type": "String", "NoEcho": "true", "Default": "s3cr3t"}},
            {"Door": {"Type": "String", "Default": "s3cr3t2"}},
            "~ parameter Door: Default (masked); NoEcho is removed",
        ),
        (
            {"DoorPassword": {"Type": "String", "Default": "s3cr3t"}},
            {"DoorPassword": {"Type": "String", "Default": "s3cr3t2"}},
            "~ parameter DoorPassword: Default (masked)",
        ),
    ],
)
def test_differing_parameter_is_one_line_without_secrets(before: Json, after: Json, expected: str) -> None:
    def is_password(name: str) -> bool:
        return name.endswith("Password")

    former, present = ({"Resources": {}, "Parameters": side} for side in (before, after))
    assert list(parameter_lines(former, present, is_password)) == [expected]
    assert list(parameter_lines(present, present, is_password)) == []


def test_parameter_is_a_change_in_each_form_of_the_plan(tmp_path: Path) -> None:
    definition = load(write(tmp_path, {}))
    before: Json = {"Resources": {}}
    after: Json = {
        "Resources": {},
        "Parameters": {
            "ApiToken": {"Type": "String", "Default": "s3cr3t"},
            "Size": {"Type": "Number", "Default": 3},
        },
    }
    plan = make_plan(definition, definition, templates=(before, after))
    line = "+ parameter Size (Number) with default 3"
    assert not plan.is_empty
    assert summary_line(plan) == "2 parameters to change"
    assert line in list(plan_text(plan, ""))
    assert f"\n{line}\n" in plan_markdown(plan, "")
    document = plan_document(plan)
    assert document["parameters"] == ["+ parameter ApiToken (String) with default (masked)", line]
    assert "s3cr3t" not in str(document)
