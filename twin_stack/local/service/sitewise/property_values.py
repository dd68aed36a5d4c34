"""Values of asset properties: writing, current value, history, interpolation, aggregates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin_stack.contract.times import NANOS, from_seconds
from twin_stack.local.service.errors import ServiceError
from twin_stack.local.service.resources import read_token, write_token
from twin_stack.local.service.sitewise.calculations import aggregate, interpolate
from twin_stack.local.service.sitewise.context import INVALID, invalid, not_found
from twin_stack.local.service.sitewise.series import Point, alias_series_name, series_name
from twin_stack.twinmaker.data_types import MEMBER_OF_TYPE, SITEWISE_TYPES
from twin_stack.twinmaker.quotas import (
    MAX_SITEWISE_ENTRIES,
    MAX_SITEWISE_HISTORY_ENTRIES,
    MAX_SITEWISE_LATEST_ENTRIES,
    MAX_SITEWISE_POINTS,
    MAX_SITEWISE_VALUES,
    SITEWISE_FUTURE_SECONDS,
    SITEWISE_PAST_SECONDS,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.sitewise.assets import Assets
    from twin_stack.local.service.sitewise.computed import Computed
    from twin_stack.local.service.sitewise.context import Context, Json
    from twin_stack.local.service.sitewise.series import Series

_DAY = 86_400
_DEFAULT_POINTS = 100
_DEFAULT_INTERPOLATED = 10
_RESOLUTIONS = {"1m": 60, "15m": 900, "1h": 3600, "1d": _DAY}


@dataclass(frozen=True, slots=True)
class _Stream:
    """A series, the data type of its property, and the ids of asset and property.

    The last two are None for an alias that no property has.
    """

    name: str
    data_type: str | None
    owner: tuple[str, str] | None = None


class PropertyValues:
    """BatchPut-, Get- and BatchGet- of values, history, interpolated values and aggregates."""

    def __init__(self, context: Context, assets: Assets, series: Series, computed: Computed) -> None:
        self._context = context
        self._assets = assets
        self._series = series
        self._computed = computed

    def batch_put_asset_property_value(self, scope: Scope, params: Json) -> Json:
        """Store points; entries that cannot be stored come back in ``errorEntries``.

        As documented: at most ten entries of ten values; times no more than seven days in the past and ten
        minutes in the future. An invalid value rejects the whole entry, unless
        ``enablePartialEntryProcessing`` is set. An alias that no property has gets its own data stream.
        """
        entries = params["entries"]
        if not 1 <= len(entries) <= MAX_SITEWISE_ENTRIES:
            raise invalid(f"1 to {MAX_SITEWISE_ENTRIES} entries are allowed, got {len(entries)}")
        partial = params.get("enablePartialEntryProcessing", False)
        failed = []
        with self._context.store.transaction():
            for entry in entries:
                errors = self._put(scope, entry, partial=partial)
                if errors:
                    failed.append({"entryId": entry["entryId"], "errors": errors})
        return {"errorEntries": failed}

    def get_asset_property_value(self, scope: Scope, params: Json) -> Json:
        """Return the newest point; without ``propertyValue`` when there is none."""
        stream = self._stream(scope, params)
        point = self._series.latest(scope, stream.name)
        return {"propertyValue": _tqv(point) if point else None}

    def get_asset_property_value_history(self, scope: Scope, params: Json) -> Json:
        """Return points after ``startDate`` (exclusive) until ``endDate`` (inclusive)."""
        stream = self._stream(scope, params)
        limit = params.get("maxResults", _DEFAULT_POINTS)
        points, token = self._page(scope, stream, params, params.get("nextToken"), limit)
        return {"assetPropertyValueHistory": [_tqv(p) for p in points], "nextToken": token}

    def batch_get_asset_property_value(self, scope: Scope, params: Json) -> Json:
        """Return the newest points of up to 128 properties, all in one page."""
        success, failed = [], []
        for entry in _limited(params["entries"], MAX_SITEWISE_LATEST_ENTRIES):
            try:
                point = self._series.latest(scope, self._stream(scope, entry).name)
            except ServiceError as error:
                failed.append(_entry_error(entry, error))
                continue
            value = _tqv(point) if point else None
            success.append({"entryId": entry["entryId"], "assetPropertyValue": value})
        return {"successEntries": success, "errorEntries": failed, "skippedEntries": []}

    def batch_get_asset_property_value_history(self, scope: Scope, params: Json) -> Json:
        """Return the history of up to 16 properties; ``maxResults`` counts the points of all entries.

        Entries are read one after the other; the next page goes on where this one ended and
        lists those that are complete as skipped.
        """

        def read(entry: Json, token: str | None, limit: int) -> tuple[list[Json], str | None]:
            points, next_token = self._page(scope, self._stream(scope, entry), entry, token, limit)
            return [_tqv(point) for point in points], next_token

        return _batch(params, read, "assetPropertyValueHistory")

    def get_interpolated_asset_property_values(self, scope: Scope, params: Json) -> Json:
        """Return values at ``start + interval``, ``start + 2 * interval`` and so on until ``end``."""
        kind = params["type"]
        if kind not in ("LINEAR_INTERPOLATION", "LOCF_INTERPOLATION"):
            raise invalid(f"type must be LINEAR_INTERPOLATION or LOCF_INTERPOLATION, got {kind!r}")
        linear = kind == "LINEAR_INTERPOLATION"
        window = params.get("intervalWindowInSeconds")
        if window and not linear:
            raise invalid("intervalWindowInSeconds belongs to LINEAR_INTERPOLATION")
        stream = self._stream(scope, params)
        if linear and stream.data_type not in ("DOUBLE", "INTEGER"):
            raise invalid(f"a property of type {stream.data_type} has no linear interpolation")
        start = params["startTimeInSeconds"] * NANOS + params.get("startTimeOffsetInNanos", 0)
        end = params["endTimeInSeconds"] * NANOS + params.get("endTimeOffsetInNanos", 0)
        step = params["intervalInSeconds"] * NANOS
        if start >= end:
            raise invalid("the end of the range must be after its start")
        token = params.get("nextToken")
        first = read_token(token, INVALID, int)[0] if token else start + step
        quality, limit = params["quality"], params.get("maxResults", _DEFAULT_INTERPOLATED)
        last = min(end, first + (limit - 1) * step)
        points = self._series.read(
            scope,
            stream.name,
            start=first - step - (window or 0) * NANOS - 1,
            end=last + step + (window or 0) * NANOS,
            limit=2**31,
            quality=quality,
        )
        before = self._series.latest(scope, stream.name, until=first, quality=quality)
        inputs = ([before] if before and not linear else []) + points
        values = interpolate(
            inputs,
            range(first, last + 1, step),
            linear=linear,
            reach=window * NANOS if window else None,
        )
        next_start = first + limit * step
        return {
            "interpolatedAssetPropertyValues": [
                {"timestamp": _time(time), "value": value} for time, value in values
            ],
            "nextToken": write_token(next_start) if next_start <= end else None,
        }

    def get_asset_property_aggregates(self, scope: Scope, params: Json) -> Json:
        """Return aggregates over windows of one resolution, with the times of the windows' ends."""
        limit = params.get("maxResults", _DEFAULT_POINTS)
        values, token = self._aggregates(scope, params, params.get("nextToken"), limit)
        return {"aggregatedValues": values, "nextToken": token}

    def batch_get_asset_property_aggregates(self, scope: Scope, params: Json) -> Json:
        """Return aggregates of up to 16 properties, paged like the batch history."""

        def read(entry: Json, token: str | None, limit: int) -> tuple[list[Json], str | None]:
            return self._aggregates(scope, entry, token, limit)

        return _batch(params, read, "aggregatedValues")

    def _put(self, scope: Scope, entry: Json, *, partial: bool) -> list[Json]:
        values = entry["propertyValues"]
        if not 1 <= len(values) <= MAX_SITEWISE_VALUES:
            count = f"1 to {MAX_SITEWISE_VALUES} values are allowed in an entry, got {len(values)}"
            return [_put_error(INVALID, count, values)]
        try:
            stream = self._stream(scope, entry, create=True)
        except ServiceError as error:
            return [_put_error(error.code, error.message, values)]
        errors, points = [], []
        for item in values:
            problem = self._problem(item, stream)
            if problem:
                errors.append(_put_error(*problem, [item]))
            else:
                points.append(Point(_nanos(item["timestamp"]), item.get("quality", "GOOD"), item["value"]))
        if partial or not errors:
            self._series.put(scope, stream.name, points)
            if stream.owner is not None:
                self._computed.mark(scope, *stream.owner, [point.time for point in points])
        return errors

    def _problem(self, item: Json, stream: _Stream) -> tuple[str, str] | None:
        age = self._context.clock() - item["timestamp"]["timeInSeconds"]
        if not -SITEWISE_FUTURE_SECONDS <= age <= SITEWISE_PAST_SECONDS:
            return "TimestampOutOfRangeException", (
                f"timestamp {item['timestamp']['timeInSeconds']} is outside of the last 7 days and "
                "the next 10 minutes"
            )
        value = item["value"]
        if len(value) != 1:
            return INVALID, f"a value must have exactly one member, got {sorted(value) or 'none'}"
        member = MEMBER_OF_TYPE.get(SITEWISE_TYPES.get(stream.data_type or "", ""))
        if member and member not in value and "nullValue" not in value:
            received = next(iter(value))
            return INVALID, f"the property is of type {stream.data_type} and takes {member}, got {received}"
        return None

    def _stream(self, scope: Scope, address: Json, *, create: bool = False) -> _Stream:
        """Return the series that an entry or request names by ids or by alias."""
        alias = address.get("propertyAlias")
        ids = (address.get("assetId"), address.get("propertyId"))
        if alias and not any(ids):
            address_of_alias = self._assets.by_alias(scope, alias)
            if address_of_alias is None:
                name = alias_series_name(alias)
                if create or self._series.latest(scope, name):
                    return _Stream(name, None)
                raise not_found("property with alias", alias)
            ids = address_of_alias
        asset_id, property_id = ids
        if not asset_id or not property_id or (alias and address.get("assetId")):
            raise invalid("name assetId and propertyId, or propertyAlias alone")
        asset = self._assets.require(scope, asset_id)
        for item, _ in self._assets.properties(scope, asset):
            if item["id"] == property_id:
                if not create:
                    self._computed.settle(scope, asset, item)
                owner = (asset.id, property_id)
                return _Stream(series_name(asset.id, property_id), item["dataType"], owner)
        raise not_found(f"asset {asset_id!r}: property", property_id)

    def _page(
        self, scope: Scope, stream: _Stream, query: Json, token: str | None, limit: int
    ) -> tuple[list[Point], str | None]:
        if limit > MAX_SITEWISE_POINTS:
            raise invalid(f"maxResults may be at most {MAX_SITEWISE_POINTS}, got {limit}")
        start, end = _range(query, self._context.clock())
        after = None
        if token:
            time, quality = read_token(token, INVALID, int, str)
            after = (time, quality)
        points = self._series.read(
            scope,
            stream.name,
            start=start,
            end=end,
            limit=limit + 1,
            descending=query.get("timeOrdering") == "DESCENDING",
            quality=query.get("qualities", [None])[0],
            after=after,
        )
        has_more = len(points) > limit
        points = points[:limit]
        return points, write_token(points[-1].time, points[-1].quality) if has_more else None

    def _aggregates(
        self, scope: Scope, query: Json, token: str | None, limit: int
    ) -> tuple[list[Json], str | None]:
        stream = self._stream(scope, query)
        start, end = _range(query, self._context.clock())
        size = _RESOLUTIONS[query["resolution"]] * NANOS
        points = self._series.read(
            scope,
            stream.name,
            start=start // size * size,
            end=min(end, from_seconds(self._context.clock())) // size * size,
            limit=2**31,
            quality=query.get("qualities", ["GOOD"])[0],
        )
        values = aggregate(points, size, query["aggregateTypes"])
        if query.get("timeOrdering") == "DESCENDING":
            values.reverse()
        skip = read_token(token, INVALID, int)[0] if token else 0
        has_more = len(values) > skip + limit
        return values[skip : skip + limit], write_token(skip + limit) if has_more else None


