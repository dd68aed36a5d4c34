"""Findings that a definition accepts: comments of YAML files, and entries of ``twin.yaml``, with reasons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from twin_stack.definition.checks.registry import all_rules
from twin_stack.definition.findings import Finding, IgnoredFinding, Location, Severity
from twin_stack.definition.rules.ignores import INVALID_IGNORE, NEEDLESS_IGNORE
from twin_stack.definition.source import LocatedList, LocatedMap, at
from twin_stack.definition.wording import quote_value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

MARKER = "twin: ignore"
"""Text of every comment that ignores a finding; a file without it is not searched."""
_COMMENT = re.compile(
    rf"(?:^|(?<=\s))#[ \t]*{MARKER}(?:[ \t]+(?P<code>\S+))?(?:[ \t]+(?P<reason>.*\S))?[ \t]*$"
)


class Ignore(NamedTuple):
    """A finding that the definition accepts.

    Attributes:
        place: Where it is written.
        file: The file of the finding.
        line: The line of the finding; None means any line of the file.
        code: Code of the rule, empty where it is missing.
        reason: Why the finding is accepted, empty where it is missing.
    """

    place: Location
    file: Path
    line: int | None
    code: str
    reason: str

    def accepts(self, finding: Finding) -> bool:
        """Return whether a finding is the one that is accepted.

        Args:
            finding: The finding.
        """
        place = finding.location
        return finding.code == self.code and place.file == self.file and self.line in (None, place.line)


def comment_ignores(file: Path, text: str) -> Iterator[Ignore]:
    """Yield the comments of a YAML file that ignore a finding of their line, or of the next one with content.

    Args:
        file: The file, as findings name it.
        text: Its text, valid YAML.
    """
    if MARKER not in text:
        return
    lines = text.splitlines()
    texts = _ScalarPlaces(text)
    for number, line in enumerate(lines, start=1):
        match = _COMMENT.search(line) if MARKER in line else None
        if match is None or texts.contain(number, match.start() + 1):
            continue
        target = number if line[: match.start()].strip() else _next_content(lines, number)
        place = Location(file, number, match.start() + 1)
        yield Ignore(place, file, target, match["code"] or "", match["reason"] or "")


def _next_content(lines: Sequence[str], number: int) -> int:
    """Return the number of the first line after another one that is neither empty nor a comment."""
    following = enumerate(lines[number:], start=number + 1)
    return next((other for other, line in following if line.strip() and not line.lstrip().startswith("#")), 0)


class _ScalarPlaces:
    """The places of texts in a YAML file, in which a ``#`` begins no comment."""

    def __init__(self, text: str) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        marks = [
            (event.start_mark, event.end_mark)
            for event in yaml.parse(text, Loader=loader)
            if isinstance(event, yaml.ScalarEvent) and not event.implicit[0]
        ]
        self._ranges = [
            ((start.line, start.column), (end.line, end.column)) for start, end in marks if start and end
        ]

    def contain(self, line: int, column: int) -> bool:
        """Return whether a place, counted from 1, is inside of a quoted text or a block."""
        place = (line - 1, column - 1)
        return any(start <= place < end for start, end in self._ranges)


def entry_ignores(root: Any, folder: Path) -> Iterator[Ignore]:
    """Yield the entries of ``ignore`` in ``twin.yaml`` that have a file and a code.

    Args:
        root: Content of ``twin.yaml``.
        folder: The twin's folder.
    """
    entries = root.get("ignore") if isinstance(root, LocatedMap) else None
    for entry in entries if isinstance(entries, LocatedList) else ():
        members = entry if isinstance(entry, LocatedMap) else {}
        file, code, reason = (members.get(name) for name in ("file", "code", "reason"))
        if (
            isinstance(file, str) and isinstance(code, str) and isinstance(reason, str)
        ):  # else: TWIN004, TWIN006
            yield Ignore(at(entry, "code"), folder / file, None, code, reason)


def apply_ignores(
    findings: Iterable[Finding], ignores: Sequence[Ignore], documents: Collection[Path]
) -> tuple[list[Finding], list[IgnoredFinding]]:
    """Separate findings from those that are accepted, and check what accepts them.

    Args:
        findings: The findings of a check.
        ignores: What the files of the definition accept.
        documents: Scenes and models: files that are deployed as they are, in which errors can be accepted.

    Returns:
        The findings that remain, those about ``ignores`` among them, and the accepted ones.
    """
    kept: list[Finding] = []
    ignored: list[IgnoredFinding] = []
    used: set[Ignore] = set()
    for finding in findings:
        matching = next((ignore for ignore in ignores if ignore.accepts(finding)), None)
        if matching is not None:
            used.add(matching)
        if matching is None:
            kept.append(finding)
        elif _is_essential(finding, documents):
            kept += (finding, _invalid(matching, f"{finding.code} cannot be ignored", "correct the mistake"))
        else:
            ignored.append(IgnoredFinding(finding, matching.reason))
    kept += (problem for ignore in ignores if (problem := _problem(ignore)) is not None)
    if not any(finding.severity is Severity.ERROR for finding in kept):  # an error may hide what is ignored
        kept += (_needless(ignore) for ignore in ignores if ignore not in used)
    return list(dict.fromkeys(kept)), ignored


def _is_essential(finding: Finding, documents: Collection[Path]) -> bool:
    """Return whether what deploys the definition relies on the mistake not being there."""
    is_in_document = finding.location.file in documents and not all_rules()[finding.code].is_essential
    return finding.severity is Severity.ERROR and not is_in_document


def _problem(ignore: Ignore) -> Finding | None:
    """Return the finding for an ignore without a known code or without a reason."""
    if ignore.code in all_rules():
        message = f"{ignore.code} is ignored without a reason"
        return None if ignore.reason else _invalid(ignore, message, "write the reason after the code")
    if not ignore.code:
        remedy = f"write # {MARKER} CODE reason"
        return _invalid(ignore, "the code of the finding is missing", remedy)
    return _invalid(ignore, f"{quote_value(ignore.code)} is not a code", "write the code of the finding")


def _invalid(ignore: Ignore, message: str, remedy: str) -> Finding:
    return INVALID_IGNORE.finding(ignore.place, message, remedy)


def _needless(ignore: Ignore) -> Finding:
    where = "this line" if ignore.line is not None else quote_value(ignore.file.name)
    message = f"{ignore.code} is ignored, and {where} has no such finding any more"
    return NEEDLESS_IGNORE.finding(ignore.place, message, "remove it")
