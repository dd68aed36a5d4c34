"""Violations of the contract: code, place in the answer, allowed value and remedy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias, TypeGuard, TypeVar

from twin_stack.terminal_text import printable

Json: TypeAlias = dict[str, Any]
T = TypeVar("T")

_MAX_QUOTED_LENGTH = 60


class Severity(StrEnum):
    """Severity of a violation: ``ERROR`` if the answer is wrong, ``WARNING`` if some callers misread it."""

    ERROR = "error"
    WARNING = "warning"


# The names of token rules look like secrets to ruff.
# ruff: noqa: S105


class Code(StrEnum):
    """The stable code of every rule; each has a row in ``docs/connectors.md``."""

    NOT_JSON = "UDQ001"
    WRONG_SHAPE = "UDQ002"
    MISSING_MEMBER = "UDQ003"
    UNKNOWN_MEMBER = "UDQ004"
    OTHER_FUNCTIONS_SHAPE = "UDQ005"
    TOO_LARGE = "UDQ006"
    TEXT_LENGTH = "UDQ007"
    WRONG_COMPONENT = "UDQ010"
    NOT_SELECTED = "UDQ011"
    NO_EXTERNAL_ID = "UDQ012"
    NOT_AN_EXTERNAL_ID = "UDQ013"
    SERIES_TWICE = "UDQ014"
    KEY_DIFFERS = "UDQ015"
    NOT_ONE_MEMBER = "UDQ020"
    UNKNOWN_VALUE_MEMBER = "UDQ021"
    OTHER_TYPE = "UDQ022"
    WRONG_CONTENT = "UDQ023"
    NUMBER_AS_TEXT = "UDQ024"
    STRING_LENGTH = "UDQ025"
    TOO_MANY_MEMBERS = "UDQ026"
    VALUE_NOT_ALLOWED = "UDQ027"
    MIXED_TYPES = "UDQ028"
    BAD_TIME = "UDQ030"
    OUTSIDE_RANGE = "UDQ031"
    WRONG_ORDER = "UDQ032"
    DEPRECATED_TIMESTAMP = "UDQ033"
    TOO_MANY_POINTS = "UDQ040"
    BAD_TOKEN = "UDQ041"
    TOKEN_ON_EMPTY_PAGE = "UDQ042"
    LATEST_VALUE_MISSED = "UDQ043"
    TOKEN_REPEATED = "UDQ044"
    FILTER_IGNORED = "UDQ050"
    INTERPOLATION_IGNORED = "UDQ051"
    BAD_PROPERTY_NAME = "UDQ060"
    BAD_DATA_TYPE = "UDQ061"
    NOT_STORED_EXTERNALLY = "UDQ062"
    BAD_UPDATE_TYPE = "UDQ063"
    OTHER_ENTRY = "UDQ070"


WARNINGS = frozenset(
    {
        Code.UNKNOWN_MEMBER,
        Code.NUMBER_AS_TEXT,
        Code.VALUE_NOT_ALLOWED,
        Code.DEPRECATED_TIMESTAMP,
        Code.TOKEN_ON_EMPTY_PAGE,
        Code.INTERPOLATION_IGNORED,
        Code.NOT_STORED_EXTERNALLY,
    }
)
"""Rules that no source calls an error to violate: the service or AWS's own samples do so too."""

UNREADABLE = frozenset(
    {
        Code.NOT_JSON,
        Code.WRONG_SHAPE,
        Code.MISSING_MEMBER,
        Code.OTHER_FUNCTIONS_SHAPE,
        Code.NOT_ONE_MEMBER,
        Code.UNKNOWN_VALUE_MEMBER,
        Code.WRONG_CONTENT,
        Code.BAD_TIME,
        Code.BAD_TOKEN,
        Code.BAD_PROPERTY_NAME,
        Code.BAD_DATA_TYPE,
    }
)
"""Rules whose violation leaves the service's API without a value to return."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that an answer breaks at one JSON path.

    Attributes:
        code: The rule's stable code.
        path: JSON path in the answer, such as ``$.propertyValues[0].values[3].time``.
        value: The value at the path, shortened.
        allowed: The values that the contract allows there.
        remedy: How to correct the answer.
    """

    code: Code
    path: str
    value: str
    allowed: str
    remedy: str

    @property
    def severity(self) -> Severity:
        """``ERROR`` or ``WARNING``, by the code."""
        return Severity.WARNING if self.code in WARNINGS else Severity.ERROR

    @property
    def is_unreadable(self) -> bool:
        """Whether the service has nothing to return to its caller."""
        return self.code in UNREADABLE

    def __str__(self) -> str:
        """Return ``path CODE is value; allowed is ...; remedy``, always one printable line."""
        kind = "warning: " if self.severity is Severity.WARNING else ""
        line = f"{self.path} {self.code} {kind}is {self.value}; allowed is {self.allowed}; {self.remedy}"
        return printable(line)


def quote_value(value: object) -> str:
    """Format a value for a message: as JSON, shortened if it is long.

    Args:
        value: Anything.
    """
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        # A container may be megabytes; its first members are enough to recognise it.
        names = [quote_value(name) for name in list(value)[:3]] if isinstance(value, dict) else []
        kind = "an object" if isinstance(value, dict) else "a list"
        return f"{kind} of {len(value)}{' (' + ', '.join(names) + ')' if names else ''}"
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = f"a {type(value).__name__}"
    return (
        text
        if len(text) <= _MAX_QUOTED_LENGTH
        else f'{text[: _MAX_QUOTED_LENGTH - 10]}..." ({len(text)} characters)'
    )


class Report(list[Violation]):
    """List of violations, in the order in which an answer is read."""

    def add(self, code: Code, path: str, value: str, allowed: str, remedy: str) -> None:
        """Append a violation with these members."""
        self.append(Violation(code, path, value, allowed, remedy))

    def expect(self, value: object, kind: type[T], path: str, remedy: str) -> TypeGuard[T]:
        """Check that a value has a JSON type, and report it if it does not.

        Args:
            value: The value at the path.
            kind: ``dict``, ``list``, ``str`` or ``bool``.
            path: JSON path of it in the answer.
            remedy: How to correct another type.

        Returns:
            Whether the value has the type.
        """
        if isinstance(value, kind):
            return True
        code = Code.MISSING_MEMBER if value is None else Code.WRONG_SHAPE
        self.add(code, path, quote_value(value), _KINDS[kind], remedy)
        return False

    def report_unknown_members(self, document: Json, members: frozenset[str], path: str) -> None:
        """Report members that the contract does not have.

        Args:
            document: The object to check.
            members: The members that the contract has.
            path: JSON path of the object in the answer.
        """
        for name in document:
            if isinstance(name, str) and name not in members:
                self.add(
                    Code.UNKNOWN_MEMBER,
                    f"{path}.{name}",
                    quote_value(document[name]),
                    f"only {', '.join(sorted(members))}",
                    "leave it out; nothing reads it",
                )


_KINDS: dict[type, str] = {dict: "an object", list: "a list", str: "text", bool: "true or false"}
