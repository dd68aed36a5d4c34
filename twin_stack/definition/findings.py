"""What is wrong with a definition, where, and what to do about it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Self

from twin_stack.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from pathlib import Path

MAX_FINDINGS = 1_000
"""Most findings of one check: nobody reads more, and hostile files hold millions."""


class Location(NamedTuple):
    """A place in a definition file.

    Attributes:
        file: The file, as the caller spelled its folder.
        line: Line, counted from 1.
        column: Column in characters, counted from 1.
    """

    file: Path
    line: int
    column: int

    def __str__(self) -> str:
        """Return ``file:line:column``, the form editors turn into a link."""
        return f"{self.file}:{self.line}:{self.column}"


class Severity(StrEnum):
    """Whether a finding stops the synthesis."""

    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    """The stable code of every rule; each has a section in ``docs/errors.md``."""

    UNREADABLE_FILE = "TWIN001"
    SYNTAX = "TWIN002"
    UNKNOWN_KEY = "TWIN003"
    WRONG_TYPE = "TWIN004"
    VALUE_NOT_ALLOWED = "TWIN005"
    MISSING_KEY = "TWIN006"
    REFUSED_YAML = "TWIN007"
    DUPLICATE_KEY = "TWIN008"
    MISSING_FILE = "TWIN009"
    DUPLICATE_ID = "TWIN010"
    BAD_ID = "TWIN011"
    BAD_NAME = "TWIN012"
    UNEXPECTED_FILE = "TWIN013"
    UNKNOWN_COMPONENT_TYPE = "TWIN014"
    UNKNOWN_PARENT = "TWIN015"
    UNKNOWN_CONNECTOR = "TWIN016"
    PARENT_CYCLE = "TWIN017"
    INHERITANCE_CYCLE = "TWIN018"
    UNKNOWN_PROPERTY = "TWIN019"
    MISSING_PROPERTY = "TWIN020"
    WRONG_VALUE_TYPE = "TWIN021"
    VALUE_NOT_IN_ALLOWED_VALUES = "TWIN022"
    ABSTRACT_COMPONENT_TYPE = "TWIN023"
    TOO_MANY_ENTITIES = "TWIN024"
    MANY_ENTITIES = "TWIN025"
    UNKNOWN_TARGET = "TWIN026"
    SINGLETON_TWICE = "TWIN027"
    VALUE_STORED_EXTERNALLY = "TWIN028"
    NOT_DEPLOYED = "TWIN029"
    BAD_CSV = "TWIN030"
    UNKNOWN_VARIABLE = "TWIN031"
    BAD_SCENE = "TWIN040"
    UNKNOWN_RULE = "TWIN041"
    BAD_NODE_TREE = "TWIN042"
    MISSING_ASSET = "TWIN043"
    UNKNOWN_BINDING = "TWIN044"
    UNKNOWN_CAMERA = "TWIN045"
    TOO_MANY_DEVICES = "TWIN046"
    BAD_LAYOUT = "TWIN060"
    EMPTY_LAYOUT = "TWIN061"
    NOT_FOR_SITEWISE = "TWIN062"
    BAD_EXPRESSION = "TWIN063"
    ALIAS_TAKEN = "TWIN064"
    BAD_HIERARCHY = "TWIN065"
    TOO_MANY_RESOURCES = "TWIN066"
    BAD_TOPIC = "TWIN080"
    NOT_IN_SQL = "TWIN081"
    NOT_INGESTED = "TWIN082"
    COLLIDING_ROWS = "TWIN083"
    BAD_ALARM = "TWIN084"
    WRONG_ALARM_KEY = "TWIN085"
    TOO_MANY_FINDINGS = "TWIN099"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One mistake, or one thing worth knowing.

    Attributes:
        location: Where it is.
        code: The rule's stable code.
        message: What is wrong, with the value found and what is allowed.
        remedy: What to do about it.
        severity: An error stops the synthesis, a warning does not.
    """

    location: Location
    code: Code
    message: str
    remedy: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Return ``path:line:col CODE message; remedy``, always one printable line."""
        kind = "warning: " if self.severity is Severity.WARNING else ""
        return printable(f"{self.location} {self.code} {kind}{self.message}; {self.remedy}")


class TooManyFindingsError(Exception):
    """A check found more than ``MAX_FINDINGS``."""


class Findings(list[Finding]):
    """Takes findings, each once, until there are ``MAX_FINDINGS``."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[Finding] = set()

    def append(self, finding: Finding) -> None:
        """Take one finding.

        Args:
            finding: One that is already there is passed over.

        Raises:
            TooManyFindingsError: The list is full.
        """
        if finding in self._seen:
            return
        if len(self) == MAX_FINDINGS:
            raise TooManyFindingsError
        self._seen.add(finding)
        super().append(finding)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Take several findings.

        Args:
            findings: As for ``append``.

        Raises:
            TooManyFindingsError: The list is full.
        """
        for finding in findings:
            self.append(finding)

    def __iadd__(self, findings: Iterable[Finding]) -> Self:  # type: ignore[override,misc]
        self.extend(findings)
        return self


class DefinitionError(TwinError):
    """A definition has mistakes.

    Attributes:
        findings: All of them, in the order of files and lines.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))

    def report(self) -> str:
        """Return one line per finding, each of which begins with its file."""
        return str(self)


