"""The language server: answers from the text that is typed and the last analysis.

An analysis of the whole definition runs in a process of its own, after a pause in typing, and is given up
when more is typed: completion never waits for it.
"""

from __future__ import annotations

import asyncio
import itertools
import pickle
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from twin_stack.definition.findings import DefinitionError
from twin_stack.definition.format import MeaningChangedError, format_text, schema_reference
from twin_stack.definition.format.files import kind_of_file, twin_folder
from twin_stack.lsp.completion import MAX_PROPOSALS, proposals
from twin_stack.lsp.hover import key_text
from twin_stack.lsp.index import Names
from twin_stack.lsp.worker import LENGTH, Named, Range, Refused, Report

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Iterable

    from twin_stack.lsp.worker import Diagnosis

PAUSE_SECONDS = 0.2
"""Pause in typing after which a definition is analysed."""

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


class _Worker:
    """The process that analyses, started with the first request."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._start = asyncio.Lock()
        self._numbers = itertools.count()
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._reader: asyncio.Task[None] | None = None

    async def ask(self, name: str, *arguments: Any) -> Any:
        """Return the answer of ``Analyzer`` to a request."""
        async with self._start:
            if self._process is None or self._process.returncode is not None:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-P",  # modules of the folder where the editor runs are not imported
                    "-c",
                    "from twin_stack.lsp.worker import main; main()",
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                )
                self._reader = asyncio.ensure_future(self._read(self._process))
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        data = pickle.dumps((number, name, arguments), protocol=pickle.HIGHEST_PROTOCOL)
        assert self._process.stdin is not None  # noqa: S101 (it is a pipe)
        self._process.stdin.write(LENGTH.pack(len(data)) + data)
        await self._process.stdin.drain()
        return await answer

    async def _read(self, process: Process) -> None:
        assert process.stdout is not None  # noqa: S101 (it is a pipe)
        try:
            while True:
                (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
                data = await process.stdout.readexactly(length)
                number, answer = pickle.loads(data)  # noqa: S301 (written by the process that was started)
                self._answers.pop(number).set_result(answer)
        except asyncio.IncompleteReadError:
            await process.wait()  # it ended: the next request starts another
        finally:
            answers, self._answers = self._answers, {}
            for waiting in answers.values():
                waiting.set_result(None)


class _OpenTwin:
    """A definition of which files are open, and what the last analysis found."""

    def __init__(self, server: TwinLanguageServer, folder: Path) -> None:
        self._server = server
        self._change = 0
        self._analyzed = -1
        self._pause: asyncio.Task[None] | None = None
        self._running: tuple[int, asyncio.Task[None]] | None = None
        self._reported: set[Path] = set()
        self.folder = folder
        self.names = Names()

    def changed(self) -> None:
        """Analyse after a pause."""
        self._change += 1
        if self._pause is not None:
            self._pause.cancel()
        self._pause = asyncio.ensure_future(self._analyze_after_pause())

    async def _analyze_after_pause(self) -> None:
        await asyncio.sleep(PAUSE_SECONDS)
        self._pause = None  # the analysis itself is not cancelled, a newer one makes it end
        await self.analyzed()

    async def analyzed(self) -> None:
        """Wait until the present text is analysed, or has changed again."""
        change = self._change
        if self._analyzed == change:
            return
        if self._running is None or self._running[0] != change:
            self._running = (change, asyncio.ensure_future(self._analyze(change)))
        await asyncio.shield(self._running[1])

    async def _analyze(self, change: int) -> None:
        report: Report | None = await self._server.worker.ask(
            "analyze", self.folder, self._server.buffers(self.folder)
        )
        if report is None:
            return
        self._analyzed = change
        self.names = report.names
        if self._change == change:
            self._publish(report.diagnoses)

    def _publish(self, diagnoses: Iterable[Diagnosis]) -> None:
        by_file: dict[Path, list[lsp.Diagnostic]] = {path: [] for path in self._reported}
        for diagnosis in diagnoses:
            by_file.setdefault(diagnosis.where.path, []).append(self._server.diagnostic(diagnosis))
        for path in self._server.buffers(self.folder):
            by_file.setdefault(path, [])
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
        self.worker = _Worker()

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
        if folder not in self._twins:
            self._twins[folder] = _OpenTwin(self, folder)
        return self._twins[folder]

    def range_of(self, place: Range) -> lsp.Range:
        """Return a range in the client's units.

        Args:
            place: The range in characters.
        """
        units = self.workspace.position_codec.client_num_units
        first = units(place.text[: place.column - 1])
        last = units(place.text[: place.column - 1 + place.length])
        line = place.line - 1
        return lsp.Range(lsp.Position(line, first), lsp.Position(line, last))

    def location_of(self, place: Range) -> lsp.Location:
        """Return a place in the client's units.

        Args:
            place: The range in characters.
        """
        return lsp.Location(place.path.as_uri(), self.range_of(place))

    def diagnostic(self, diagnosis: Diagnosis) -> lsp.Diagnostic:
        """Return a finding as editors show it.

        Args:
            diagnosis: The finding.
        """
        severity = lsp.DiagnosticSeverity.Error if diagnosis.is_error else lsp.DiagnosticSeverity.Warning
        where = self.range_of(diagnosis.where)
        return lsp.Diagnostic(where, diagnosis.message, severity, diagnosis.code, source="twin")

    async def named(self, params: Any) -> Named | None:
        """Return what is named at the place of a request, by an analysis of the present text.

        Args:
            params: Parameters with a document and a position.
        """
        twin = self.twin_of(params.text_document.uri)
        if twin is None:
            return None
        path, _, line, column = self.place_of(params)
        await twin.analyzed()
        named: Named | None = await self.worker.ask("named", twin.folder, path, line + 1, column + 1)
        return named

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
    proposed = proposals(kind, lines, line, column, twin.names)
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
        for proposal in proposed
    ]
    return lsp.CompletionList(is_incomplete=len(items) == MAX_PROPOSALS, items=items)


@server.feature(lsp.TEXT_DOCUMENT_HOVER)
async def _hover(params: lsp.HoverParams) -> lsp.Hover | None:
    twin = server.twin_of(params.text_document.uri)
    path, lines, line, column = server.place_of(params)
    kind = kind_of_file(path, twin.folder) if twin else None
    if kind is None:
        return None
    named = await server.named(params)
    text = named.text if named else key_text(kind, lines, line, column)
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text)) if text else None


@server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
async def _definition(params: lsp.DefinitionParams) -> list[lsp.Location]:
    named = await server.named(params)
    return [server.location_of(place) for place in named.definitions] if named else []


@server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
async def _references(params: lsp.ReferenceParams) -> list[lsp.Location]:
    named = await server.named(params)
    if named is None:
        return []
    definitions = named.definitions if params.context.include_declaration else []
    return [server.location_of(place) for place in [*definitions, *named.references]]


@server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
async def _prepare_rename(params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
    named = await server.named(params)
    return lsp.PrepareRenamePlaceholder(server.range_of(named.here), named.name) if named else None


@server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
async def _rename(params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
    twin = server.twin_of(params.text_document.uri)
    if twin is None:
        return None
    path, _, line, column = server.place_of(params)
    await twin.analyzed()
    edits = await server.worker.ask("rename", twin.folder, path, line + 1, column + 1, params.new_name)
    if isinstance(edits, Refused):
        raise JsonRpcInvalidParams(edits.reason)
    if edits is None:
        return None
    return lsp.WorkspaceEdit(
        changes={
            file.as_uri(): [
                lsp.TextEdit(
                    server.range_of(Range(file, edit.line, edit.column, edit.length, text)), edit.text
                )
                for edit, text in changes
            ]
            for file, changes in edits.items()
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


def _path(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path))


def serve() -> None:
    """Serve an editor on the standard input and output."""
    server.start_io()
