"""Rules of the check: a code, a documentation with examples, and the functions that find violations."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin_stack.definition.findings import Finding, Severity

if TYPE_CHECKING:
    from twin_stack.definition.findings import Location

Check = Callable[[Any], Iterable[Finding]]
"""Yields the findings of an ``UncheckedDefinition``."""

_REGISTERED: dict[str, Rule] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule of the check. To create one is to register it.

    Attributes:
        code: Stable code, such as ``TWIN014``. A code that is no longer used is not used again.
        name: Short name, such as ``unknown-component-type``.
        text: Documentation: an explanation and the sections ``Bad``, ``Finding``, ``Fix`` and ``Good``
            (``twin_stack.definition.checks.documentation``).
        severity: Severity of its findings; a rule of severity ``ERROR`` may still warn.
        remedy: What to do, for findings that have no remedy of their own.
        is_essential: Whether there is no definition with such an error, so that it cannot be ignored.
        gathers_places: Whether findings with the same message are one mistake: what it names is missing.
        checks: Functions that find violations in a whole definition. A rule that is violated while files are
            read has none.
    """

    code: str
    name: str
    text: str
    severity: Severity = Severity.ERROR
    remedy: str = ""
    is_essential: bool = False
    gathers_places: bool = False
    checks: list[Check] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.code in _REGISTERED:
            raise ValueError(f"{self.code} is already the code of {_REGISTERED[self.code].name}; use another")
        _REGISTERED[self.code] = self

    def finding(self, location: Location, message: str, remedy: str | None = None) -> Finding:
        """Return a finding of this rule.

        Args:
            location: Where the mistake is.
            message: What is wrong, with the value and what is allowed.
            remedy: What to do about it, default ``self.remedy``.
        """
        return Finding(location, self.code, message, remedy or self.remedy, self.severity)

    def warning(self, location: Location, message: str, remedy: str) -> Finding:
        """Return a finding of this rule that does not stop the synthesis.

        Args:
            location: Where the mistake is.
            message: What is wrong, with the value and what is allowed.
            remedy: What to do about it.
        """
        return Finding(location, self.code, message, remedy, Severity.WARNING)

    def checked_by(self, check: Check) -> Check:
        """Register another function that finds violations of this rule; use it as a decorator.

        Args:
            check: The function.
        """
        self.checks.append(check)
        return check


def rule(
    code: str, name: str, *, severity: Severity = Severity.ERROR, gathers_places: bool = False
) -> Callable[[Check], Rule]:
    """Make a rule of a function that finds violations; its docstring becomes the rule's documentation.

    Args:
        code: Stable code, such as ``TWIN014``.
        name: Short name, such as ``unknown-component-type``.
        severity: Severity of its findings.
        gathers_places: Whether findings with the same message are one mistake.
    """

    def register(check: Check) -> Rule:
        text = inspect.getdoc(check) or ""
        return Rule(code, name, text, severity, gathers_places=gathers_places, checks=[check])

    return register


def registered_rules() -> dict[str, Rule]:
    """Return the rules that were registered so far, by code."""
    return dict(sorted(_REGISTERED.items()))
