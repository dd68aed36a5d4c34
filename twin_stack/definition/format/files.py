"""Format files of definitions in place."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from twin_stack.definition.files import MAX_BYTES, read_text
from twin_stack.definition.findings import DefinitionError, Finding, Location
from twin_stack.definition.format.formatting import (
    SCHEMA_FOLDER,
    MeaningChangedError,
    format_text,
    schema_reference,
)
from twin_stack.definition.json_schemas import KINDS, schema_file
from twin_stack.definition.model_files import file_refusal
from twin_stack.definition.rules.reading import MISSING_FILE, UNEXPECTED_FILE, UNREADABLE_FILE
from twin_stack.output_files import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TWIN_FILES = ("twin.yaml", "twin.yml", "twin.json")
_SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class FormattedFile:
    """What became of a file.

    Attributes:
        path: The file.
        status: ``unchanged``; ``changed``, or with ``check`` would be; ``kept``, because it cannot be read or
            because the formatted file would mean something else.
        findings: Why it is kept.
    """

    path: Path
    status: Literal["unchanged", "changed", "kept"]
    findings: tuple[Finding, ...] = ()


def format_paths(paths: Sequence[Path], *, check: bool) -> Iterator[FormattedFile]:
    """Format the files of definitions, each in place of the old one in one step.

    Line ends stay as the first one of a file is; a byte order mark is left out; permissions are kept.

    Args:
        paths: Folders of definitions, or files in them.
        check: Whether to write nothing.

    Yields:
        What became of each file, in the order of their names.
    """
    for path in paths:
        if path.is_dir():
            yield from _format_folder(path, check=check)
        else:
            folder = twin_folder(path)
            yield _format_file(path, folder, check=check)
            if folder is not None and not check:
                _write_schemas(folder)


def twin_folder(path: Path) -> Path | None:
    """Return the folder of the twin that a file belongs to; None where no ``twin.yaml`` is above it.

    Args:
        path: The file.
    """
    for folder in path.absolute().parents:
        if any((folder / name).is_file() for name in TWIN_FILES):
            return folder if path.is_absolute() else Path(os.path.relpath(folder))
    return None


def kind_of_file(path: Path, folder: Path) -> str | None:
    """Return the kind of a definition file; None for other files.

    Args:
        path: The file.
        folder: The twin's folder.
    """
    parts = path.absolute().relative_to(folder.absolute()).parts
    if path.suffix not in _SUFFIXES or any(part.startswith(".") for part in parts):
        return None
    if len(parts) == 1:
        return "twin" if parts[0] in TWIN_FILES else None
    return parts[0] if parts[0] in KINDS else None


def _format_folder(folder: Path, *, check: bool) -> Iterator[FormattedFile]:
    if not any((folder / name).is_file() for name in TWIN_FILES):
        message, remedy = "the folder has no twin.yaml", "name the folder of a definition"
        finding = MISSING_FILE.finding(Location(folder / "twin.yaml", 1, 1), message, remedy)
        yield FormattedFile(folder, "kept", (finding,))
        return
    if not check:
        _write_schemas(folder)
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for path in (Path(root, name) for name in sorted(files)):
            if kind_of_file(path, folder) is not None:
                yield _format_file(path, folder, check=check)


def _format_file(path: Path, folder: Path | None, *, check: bool) -> FormattedFile:
    place = Location(path, 1, 1)
    kind = kind_of_file(path, folder) if folder is not None else None
    if folder is None or kind is None:
        if not path.exists():
            finding = MISSING_FILE.finding(place, "the file does not exist", "check the path")
        else:
            remedy = "name twin.yaml, or a file of component_types, entities or scenes beside it"
            finding = UNEXPECTED_FILE.finding(place, "is not a file of a definition", remedy)
        return FormattedFile(path, "kept", (finding,))
    if (refusal := file_refusal(path, folder, f'file "{path.name}"', place)) is not None:
        return FormattedFile(path, "kept", (refusal,))
    try:
        written = read_text(path)
        text = written.replace("\r\n", "\n").replace("\r", "\n")
        reference = schema_reference(path.absolute(), folder.absolute(), kind)
        formatted = format_text(text, kind, file=path, reference=reference)
    except DefinitionError as error:
        return FormattedFile(path, "kept", error.findings)
    except MeaningChangedError:
        message = "stays as it is: the formatted file would mean something else"
        finding = UNREADABLE_FILE.warning(place, message, "report it, with the file")
        return FormattedFile(path, "kept", (finding,))
    if written.partition("\n")[0].endswith("\r"):
        formatted = formatted.replace("\n", "\r\n")
    content = formatted.encode()
    if content == _bytes_of(path):
        return FormattedFile(path, "unchanged")
    if not check:
        real = path.resolve()
        replace_file(real, content, mode=stat.S_IMODE(real.stat().st_mode))
    return FormattedFile(path, "changed")


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _write_schemas(folder: Path) -> None:
    """Write the JSON Schemas that the first lines name; version control ignores them."""
    schemas = folder / SCHEMA_FOLDER
    contents = {f"{kind}.json": schema_file(kind).read_bytes() for kind in KINDS}
    schemas.mkdir(exist_ok=True)
    for name, content in {".gitignore": b"*\n", **contents}.items():
        file = schemas / name
        if not file.is_file() or file.read_bytes() != content:
            replace_file(file, content)
