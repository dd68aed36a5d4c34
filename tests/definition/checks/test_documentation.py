"""The documentation of a rule is read from its text."""

from __future__ import annotations

import pytest

from twin_stack.definition import rule as rules
from twin_stack.definition.checks.documentation import documentation_of
from twin_stack.definition.rule import Rule

TEXT = """What is wrong.

    Why it is wrong,
    in two lines.

    Bad:
        entities/e.yaml (3 lines):
            m-<n>: {}
        entities/f.yaml (in Latin-1):
            caf\u00e9: {}

    Finding:
        entities/e.yaml:1:1 TWIN900 is
        wrong

    Fix:
        Correct it.

    Good:
        entities/e.yaml (removed)
        entities/f.yaml:
            cafe: {}
    """


@pytest.fixture
def rule(monkeypatch: pytest.MonkeyPatch) -> Rule:
    monkeypatch.setattr(rules, "_REGISTERED", {})
    return Rule("TWIN900", "test", TEXT)


def test_paragraphs_and_findings_are_joined_lines(rule: Rule) -> None:
    documentation = documentation_of(rule)
    assert documentation.explanation == "What is wrong.\n\nWhy it is wrong, in two lines."
    assert documentation.finding == "entities/e.yaml:1:1 TWIN900 is wrong"
    assert documentation.fix == "Correct it."


def test_lines_are_repeated_and_encoded(rule: Rule) -> None:
    assert documentation_of(rule).bad_files() == {
        "entities/e.yaml": b"m-1: {}\nm-2: {}\nm-3: {}\n",
        "entities/f.yaml": b"caf\xe9: {}\n",
    }


def test_good_files_replace_or_remove_bad_ones(rule: Rule) -> None:
    assert documentation_of(rule).good_files() == {"entities/f.yaml": b"cafe: {}\n"}


def test_missing_section_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_REGISTERED", {})
    with pytest.raises(ValueError, match="TWIN901 lacks Finding, Fix, Good"):
        documentation_of(Rule("TWIN901", "test", "Wrong.\n\nBad:\n    a.yaml:\n        x\n"))
