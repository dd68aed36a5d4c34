"""Transforms and metrics: worked out when they are read, for what was written since.

A value that is written marks the times of the transforms, and the windows of the metrics, that it is part of,
and of what is computed from those in turn. A read works out what is marked and over. So late and repeated
values do no harm, and many values of a window cost one computation.

As in the user guide: a transform has a value for each value of one of its variables, with the last value that
the others have by then; a metric one for each tumbling window with values, stamped with the window's end, as
aggregates are; both take GOOD values alone. Windows begin at whole multiples of their length since 1970, and
their `offset` is not available. What expressions are not, `expressions` says.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from twin_stack.contract.times import NANOS, from_seconds
from twin_stack.local.service.sitewise.asset_models import properties_of
from twin_stack.local.service.sitewise.expressions import compiled, evaluate
from twin_stack.local.service.sitewise.series import Point, series_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from twin_stack.local.service.resources import Resource
    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.sitewise.asset_models import AssetModels
    from twin_stack.local.service.sitewise.assets import Assets
    from twin_stack.local.service.sitewise.context import Context, Json
    from twin_stack.local.service.sitewise.expressions import Value
    from twin_stack.local.service.sitewise.series import Series

_INTERVAL = re.compile(r"(\d+)([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_EVER = -(2**63)


class _Use(NamedTuple):
    """A property that is computed from another one; its window in nanoseconds, None of a transform."""

    asset_id: str
    property_id: str
    window: int | None


class Computed:
    """Marks what has to be computed, and computes it.

    Args:
        context: what the parts of the service share.
        models: asset models.
        assets: assets.
        series: time series.
    """

    def __init__(self, context: Context, models: AssetModels, assets: Assets, series: Series) -> None:
        self._context = context
        self._models = models
        self._assets = assets
        self._series = series
        self._uses: dict[tuple[str, str], dict[str, list[_Use]]] = {}
        self._version = -1

    def mark(self, scope: Scope, asset_id: str, property_id: str, times: Iterable[int]) -> None:
        """Remember that values at these times have changed, for all that is computed from them."""
        pending = [(asset_id, property_id, set(times))]
        marks: dict[str, set[int]] = defaultdict(set)
        while pending:
            source, changed, moments = pending.pop()
            for use in self._used(scope, source).get(changed, ()):
                name = series_name(use.asset_id, use.property_id)
                size = use.window
                mine = moments if size is None else {-(-moment // size) * size for moment in moments}
                new = mine - marks[name]
                if new:
                    marks[name] |= new
                    pending.append((use.asset_id, use.property_id, new))
        if marks:
            with self._context.store.transaction() as db:
                db.executemany(
                    "INSERT OR IGNORE INTO pending VALUES (?, ?, ?)",
                    [(scope.key, name, moment) for name, own in marks.items() for moment in own],
                )

    def settle(self, scope: Scope, asset: Resource, item: Json) -> None:
        """Compute what is due of a property, and before it what it is computed from."""
        how = _how(item)
        if how is None:
            return
        name = series_name(asset.id, item["id"])
        now = from_seconds(self._context.clock())
        with self._context.store.transaction() as db:
            rows = db.execute(
                "SELECT time FROM pending WHERE scope = ? AND series = ? AND time <= ? ORDER BY time",
                (scope.key, name, now),
            ).fetchall()
            if not rows:
                return
            due = [time for (time,) in rows]
            sources = {
                variable["name"]: list(self._sources(scope, asset, variable["value"]))
                for variable in how["variables"]
            }
            for own in sources.values():
                for source, inner in own:
                    self.settle(scope, source, inner)
            self._series.put(scope, name, self._points(scope, how, item, sources, due))
            db.executemany(
                "DELETE FROM pending WHERE scope = ? AND series = ? AND time = ?",
                [(scope.key, name, time) for time in due],
            )

    def _points(
        self,
        scope: Scope,
        how: Json,
        item: Json,
        sources: dict[str, list[tuple[Resource, Json]]],
        due: list[int],
    ) -> Iterator[Point]:
        expression = compiled(how["expression"])
        if expression is None:
            return
        size = _window(how) or 0
        inputs = _Window(
            {name: self._values(scope, own, due[0] - size, due[-1]) for name, own in sources.items()}, size
        )
        for time in due:
            inputs.end = time
            # Without a value of its own a window has none, whatever is known from before.
            if size and not any(map(inputs.window, sources)):
                continue
            found = evaluate(expression, inputs)
            if found is not None:
                yield Point(time, "GOOD", _variant(found, item["dataType"]))

    def _values(
        self, scope: Scope, sources: list[tuple[Resource, Json]], start: int, end: int
    ) -> list[tuple[int, Value]]:
        """Values after `start` until `end`, and the last one before; of several sources all, by time."""
        found: list[tuple[int, Value]] = []
        for asset, item in sources:
            name = series_name(asset.id, item["id"])
            before = self._series.latest(scope, name, until=start, quality="GOOD")
            points = self._series.read(scope, name, start=start, end=end, limit=2**31, quality="GOOD")
            if before is None and "attribute" in item["type"]:
                before = self._first(scope, name)
            for point in ([before] if before else []) + points:
                ((member, value),) = point.value.items()
                if member != "nullValue":
                    found.append((point.time, value))
        found.sort(key=lambda one: one[0])
        return found

    def _first(self, scope: Scope, name: str) -> Point | None:
        """The first value of an attribute: it holds for what was measured before the asset was made."""
        points = self._series.read(scope, name, start=_EVER, end=-_EVER, limit=1, quality="GOOD")
        return points[0]._replace(time=_EVER) if points else None

    def _used(self, scope: Scope, asset_id: str) -> dict[str, list[_Use]]:
        """What is computed from the properties of an asset: on it, and on the asset above."""
        if self._version != self._context.structure.version:
            self._uses.clear()
            self._version = self._context.structure.version
        key = (scope.key, asset_id)
        if key not in self._uses:
            self._uses[key] = self._find_uses(scope, self._assets.require(scope, asset_id))
        return self._uses[key]

    def _find_uses(self, scope: Scope, asset: Resource) -> dict[str, list[_Use]]:
        own = self._models.require(scope, asset.body["modelId"])
        found: dict[str, list[_Use]] = defaultdict(list)
        place = asset.body["parent"] or {}
        owners = [(asset.id, own, None)]
        if place:
            above = self._assets.require(scope, place["assetId"])
            owners.append(
                (above.id, self._models.require(scope, above.body["modelId"]), place["hierarchyId"])
            )
        for owner_id, model, hierarchy in owners:
            for item, _ in properties_of(model.body):
                how = _how(item)
                for variable in how["variables"] if how and compiled(how["expression"]) else ():
                    value = variable["value"]
                    if _hierarchy(model.body, value) == hierarchy:
                        source = _property(own.body, value)
                        if source is not None:
                            found[source["id"]].append(_Use(owner_id, item["id"], _window(how or {})))
        return found

    def _sources(self, scope: Scope, asset: Resource, value: Json) -> Iterator[tuple[Resource, Json]]:
        """The assets and properties that a variable stands for."""
        model = self._models.require(scope, asset.body["modelId"])
        hierarchy = _hierarchy(model.body, value)
        sources = [asset] if hierarchy is None else self._assets.children(scope, asset.id, hierarchy)
        for source in sources:
            item = _property(self._models.require(scope, source.body["modelId"]).body, value)
            if item is not None:
                yield source, item


class _Window:
    """The values of variables around a window's end; a window without length is a transform's moment."""

    def __init__(self, values: dict[str, list[tuple[int, Value]]], size: int) -> None:
        self._values = values
        self._times = {name: [time for time, _ in own] for name, own in values.items()}
        self._size = size
        self.end = 0

    def current(self, name: str) -> Value | None:
        return self._until(name, self.end)

    def before(self, name: str) -> Value | None:
        return self._until(name, self.end - self._size)

    def window(self, name: str) -> Sequence[Value]:
        times = self._times.get(name, [])
        first, last = bisect_right(times, self.end - self._size), bisect_right(times, self.end)
        return [value for _, value in self._values[name][first:last]] if last > first else []

    def _until(self, name: str, time: int) -> Value | None:
        index = bisect_right(self._times.get(name, []), time)
        return self._values[name][index - 1][1] if index else None


def _how(item: Json) -> Json | None:
    """What a property is computed by: the transform or metric of its type."""
    kind = item["type"]
    found: Json | None = kind.get("transform") or kind.get("metric")
    return found


def _window(how: Json) -> int | None:
    interval = how.get("window", {}).get("tumbling", {}).get("interval")
    found = _INTERVAL.fullmatch(interval) if interval else None
    return int(found[1]) * _SECONDS[found[2]] * NANOS if found else None


def _hierarchy(body: Json, value: Json) -> str | None:
    """Id of the hierarchy that a variable is about; it may be named by id, external id or name."""
    return _named(body["hierarchies"], value.get("hierarchyId"))


def _property(body: Json, value: Json) -> Json | None:
    known = [item for item, _ in properties_of(body)]
    identifier = _named(known, value.get("propertyId"))
    return next((item for item in known if item["id"] == identifier), None)


def _named(items: Iterable[Json], identifier: str | None) -> str | None:
    if identifier is None:
        return None
    external = identifier.removeprefix("externalId:")
    for item in items:
        if identifier in (item["id"], item["name"]) or item.get("externalId") == external:
            return str(item["id"])
    return identifier


def _variant(value: Value, data_type: str) -> dict[str, Any]:
    if data_type == "INTEGER":
        return {"integerValue": int(value)}
    if data_type == "BOOLEAN":
        return {"booleanValue": bool(value)}
    if data_type == "DOUBLE":
        return {"doubleValue": float(value)}
    return {"stringValue": str(value)}
