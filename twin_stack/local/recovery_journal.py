"""Which resources CloudFormation touched since its own state was saved.

What TwinMaker and SiteWise remember is on the disk at once; what CloudFormation remembers is saved
when a stack has settled. After a crash in between, the two disagree. Each resource is written down
here before a handler changes it, so that the next start can put exactly those right.
"""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Touched:
    """A resource that was created, changed or deleted.

    Attributes:
        account: Twelve digits.
        region: Its region.
        type_name: CloudFormation type.
        physical_id: What `Ref` gives.
    """

    account: str
    region: str
    type_name: str
    physical_id: str


class Journal:
    """A journal in an SQLite file; each line is on the disk before `add` returns.

    Args:
        path: The file; made when missing.
        generation: Number of the state CloudFormation was loaded from; lines of another one are
            about what that state holds already, and are dropped.
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
        self._db.execute("DELETE FROM touched WHERE generation != ?", (generation,))

    def add(self, touched: Touched) -> None:
        """Write down a resource, before it is changed."""
        row = (touched.account, touched.region, touched.type_name, touched.physical_id)
        with self._lock:
            self._db.execute("INSERT OR IGNORE INTO touched VALUES (?, ?, ?, ?, ?)", (self._generation, *row))

    def lines(self) -> list[Touched]:
        """Everything touched, in the order it was first touched."""
        with self._lock:
            rows = self._db.execute(
                "SELECT account, region, type_name, physical_id FROM touched ORDER BY rowid"
            ).fetchall()
        return [Touched(*row) for row in rows]

    def saved(self, generation: int) -> None:
        """Start anew: CloudFormation's state was saved under this number."""
        with self._lock:
            self._generation = generation
            self._db.execute("DELETE FROM touched WHERE generation != ?", (generation,))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()
