"""Time series of timestamp, quality and value in SQLite; independent of assets.

A point replaces one with the same time and quality; points of different quality coexist, as the documentation
of BatchPutAssetPropertyValue says.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.store import Store


class Point(NamedTuple):
    """One value: nanoseconds since 1970, ``GOOD``, ``BAD`` or ``UNCERTAIN``, and a Variant."""

    time: int
    quality: str
    value: dict[str, Any]


_ALIAS = "alias:"
_LIMITS = (-(2**63), 2**63 - 1)


class Series:
    """All time series, each under its own name."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, scope: Scope, name: str, points: Iterable[Point]) -> None:
        """Store points."""
        with self._store.transaction() as db:
            db.executemany(
                "REPLACE INTO sample VALUES (?, ?, ?, ?, ?)",
                [(scope.key, name, p.time, p.quality, json.dumps(p.value)) for p in points],
            )

    def read(
        self,
        scope: Scope,
        name: str,
        *,
        start: int,
        end: int,
        limit: int,
        descending: bool = False,
        quality: str | None = None,
        after: tuple[int, str] | None = None,
    ) -> list[Point]:
        """Return points of a range in the order of time.

        Args:
            scope: Account and region.
            name: The series.
            start: Nanoseconds, exclusive.
            end: Nanoseconds, inclusive.
            limit: Maximum number of points.
            descending: Newest first.
            quality: Select points of this quality; None for all.
            after: Time and quality of the last point of the previous page.
        """
        order, compare = ("DESC", "<") if descending else ("ASC", ">")
        clauses = ["scope = ?", "series = ?", "time > ?", "time <= ?"]
        values: list[str | int] = [scope.key, name, _clamp(start), _clamp(end)]
        if quality:
            clauses.append("quality = ?")
            values.append(quality)
        if after:
            clauses.append(f"(time, quality) {compare} (?, ?)")
            values += after
        query = (
            f"SELECT time, quality, value FROM sample WHERE {' AND '.join(clauses)}"  # noqa: S608
            f" ORDER BY time {order}, quality {order} LIMIT ?"
        )
        with self._store.reading() as db:
            rows = db.execute(query, (*values, limit)).fetchall()
        return [Point(time, kind, json.loads(value)) for time, kind, value in rows]

    def latest(
        self, scope: Scope, name: str, *, until: int = _LIMITS[1], quality: str | None = None
    ) -> Point | None:
        """Return the newest point not later than ``until``, or None."""
        points = self.read(
            scope, name, start=_LIMITS[0], end=until, limit=1, descending=True, quality=quality
        )
        return points[0] if points else None

    def alias_names(self, scope: Scope, prefix: str) -> list[str]:
        """Return the aliases with a prefix that have points but no property, in order."""
        start = alias_series_name(prefix)
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT DISTINCT series FROM sample WHERE scope = ? AND series >= ? AND series < ?"
                " ORDER BY series",
                (scope.key, start, f"{start}\U0010ffff"),
            ).fetchall()
        return [name.removeprefix(_ALIAS) for (name,) in rows]

    def move(self, scope: Scope, old: str, new: str) -> None:
        """Move the points of one series to another, whose own points take precedence."""
        with self._store.transaction() as db:
            db.execute(
                "UPDATE OR IGNORE sample SET series = ? WHERE scope = ? AND series = ?",
                (new, scope.key, old),
            )
            self.delete(scope, old)

    def delete(self, scope: Scope, name: str) -> None:
        """Delete a series."""
        with self._store.transaction() as db:
            db.execute("DELETE FROM sample WHERE scope = ? AND series = ?", (scope.key, name))


def series_name(asset_id: str, property_id: str) -> str:
    """Return the name of the series of an asset's property."""
    return f"{asset_id}/{property_id}"


def alias_series_name(alias: str) -> str:
    """Return the name of the series of an alias that no property has."""
    return _ALIAS + alias


def _clamp(nanos: int) -> int:
    """Limit a time to SQLite's 64-bit integers; a range may exceed them."""
    return max(_LIMITS[0], min(_LIMITS[1], nanos))
