"""The process that analyses definitions, so that an answer to a keystroke never waits for an analysis.

The server writes requests to its standard input and reads answers from its standard output: pickles, each
after its length. It ends when its input ends.
"""

from __future__ import annotations

import os
import pickle
import queue
import struct
import sys
import threading
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from twin_stack.definition.findings import Severity
from twin_stack.lsp.folder import OutdatedError, TwinFolder
from twin_stack.lsp.hover import symbol_text
from twin_stack.lsp.rename import RenameError, TextEdit, rename_edits

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition.findings import Finding
    from twin_stack.lsp.folder import Analysis
    from twin_stack.lsp.index import Names
    from twin_stack.lsp.occurrences import Occurrence, Symbol

LENGTH = struct.Struct(">Q")
_NICENESS = 5


class Range(NamedTuple):
    """A range in a line.

    Attributes:
        path: The file.
        line: Line, counted from 1.
        column: First character, counted from 1.
        length: Characters.
        text: The line.
    """

    path: Path
    line: int
    column: int
    length: int
    text: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A finding, and the scalar where it is."""

    where: Range
    code: str
    message: str
    is_error: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What an analysis gives: what the server needs of it."""

    names: Names
    diagnoses: list[Diagnosis]


@dataclass(frozen=True, slots=True)
class Named:
    """What is named at a place.

    Attributes:
        name: Its id or name.
        text: What it is, as Markdown.
        here: The name at the place.
        definitions: Where it is declared.
        references: Where else it is named.
    """

    name: str
    text: str
    here: Range
    definitions: list[Range]
    references: list[Range]


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that cannot be done, with the reason."""

    reason: str


class Analyzer:
    """The state of the process: the last analysis of each definition.

    Args:
        pending: Numbers of analyses that are asked for and not begun.
    """

    def __init__(self, pending: set[int]) -> None:
        self._pending = pending
        self._twins: dict[Path, TwinFolder] = {}
        self._analyses: dict[Path, Analysis] = {}

    def analyze(self, folder: Path, buffers: dict[Path, str]) -> Report | None:
        """Check a definition; return None if a newer text is waiting.

        Args:
            folder: The twin's folder.
            buffers: Text of open files, by path.
        """
        twin = self._twins.setdefault(folder, TwinFolder(folder))
        try:
            analysis = twin.analyze(buffers, lambda: bool(self._pending))
        except OutdatedError:
            return None
        self._analyses[folder] = analysis
        return Report(
            analysis.index.names, [self._diagnosis(analysis, finding) for finding in analysis.findings]
        )

    def named(self, folder: Path, path: Path, line: int, column: int) -> Named | None:
        """Return what is named at a place of the last analysis.

        Args:
            folder: The twin's folder.
            path: The file.
            line: Line, counted from 1.
            column: Column, counted from 1.
        """
        analysis = self._analyses.get(folder)
        symbol_and_place = analysis.index.symbol_at(path, line, column) if analysis else None
        if analysis is None or symbol_and_place is None:
            return None
        symbol, index = symbol_and_place[0], analysis.index
        places = index.places[symbol]
        definitions = [
            self._range(analysis, place.file, symbol, place.occurrence)
            for place in places
            if place.occurrence.is_definition
        ]
        if not definitions and symbol.kind == "entity" and (where := index.entity_places.get(symbol.name)):
            text = self._line(analysis, where.file, where.line)
            definitions = [Range(where.file, where.line, where.column, 0, text)]  # made by forEach
        return Named(
            symbol.name,
            symbol_text(symbol, index.names),
            self._range(analysis, path, *symbol_and_place),
            definitions,
            [
                self._range(analysis, place.file, symbol, place.occurrence)
                for place in places
                if not place.occurrence.is_definition
            ],
        )

    def rename(
        self, folder: Path, path: Path, line: int, column: int, name: str
    ) -> dict[Path, list[tuple[TextEdit, str]]] | Refused | None:
        """Return the changes that rename what is named at a place, each with its line.

        Args:
            folder: The twin's folder.
            path: The file.
            line: Line, counted from 1.
            column: Column, counted from 1.
            name: The new name.
        """
        analysis = self._analyses.get(folder)
        symbol_and_place = analysis.index.symbol_at(path, line, column) if analysis else None
        if analysis is None or symbol_and_place is None or analysis.twin is None:
            return None
        try:
            edits = rename_edits(symbol_and_place[0], name, analysis.index, analysis.twin, analysis.lines_of)
        except RenameError as error:
            return Refused(str(error))
        return {
            file: [(edit, self._line(analysis, file, edit.line)) for edit in changes]
            for file, changes in edits.items()
        }

    def _range(self, analysis: Analysis, path: Path, symbol: Symbol, occurrence: Occurrence) -> Range:
        line, column = occurrence.mark
        text = self._line(analysis, path, line)
        is_quoted = text[column - 1 : column] in ('"', "'")
        return Range(path, line, column + occurrence.offset + is_quoted, len(symbol.name), text)

    @staticmethod
    def _line(analysis: Analysis, path: Path, line: int) -> str:
        lines = analysis.lines_of(path)
        return lines[line - 1] if line <= len(lines) else ""

    def _diagnosis(self, analysis: Analysis, finding: Finding) -> Diagnosis:
        path, line, column = finding.location
        text = self._line(analysis, path, line)
        rest = text[column - 1 :]
        end = next((position for position, character in enumerate(rest) if character in ":,{}[]#"), len(rest))
        where = Range(path, line, column, max(1, len(rest[:end].rstrip())), text)
        message = f"{finding.message}; {finding.remedy}"
        return Diagnosis(where, finding.code, message, finding.severity is Severity.ERROR)


def write_frame(stream: BinaryIO, content: Any) -> None:
    """Write a pickle after its length.

    Args:
        stream: Where to write.
        content: The content.
    """
    data = pickle.dumps(content, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(LENGTH.pack(len(data)) + data)
    stream.flush()


def main() -> None:
    """Answer requests until the input ends."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anything prints must not get between answers
    requests: queue.Queue[tuple[int, str, tuple[Any, ...]] | None] = queue.Queue()
    pending: set[int] = set()
    analyzer = Analyzer(pending)
    threading.Thread(target=_read_requests, args=(sys.stdin.buffer, requests, pending), daemon=True).start()
    while (request := requests.get()) is not None:
        number, name, arguments = request
        pending.discard(number)
        try:
            answer = getattr(analyzer, name)(*arguments)
        except Exception:  # noqa: BLE001 (a bug ends a request, not the process)
            traceback.print_exc()
            answer = None
        write_frame(answers, (number, answer))


def _read_requests(stream: BinaryIO, requests: queue.Queue[Any], pending: set[int]) -> None:
    while len(head := stream.read(LENGTH.size)) == LENGTH.size:
        (length,) = LENGTH.unpack(head)
        request = pickle.loads(stream.read(length))  # noqa: S301 (written by the server that started the process)
        if request[1] == "analyze":
            pending.add(request[0])
        requests.put(request)
    requests.put(None)
