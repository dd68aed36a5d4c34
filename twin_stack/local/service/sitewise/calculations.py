"""Interpolation and aggregation of points."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING

from twin_stack.contract.times import NANOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from twin_stack.local.service.sitewise.context import Json
    from twin_stack.local.service.sitewise.series import Point


def interpolate(
    points: Sequence[Point], times: Iterable[int], *, linear: bool, reach: int | None
) -> list[tuple[int, Json]]:
    """Return values at given times; a time without the points that it needs is left out.

    Args:
        points: Points in the order of time, without two at the same time.
        times: Nanoseconds since 1970.
        linear: Interpolate between the neighbours; otherwise the last observation is carried forward.
        reach: Longest distance to a neighbour in nanoseconds; None for any distance.
    """
    moments = [point.time for point in points]
    result = []
    for time in times:
        index = bisect_right(moments, time) - 1
        left = points[index] if index >= 0 else None
        if left is None or (reach is not None and time - left.time > reach):
            continue
        if left.time == time or not linear:
            result.append((time, left.value))
            continue
        right = points[index + 1] if index + 1 < len(points) else None
        if right and (reach is None or right.time - time <= reach):
            value = _between(left, right, time)
            if value:
                result.append((time, value))
    return result


def aggregate(points: Sequence[Point], size: int, types: list[str]) -> list[Json]:
    """Return the aggregates of each window that has points.

    A window includes its end and excludes its start, like every range of the service.

    Args:
        points: Points in the order of time.
        size: Length of a window in nanoseconds; windows are aligned to 1970.
        types: Aggregates, such as ``AVERAGE``; members of the result are in camelCase.
    """
    windows: dict[int, list[Point]] = {}
    for point in points:
        windows.setdefault(-(-point.time // size) * size, []).append(point)
    return [
        {
            "timestamp": end / NANOS,
            "quality": inside[0].quality,
            "value": _aggregates(inside, types),
        }
        for end, inside in windows.items()
    ]


def _aggregates(points: Sequence[Point], types: list[str]) -> Json:
    numbers = [value for point in points if (value := _number(point)) is not None]
    aggregates = {"COUNT": ("count", float(len(points)))}
    if numbers:
        mean = math.fsum(numbers) / len(numbers)
        spread = math.sqrt(math.fsum((n - mean) ** 2 for n in numbers) / len(numbers))
        aggregates |= {
            "AVERAGE": ("average", mean),
            "MAXIMUM": ("maximum", max(numbers)),
            "MINIMUM": ("minimum", min(numbers)),
            "SUM": ("sum", math.fsum(numbers)),
            "STANDARD_DEVIATION": ("standardDeviation", spread),
        }
    return dict(aggregates[name] for name in types if name in aggregates)


def _between(left: Point, right: Point, time: int) -> Json | None:
    first, second = _number(left), _number(right)
    if first is None or second is None:
        return None
    share = (time - left.time) / (right.time - left.time)
    value = first + (second - first) * share
    return {"integerValue": round(value)} if "integerValue" in left.value else {"doubleValue": value}


def _number(point: Point) -> float | None:
    for member in ("doubleValue", "integerValue"):
        if member in point.value:
            return float(point.value[member])
    return None
