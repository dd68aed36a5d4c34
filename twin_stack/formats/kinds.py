"""The kinds of sources that `twin import` reads and `twin export` writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.phases.read import ModelFiles
    from twin_stack.formats.frame import ImportedTwin

_SNIFFED_BYTES: Final = 4096
_FIRST_KEY: Final = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*\{\s*"(\w+)"\s*:')


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the user of an import chose.

    Attributes:
        workspace_id: Id of the workspace of the definition, for sources that name none.
        client: Returns a client of boto3 by the name of its service, for sources in an account.
        progress: Receives a line of text from time to time.
    """

    workspace_id: str
    client: Callable[[str], Any]
    progress: Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What the user of an export chose.

    Attributes:
        force: Whether to write again a folder that an export wrote.
        progress: Receives a line of text from time to time.
    """

    force: bool
    progress: Callable[[str], None]


class Exported(NamedTuple):
    """What an export wrote.

    Attributes:
        files: The files.
        losses: What the form cannot hold.
    """

    files: list[Path]
    losses: list[Finding]


class Reader(Protocol):
    """The module of a kind that can be imported."""

    def import_twin(self, source: str, options: ImportOptions) -> ImportedTwin:
        """Return a source as a definition.

        Args:
            source: A path, or an id where the source is in an account.
            options: What the user chose.

        Raises:
            TwinError: The source cannot be read at all.
        """


class FileReader(Reader, Protocol):
    """The module of a kind whose sources are files, which `twin check` checks in their own places."""

    def read(self, source: Path, findings: list[Finding]) -> ModelFiles | None:
        """Return the content of a source, for ``loader.check_files``.

        Args:
            source: The file or folder.
            findings: Receives every mistake of reading.

        Returns:
            The content with the places of the source, None where nothing can be read.
        """


class Writer(Protocol):
    """The module of a kind that can be exported."""

    def export_twin(self, model: Path, target: Path, options: ExportOptions) -> Exported:
        """Write a definition in the form of this kind.

        Args:
            model: The folder of the definition.
            target: The file or folder to write.
            options: What the user chose.

        Raises:
            DefinitionError: The definition has mistakes; nothing is written.
            TwinError: The target cannot be written.
        """


class Kind(NamedTuple):
    """A kind of source.

    Attributes:
        name: As the command line names it.
        title: What it is, for help texts.
        module: Its module below ``twin_stack.formats``.
        first_keys: First keys of a JSON file of this kind.
        marker: A file by which a folder of this kind is known.
        suffixes: Endings of files of this kind that are not JSON.
        is_exported: Whether definitions can be written in its form.
        is_in_account: Whether the source is in an AWS account and not a file.
    """

    name: str
    title: str
    module: str
    first_keys: frozenset[bytes] = frozenset()
    marker: str | None = None
    suffixes: tuple[str, ...] = ()
    is_exported: bool = False
    is_in_account: bool = False

    def reader(self) -> Reader:
        """Return the module that imports."""
        return cast("Reader", import_module(f"twin_stack.formats.{self.module}"))

    def file_reader(self) -> FileReader:
        """Return the module that reads files for a check."""
        return cast("FileReader", import_module(f"twin_stack.formats.{self.module}"))

    def writer(self) -> Writer:
        """Return the module that exports."""
        return cast("Writer", import_module(f"twin_stack.formats.{self.module}"))


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind(
            "tmdt",
            "a project of AWS's TwinMaker development tools",
            "tmdt",
            marker="tmdt.json",
            is_exported=True,
        ),
        Kind(
            "bulk",
            "a file of TwinMaker's metadata transfer jobs",
            "bulk",
            first_keys=frozenset({b"componentTypes", b"entities", b"entityComponents"}),
            is_exported=True,
        ),
        Kind(
            "sitewise",
            "a file of AWS IoT SiteWise's metadata transfer jobs, or the assets of an account",
            "sitewise",
            first_keys=frozenset({b"assetModels", b"assets"}),
            is_exported=True,
        ),
        Kind("csv", "a register: a table with a row a thing, a point or a relationship", "csv"),
        Kind("workspace", "a live workspace, here or in AWS", "workspace", is_in_account=True),
    )
}
"""The kinds by name."""


def detect_kind(path: Path) -> Kind | None:
    """Return the kind of a file or folder.

    Args:
        path: The file or folder, which may be missing.

    Returns:
        None for a definition and for what no kind reads.
    """
    for kind in KINDS.values():
        if kind.marker is not None and (path.name == kind.marker or (path / kind.marker).is_file()):
            return kind
        if path.suffix in kind.suffixes:
            return kind
    key = _first_key(path)
    return next((kind for kind in KINDS.values() if key in kind.first_keys), None)


def _first_key(path: Path) -> bytes | None:
    """Return the first key of a JSON object in a file."""
    if path.suffix != ".json":
        return None
    try:
        with path.open("rb") as file:
            match = _FIRST_KEY.match(file.read(_SNIFFED_BYTES))
    except OSError:
        return None
    return match[1] if match else None
