"""Findings: one printable line each, each once, and not too many."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from twin_stack.definition import DefinitionError, Finding, Location, Severity, findings
from twin_stack.definition.findings import Cause, Findings, TooManyFindingsError

FINDING = Finding(Location(Path("e.yaml"), 3, 7), "TWIN014", "is wrong", "correct it")


def at_line(line: int) -> Finding:
    return replace(FINDING, location=Location(Path("e.yaml"), line, 1))


def test_finding_is_a_line_that_editors_turn_into_a_link() -> None:
    assert str(FINDING) == "e.yaml:3:7 TWIN014 is wrong; correct it"
    assert str(replace(FINDING, severity=Severity.WARNING)) == (
        "e.yaml:3:7 TWIN014 warning: is wrong; correct it"
    )


def test_finding_stays_one_line_whatever_it_quotes() -> None:
    text = str(replace(FINDING, message='"a\nb\x1b[31m"'))
    assert text.isprintable()
    assert text.startswith("e.yaml:3:7 TWIN014 ")


def test_findings_are_sorted_by_file_then_line() -> None:
    other = replace(FINDING, location=Location(Path("a.yaml"), 90, 1))
    assert sorted([at_line(10), at_line(9), other]) == [other, at_line(9), at_line(10)]


def test_finding_is_listed_once() -> None:
    listed = Findings()
    listed.append(FINDING)
    listed += [replace(FINDING), at_line(4)]
    assert listed == [FINDING, at_line(4)]


def test_cause_stands_for_what_follows_from_it() -> None:
    listed = Findings()
    cause = replace(at_line(1), code="TWIN191", severity=Severity.WARNING)
    listed.explain(
        Cause(cause, frozenset({at_line(5).location, at_line(6).location}), frozenset({"TWIN014"}))
    )
    assert listed == [], "nothing follows from it"
    listed += [at_line(4), replace(at_line(5), severity=Severity.WARNING)]
    assert listed == [at_line(4), cause]
    listed += [at_line(6), replace(at_line(6), code="TWIN015")]
    error = replace(cause, severity=Severity.ERROR)
    assert listed == [at_line(4), error, replace(at_line(6), code="TWIN015")]


def test_cause_that_is_a_mistake_is_listed_by_itself() -> None:
    listed = Findings()
    listed.explain(
        Cause(at_line(1), frozenset({at_line(5).location}), frozenset({"TWIN014"}), is_mistake=True)
    )
    listed.append(at_line(5))
    assert listed == [at_line(1)]


def test_list_is_full_at_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "MAX_FINDINGS", 2)
    listed = Findings()
    listed.extend([at_line(1), at_line(2)])
    listed.append(at_line(1))
    with pytest.raises(TooManyFindingsError):
        listed.append(at_line(3))
    assert listed == [at_line(1), at_line(2)]


def test_error_reports_every_finding_in_a_line_of_its_own() -> None:
    error = DefinitionError([at_line(1), at_line(2)])
    assert error.findings == (at_line(1), at_line(2))
    assert error.report().splitlines() == [str(at_line(1)), str(at_line(2))]
