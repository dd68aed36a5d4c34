"""Rules: registered once, with findings of their code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from twin_stack.definition import Finding, Location, Severity
from twin_stack.definition import rule as rules
from twin_stack.definition.rule import Rule, registered_rules, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACE = Location(Path("e.yaml"), 1, 2)


@pytest.fixture(autouse=True)
def _empty_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_REGISTERED", {})


def test_function_becomes_a_rule_with_its_docstring() -> None:
    @rule("TWIN900", "never-right", severity=Severity.WARNING)
    def never_right(_definition: object) -> Iterator[Finding]:
        """Report everything."""
        yield never_right.finding(PLACE, "is wrong", "correct it")

    assert never_right.text == "Report everything."
    assert registered_rules() == {"TWIN900": never_right}
    (check,) = never_right.checks
    assert [str(finding) for finding in check(None)] == ["e.yaml:1:2 TWIN900 warning: is wrong; correct it"]


def test_code_is_used_once() -> None:
    Rule("TWIN900", "first", "")
    with pytest.raises(ValueError, match="TWIN900 is already the code of first"):
        Rule("TWIN900", "second", "")


def test_remedy_of_the_rule_stands_in_for_that_of_a_finding() -> None:
    invalid = Rule("TWIN900", "invalid", "", remedy="rename it")
    assert invalid.finding(PLACE, "is wrong").remedy == "rename it"
    assert invalid.finding(PLACE, "is wrong", "remove it").remedy == "remove it"


def test_error_may_be_a_mere_warning() -> None:
    warning = Rule("TWIN900", "invalid", "").warning(PLACE, "is odd", "look at it")
    assert warning.severity is Severity.WARNING


def test_further_function_checks_the_same_rule() -> None:
    invalid = Rule("TWIN900", "invalid", "")

    @invalid.checked_by
    def check(_definition: object) -> list[Finding]:
        return []

    assert invalid.checks == [check]
