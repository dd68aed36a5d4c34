"""What is wrong with an answer, where in it, what is allowed and what to do."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias, TypeGuard, TypeVar

Json: TypeAlias = dict[str, Any]
T = TypeVar("T")

_SHOWN = 60


class Severity(StrEnum):
    """Whether an answer with a breach is wrong, or will only serve some callers badly."""

    ERROR = "error"
    WARNING = "warning"


# Words about tokens are not secrets.
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
"""Rules whose breach no source calls an error: the service or AWS's own samples do the same."""

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
"""Rules without which an answer has no counterpart in the service's API."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that an answer breaks at one place.

    Attributes:
        code: The rule's stable code.
        path: JSON path in the answer, such as ``$.propertyValues[0].values[3].time``.
        value: What stands there, shortened.
        allowed: What the contract allows there.
        remedy: What to do about it.
    """

    code: Code
    path: str
    value: str
    allowed: str
    remedy: str

    @property
    def severity(self) -> Severity:
        """``ERROR`` or ``WARNING``; the code decides."""
        return Severity.WARNING if self.code in WARNINGS else Severity.ERROR

    @property
    def is_unreadable(self) -> bool:
        """Whether nothing could be passed on to a caller of the service."""
        return self.code in UNREADABLE

    def __str__(self) -> str:
        """Return ``path CODE is value; allowed is ...; remedy``, always one printable line."""
        kind = "warning: " if self.severity is Severity.WARNING else ""
        line = f"{self.path} {self.code} {kind}is {self.value}; allowed is {self.allowed}; {self.remedy}"
        return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in line)


def shown(value: object) -> str:
    """Return a value as messages show it: as JSON, cut where it is long.

    Args:
        value: Anything.
    """
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        # A container may be megabytes; its first members tell what it is.
        names = [shown(name) for name in list(value)[:3]] if isinstance(value, dict) else []
        kind = "an object" if isinstance(value, dict) else "a list"
        return f"{kind} of {len(value)}{' (' + ', '.join(names) + ')' if names else ''}"
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = f"a {type(value).__name__}"
    return text if len(text) <= _SHOWN else f'{text[: _SHOWN - 10]}..." ({len(text)} characters)'


class Report(list[Breach]):
    """Takes breaches in the order in which an answer is read."""

    def add(self, code: Code, path: str, value: str, allowed: str, remedy: str) -> None:
        """Take a breach; the arguments are its members."""
        self.append(Breach(code, path, value, allowed, remedy))

    def expect(self, value: object, kind: type[T], path: str, remedy: str) -> TypeGuard[T]:
        """Tell whether a value is of a JSON type; report it if not.

        Args:
            value: What stands at the path.
            kind: ``dict``, ``list``, ``str`` or ``bool``.
            path: Where it stands.
            remedy: What to do otherwise.
        """
        if isinstance(value, kind):
            return True
        code = Code.MISSING_MEMBER if value is None else Code.WRONG_SHAPE
        self.add(code, path, shown(value), _KINDS[kind], remedy)
        return False

    def unknown(self, document: Json, known: frozenset[str], path: str) -> None:
        """Report members that the contract does not have."""
        for name in document:
            if isinstance(name, str) and name not in known:
                self.add(
                    Code.UNKNOWN_MEMBER,
                    f"{path}.{name}",
                    shown(document[name]),
                    f"only {', '.join(sorted(known))}",
                    "leave it out; nothing reads it",
                )


_KINDS: dict[type, str] = {dict: "an object", list: "a list", str: "text", bool: "true or false"}