def printable(text: str) -> str:
    """Return a text with line breaks and other control characters escaped.

    Args:
        text: Any text, also such as cannot be encoded.
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def shown(value: object) -> str:
    """Return a value as messages show it: in the words of the files, and cut where it is long.

    Args:
        value: Anything that was read. Containers are named, not listed: an alias makes them huge.
    """
    if isinstance(value, str):
        cut = f'"{value}"' if len(value) <= 60 else f'"{value[:50]}..." ({len(value)} characters)'
        return printable(cut)
    if isinstance(value, bool):
        return "true" if value else "false"
    named = ((dict, "a mapping"), (list, "a list"), (type(None), "nothing"))
    return next((name for kind, name in named if isinstance(value, kind)), repr(value))


def chain(names: Sequence[str], show: Callable[[str], str] = str) -> str:
    """Return the names along a cycle, the middle left out where it is long.

    Args:
        names: Each behind the one that leads to it.
        show: Gives what is shown of a name.
    """
    head, tail = (names, []) if len(names) <= 12 else (names[:6], names[-1:])
    gap = [f"({len(names) - 7:,} more)"] if tail else []
    return " -> ".join([*map(show, head), *gap, *map(show, tail)])


MAX_NAMES = 2_000
"""Most names that one is compared with: a comparison takes about 5 us."""


def closest(name: str, known: Collection[str]) -> str | None:
    """Return the known name that was most likely meant.

    Args:
        name: What was written.
        known: Every name that would have been right.
    """
    if len(known) > MAX_NAMES or len(name) > 256:
        return None
    return _closest(name, frozenset(known))


@lru_cache(maxsize=64)  # a name that is misspelt once is often misspelt in each entity
def _closest(name: str, known: frozenset[str]) -> str | None:
    names = sorted(one for one in known if abs(len(one) - len(name)) <= 8)
    if close := difflib.get_close_matches(name, names, n=1, cutoff=0.6):
        return close[0]
    inside = [one for one in names if len(name) > 1 and name.lower() in one.lower()]
    return inside[0] if len(inside) == 1 else None


def did_you_mean(name: str, known: Collection[str]) -> str:
    """Return the remedy for a name nobody defined.

    Args:
        name: What was written.
        known: Every name that would have been right.

    Returns:
        ``did you mean "..."?`` where one comes close, else the list of what is allowed.
    """
    if not known:
        return "none is defined"
    if len(known) > MAX_NAMES:
        return f"it is none of the {len(known):,} that are defined"
    if close := closest(name, known):
        return f'did you mean "{close}"?'
    listed = ", ".join(sorted(known)[:12]) + (", ..." if len(known) > 12 else "")
    return f"use one of: {listed}"
