"""Resources with a lifecycle: stored as JSON, found by id or by a link to another resource.

A temporary state ("CREATING for two seconds") needs no timer: two columns hold the state and the time at
which it settles. A read after that time returns ``ACTIVE``, or nothing where the state was ``DELETING``. So
the state survives a crash.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin_stack.local.service.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import UnionType

    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.store import Store

ACTIVE = "ACTIVE"
DELETING = "DELETING"


@dataclass(frozen=True, slots=True)
class Resource:
    """One stored resource.

    Attributes:
        id: Unique within its parent.
        body: The JSON members.
        state: Current state, ``ACTIVE`` once settled.
        created: Time of creation in epoch seconds.
        updated: Time of the last update in epoch seconds.
    """

    id: str
    body: dict[str, Any]
    state: str
    created: float
    updated: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and the token of the next page (None at the end)."""

    items: list[Resource]
    next_token: str | None


_LAST_CHARACTER = "\U0010ffff"


class Resources:
    """Resources of one kind.

    Args:
        store: The database.
        kind: Name of the kind, such as ``entity``.
        clock: Returns the current time in epoch seconds.
        slow: Seconds for which CREATING, UPDATING and DELETING last; 0 for not at all.
        token_error: Error code for an invalid ``nextToken``.
    """

    def __init__(
        self,
        store: Store,
        kind: str,
        *,
        clock: Callable[[], float],
        slow: float,
        token_error: str,
    ) -> None:
        self._store = store
        self._kind = kind
        self._clock = clock
        self._slow = slow
        self._token_error = token_error

    def get(self, scope: Scope, parent: str, identifier: str) -> Resource | None:
        """Return the resource, or None when there is none or its deletion has settled."""
        with self._store.reading() as db:
            row = db.execute(
                "SELECT id, body, state, settles, created, updated FROM resource"
                " WHERE scope = ? AND kind = ? AND parent = ? AND id = ?",
                (scope.key, self._kind, parent, identifier),
            ).fetchone()
        return self._from_row(row) if row else None

    def put(
        self,
        scope: Scope,
        parent: str,
        identifier: str,
        body: Mapping[str, Any],
        *,
        links: Iterable[tuple[str, str]] = (),
        state: str = ACTIVE,
    ) -> Resource:
        """Create or replace a resource and its links.

        Args:
            scope: Account and region.
            parent: Id of the resource that it belongs to; empty where there is none.
            identifier: Its id.
            body: JSON members.
            links: Pairs ``(relation, target)`` that ``page`` and ``ids_linked_to`` can select by.
            state: State for the next ``slow`` seconds, before ``ACTIVE``.

        Returns:
            The resource as it is now.
        """
        now = self._clock()
        key = (scope.key, self._kind, parent, identifier)
        with self._store.transaction() as db:
            old = self.get(scope, parent, identifier)
            created = old.created if old else now
            db.execute(
                "INSERT INTO resource VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " body = excluded.body, state = excluded.state, settles = excluded.settles,"
                " created = excluded.created, updated = excluded.updated",
                (*key, json.dumps(body), state, now + self._slow, created, now),
            )
            db.execute("DELETE FROM link WHERE scope = ? AND kind = ? AND parent = ? AND id = ?", key)
            db.executemany(
                "INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?, ?, ?)",
                [(*key[:3], relation, target, identifier) for relation, target in links],
            )
        visible_state = state if self._slow else ACTIVE
        return Resource(identifier, dict(body), visible_state, created, now)

    def delete(self, scope: Scope, parent: str, identifier: str) -> None:
        """Remove the resource; with ``slow`` it stays visible as DELETING for that long."""
        key = (scope.key, self._kind, parent, identifier)
        where = "WHERE scope = ? AND kind = ? AND parent = ? AND id = ?"
        with self._store.transaction() as db:
            if self._slow:
                change = f"UPDATE resource SET state = ?, settles = ? {where}"  # noqa: S608
                db.execute(change, (DELETING, self._clock() + self._slow, *key))
            else:
                db.execute(f"DELETE FROM resource {where}", key)  # noqa: S608
                db.execute(f"DELETE FROM link {where}", key)  # noqa: S608

    def purge(self) -> None:
        """Delete the rows whose deletion has settled. An index of only those makes this cheap."""
        is_deleted = "state = 'DELETING' AND settles <= ? AND kind = ?"
        with self._store.transaction() as db:
            rows = db.execute(
                f"DELETE FROM resource WHERE {is_deleted} RETURNING scope, kind, parent, id",  # noqa: S608
                (self._clock(), self._kind),
            ).fetchall()
            db.executemany("DELETE FROM link WHERE scope = ? AND kind = ? AND parent = ? AND id = ?", rows)

    def ids_linked_to(self, scope: Scope, parent: str, relation: str, target: str) -> list[str]:
        """Return the ids of all resources under ``parent`` with a link, in order."""
        self._purge_settled()
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT id FROM link WHERE scope = ? AND kind = ? AND parent = ?"
                " AND relation = ? AND target = ? ORDER BY id",
                (scope.key, self._kind, parent, relation, target),
            ).fetchall()
        return [row[0] for row in rows]

    def links_with_prefix(
        self, scope: Scope, parent: str, relation: str, prefix: str
    ) -> list[tuple[str, str]]:
        """Return target and id of each link whose target begins with a prefix, in the order of targets."""
        self._purge_settled()
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT target, id FROM link WHERE scope = ? AND kind = ? AND parent = ?"
                " AND relation = ? AND target >= ? AND target < ? ORDER BY target, id",
                (scope.key, self._kind, parent, relation, prefix, prefix + _LAST_CHARACTER),
            ).fetchall()
        return [(target, identifier) for target, identifier in rows]

    def is_linked_to(self, scope: Scope, parent: str, relation: str, target: str) -> bool:
        """Return whether any resource under ``parent`` has a link."""
        self._purge_settled()
        with self._store.reading() as db:
            row = db.execute(
                "SELECT 1 FROM link WHERE scope = ? AND kind = ? AND parent = ?"
                " AND relation = ? AND target = ? LIMIT 1",
                (scope.key, self._kind, parent, relation, target),
            ).fetchone()
        return row is not None

    def page(
        self,
        scope: Scope,
        parent: str,
        *,
        link: tuple[str, str] | None = None,
        limit: int,
        token: str | None = None,
    ) -> Page:
        """Return one page of resources in the order of their ids.

        Args:
            scope: Account and region.
            parent: Id of the resource that they belong to; empty where there is none.
            link: Select those with this ``(relation, target)``.
            limit: Maximum number of items.
            token: The ``next_token`` of the previous page.

        Raises:
            ServiceError: ``token`` is invalid.
        """
        self._purge_settled()
        last_id = read_token(token, self._token_error, str)[0] if token else ""
        source, where, target = "resource", "1", tuple[str, ...]()
        if link:
            source = "link JOIN resource USING (scope, kind, parent, id)"
            where, target = "link.relation = ? AND link.target = ?", link
        with self._store.reading() as db:
            rows = db.execute(
                f"SELECT id, body, state, settles, created, updated FROM {source}"  # noqa: S608
                f" WHERE scope = ? AND kind = ? AND parent = ? AND {where} AND id > ?"
                " ORDER BY id LIMIT ?",
                (scope.key, self._kind, parent, *target, last_id, limit + 1),
            ).fetchall()
        items = [item for row in rows[:limit] if (item := self._from_row(row))]
        return Page(items, write_token(rows[limit - 1][0]) if len(rows) > limit else None)

    def every(self, scope: Scope, parent: str) -> list[Resource]:
        """Return all resources under ``parent`` in the order of their ids."""
        return self.page(scope, parent, limit=2**31).items

    def count(self, scope: Scope, parent: str) -> int:
        """Return how many resources are under ``parent``."""
        self._purge_settled()
        with self._store.reading() as db:
            row = db.execute(
                "SELECT number FROM resource_count WHERE scope = ? AND kind = ? AND parent = ?",
                (scope.key, self._kind, parent),
            ).fetchone()
        return int(row[0]) if row else 0

    def count_linked(self, scope: Scope, parent: str, relation: str, target: str) -> int:
        """Return how many resources under ``parent`` have a link."""
        self._purge_settled()
        with self._store.reading() as db:
            row = db.execute(
                "SELECT count(*) FROM link WHERE scope = ? AND kind = ? AND parent = ?"
                " AND relation = ? AND target = ?",
                (scope.key, self._kind, parent, relation, target),
            ).fetchone()
        return int(row[0])

    def _purge_settled(self) -> None:
        if self._slow:
            self.purge()

    def _from_row(self, row: tuple[Any, ...]) -> Resource | None:
        identifier, body, state, settles, created, updated = row
        if settles <= self._clock():
            if state == DELETING:
                return None
            state = ACTIVE
        return Resource(identifier, json.loads(body), state, created, updated)


def write_token(*parts: Any) -> str:
    """Return an opaque ``nextToken`` that contains ``parts`` (any JSON values)."""
    return base64.b64encode(json.dumps(parts).encode()).decode("ascii")


def read_token(token: str, error: str, *types: type | UnionType) -> list[Any]:
    """Return the parts of a ``nextToken``.

    Args:
        token: The token.
        error: Error code for an invalid token.
        *types: Type of each part.

    Raises:
        ServiceError: With the code ``error``, when the token does not consist of such parts.
    """
    try:
        parts = json.loads(base64.b64decode(token, validate=True))
    except (ValueError, RecursionError):  # RecursionError: deeply nested JSON
        parts = None
    if (
        not isinstance(parts, list)
        or len(parts) != len(types)
        or not all(isinstance(part, kind) for part, kind in zip(parts, types, strict=True))
    ):
        raise ServiceError(error, "nextToken is not one this service gave; repeat the first call")
    return parts
