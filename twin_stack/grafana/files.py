"""Writing of generated files without overwriting files of others."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin_stack.definition.model_files import is_inside
from twin_stack.errors import TwinError
from twin_stack.output_files import replace_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RECORD = ".twin-grafana.json"
"""The file that lists the generated files of a folder and their digests."""


@dataclass(frozen=True)
class Written:
    """The result of writing a folder.

    Attributes:
        written: Files that are new or changed, relative to the folder.
        unchanged: Files that already had their content.
        removed: Files of an earlier run that are no longer generated.
        kept: Files of an earlier run that are no longer generated but were changed since.
    """

    written: list[str]
    unchanged: list[str]
    removed: list[str]
    kept: list[str]


def write(folder: Path, workspace_id: str, files: Mapping[str, str], *, force: bool = False) -> Written:
    """Write files; all of them or, if one must not be overwritten, none.

    Args:
        folder: The destination, which is created if necessary.
        workspace_id: The workspace of the twin. A folder contains the files of one twin.
        files: The texts by path in the folder.
        force: Whether to overwrite any file.

    Raises:
        TwinError: Files were not generated, or were changed since, or links lead out of the folder; names all
            of them.
        OSError: The folder cannot be written.
    """
    elsewhere = [path for path in (RECORD, *files) if not is_inside(folder / path, folder)]
    if elsewhere:
        raise TwinError(
            f"links in {folder} lead out of it: {', '.join(elsewhere)}; nothing was written; remove them"
        )
    owner, digests = _record(folder / RECORD)
    if owner not in {None, workspace_id} and not force:
        raise TwinError(f"{folder} contains the dashboards of {owner}; choose another folder, or use --force")
    before = {path: _read(folder / path) for path in files}
    foreign = [
        path
        for path, text in files.items()
        if before[path] not in {None, text} and _digest(before[path] or "") != digests.get(path)
    ]
    if foreign and not force:
        raise TwinError(
            f"files in {folder} were not generated or were changed since: {', '.join(foreign)}; "
            "nothing was written; move them, or overwrite them with --force"
        )
    written = [path for path, text in files.items() if before[path] != text]
    for path in written:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        replace_file(folder / path, files[path].encode())
    removed, kept = [], []
    for path in sorted(digests.keys() - files.keys()):
        text = _read(folder / path)
        if text is not None and _digest(text) == digests[path]:
            (folder / path).unlink()
            removed.append(path)
        elif text is not None:
            kept.append(path)
    record = {"workspaceId": workspace_id, "files": {path: _digest(text) for path, text in files.items()}}
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / RECORD, (json.dumps(record, indent=2) + "\n").encode())
    return Written(written, [path for path in files if path not in written], removed, kept)


def _record(file: Path) -> tuple[str | None, dict[str, str]]:
    text = _read(file)
    if text is None:
        return None, {}
    try:
        record = json.loads(text)
        files = {str(path): str(digest) for path, digest in record["files"].items()}
        # A record with paths outside of the folder was not written by this module.
        return str(record["workspaceId"]), {
            path: digest for path, digest in files.items() if is_inside(file.parent / path, file.parent)
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        raise TwinError(f"{file} cannot be read; delete it and pass --force") from None


def _read(file: Path) -> str | None:
    try:
        return file.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
