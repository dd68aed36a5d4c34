"""The state of the local services, in one SQLite file.

The file is in write-ahead-log mode with ``synchronous=FULL``: a transaction is on the disk before
``transaction()`` returns, so neither ``kill -9`` nor a power failure loses an acknowledged change. A commit
takes about a quarter of a millisecond on an SSD.

All threads share one connection behind a lock. SQLite allows one writer at a time anyway, and a read takes
microseconds; slow work (a connector's Lambda function) runs without the lock.
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

CREATE TABLE IF NOT EXISTS resource_count (
  scope TEXT, kind TEXT, parent TEXT, number INTEGER NOT NULL,
  PRIMARY KEY (scope, kind, parent)
) WITHOUT ROWID;

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
# SQLite counts rows one by one, which would make each creation slower than the one before it.
_COUNTING = (
    """
    CREATE TRIGGER IF NOT EXISTS count_inserted AFTER INSERT ON resource BEGIN
      INSERT INTO resource_count VALUES (NEW.scope, NEW.kind, NEW.parent, 1)
        ON CONFLICT DO UPDATE SET number = number + 1;
    END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS count_deleted AFTER DELETE ON resource BEGIN
      UPDATE resource_count SET number = number - 1
        WHERE scope = OLD.scope AND kind = OLD.kind AND parent = OLD.parent;
    END
    """,
    "DELETE FROM resource_count",
    "INSERT INTO resource_count SELECT scope, kind, parent, count(*) FROM resource GROUP BY 1, 2, 3",
)
_VERSION = 1


class Store:
    """The database, whose file is created when missing.

    Args:
        path: The file, in an existing folder.

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
                f"{_VERSION}; delete the file to begin with an empty state"
            )
        with self.transaction() as db:
            for statement in (*_SCHEMA.split(";"), *_COUNTING):
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

        A nested call is a savepoint of the outer transaction: a failure inside undoes only the inner changes.
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
        """Close the file. The store cannot be used afterwards."""
        with self._lock:
            self._db.close()
