"""Something that is missing is one finding."""

from __future__ import annotations

from pathlib import Path

from twin_stack.definition.checks.registry import all_rules
from twin_stack.definition.findings import Finding, Location, Severity
from twin_stack.definition.gathering import gather_places

GATHERING = next(code for code, rule in sorted(all_rules().items()) if rule.gathers_places)
OTHER = next(code for code, rule in sorted(all_rules().items()) if not rule.gathers_places)


def finding(code: str, line: int, message: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(Location(Path("e.yaml"), line, 1), code, message, "add it", severity)


def test_places_of_a_missing_thing_are_one_finding_at_the_first() -> None:
    written = [finding(GATHERING, line, "a is missing") for line in (7, 3, 5)]
    (gathered,) = gather_places(written)
    assert gathered.location.line == 3
    assert [place.line for place in gathered.other_places] == [5, 7]
    assert gathered.text == "a is missing (and in 2 other places); add it"


def test_other_things_severities_and_rules_are_findings_of_their_own() -> None:
    written = [
        finding(GATHERING, 1, "a is missing"),
        finding(GATHERING, 2, "b is missing"),
        finding(GATHERING, 3, "a is missing", Severity.WARNING),
        finding(OTHER, 4, "wrong"),
        finding(OTHER, 5, "wrong"),
    ]
    assert gather_places(reversed(written)) == written


def test_no_findings_are_gathered_to_none() -> None:
    assert gather_places([]) == []
