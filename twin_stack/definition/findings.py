"""What is wrong with a definition, where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Self

from twin_stack.errors import TwinError
from twin_stack.terminal_text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

MAX_FINDINGS = 1_000
"""Most findings of one check: more are not useful, and hostile files hold millions."""


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


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One mistake of a definition.

    Attributes:
        location: Where it is.
        code: Stable code of the rule, such as ``TWIN014``.
        message: What is wrong, with the value and what is allowed.
        remedy: What to do about it.
        severity: An error stops the synthesis, a warning does not.
        other_places: Where the same thing is missing too; correcting the cause corrects all of them.
    """

    location: Location
    code: str
    message: str
    remedy: str
    severity: Severity = Severity.ERROR
    other_places: tuple[Location, ...] = ()

    @property
    def text(self) -> str:
        """The message with the number of other places, and the remedy."""
        count = len(self.other_places)
        others = f" (and in {count:,} other place{'' if count == 1 else 's'})" if count else ""
        return f"{self.message}{others}; {self.remedy}"

    def __str__(self) -> str:
        """Return ``path:line:col CODE message; remedy``, always one printable line."""
        kind = "warning: " if self.severity is Severity.WARNING else ""
        return printable(f"{self.location} {self.code} {kind}{self.text}")


class IgnoredFinding(NamedTuple):
    """A finding that the files accept.

    Attributes:
        finding: The finding.
        reason: Why it is accepted.
    """

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Cause:
    """What explains findings at many places: one finding stands for all of them.

    Attributes:
        finding: The finding.
        places: Where the findings that it explains may be.
        codes: Codes of the findings that it explains.
        is_mistake: Whether it is a finding also where nothing follows from it.
    """

    finding: Finding
    places: frozenset[Location]
    codes: frozenset[str]
    is_mistake: bool = False


class TooManyFindingsError(Exception):
    """A check has more than ``MAX_FINDINGS`` findings."""


class Findings(list[Finding]):
    """A list of findings, each once and none that follows from another, of at most ``MAX_FINDINGS``."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[Finding] = set()
        self._causes: dict[tuple[Location, str], Cause] = {}
        self._indexes: dict[Cause, int] = {}

    def explain(self, cause: Cause) -> None:
        """Report one finding in place of those that follow from it and come later.

        Its severity is the highest of theirs.

        Args:
            cause: What explains them.

        Raises:
            TooManyFindingsError: The list is full.
        """
        for place in cause.places:
            for code in cause.codes:
                self._causes.setdefault((place, code), cause)
        if cause.is_mistake:
            self._report_cause(cause, cause.finding.severity)

    def _report_cause(self, cause: Cause, severity: Severity) -> None:
        if cause not in self._indexes:
            finding = replace(cause.finding, severity=severity)
            self._append_once(finding)
            self._indexes[cause] = self.index(finding)
        elif severity is Severity.ERROR:
            index = self._indexes[cause]
            self[index] = replace(self[index], severity=severity)

    def append(self, finding: Finding) -> None:
        """Append a finding, unless the list has it already.

        Args:
            finding: The finding.

        Raises:
            TooManyFindingsError: The list is full.
        """
        if self._causes and (cause := self._causes.get((finding.location, finding.code))) is not None:
            self._report_cause(cause, finding.severity)
        else:
            self._append_once(finding)

    def _append_once(self, finding: Finding) -> None:
        if finding in self._seen:
            return
        if len(self) == MAX_FINDINGS:
            raise TooManyFindingsError
        self._seen.add(finding)
        super().append(finding)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Append several findings.

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
