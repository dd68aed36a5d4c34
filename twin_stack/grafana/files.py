"""Writing what was generated, without losing what somebody else wrote."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin_stack.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RECORD = ".twin-grafana.json"
"""Says which files of a folder were generated, and what stood in them."""


@dataclass(frozen=True)
class Written:
    """What became of a folder.

    Attributes:
        written: Files that are new or changed, in the folder.
        unchanged: Files that were already as they should be.
        removed: Files of an earlier run that no longer belong there.
        kept: Files of an earlier run that no longer belong there and were changed since.
    """

    written: list[str]
    unchanged: list[str]
    removed: list[str]
    kept: list[str]


def write(folder: Path, workspace_id: str, files: Mapping[str, str], *, force: bool = False) -> Written:
    """Write files; all of them or, when one is not ours to overwrite, none.

    Args:
        folder: Where to; made if it is not there.
        workspace_id: The twin they are of. A folder holds one.
        files: Text by path in the folder.
        force: Overwrite whatever is there.

    Raises:
        TwinError: Files stand there that were not generated, or were changed since. Names them all.
        OSError: The folder cannot be written.
    """
    owner, known = _record(folder / RECORD)
    if owner not in {None, workspace_id} and not force:
        raise TwinError(
            f"{folder} holds the dashboards of {owner}; choose another folder, or overwrite it with --force"
        )
    before = {path: _read(folder / path) for path in files}
    foreign = [
        path
        for path, text in files.items()
        if before[path] not in {None, text} and _digest(before[path] or "") != known.get(path)
    ]
    if foreign and not force:
        raise TwinError(
            f"not generated, or changed since, in {folder}: {', '.join(foreign)}; "
            "nothing was written; move them, or overwrite them with --force"
        )
    written = [path for path, text in files.items() if before[path] != text]
    for path in written:
        _replace(folder / path, files[path])
    removed, kept = [], []
    for path in sorted(known.keys() - files.keys()):
        text = _read(folder / path)
        if text is not None and _digest(text) == known[path]:
            (folder / path).unlink()
            removed.append(path)
        elif text is not None:
            kept.append(path)
    record = {"workspaceId": workspace_id, "files": {path: _digest(text) for path, text in files.items()}}
    _replace(folder / RECORD, json.dumps(record, indent=2) + "\n")
    return Written(written, [path for path in files if path not in written], removed, kept)


def _record(file: Path) -> tuple[str | None, dict[str, str]]:
    text = _read(file)
    if text is None:
        return None, {}
    try:
        record = json.loads(text)
        files = {str(path): str(digest) for path, digest in record["files"].items()}
        # Only what lies in the folder was ever written.
        inside = {path: digest for path, digest in files.items() if not path.startswith("/")}
        return str(record["workspaceId"]), {p: d for p, d in inside.items() if ".." not in p.split("/")}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise TwinError(f"{file} cannot be read; remove it, and give --force") from None


def _read(file: Path) -> str | None:
    try:
        return file.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _replace(file: Path, text: str) -> None:
    """Write a file whole: whoever interrupts leaves the old one or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f".{file.name}.half")
    try:
        half.write_bytes(text.encode())
        os.replace(half, file)  # noqa: PTH105
    finally:
        half.unlink(missing_ok=True)
