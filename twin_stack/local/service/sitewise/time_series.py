"""Descriptions of time series: the asset and property that an alias belongs to."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from twin_stack.contract.times import NANOS
from twin_stack.local.service.resources import read_token, write_token
from twin_stack.local.service.sitewise.context import INVALID, invalid, not_found, page_size
from twin_stack.local.service.sitewise.series import alias_series_name
from twin_stack.twinmaker.data_types import MEMBER_OF_TYPE

if TYPE_CHECKING:
    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.sitewise.assets import Assets
    from twin_stack.local.service.sitewise.context import Json
    from twin_stack.local.service.sitewise.series import Series


class TimeSeries:
    """DescribeTimeSeries and ListTimeSeries, for series of asset properties and of aliases without property.

    Args:
        assets: The assets.
        series: The points.
    """

    def __init__(self, assets: Assets, series: Series) -> None:
        self._assets = assets
        self._series = series

    def describe_time_series(self, scope: Scope, params: Json) -> Json:
        """Return one time series, selected by its alias, or by asset and property."""
        alias, ids = params.get("alias"), (params.get("assetId"), params.get("propertyId"))
        if bool(alias) == any(ids) or any(ids) != all(ids):
            raise invalid("name assetId and propertyId, or alias alone")
        address = self._assets.by_alias(scope, alias) if alias else ids
        if address is None:
            if alias in self._series.alias_names(scope, str(alias)):
                return self._of_alias(scope, str(alias))
            raise not_found("time series with alias", str(alias))
        return self._of_property(scope, str(address[0]), str(address[1]))

    def list_time_series(self, scope: Scope, params: Json) -> Json:
        """Return time series in the order of their aliases; without a prefix, those that have an alias.

        The properties of an asset are listed with ``assetId``, whether they have an alias or not.
        """
        prefix, kind = params.get("aliasPrefix", ""), params.get("timeSeriesType")
        summaries: list[Json] = []
        if "assetId" in params:
            asset = self._assets.require(scope, params["assetId"])
            summaries = [
                self._of_property(scope, asset.id, item["id"])
                for item, _ in self._assets.properties(scope, asset)
                if str(item.get("alias") or "").startswith(prefix)
            ]
        else:
            summaries = [
                self._of_property(scope, asset_id, property_id)
                for _, asset_id, property_id in self._assets.aliases(scope, prefix)
            ]
            summaries += [self._of_alias(scope, alias) for alias in self._series.alias_names(scope, prefix)]
        selected = [
            item for item in summaries if kind is None or ("assetId" in item) == (kind == "ASSOCIATED")
        ]
        token = params.get("nextToken")
        start = read_token(token, INVALID, int)[0] if token else 0
        end = start + page_size(params)
        return {
            "TimeSeriesSummaries": selected[start:end],
            "nextToken": write_token(end) if end < len(selected) else None,
        }

    def _of_property(self, scope: Scope, asset_id: str, property_id: str) -> Json:
        asset = self._assets.require(scope, asset_id)
        item = next(
            (
                candidate
                for candidate, _ in self._assets.properties(scope, asset)
                if candidate["id"] == property_id
            ),
            None,
        )
        if item is None:
            raise not_found(f"asset {asset.id!r}: property", property_id)
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

    def _of_alias(self, scope: Scope, alias: str) -> Json:
        """Return the series of an alias that no property has."""
        name = alias_series_name(alias)
        (first,) = self._series.read(scope, name, start=-(2**63), end=2**63 - 1, limit=1)
        identifier = uuid.uuid5(uuid.NAMESPACE_URL, alias)
        return {
            "alias": alias,
            "timeSeriesId": str(identifier),
            "timeSeriesArn": scope.arn("iotsitewise", f"time-series/{identifier}"),
            "dataType": next(kind for kind, member in MEMBER_OF_TYPE.items() if member in first.value),
            "timeSeriesCreationDate": first.time / NANOS,
            "timeSeriesLastUpdateDate": first.time / NANOS,
        }
