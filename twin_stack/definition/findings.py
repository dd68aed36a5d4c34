"""What is wrong with a definition, where, and what to do about it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


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
    BAD_CSV = "TWIN030"
    UNKNOWN_VARIABLE = "TWIN031"
    BAD_SCENE = "TWIN040"
    UNKNOWN_RULE = "TWIN041"
    BAD_NODE_TREE = "TWIN042"
    MISSING_ASSET = "TWIN043"
    UNKNOWN_BINDING = "TWIN044"
    UNKNOWN_CAMERA = "TWIN045"


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
        """Return ``path:line:col CODE message; remedy``."""
        kind = "warning: " if self.severity is Severity.WARNING else ""
        return f"{self.location} {self.code} {kind}{self.message}; {self.remedy}"


class DefinitionError(Exception):
    """A definition has mistakes.

    Attributes:
        findings: All of them, in the order of files and lines.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the remedy for a name nobody defined.

    Args:
        name: What was written.
        known: Every name that would have been right.

    Returns:
        ``did you mean "..."?`` where one comes close, else the list of what is allowed.
    """
    names = sorted(set(known))
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f'did you mean "{close[0]}"?'
    if not names:
        return "none is defined"
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"use one of: {shown}"
