"""Read definition files: YAML and JSON into plain values with places."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

from twin_stack.definition.document_builder import mark_after, reading_error
from twin_stack.definition.json_reader import JsonReader
from twin_stack.definition.plain_yaml import read_plain
from twin_stack.definition.rules.reading import UNREADABLE_FILE
from twin_stack.definition.yaml_reader import YamlReader

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition.findings import Finding

MAX_BYTES = 10_000_000
"""Largest definition file. A scene of 10,000 nodes is 6 MB."""


def read(path: Path, *, display_path: Path | None = None, findings: list[Finding] | None = None) -> Any:
    """Read one YAML or JSON file.

    Args:
        path: The file; ``.json`` is read as JSON, anything else as YAML.
        display_path: The file as findings name it, default ``path``.
        findings: Receives duplicate keys (TWIN008); the reading goes on with the first of them. If None, a
            duplicate key stops the reading.

    Returns:
        ``LocatedMap``, ``LocatedList``, a scalar, or None for an empty YAML file.

    Raises:
        DefinitionError: With the finding that stopped the reading (TWIN001, 002, 007 or 008).
    """
    name = display_path or path
    return parse(name, read_text(path, display_path=name), findings=findings)


def parse(file: Path, text: str, *, findings: list[Finding] | None = None) -> Any:
    """Return the content of a YAML or JSON file, as ``read`` does.

    Args:
        file: The file, as findings name it; ``.json`` is JSON, anything else YAML.
        text: Its text.
        findings: As for ``read``.

    Raises:
        DefinitionError: With the finding that stopped the reading (TWIN002, 007 or 008).
    """
    if file.suffix == ".json":
        return JsonReader(file, text, findings).read()
    root = read_plain(file, text)
    return root if root is not None else YamlReader(file, text, findings).read()


def read_text(path: Path, *, display_path: Path | None = None) -> str:
    """Read a UTF-8 file (a byte order mark is skipped).

    Args:
        path: The file.
        display_path: The file as findings name it, default ``path``.

    Returns:
        Its text.

    Raises:
        DefinitionError: TWIN001: The file is too large, is not UTF-8, or cannot be read.
    """
    name = display_path or path
    data = read_bytes(path, display_path=name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise reading_error(
            name,
            mark_after(data[: error.start].decode()),
            UNREADABLE_FILE,
            f"is not UTF-8 (byte 0x{data[error.start]:02x})",
            "save the file as UTF-8",
        ) from None


def read_bytes(path: Path, *, display_path: Path | None = None) -> bytes:
    """Read a regular file of a limited size.

    Args:
        path: The file.
        display_path: The file as findings name it, default ``path``.

    Raises:
        DefinitionError: TWIN001: The file is too large or cannot be read.
    """
    name = display_path or path
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for its other end
            raise OSError(0, "not a file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a name of a file"
        raise reading_error(
            name,
            (1, 1),
            UNREADABLE_FILE,
            f"cannot be read ({reason})",
            "check that it is a file you may read",
        ) from None
    if len(data) > MAX_BYTES:
        raise reading_error(
            name,
            (1, 1),
            UNREADABLE_FILE,
            f"is larger than {MAX_BYTES:,} bytes",
            "split it into several files of the same folder",
        ) from None
    return data
