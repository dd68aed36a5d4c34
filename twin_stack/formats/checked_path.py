"""The result of the check of a path, as the command line prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin_stack.definition.findings import Finding, IgnoredFinding


class CheckedPath(NamedTuple):
    """The result of the check of a path.

    Attributes:
        findings: Its findings; for one file of a definition, those of that file.
        ignored: Findings that the files accept, with the reasons.
        summary: What the path holds, for a line of output.
        elsewhere: Number of findings in other files of the same definition.
    """

    findings: Sequence[Finding]
    ignored: Sequence[IgnoredFinding]
    summary: str
    elsewhere: int = 0
