"""Descriptions of time series."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.sitewise import put, tqv


def test_a_series_is_described_by_its_alias_and_by_its_property(sitewise: Any, mixer: Any) -> None:
    sitewise.update_asset_property(**mixer["target"], propertyAlias="/hall/mixer")

    by_alias = sitewise.describe_time_series(alias="/hall/mixer")
    by_property = sitewise.describe_time_series(**mixer["target"])

    assert by_alias["timeSeriesId"] == by_property["timeSeriesId"]
    assert (by_alias["alias"], by_alias["dataType"]) == ("/hall/mixer", "DOUBLE")
    assert {key: by_alias[key] for key in ("assetId", "propertyId")} == mixer["target"]


def test_an_unknown_series_is_refused(sitewise: Any, mixer: Any) -> None:
    with pytest.raises(sitewise.exceptions.ResourceNotFoundException, match="time series with alias"):
        sitewise.describe_time_series(alias="/nowhere")
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="or alias alone"):
        sitewise.describe_time_series(assetId=mixer["id"])


def test_series_are_listed_by_the_beginning_of_their_alias(sitewise: Any, mixer: Any) -> None:
    sitewise.update_asset_property(**mixer["target"], propertyAlias="/hall/mixer-1/temperature")
    sitewise.update_asset_property(**mixer["state"], propertyAlias="/hall/mixer-10/state")
    put(sitewise, {"propertyAlias": "/hall/mixer-1/pressure"}, tqv(-1))

    listed = sitewise.list_time_series(aliasPrefix="/hall/mixer-1/")["TimeSeriesSummaries"]

    assert [(item["alias"], item.get("propertyId")) for item in listed] == [
        ("/hall/mixer-1/temperature", mixer["target"]["propertyId"]),
        ("/hall/mixer-1/pressure", None),
    ]
    (unowned,) = sitewise.list_time_series(timeSeriesType="DISASSOCIATED")["TimeSeriesSummaries"]
    assert (unowned["alias"], unowned["dataType"]) == ("/hall/mixer-1/pressure", "DOUBLE")
    assert (
        sitewise.describe_time_series(alias="/hall/mixer-1/pressure")["timeSeriesId"]
        == (unowned["timeSeriesId"])
    )
    of_asset = sitewise.list_time_series(assetId=mixer["id"])["TimeSeriesSummaries"]
    assert {item["assetId"] for item in of_asset} == {mixer["id"]}
    assert len(of_asset) == 4


def test_series_are_listed_in_pages(sitewise: Any, mixer: Any) -> None:
    for number in range(3):
        put(sitewise, {"propertyAlias": f"/hall/{number}"}, tqv(-1))

    pages = [
        [item["alias"] for item in page["TimeSeriesSummaries"]]
        for page in sitewise.get_paginator("list_time_series").paginate(
            aliasPrefix="/hall/", PaginationConfig={"PageSize": 2}
        )
    ]

    assert pages == [["/hall/0", "/hall/1"], ["/hall/2"]]
