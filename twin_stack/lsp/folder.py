"""A twin's folder with the unsaved text of an editor: only files that changed are read again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin_stack.definition.files import parse, read_text
from twin_stack.definition.findings import DefinitionError, Finding
from twin_stack.definition.format.files import kind_of_file
from twin_stack.definition.loader import examine_files
from twin_stack.definition.phases.read import TWIN_FILES, Document, FileSource, read_files
from twin_stack.lsp.index import Index, build_index
from twin_stack.lsp.occurrences import Occurrence, file_occurrences

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from twin_stack.definition.unchecked import UncheckedDefinition


class OutdatedError(Exception):
    """The text changed while it was analysed."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What an analysis found.

    Attributes:
        findings: All findings of the check.
        index: What is declared; that of an earlier analysis where the files could not be resolved.
        files: Content of the files that were read; None for those with mistakes of syntax.
        texts: Their texts.
    """

    findings: tuple[Finding, ...]
    index: Index
    files: Mapping[Path, Any]
    texts: Mapping[Path, str]
    _lines: dict[Path, list[str]] = field(default_factory=dict)

    def lines_of(self, path: Path) -> list[str]:
        """Return the lines of a file as they were analysed; none where it cannot be read.

        Args:
            path: The file.
        """
        if path not in self._lines:
            text = self.texts.get(path)
            try:
                text = read_text(path) if text is None else text
            except DefinitionError:
                text = ""
            self._lines[path] = text.split("\n")
        return self._lines[path]

    @property
    def twin(self) -> Document | None:
        """The file ``twin.yaml``, None where it is not read."""
        return next(
            (Document(path, self.files[path]) for path in self.files if path.name in TWIN_FILES), None
        )


@dataclass(frozen=True, slots=True)
class _ParsedFile:
    text: str
    root: Any
    findings: tuple[Finding, ...]
    error: DefinitionError | None
    occurrences: tuple[Occurrence, ...]


class TwinFolder:
    """The definition in a folder.

    Args:
        folder: The twin's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._parsed: dict[Path, _ParsedFile] = {}
        self._index = Index()

    def analyze(
        self, buffers: Mapping[Path, str], is_outdated: Callable[[], bool] = lambda: False
    ) -> Analysis:
        """Check the definition, unsaved text in place of files.

        Args:
            buffers: Text of open files, by path.
            is_outdated: Whether a newer text has arrived, so that the result is of no use.

        Raises:
            OutdatedError: It is outdated.
        """
        used: dict[Path, _ParsedFile] = {}

        def text_of(path: Path) -> str:
            return buffers[path] if path in buffers else read_text(path)

        def content_of(path: Path, text: str, *, findings: list[Finding]) -> Any:
            if is_outdated():
                raise OutdatedError
            parsed = self._parsed.get(path)
            if parsed is None or parsed.text != text:
                parsed = self._parsed[path] = self._parse(path, text)
            used[path] = parsed
            if parsed.error is not None:
                raise parsed.error
            findings.extend(parsed.findings)
            return parsed.root

        def observe(unchecked: UncheckedDefinition) -> None:
            if is_outdated():
                raise OutdatedError
            self._index = build_index(unchecked, {path: parsed.occurrences for path, parsed in used.items()})

        source = FileSource(text_of, content_of)
        result = examine_files(
            lambda findings: read_files(self.folder, findings, source=source), self.folder, observe=observe
        )
        self._parsed = used
        return Analysis(
            tuple(result.findings),
            self._index,
            {path: parsed.root for path, parsed in used.items()},
            {path: parsed.text for path, parsed in used.items()},
        )

    def _parse(self, path: Path, text: str) -> _ParsedFile:
        findings: list[Finding] = []
        try:
            root = parse(path, text, findings=findings)
        except DefinitionError as error:
            # While a file cannot be read, what it named before is the best answer.
            before = self._parsed.get(path)
            return _ParsedFile(text, None, (), error, before.occurrences if before else ())
        kind = kind_of_file(path, self.folder)
        occurrences = tuple(file_occurrences(kind, root)) if kind else ()
        return _ParsedFile(text, root, tuple(findings), None, occurrences)
