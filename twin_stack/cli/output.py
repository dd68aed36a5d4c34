"""What verbs print: lines of progress, JSON documents, findings."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Literal

from twin_stack.terminal_text import json_text, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin_stack.definition import Finding


def echo(text: str = "", *, err: bool = False, nl: bool = True) -> None:
    """Print a text. All output of ``twin`` goes through here, because most of it holds data of others.

    Args:
        text: One or more lines. Control characters other than line breaks and tabs are printed as escapes,
            also into a file or a pipe, so that its content does not depend on where it goes. So are letters
            that the stream cannot encode.
        err: Whether to print to the standard error.
        nl: Whether a line break follows.
    """
    stream = sys.stderr if err else sys.stdout
    if stream is None:
        return
    shown = printable(text, keep="\n\t") + ("\n" if nl else "")
    try:
        stream.write(shown)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(shown.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def close_output() -> None:
    """Close the output after its reader has ended: Python would fail again when it closes the stream."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_warning(problem: str) -> None:
    """Print a problem that does not end the command to the standard error.

    Args:
        problem: The message, one line.
    """
    echo(f"warning: {problem}", err=True)


def print_json(document: object) -> None:
    """Print a document as indented JSON.

    Args:
        document: Anything that JSON can hold.
    """
    echo(json_text(document))


def print_findings(findings: Iterable[Finding], *, as_json: bool) -> None:
    """Print findings, one a line or as a JSON list.

    Args:
        findings: The findings of a check.
        as_json: Whether to print JSON.
    """
    if as_json:
        print_json([finding_document(finding) for finding in findings])
        return
    for finding in findings:
        echo(str(finding))


def finding_document(finding: Finding) -> dict[str, object]:
    """Return a finding as JSON members.

    Args:
        finding: A finding of a check.
    """
    location = finding.location
    return {
        "file": str(location.file),
        "line": location.line,
        "column": location.column,
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
        "remedy": finding.remedy,
    } | ({"otherPlaces": [str(place) for place in finding.other_places]} if finding.other_places else {})


def choose_form(*, as_json: bool, as_csv: bool) -> Literal["text", "json", "csv"]:
    """Return the form of the output.

    Args:
        as_json: Whether ``--json`` is given.
        as_csv: Whether ``--csv`` is given.

    Raises:
        typer.BadParameter: Both are given.
    """
    if as_json and as_csv:
        import typer

        raise typer.BadParameter("give --json or --csv, not both")
    return "json" if as_json else "csv" if as_csv else "text"


def terminal_width() -> int:
    """Return the columns of the terminal; 80 where there is none."""
    import shutil

    return shutil.get_terminal_size((80, 24)).columns
