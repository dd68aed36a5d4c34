"""Findings as annotations of GitHub Actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from twin_stack.definition.findings import Finding


def github_annotations(findings: Iterable[Finding], folder: Path) -> Iterator[str]:
    """Yield findings as commands of GitHub Actions, which show them at their lines in the pull request.

    Args:
        findings: The findings of a check.
        folder: The root of the repository, where the check runs.
    """
    root = folder.resolve()
    for finding in findings:
        file, line, column = finding.location
        path = (folder / file).resolve()
        shown = path.relative_to(root) if path.is_relative_to(root) else path
        place = f"file={_property(shown.as_posix())},line={line},col={column},title={_property(finding.code)}"
        text = _escape(finding.text)
        yield f"::{finding.severity.value} {place}::{text}"


def _escape(text: str) -> str:
    """Return a text as the data of a command, in which a line break would begin another one."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
