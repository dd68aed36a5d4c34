"""The language server: what an editor asks, answered from the text that is typed and the last analysis.

An analysis of the whole definition runs in a thread, after a pause in typing, and is given up when more is
typed.
"""

from __future__ import annotations

import asyncio
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from twin_stack.definition.findings import DefinitionError, Severity
from twin_stack.definition.format import MeaningChangedError, format_text, schema_reference
from twin_stack.definition.format.files import kind_of_file, twin_folder
from twin_stack.lsp.completion import MAX_PROPOSALS, proposals
from twin_stack.lsp.folder import Analysis, OutdatedError, TwinFolder
from twin_stack.lsp.hover import key_text, symbol_text
from twin_stack.lsp.index import Index
from twin_stack.lsp.rename import RenameError, rename_edits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin_stack.lsp.occurrences import Occurrence, Symbol

PAUSE_SECONDS = 0.2
"""Pause in typing after which a definition is analysed."""
_SWITCH_SECONDS = 0.001
"""How long the analysis may hold the interpreter while an answer waits."""

_KINDS = {
    "key": lsp.CompletionItemKind.Field,
    "value": lsp.CompletionItemKind.EnumMember,
    "entity": lsp.CompletionItemKind.Reference,
    "component_type": lsp.CompletionItemKind.Class,
    "property": lsp.CompletionItemKind.Property,
    "connector": lsp.CompletionItemKind.Module,
    "component": lsp.CompletionItemKind.Variable,
    "unit": lsp.CompletionItemKind.Unit,
}


class _OpenTwin:
    """A definition of which files are open: its last analysis, and the one that runs."""

    def __init__(self, server: TwinLanguageServer, folder: Path) -> None:
        self._server = server
        self._folder = TwinFolder(folder)
        self._change = 0
        self._analyzed = -1
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._reported: set[Path] = set()
        self.folder = folder
        self.analysis: Analysis | None = None

    @property
    def index(self) -> Index | None:
        """What is declared, as the last analysis found it."""
        return self.analysis.index if self.analysis else None

    def changed(self) -> None:
        """Analyse after a pause."""
        self._change += 1
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.ensure_future(self._analyze_after_pause())

    async def _analyze_after_pause(self) -> None:
        await asyncio.sleep(PAUSE_SECONDS)
        # Not cancelled from here on: a thread is told by the number of the change.
        self._task = None
        await self.fresh()

    async def fresh(self) -> Analysis | None:
        """Return the analysis of the present text; None while it has changed again."""
        async with self._lock:
            change = self._change
            if self._analyzed != change:
                buffers = self._server.buffers(self.folder)
                try:
                    self.analysis = await asyncio.to_thread(
                        self._folder.analyze, buffers, lambda: self._change != change
                    )
                except OutdatedError:
                    return None
                self._analyzed = change
                self._publish()
            return self.analysis

    def _publish(self) -> None:
        by_file: dict[Path, list[lsp.Diagnostic]] = {path: [] for path in self._reported}
        for finding in self.analysis.findings if self.analysis else ():
            by_file.setdefault(finding.location.file, []).append(_diagnostic(self._server, finding))
        for path, diagnostics in by_file.items():
            self._server.text_document_publish_diagnostics(
                lsp.PublishDiagnosticsParams(uri=path.as_uri(), diagnostics=diagnostics)
            )
        self._reported = {path for path, diagnostics in by_file.items() if diagnostics}


