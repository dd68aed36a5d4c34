"""Interpolated values and aggregates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.sitewise import NOW, put, tqv


def interpolated(client: Any, address: Any, kind: str, **members: Any) -> list[tuple[int, Any]]:
    pages = client.get_paginator("get_interpolated_asset_property_values").paginate(
        **{
            **address,
            "startTimeInSeconds": NOW - 100,
            "endTimeInSeconds": NOW - 40,
            "quality": "GOOD",
            "intervalInSeconds": 10,
            "type": kind,
            "PaginationConfig": {"PageSize": 4},
            **members,
        }
    )
    points = [item for page in pages for item in page["interpolatedAssetPropertyValues"]]
    return [
        (point["timestamp"]["timeInSeconds"] - NOW, next(iter(point["value"].values()))) for point in points
    ]


def test_interpolated_values_lie_between_the_points_when_read(sitewise: Any, mixer: Any) -> None:
    put(sitewise, mixer["target"], tqv(-95, 5), tqv(-75, 25), tqv(-60, 40), tqv(-55, 0, quality="BAD"))
    linear = interpolated(sitewise, mixer["target"], "LINEAR_INTERPOLATION")
    assert linear == [(-90, 10.0), (-80, 20.0), (-70, 30.0), (-60, 40.0)]
    near = interpolated(sitewise, mixer["target"], "LINEAR_INTERPOLATION", intervalWindowInSeconds=6)
    assert near == [(-60, 40.0)]
    carried = interpolated(sitewise, mixer["target"], "LOCF_INTERPOLATION")
    assert carried == [(-90, 5), (-80, 5), (-70, 25), (-60, 40), (-50, 40), (-40, 40)]
    invalid = sitewise.exceptions.InvalidRequestException
    with pytest.raises(invalid, match="type STRING has no linear interpolation"):
        interpolated(sitewise, mixer["state"], "LINEAR_INTERPOLATION")
    with pytest.raises(invalid, match="type must be LINEAR_INTERPOLATION or LOCF"):
        interpolated(sitewise, mixer["target"], "NONE")


def test_aggregates_cover_whole_windows_when_read(sitewise: Any, mixer: Any) -> None:
    first = NOW // 60 * 60 - NOW - 600
    put(sitewise, mixer["target"], *(tqv(first + n, n) for n in (0, 1, 30, 60, 61, 120)))
    query = {
        **mixer["target"],
        "aggregateTypes": ["AVERAGE", "COUNT", "MAXIMUM", "MINIMUM", "SUM", "STANDARD_DEVIATION"],
        "resolution": "1m",
        "startDate": NOW + first,
        "endDate": NOW,
    }
    values = sitewise.get_asset_property_aggregates(**query)["aggregatedValues"]
    ends = [int(item["timestamp"].timestamp()) - NOW - first for item in values]
    assert ends == [60, 120]
    summary = values[0]["value"]
    assert (summary["count"], summary["sum"], summary["minimum"], summary["maximum"]) == (3, 91, 1, 60)
    assert summary["average"] == pytest.approx(91 / 3)
    assert summary["standardDeviation"] == pytest.approx(24.087, abs=1e-3)
    first_page = sitewise.get_asset_property_aggregates(**query, timeOrdering="DESCENDING", maxResults=1)
    assert int(first_page["aggregatedValues"][0]["timestamp"].timestamp()) - NOW - first == 120
    rest = sitewise.get_asset_property_aggregates(
        **query, timeOrdering="DESCENDING", maxResults=1, nextToken=first_page["nextToken"]
    )
    assert "nextToken" not in rest
    batch = sitewise.batch_get_asset_property_aggregates(entries=[{"entryId": "a", **query}])
    assert len(batch["successEntries"][0]["aggregatedValues"]) == 2
