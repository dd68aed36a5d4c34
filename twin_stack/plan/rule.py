"""Rules of risk: a code, a level, and the function that finds what a change can cost."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from twin_stack.plan.changes import Kind, Level, Risk
from twin_stack.plan.compare import place_of
from twin_stack.plan.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from twin_stack.definition.findings import Location
    from twin_stack.definition.twin_definition import TwinDefinition
    from twin_stack.plan.changes import Action, Change, Detail
    from twin_stack.plan.former_references import PresentIds


Template = dict[str, Any]


@dataclass(frozen=True)
class Comparison:
    """Both sides of a change, for the rules.

    Attributes:
        before: The definition before the change.
        after: The definition after it.
        ids: The present ids of the things before the change.
        changes: The things that differ.
        templates: The templates before and after; None if a side has none.
    """

    before: TwinDefinition
    after: TwinDefinition
    ids: PresentIds
    changes: Sequence[Change]
    templates: tuple[Template, Template] | None = None

    @cached_property
    def usage_before(self) -> Usage:
        """The uses of types and properties before the change."""
        return Usage(self.before)

    @cached_property
    def usage_after(self) -> Usage:
        """The uses of types and properties after the change."""
        return Usage(self.after)

    def of(self, kind: Kind, *actions: Action) -> Iterator[Change]:
        """Yield the changes of a kind.

        Args:
            kind: The kind.
            actions: The actions; none means all.
        """
        return (
            change
            for change in self.changes
            if change.kind is kind and (not actions or change.action in actions)
        )

    def details(self, kind: Kind) -> Iterator[tuple[Change, Detail]]:
        """Yield what differs inside of the things of a kind.

        Args:
            kind: The kind.
        """
        return ((change, detail) for change in self.of(kind) for detail in change.details)

    def place(self, change: Change, detail: Detail | None = None) -> Location | None:
        """Return where a change, or a difference inside of the thing, is written.

        Args:
            change: The change.
            detail: The difference. What is removed has the place of the rest of the thing.
        """
        if detail is None or change.location is None or change.kind is Kind.SCENE:
            return change.location
        steps = (int(step) if step.isdecimal() else step for step in detail.path)
        return place_of(self.after, change.kind, change.id, *steps)


@dataclass(frozen=True, slots=True)
class RiskRule:
    """A rule of risk.

    Attributes:
        code: Stable code, such as ``PLAN010``. A code that is no longer used is not used again.
        name: Short name, such as ``entity-removed``.
        level: Level of its risks, the highest one if they differ.
        is_breaking: Whether what reads the twin or writes to it fails or finds nothing until it is changed.
        text: Documentation: an explanation and the sections ``Before``, ``After``, ``Risk`` and ``Do``.
        find: Yields the risks of a change.
    """

    code: str
    name: str
    level: Level
    is_breaking: bool
    text: str
    find: Callable[[Comparison], Iterable[Risk]]

    def risk(
        self,
        change: Change,
        message: str,
        remedy: str,
        location: Location | None = None,
        *,
        level: Level | None = None,
        is_breaking: bool | None = None,
    ) -> Risk:
        """Return a risk of this rule.

        Args:
            change: The change that has the risk.
            message: What happens, with numbers and names.
            remedy: What to do about it.
            location: Where it is written. Default: the place of the change.
            level: How much it can cost. Default: as the rule.
            is_breaking: Whether it breaks what reads the twin or writes to it. Default: as the rule.
        """
        return Risk(
            self.code,
            self.level if level is None else level,
            change.kind,
            change.id,
            message,
            remedy,
            location or change.location,
            is_breaking=self.is_breaking if is_breaking is None else is_breaking,
        )


_RULES: dict[str, RiskRule] = {}


def risk_rule(
    code: str, name: str, level: Level, *, is_breaking: bool = False
) -> Callable[[Callable[[Comparison], Iterable[Risk]]], RiskRule]:
    """Make a rule of a function that yields risks; its docstring becomes the rule's documentation.

    Args:
        code: Stable code.
        name: Short name.
        level: Level of its risks.
        is_breaking: Whether what reads the twin or writes to it fails or finds nothing until it is changed.

    Raises:
        ValueError: Another rule has the code.
    """

    def register(find: Callable[[Comparison], Iterable[Risk]]) -> RiskRule:
        if code in _RULES:
            raise ValueError(f"{code} is already the code of {_RULES[code].name}; use another")
        _RULES[code] = RiskRule(code, name, level, is_breaking, inspect.getdoc(find) or "", find)
        return _RULES[code]

    return register


def registered_rules() -> dict[str, RiskRule]:
    """Return the rules that were registered so far, by code."""
    return dict(sorted(_RULES.items()))