class TwinLanguageServer(LanguageServer):
    """The language server."""

    def __init__(self) -> None:
        super().__init__("twin-stack", version("twin-stack"))
        self._twins: dict[Path, _OpenTwin] = {}

    def buffers(self, folder: Path) -> dict[Path, str]:
        """Return the text of open files of a folder, by path.

        Args:
            folder: The folder.
        """
        texts = {_path(uri): document for uri, document in self.workspace.text_documents.items()}
        return {path: document.source for path, document in texts.items() if path.is_relative_to(folder)}

    def twin_of(self, uri: str) -> _OpenTwin | None:
        """Return the definition that a file belongs to; None for other files.

        Args:
            uri: Address of the file.
        """
        folder = twin_folder(_path(uri))
        if folder is None:
            return None
        return self._twins.setdefault(folder, _OpenTwin(self, folder))

    def lines_of(self, path: Path) -> list[str]:
        """Return the lines of a file, of its unsaved text where it is open.

        Args:
            path: The file.
        """
        for uri, document in self.workspace.text_documents.items():
            if _path(uri) == path:
                return list(document.source.split("\n"))
        return path.read_text(encoding="utf-8-sig").split("\n")

    def range_of(self, path: Path, line: int, column: int, length: int) -> lsp.Range:
        """Return a range in the client's units.

        Args:
            path: The file.
            line: Line, counted from 1.
            column: First character, counted from 1.
            length: Characters.
        """
        try:
            lines = self.lines_of(path)
        except (OSError, UnicodeDecodeError):
            lines = []
        codec = self.workspace.position_codec
        first = lsp.Position(line - 1, column - 1)
        last = lsp.Position(line - 1, column - 1 + length)
        return lsp.Range(
            codec.position_to_client_units(lines, first), codec.position_to_client_units(lines, last)
        )

    def place_of(self, params: Any) -> tuple[Path, list[str], int, int]:
        """Return file, lines, line and column of a request, counted from 0.

        Args:
            params: Parameters with a document and a position.
        """
        document = self.workspace.get_text_document(params.text_document.uri)
        lines = document.source.split("\n")
        position = self.workspace.position_codec.position_from_client_units(lines, params.position)
        return _path(document.uri), lines, position.line, position.character


server = TwinLanguageServer()


@server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
@server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
@server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
@server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
def _changed(params: Any) -> None:
    if (twin := server.twin_of(params.text_document.uri)) is not None:
        twin.changed()


@server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=[":", " ", ".", "-"]))
def _complete(params: lsp.CompletionParams) -> lsp.CompletionList | None:
    twin = server.twin_of(params.text_document.uri)
    path, lines, line, column = server.place_of(params)
    kind = kind_of_file(path, twin.folder) if twin else None
    if twin is None or kind is None or path.suffix == ".json":
        return None
    found = proposals(kind, lines, line, column, twin.index or Index())
    items = [
        lsp.CompletionItem(
            label=proposal.text,
            kind=_KINDS[proposal.kind],
            detail=proposal.detail or None,
            documentation=lsp.MarkupContent(lsp.MarkupKind.Markdown, proposal.description)
            if proposal.description
            else None,
            insert_text=f"{proposal.text}: " if proposal.kind == "key" else proposal.text,
        )
        for proposal in found
    ]
    return lsp.CompletionList(is_incomplete=len(items) == MAX_PROPOSALS, items=items)


@server.feature(lsp.TEXT_DOCUMENT_HOVER)
def _hover(params: lsp.HoverParams) -> lsp.Hover | None:
    twin = server.twin_of(params.text_document.uri)
    path, lines, line, column = server.place_of(params)
    kind = kind_of_file(path, twin.folder) if twin else None
    if twin is None or kind is None:
        return None
    text = ""
    if twin.index and (named := twin.index.symbol_at(path, line + 1, column + 1)):
        text = symbol_text(named[0], twin.index)
    text = text or key_text(kind, lines, line, column)
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text)) if text else None


@server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
async def _definition(params: lsp.DefinitionParams) -> list[lsp.Location]:
    named = await _named(params)
    if named is None:
        return []
    symbol, index = named
    places = [place for place in index.places[symbol] if place.occurrence.is_definition]
    if places:
        return list(_locations(symbol, places))
    if symbol.kind == "entity" and (where := index.entity_places.get(symbol.name)):  # made by forEach
        return [lsp.Location(where.file.as_uri(), server.range_of(where.file, where.line, where.column, 0))]
    return []


