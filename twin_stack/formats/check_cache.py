"""Results of earlier checks: an unchanged folder is not checked again.

An entry is used if every file of the folder has the size, the times and the inode that it had, and the code
that checks is the same. Only the command line uses it: a synthesis always reads the files.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.findings import Finding, IgnoredFinding, Location, Severity
from twin_stack.formats.checked_path import CheckedPath
from twin_stack.output_files import replace_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PACKAGE: Final = Path(__file__).parents[1]
_CODE: Final = ("definition", "twinmaker", "formats")
_SETTLED_NS: Final = 2_000_000_000
"""Age of the newest file from which on its times are sure to differ after another change."""


def check_cached(path: Path, check: Callable[[Path], CheckedPath]) -> CheckedPath:
    """Return the result of an earlier check of a path, or check it.

    A cache that cannot be read or written is no reason to fail.

    Args:
        path: The path.
        check: Checks a path.
    """
    entry_file = _entry_file(path)
    state = _state(path)
    if entry_file is None or state is None:
        return check(path)
    key, newest = state
    with suppress(OSError, ValueError, KeyError, TypeError, IndexError):
        entry = json.loads(entry_file.read_text(encoding="utf-8"))
        if entry["key"] == key:
            return _result(entry)
    result = check(path)
    if time.time_ns() - newest > _SETTLED_NS and _state(path) == state:
        with suppress(OSError):
            replace_file(entry_file, json.dumps({"key": key, **_document(result)}).encode())
    return result


def _entry_file(path: Path) -> Path | None:
    """Return the file of a path's entry in a folder that only this user can write to, None without one."""
    root = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 (Path raises)
    folder = Path(root) / "twin-stack"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
        is_private = stat.S_ISDIR(status.st_mode) and not stat.S_IMODE(status.st_mode) & 0o077
        if not folder.is_absolute() or not is_private or status.st_uid != os.getuid():
            return None
        name = hashlib.sha256(f"{path.resolve()}\0{path}".encode()).hexdigest()
    except (OSError, RuntimeError, ValueError):
        return None
    return folder / f"check-{name[:32]}.json"


def _state(path: Path) -> tuple[str, int] | None:
    """Return a digest of all that a check reads, and the time of its newest change; None where unknown.

    Args:
        path: A folder. One file may belong to a definition, and is not looked up.
    """
    if not path.is_dir():
        return None
    digest = hashlib.sha256(sys.version.encode())
    newest = 0
    try:
        for top in (*(_PACKAGE / name for name in _CODE), path):
            for name, status in _files(top):
                digest.update(
                    f"{name}\0{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino} "
                    f"{status.st_mode}\n".encode(errors="surrogateescape")
                )
                newest = max(newest, status.st_mtime_ns, status.st_ctime_ns)
    except OSError:
        return None
    return digest.hexdigest(), newest


def _files(top: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the files and folders below a folder, in order, with their status.

    Links are followed, and the status of a link itself counts as well.
    """

    def fail(error: OSError) -> None:
        raise error

    for root, folders, files in os.walk(top, onerror=fail):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in (*folders, *sorted(files)):
            path = os.path.join(root, name)  # noqa: PTH118 (thousands of files)
            status = os.lstat(path)
            yield path, status
            if stat.S_ISLNK(status.st_mode):
                yield path, os.stat(path)  # noqa: PTH116


def _document(result: CheckedPath) -> dict[str, Any]:
    return {
        "findings": [_finding_document(finding) for finding in result.findings],
        "ignored": [[_finding_document(finding), reason] for finding, reason in result.ignored],
        "summary": result.summary,
        "elsewhere": result.elsewhere,
    }


def _finding_document(finding: Finding) -> list[Any]:
    places = [
        [str(place.file), place.line, place.column] for place in (finding.location, *finding.other_places)
    ]
    return [places, finding.code, finding.message, finding.remedy, finding.severity.value]


def _result(entry: dict[str, Any]) -> CheckedPath:
    return CheckedPath(
        findings=[_finding(document) for document in entry["findings"]],
        ignored=[IgnoredFinding(_finding(document), str(reason)) for document, reason in entry["ignored"]],
        summary=str(entry["summary"]),
        elsewhere=int(entry["elsewhere"]),
    )


def _finding(document: list[Any]) -> Finding:
    places, code, message, remedy, severity = document
    location, *others = (Location(Path(file), int(line), int(column)) for file, line, column in places)
    return Finding(location, str(code), str(message), str(remedy), Severity(severity), tuple(others))
