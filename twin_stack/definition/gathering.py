"""Something that is missing is one finding, however often the files refer to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from twin_stack.definition.checks.registry import all_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin_stack.definition.findings import Finding


def gather_places(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in the order of files and lines, with one for all references to a missing thing.

    Args:
        findings: Findings of rules; the message of those that are gathered names the missing thing.
    """
    rules = all_rules()
    by_text: dict[object, list[Finding]] = {}
    for finding in sorted(findings):
        gathers = rules[finding.code].gathers_places
        key = (finding.code, finding.severity, finding.message) if gathers else finding
        by_text.setdefault(key, []).append(finding)
    return [
        replace(first, other_places=tuple(other.location for other in others)) if others else first
        for first, *others in by_text.values()
    ]
