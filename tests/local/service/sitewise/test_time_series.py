"""Descriptions of time series."""

from __future__ import annotations

from typing import Any

import pytest


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
