"""Transforms and metrics, computed when they are read.

A written value marks the times of the transforms and the windows of the metrics that depend on it, directly
or not. A read computes what is marked and complete. So late and repeated values are harmless, and many values
of a window cost one computation.

As in the user guide: a transform has a value for each value of one of its variables, with the newest value of
the others at that time; a metric has one for each tumbling window with values, with the window's end as its
timestamp, like aggregates; both take GOOD values only. Windows begin at whole multiples of their length since
1970; ``offset`` is not available. ``expressions`` lists the functions that are not available.
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
from twin_stack.twinmaker.patterns import WINDOW_SECONDS

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
_SECONDS = {"s": 1, **WINDOW_SECONDS}
_EVER = -(2**63)


class _Dependent(NamedTuple):
    """A property that is computed from another one.

    Attributes:
        asset_id: Its asset.
        property_id: Its id.
        window: Length of its window in nanoseconds; None for a transform.
    """

    asset_id: str
    property_id: str
    window: int | None


class Computed:
    """Marks the values that are due for computation, and computes them.

    Args:
        context: What the parts of the service share.
        models: Asset models.
        assets: Assets.
        series: Time series.
    """

    def __init__(self, context: Context, models: AssetModels, assets: Assets, series: Series) -> None:
        self._context = context
        self._models = models
        self._assets = assets
        self._series = series
        self._dependents: dict[tuple[str, str], dict[str, list[_Dependent]]] = {}
        self._version = -1

    def mark(self, scope: Scope, asset_id: str, property_id: str, times: Iterable[int]) -> None:
        """Mark everything that is computed from a property at the times of changed values.

        Args:
            scope: Account and region.
            asset_id: The asset.
            property_id: The property that was written.
            times: Nanoseconds since 1970.
        """
        pending = [(asset_id, property_id, set(times))]
        marks: dict[str, set[int]] = defaultdict(set)
        while pending:
            source_id, changed_id, moments = pending.pop()
            for dependent in self._dependents_of(scope, source_id).get(changed_id, ()):
                name = series_name(dependent.asset_id, dependent.property_id)
                size = dependent.window
                due = moments if size is None else {-(-moment // size) * size for moment in moments}
                new = due - marks[name]
                if new:
                    marks[name] |= new
                    pending.append((dependent.asset_id, dependent.property_id, new))
        if marks:
            with self._context.store.transaction() as db:
                db.executemany(
                    "INSERT OR IGNORE INTO pending VALUES (?, ?, ?)",
                    [(scope.key, name, moment) for name, due in marks.items() for moment in due],
                )

    def settle(self, scope: Scope, asset: Resource, item: Json) -> None:
        """Compute the marked values of a property, after those of its sources.

        Args:
            scope: Account and region.
            asset: The asset.
            item: The property of its model.
        """
        computation = _computation(item)
        if computation is None:
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
                for variable in computation["variables"]
            }
            for properties in sources.values():
                for source, source_item in properties:
                    self.settle(scope, source, source_item)
            self._series.put(scope, name, self._points(scope, computation, item, sources, due))
            db.executemany(
                "DELETE FROM pending WHERE scope = ? AND series = ? AND time = ?",
                [(scope.key, name, time) for time in due],
            )

    def _points(
        self,
        scope: Scope,
        computation: Json,
        item: Json,
        sources: dict[str, list[tuple[Resource, Json]]],
        due: list[int],
    ) -> Iterator[Point]:
        expression = compiled(computation["expression"])
        if expression is None:
            return
        size = _window(computation) or 0
        inputs = _Window(
            {name: self._values(scope, items, due[0] - size, due[-1]) for name, items in sources.items()},
            size,
        )
        for time in due:
            inputs.end = time
            # A window without values gets none, whatever values there are before it.
            if size and not any(map(inputs.window, sources)):
                continue
            value = evaluate(expression, inputs)
            variant = _variant(value, item["dataType"]) if value is not None else None
            if variant is not None:
                yield Point(time, "GOOD", variant)

    def _values(
        self, scope: Scope, sources: list[tuple[Resource, Json]], start: int, end: int
    ) -> list[tuple[int, Value]]:
        """Return values after ``start`` until ``end`` and the newest one before, of all sources, by time."""
        values: list[tuple[int, Value]] = []
        for asset, item in sources:
            name = series_name(asset.id, item["id"])
            before = self._series.latest(scope, name, until=start, quality="GOOD")
            points = self._series.read(scope, name, start=start, end=end, limit=2**31, quality="GOOD")
            if before is None and "attribute" in item["type"]:
                before = self._first(scope, name)
            for point in ([before] if before else []) + points:
                ((member, value),) = point.value.items()
                if member != "nullValue":
                    values.append((point.time, value))
        values.sort(key=lambda timed_value: timed_value[0])
        return values

    def _first(self, scope: Scope, name: str) -> Point | None:
        """Return the first value of an attribute, for times before the asset was created."""
        points = self._series.read(scope, name, start=_EVER, end=-_EVER, limit=1, quality="GOOD")
        return points[0]._replace(time=_EVER) if points else None

    def _dependents_of(self, scope: Scope, asset_id: str) -> dict[str, list[_Dependent]]:
        """Return what is computed from the properties of an asset: on itself, and on its parent."""
        if self._version != self._context.structure.version:
            self._dependents.clear()
            self._version = self._context.structure.version
        key = (scope.key, asset_id)
        if key not in self._dependents:
            self._dependents[key] = self._find_dependents(scope, self._assets.require(scope, asset_id))
        return self._dependents[key]

    def _find_dependents(self, scope: Scope, asset: Resource) -> dict[str, list[_Dependent]]:
        own = self._models.require(scope, asset.body["modelId"])
        dependents: dict[str, list[_Dependent]] = defaultdict(list)
        link = asset.body["parent"] or {}
        owners = [(asset.id, own, None)]
        if link:
            parent = self._assets.require(scope, link["assetId"])
            parent_model = self._models.require(scope, parent.body["modelId"])
            owners.append((parent.id, parent_model, link["hierarchyId"]))
        for owner_id, model, hierarchy in owners:
            for item, _ in properties_of(model.body):
                computation = _computation(item)
                if computation is None or compiled(computation["expression"]) is None:
                    continue
                for variable in computation["variables"]:
                    value = variable["value"]
                    source = _property(own.body, value)
                    if _hierarchy(model.body, value) == hierarchy and source is not None:
                        dependents[source["id"]].append(
                            _Dependent(owner_id, item["id"], _window(computation))
                        )
        return dependents

    def _sources(self, scope: Scope, asset: Resource, value: Json) -> Iterator[tuple[Resource, Json]]:
        """Yield the assets and properties that a variable stands for."""
        model = self._models.require(scope, asset.body["modelId"])
        hierarchy = _hierarchy(model.body, value)
        sources = [asset] if hierarchy is None else self._assets.children(scope, asset.id, hierarchy)
        for source in sources:
            item = _property(self._models.require(scope, source.body["modelId"]).body, value)
            if item is not None:
                yield source, item


class _Window:
    """The values of variables around the end of a window; for a transform the window has no length."""

    def __init__(self, values: dict[str, list[tuple[int, Value]]], size: int) -> None:
        self._values = values
        self._times = {name: [time for time, _ in timed] for name, timed in values.items()}
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


def _computation(item: Json) -> Json | None:
    """Return the transform or metric of a property; None for a property that is not computed."""
    kind = item["type"]
    computation: Json | None = kind.get("transform") or kind.get("metric")
    return computation


def _window(computation: Json) -> int | None:
    interval = computation.get("window", {}).get("tumbling", {}).get("interval")
    match = _INTERVAL.fullmatch(interval) if interval else None
    return int(match[1]) * _SECONDS[match[2]] * NANOS if match else None


def _hierarchy(body: Json, value: Json) -> str | None:
    """Return the id of the hierarchy of a variable, which names it by id, external id or name."""
    return _named(body["hierarchies"], value.get("hierarchyId"))


def _property(body: Json, value: Json) -> Json | None:
    properties = [item for item, _ in properties_of(body)]
    identifier = _named(properties, value.get("propertyId"))
    return next((item for item in properties if item["id"] == identifier), None)


def _named(items: Iterable[Json], identifier: str | None) -> str | None:
    if identifier is None:
        return None
    external = identifier.removeprefix("externalId:")
    for item in items:
        if identifier in (item["id"], item["name"]) or item.get("externalId") == external:
            return str(item["id"])
    return identifier


def _variant(value: Value, data_type: str) -> dict[str, Any] | None:
    """Return a value in the form of a data type; None for a text where the type is a number."""
    if isinstance(value, str) and data_type not in ("STRING", "JSON"):
        return None
    if data_type == "INTEGER":
        return {"integerValue": int(value)}
    if data_type == "BOOLEAN":
        return {"booleanValue": bool(value)}
    if data_type == "DOUBLE":
        return {"doubleValue": float(value)}
    return {"stringValue": str(value)}
