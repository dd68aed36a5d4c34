"""A journal of the resources that CloudFormation changed since its own state was saved.

TwinMaker and SiteWise commit each change at once; CloudFormation's state is saved when a stack has settled.
After a crash in between, the two disagree. Each resource is recorded here before a handler changes it, so
that the next start can repair exactly those. Entries before the last save are kept until the next one, for a
start from the state before a damaged one.
"""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class TouchedResource:
    """A resource that was created, changed or deleted.

    Attributes:
        account: Account id, twelve digits.
        region: Name of the region.
        type_name: CloudFormation's name of its type.
        physical_id: The value of ``Ref``.
    """

    account: str
    region: str
    type_name: str
    physical_id: str


class RecoveryJournal:
    """A journal in an SQLite file; each entry is on the disk before ``add`` returns.

    Args:
        path: The file, which is created when missing. Its user version is the number of the last saved state.
        generation: Number of the state that CloudFormation was loaded from. Changes after a later one, which
            was damaged, count as changes after this one.
    """

    def __init__(self, path: Path, *, generation: int) -> None:
        self._lock = threading.Lock()
        self._generation = generation
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS touched (generation INTEGER, account TEXT, region TEXT,"
            " type_name TEXT, physical_id TEXT,"
            " UNIQUE (generation, account, region, type_name, physical_id))"
        )
        self._count_later_entries()
        self._note_generation()

    def add(self, touched: TouchedResource) -> None:
        """Record a resource that is about to change.

        Args:
            touched: The resource.
        """
        row = (touched.account, touched.region, touched.type_name, touched.physical_id)
        with self._lock:
            self._db.execute("INSERT OR IGNORE INTO touched VALUES (?, ?, ?, ?, ?)", (self._generation, *row))

    def entries(self) -> list[TouchedResource]:
        """Return the resources that changed since the loaded state, in the order of their first change."""
        with self._lock:
            rows = self._db.execute(
                "SELECT account, region, type_name, physical_id FROM touched WHERE generation = ?"
                " ORDER BY rowid",
                (self._generation,),
            ).fetchall()
        return [TouchedResource(*row) for row in rows]

    def prepare_generation(self, generation: int) -> None:
        """Record from here on changes after a state that is being saved, which does not have them.

        Args:
            generation: Number under which CloudFormation's state will be saved.
        """
        with self._lock:
            self._generation = generation

    def cancel_generation(self, generation: int) -> None:
        """Record changes after the state that was saved last, because a later one could not be saved.

        Args:
            generation: Number of the state that was saved last.
        """
        with self._lock:
            self._generation = generation
            self._count_later_entries()

    def start_generation(self, generation: int) -> None:
        """Begin with the changes after a saved state; those before the state before it are deleted.

        Args:
            generation: Number under which CloudFormation's state was saved.
        """
        with self._lock:
            self._generation = generation
            self._note_generation()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _count_later_entries(self) -> None:
        """Let changes after later states count as changes after this one."""
        self._db.execute(
            "UPDATE OR REPLACE touched SET generation = ? WHERE generation > ?",
            (self._generation, self._generation),
        )

    def _note_generation(self) -> None:
        self._db.execute("DELETE FROM touched WHERE generation < ?", (self._generation - 1,))
        self._db.execute(f"PRAGMA user_version = {self._generation}")