def _batch(
    params: Json, read: Callable[[Json, str | None, int], tuple[list[Json], str | None]], member: str
) -> Json:
    """Return one page of a batch read; the token holds the entry to continue with and that entry's token."""
    entries = _limited(params["entries"], MAX_SITEWISE_HISTORY_ENTRIES)
    remaining: int = params.get("maxResults", MAX_SITEWISE_POINTS)
    first, first_token = _batch_position(params.get("nextToken"))
    success, failed = [], []
    next_token = None
    for number, entry in enumerate(entries[first:], start=first):
        if remaining <= 0:
            next_token = write_token(number, None)
            break
        try:
            items, entry_token = read(entry, first_token if number == first else None, remaining)
        except ServiceError as error:
            failed.append(_entry_error(entry, error))
            continue
        success.append({"entryId": entry["entryId"], member: items})
        remaining -= len(items)
        if entry_token:
            next_token = write_token(number, entry_token)
            break
    return {
        "successEntries": success,
        "errorEntries": failed,
        "skippedEntries": [
            {"entryId": entry["entryId"], "completionStatus": "SUCCESS"} for entry in entries[:first]
        ],
        "nextToken": next_token,
    }


def _batch_position(token: str | None) -> tuple[int, str | None]:
    if not token:
        return 0, None
    number, entry_token = read_token(token, INVALID, int, str | None)
    return number, entry_token


def _limited(entries: list[Json], limit: int) -> list[Json]:
    if not 1 <= len(entries) <= limit:
        raise invalid(f"1 to {limit} entries are allowed, got {len(entries)}")
    return entries


def _range(query: Json, now: float) -> tuple[int, int]:
    start = from_seconds(query["startDate"]) if "startDate" in query else -(2**63)
    end = from_seconds(query.get("endDate", now))
    if start > end:
        raise invalid("startDate is after endDate")
    return start, end


def _nanos(time: Json) -> int:
    return int(time["timeInSeconds"] * NANOS + time.get("offsetInNanos", 0))


def _time(nanos: int) -> Json:
    seconds, offset = divmod(nanos, NANOS)
    return {"timeInSeconds": seconds, "offsetInNanos": offset}


def _tqv(point: Point) -> Json:
    return {"value": point.value, "timestamp": _time(point.time), "quality": point.quality}


def _put_error(code: str, message: str, items: list[Json]) -> Json:
    return {
        "errorCode": code,
        "errorMessage": message,
        "timestamps": [item["timestamp"] for item in items],
    }


def _entry_error(entry: Json, error: ServiceError) -> Json:
    return {"entryId": entry["entryId"], "errorCode": error.code, "errorMessage": error.message}
