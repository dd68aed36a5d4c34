"""An editor without a screen: pygls' client drives the language server over its standard input."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SECONDS = 60
"""How long to wait for diagnostics."""


class Editor(LanguageClient):
    """A client that opens files and waits for diagnostics.

    Args:
        folder: The twin's folder.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__("test", "1")
        self.folder = folder
        self.versions: dict[str, int] = {}
        self.diagnostics: dict[str, list[lsp.Diagnostic]] = {}
        self.published = asyncio.Event()

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def document(self, name: str) -> lsp.TextDocumentIdentifier:
        return lsp.TextDocumentIdentifier(self.uri(name))

    def open(self, name: str) -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        self.versions[name] = 0
        self.text_document_did_open(
            lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(self.uri(name), "yaml", 0, text))
        )

    def replace(self, name: str, text: str) -> None:
        self.versions[name] += 1
        document = lsp.VersionedTextDocumentIdentifier(self.versions[name], self.uri(name))
        change = lsp.TextDocumentContentChangeWholeDocument(text)
        self.text_document_did_change(lsp.DidChangeTextDocumentParams(document, [change]))

    def processor_seconds(self) -> float:
        """Return the CPU seconds that the server has used, without the process that analyses."""
        assert self._server is not None
        fields = Path(f"/proc/{self._server.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def codes(self, name: str, expected: list[str]) -> list[lsp.Diagnostic]:
        """Wait until a file has diagnostics with these codes."""

        async def wait() -> list[lsp.Diagnostic]:
            while True:
                diagnostics = self.diagnostics.get(name)
                if diagnostics is not None and [diagnostic.code for diagnostic in diagnostics] == expected:
                    return diagnostics
                self.published.clear()
                await self.published.wait()

        return await asyncio.wait_for(wait(), SECONDS)


@asynccontextmanager
async def editor(folder: Path) -> AsyncIterator[Editor]:
    """Start the server and yield a client of it.

    Args:
        folder: The twin's folder.
    """
    client = Editor(folder)

    @client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]
    def _published(params: lsp.PublishDiagnosticsParams) -> None:
        client.diagnostics[params.uri.removeprefix(f"{folder.as_uri()}/")] = list(params.diagnostics)
        client.published.set()

    await client.start_io(sys.executable, "-m", "twin_stack.cli", "lsp")
    await client.initialize_async(lsp.InitializeParams(lsp.ClientCapabilities(), root_uri=folder.as_uri()))
    client.initialized(lsp.InitializedParams())
    yield client
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()  # type: ignore[no-untyped-call]
