"""Descriptions of time series: the asset and property that an alias belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.service.sitewise.context import invalid, not_found

if TYPE_CHECKING:
    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.sitewise.assets import Assets
    from twin_stack.local.service.sitewise.context import Json


class TimeSeries:
    """DescribeTimeSeries, for series of asset properties."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets

    def describe_time_series(self, scope: Scope, params: Json) -> Json:
        """Return one time series, selected by its alias, or by asset and property."""
        alias, ids = params.get("alias"), (params.get("assetId"), params.get("propertyId"))
        if bool(alias) == any(ids) or any(ids) != all(ids):
            raise invalid("name assetId and propertyId, or alias alone")
        address = self._assets.by_alias(scope, alias) if alias else ids
        if address is None:
            raise not_found("time series with alias", str(alias))
        asset = self._assets.require(scope, str(address[0]))
        item = next(
            (
                candidate
                for candidate, _ in self._assets.properties(scope, asset)
                if candidate["id"] == address[1]
            ),
            None,
        )
        if item is None:
            raise not_found(f"asset {asset.id!r}: property", str(address[1]))
        identifier = f"{asset.id}_{item['id']}"
        return {
            "assetId": asset.id,
            "propertyId": item["id"],
            "alias": item.get("alias"),
            "timeSeriesId": identifier,
            "timeSeriesArn": scope.arn("iotsitewise", f"time-series/{identifier}"),
            "dataType": item["dataType"],
            "timeSeriesCreationDate": asset.created,
            "timeSeriesLastUpdateDate": asset.updated,
        }