@server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
async def _references(params: lsp.ReferenceParams) -> list[lsp.Location]:
    named = await _named(params)
    if named is None:
        return []
    symbol, index = named
    has_definition = params.context.include_declaration
    places = [place for place in index.places[symbol] if has_definition or not place.occurrence.is_definition]
    return list(_locations(symbol, places))


@server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
async def _prepare_rename(params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
    path, lines, line, column = server.place_of(params)
    named = await _named(params)
    if named is None:
        return None
    found = named[1].symbol_at(path, line + 1, column + 1)
    if found is None:
        return None
    return lsp.PrepareRenamePlaceholder(_range(path, *found, lines), named[0].name)


@server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
async def _rename(params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
    twin = server.twin_of(params.text_document.uri)
    named = await _named(params)
    if twin is None or named is None or twin.analysis is None or twin.analysis.twin is None:
        return None
    symbol, index = named
    try:
        edits = rename_edits(symbol, params.new_name, index, twin.analysis.twin, server.lines_of)
    except RenameError as error:
        raise JsonRpcInvalidParams(str(error)) from None
    return lsp.WorkspaceEdit(
        changes={
            path.as_uri(): [
                lsp.TextEdit(server.range_of(path, edit.line, edit.column, edit.length), edit.text)
                for edit in changes
            ]
            for path, changes in edits.items()
        }
    )


@server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
def _format(params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit] | None:
    twin = server.twin_of(params.text_document.uri)
    document = server.workspace.get_text_document(params.text_document.uri)
    path = _path(document.uri)
    kind = kind_of_file(path, twin.folder) if twin else None
    if twin is None or kind is None:
        return None
    text = document.source.replace("\r\n", "\n")
    try:
        formatted = format_text(text, kind, file=path, reference=schema_reference(path, twin.folder, kind))
    except (DefinitionError, MeaningChangedError):
        return None
    if formatted == document.source:
        return []
    last = document.source.count("\n") + 1
    return [lsp.TextEdit(lsp.Range(lsp.Position(0, 0), lsp.Position(last, 0)), formatted)]


async def _named(params: Any) -> tuple[Symbol, Index] | None:
    """Return what is named at the place of a request, by an analysis of the present text."""
    twin = server.twin_of(params.text_document.uri)
    if twin is None:
        return None
    path, _, line, column = server.place_of(params)
    analysis = await twin.fresh()
    named = analysis.index.symbol_at(path, line + 1, column + 1) if analysis else None
    return (named[0], analysis.index) if named and analysis else None


def _locations(symbol: Symbol, places: Iterable[Any]) -> Iterable[lsp.Location]:
    for place in places:
        yield lsp.Location(
            place.file.as_uri(), _range(place.file, symbol, place.occurrence, server.lines_of(place.file))
        )


def _range(path: Path, symbol: Symbol, occurrence: Occurrence, lines: list[str]) -> lsp.Range:
    line, column = occurrence.mark
    is_quoted = lines[line - 1][column - 1 : column] in ('"', "'")
    return server.range_of(path, line, column + occurrence.offset + is_quoted, len(symbol.name))


def _diagnostic(of: TwinLanguageServer, finding: Any) -> lsp.Diagnostic:
    where = finding.location
    severity = (
        lsp.DiagnosticSeverity.Error if finding.severity is Severity.ERROR else lsp.DiagnosticSeverity.Warning
    )
    return lsp.Diagnostic(
        range=_word_range(of, where.file, where.line, where.column),
        message=f"{finding.message}; {finding.remedy}",
        severity=severity,
        code=finding.code,
        source="twin",
    )


def _word_range(of: TwinLanguageServer, path: Path, line: int, column: int) -> lsp.Range:
    """Return the range of the scalar at a place."""
    try:
        text = of.lines_of(path)[line - 1][column - 1 :]
    except (OSError, UnicodeDecodeError, IndexError):
        text = ""
    length = next((position for position, character in enumerate(text) if character in ":,{}[]#"), len(text))
    return of.range_of(path, line, column, max(1, len(text[:length].rstrip())))


def _path(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path))


def serve() -> None:
    """Serve an editor on the standard input and output."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    server.start_io()
