"""Everything the local services remember, in one SQLite file.

The file is in write-ahead-log mode with ``synchronous=FULL``: a transaction is on the disk before
``transaction()`` returns, so neither ``kill -9`` nor a power cut loses what was acknowledged. One
such commit costs about a quarter of a millisecond on an SSD.

One connection is shared by all threads behind a lock. SQLite has one writer at a time anyway,
and a read takes microseconds; what takes long (a connector's Lambda) runs outside the lock.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS resource (
  scope TEXT, kind TEXT, parent TEXT, id TEXT,
  body TEXT NOT NULL, state TEXT NOT NULL, settles REAL NOT NULL,
  created REAL NOT NULL, updated REAL NOT NULL,
  PRIMARY KEY (scope, kind, parent, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS resource_deleting ON resource (settles) WHERE state = 'DELETING';

CREATE TABLE IF NOT EXISTS link (
  scope TEXT, kind TEXT, parent TEXT, relation TEXT, target TEXT, id TEXT,
  PRIMARY KEY (scope, kind, parent, relation, target, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS link_by_id ON link (scope, kind, parent, id);

CREATE TABLE IF NOT EXISTS tags (
  scope TEXT, arn TEXT, body TEXT NOT NULL,
  PRIMARY KEY (scope, arn)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS sample (
  scope TEXT, series TEXT, time INTEGER, quality TEXT, value TEXT NOT NULL,
  PRIMARY KEY (scope, series, time, quality)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS pending (
  scope TEXT, series TEXT, time INTEGER,
  PRIMARY KEY (scope, series, time)
) WITHOUT ROWID;
"""
_VERSION = 1


class Store:
    """Opens (and makes, when missing) the database file.

    Args:
        path: The file; its folder must exist.

    Raises:
        RuntimeError: The file was written by another version of this schema.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, _VERSION):
            self._db.close()
            raise RuntimeError(
                f"the local state in {path} has schema version {version}, this program reads "
                f"{_VERSION}; delete the file to start anew"
            )
        with self.transaction() as db:
            for statement in _SCHEMA.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {_VERSION}")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection for queries that need one consistent state; other threads wait."""
        with self._lock:
            yield self._db

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection in a transaction: committed at the end, rolled back on an exception.

        Nested calls join the outer transaction as a savepoint: what fails inside is undone alone.
        """
        with self._lock:
            nested = self._db.in_transaction
            self._db.execute("SAVEPOINT nested" if nested else "BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                if nested:
                    self._db.execute("ROLLBACK TO nested")
                    self._db.execute("RELEASE nested")
                else:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("RELEASE nested" if nested else "COMMIT")

    def close(self) -> None:
        """Close the file. The store is of no use afterwards."""
        with self._lock:
            self._db.close()
