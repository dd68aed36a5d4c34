"""What the readers of YAML and JSON share: containers with places, and limits.

Hostile input ends in one finding within bounded time and memory: files are limited in size, values in
number and depth (aliases are counted each time they are used), and tags are refused.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from twin_stack.definition.findings import DefinitionError, Finding, Location
from twin_stack.definition.rules.members import VALUE_NOT_ALLOWED, WRONG_TYPE
from twin_stack.definition.rules.reading import DUPLICATE_KEY, UNSUPPORTED_YAML
from twin_stack.definition.source import LocatedList, LocatedMap, Mark
from twin_stack.definition.wording import quote_value

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition.rule import Rule

MAX_VALUES = 400_000
"""Most values in one file: keys, values and containers, aliases are counted each time they are used."""
MAX_DEPTH = 100
"""Deepest nesting of mappings and lists."""

LONG_TEXT = 100
"""Characters of a text that count as one more value."""

CONSTANTS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
"""Values of plain scalars that are no text (YAML 1.2 core schema; JSON's are among them)."""


def reading_error(file: Path, mark: Mark, rule: Rule, message: str, remedy: str) -> DefinitionError:
    """Return the error that stops the reading of a file.

    Args:
        file: The file, as findings name it.
        mark: Line and column.
        rule: The rule that is violated.
        message: What is wrong.
        remedy: What to do about it.
    """
    return DefinitionError([rule.finding(Location(file, *mark), message, remedy)])


def mark_after(text: str) -> Mark:
    """Return line and column of the character after a text.

    Args:
        text: Text from the beginning of a file.
    """
    return text.count("\n") + 1, len(text) - text.rfind("\n")


def value_size(value: Any) -> int:
    """Return how many values a value counts for: long text for several, an alias for what it refers to.

    Args:
        value: A value that was read.
    """
    if isinstance(value, LocatedMap | LocatedList):
        return value.size
    return 1 + len(value) // LONG_TEXT if isinstance(value, str) else 1


def integer_or_float(text: str, *, is_integer: bool) -> int | float:
    """Return a number that was written as text.

    Args:
        text: The number, in the form that Python's ``int`` or ``float`` takes.
        is_integer: Whether it has neither a fraction nor an exponent.

    Raises:
        OverflowError: It is too large for a float.
    """
    # Python refuses to convert more than 4,300 digits; no integer of the service is longer than 19.
    if is_integer and len(text) <= 40:
        return int(text)
    if math.isinf(value := float(text)):
        raise OverflowError(text)
    return value


class DocumentBuilder:
    """Base of the readers: puts values into containers and enforces the limits."""

    def __init__(self, file: Path, text: str, findings: list[Finding] | None) -> None:
        self.file = file
        self.text = text
        self.findings = findings
        self.values = 0

    def refuse(self, mark: Mark, rule: Rule, message: str, remedy: str) -> DefinitionError:
        """Return the error that stops the reading."""
        return reading_error(self.file, mark, rule, message, remedy)

    def count(self, mark: Mark, size: int = 1) -> None:
        """Count values; raise when a file holds too many."""
        self.values += size
        if self.values > MAX_VALUES:
            raise self.refuse(
                mark,
                UNSUPPORTED_YAML,
                f"holds more than {MAX_VALUES:,} values, aliases counted each time they are used",
                "split the file, or write the repeated part once",
            )

    def check_depth(self, mark: Mark, depth: int) -> None:
        """Raise when values are nested too deep."""
        if depth > MAX_DEPTH:
            raise self.refuse(
                mark,
                UNSUPPORTED_YAML,
                f"is nested deeper than {MAX_DEPTH} levels",
                "flatten it, or close what is left open",
            )

    def refuse_number(self, text: str, mark: Mark) -> DefinitionError:
        """Return the error for a number that is too large."""
        message = f"number {quote_value(text)} is too large"
        return self.refuse(mark, VALUE_NOT_ALLOWED, message, "leave it out, or quote it as text")

    def put(self, target: LocatedMap, key: Any, key_mark: Mark, value: Any, mark: Mark) -> None:
        """Add a key with its value to a mapping; report a duplicate key."""
        if not isinstance(key, str):
            raise self.refuse(key_mark, WRONG_TYPE, f"a key is {quote_value(key)}, not text", "quote it")
        if key in target:
            line, column = target.key_marks[key][-2:]
            duplicate = self.refuse(
                key_mark,
                DUPLICATE_KEY,
                f"key {quote_value(key)} is duplicated, first in line {line}, column {column}",
                "keep one of them",
            )
            if self.findings is None:
                raise duplicate
            self.findings.extend(duplicate.findings)
            return
        target[key] = value
        target.key_marks[key] = key_mark
        target.value_marks[key] = mark
