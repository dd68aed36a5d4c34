"""Checks the saved state before a start: a damaged or missing file is named, and never passed over."""

from __future__ import annotations

import json
import shlex
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from twin_stack.local.generations import Generations
from twin_stack.local.state import LocalError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MINISTACK = "ministack"
"""Name of the folder of ministack's saved states."""

OBJECTS = "s3"
"""Name of the folder of the objects of S3."""

SERVICES = "twin.db"
"""Name of the database of TwinMaker and SiteWise."""

JOURNAL = "journal.db"
"""Name of the database of what CloudFormation changed since the last save."""

_SIDECAR = ".meta.json"


def check_saved_state(folder: Path) -> None:
    """Check that the whole state can be read that was saved last.

    Args:
        folder: The folder of the state, which may be empty.

    Raises:
        LocalError: A file is damaged or missing; the message names it and says what to do.
    """
    generations = Generations(folder / MINISTACK)
    last = max(generations.current, _journal_generation(folder))
    if last:
        if (damage := generations.find_damage(last)) is not None:
            raise LocalError(
                f"the saved state cannot be used: {damage}; {_remedy(generations, last, folder)}"
            )
        _check_services(folder)
    for damage in _damaged_objects(folder / OBJECTS):
        raise LocalError(
            f"the saved state cannot be used: {damage}; restore the file from a backup, or remove it and "
            f"{_SIDECAR} beside it and upload the object again; {_begin_empty(folder)}"
        )


def saved_generation(folder: Path) -> int:
    """Return the number of the state that was saved last; 0 when there is none.

    Args:
        folder: The folder of the state.
    """
    return Generations(folder / MINISTACK).current


def use_previous_state(folder: Path) -> None:
    """Set a damaged state aside, so that the next start goes on from the state saved before it.

    Args:
        folder: The folder of the state.

    Raises:
        LocalError: The last state is complete, or there is no complete one before it.
    """
    generations = Generations(folder / MINISTACK)
    last = max(generations.current, _journal_generation(folder))
    if not last or generations.find_damage(last) is None:
        raise LocalError(
            "the state saved last is complete, so nothing is restored; leave --previous-state out"
        )
    previous = generations.previous if generations.current == last else generations.current
    if not previous or (damage := generations.find_damage(previous)) is not None:
        reason = damage if previous else "there is none"
        raise LocalError(
            f"no complete state was saved before the damaged one ({reason}); {_begin_empty(folder)}"
        )
    generations.set_aside(last)
    with closing(sqlite3.connect(folder / JOURNAL)) as journal:
        journal.execute(f"PRAGMA user_version = {previous}")


def _remedy(generations: Generations, last: int, folder: Path) -> str:
    previous = generations.previous if generations.current == last else generations.current
    if previous and generations.find_damage(previous) is None:
        return (
            "`twin up --previous-state` goes on from the state saved before it, without what changed since, "
            f"and keeps what is left of this one beside it; {_begin_empty(folder)}"
        )
    return f"no complete state was saved before it; {_begin_empty(folder)}"


def _begin_empty(folder: Path) -> str:
    return f"to begin with an empty one, remove {shlex.quote(str(folder))}"


def _journal_generation(folder: Path) -> int:
    """Return the number of the state that was saved last, as the journal has it; 0 without a journal.

    Raises:
        LocalError: The journal is damaged.
    """
    file = folder / JOURNAL
    if not file.exists():
        return 0
    remedy = (
        f"remove it together with {file}-wal and {file}-shm: what a deployment changed after the last save "
        "is then not undone, so deploy again"
    )
    return int(_read_database(file, remedy))


def _check_services(folder: Path) -> None:
    file = folder / SERVICES
    remedy = f"restore it from a backup; {_begin_empty(folder)}"
    if not file.exists():
        raise LocalError(f"the saved state cannot be used: {file} is missing; {remedy}")
    if not _read_database(file, remedy):
        raise LocalError(f"the saved state cannot be used: {file} is damaged: it is empty; {remedy}")


def _read_database(file: Path, remedy: str) -> Any:
    """Return the user version of a database whose content is sound.

    Raises:
        LocalError: It is not sound, or cannot be read.
    """
    try:
        with closing(sqlite3.connect(file, timeout=10)) as database:
            (problem,) = database.execute("PRAGMA quick_check(1)").fetchone()
            if problem == "ok":
                return database.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        problem = str(error)
    raise LocalError(f"the saved state cannot be used: {file} is damaged: {problem}; {remedy}")


def _damaged_objects(folder: Path) -> Iterator[str]:
    """Yield what is wrong with objects of S3: each is a file with a description beside it."""
    for description in sorted(folder.rglob(f"*{_SIDECAR}")):
        file = description.with_name(description.name.removesuffix(_SIDECAR))
        try:
            fields = json.loads(description.read_bytes())
            size = fields.get("size")
            is_object = not fields.get("is_delete_marker")
        except (ValueError, AttributeError):
            yield f"{description} is damaged: it is not a JSON object"
            continue
        if not is_object:
            continue
        if not file.is_file():
            yield f"{file} is missing"
        elif size is not None and file.stat().st_size != size:
            yield f"{file} is damaged: it has {file.stat().st_size:,} bytes instead of {size:,}"
