"""Losses that occur many times, each reported once with its number, at the first place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.rule import Rule


class GatheredLosses:
    """Gathers losses by name.

    Args:
        rule: The rule of the findings.
        verb: What happens to what is lost, such as ``is not imported``.
    """

    def __init__(self, rule: Rule, verb: str) -> None:
        self._rule = rule
        self._verb = verb
        self._first: dict[str, tuple[Location, str, str | None]] = {}
        self._counts: dict[str, int] = {}

    def add(self, name: str, place: Callable[[], Location], reason: str, remedy: str | None = None) -> None:
        """Count a loss.

        Args:
            name: What is lost, as the source spells it.
            place: Returns its place; called for the first of each name.
            reason: Why it is lost.
            remedy: What to do about it, default that of the rule.
        """
        if name not in self._first:
            self._first[name] = (place(), reason, remedy)
        self._counts[name] = self._counts.get(name, 0) + 1

    def findings(self) -> list[Finding]:
        """Return one finding for each name."""
        return [
            self._rule.finding(place, f'"{name}"{self._times(name)} {self._verb}: {reason}', remedy)
            for name, (place, reason, remedy) in self._first.items()
        ]

    def _times(self, name: str) -> str:
        count = self._counts[name]
        return "" if count == 1 else f" ({count:,} times)"
