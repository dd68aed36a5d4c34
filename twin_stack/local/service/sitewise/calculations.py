"""Interpolation and aggregation of points: pure functions."""

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
    """Values at the given times; a time without enough points around it is left out.

    Args:
        points: in the order of time, without two at the same time.
        times: nanoseconds.
        linear: on the line between the neighbours; otherwise the last observation carried forward.
        reach: how far away, in nanoseconds, a neighbour may be; None for any distance.
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
    """Aggregates of each window that has points.

    A window has its end and not its start, like every range of the service.

    Args:
        points: in the order of time.
        size: nanoseconds of a window; windows are aligned to 1970.
        types: such as `AVERAGE`; members of the answer are in camelCase.
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
    known = {"COUNT": ("count", float(len(points)))}
    if numbers:
        mean = math.fsum(numbers) / len(numbers)
        spread = math.sqrt(math.fsum((n - mean) ** 2 for n in numbers) / len(numbers))
        known |= {
            "AVERAGE": ("average", mean),
            "MAXIMUM": ("maximum", max(numbers)),
            "MINIMUM": ("minimum", min(numbers)),
            "SUM": ("sum", math.fsum(numbers)),
            "STANDARD_DEVIATION": ("standardDeviation", spread),
        }
    return dict(known[name] for name in types if name in known)


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
