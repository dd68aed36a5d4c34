"""AWS IoT SiteWise on this machine: models, assets and their time series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.service.rest_json import ErrorCodes, RestJsonService
from twin_stack.local.service.sitewise.asset_models import AssetModels
from twin_stack.local.service.sitewise.assets import Assets
from twin_stack.local.service.sitewise.computed import Computed
from twin_stack.local.service.sitewise.context import Context
from twin_stack.local.service.sitewise.property_values import PropertyValues
from twin_stack.local.service.sitewise.series import Series
from twin_stack.local.service.sitewise.tags import Tags
from twin_stack.local.service.sitewise.time_series import TimeSeries

if TYPE_CHECKING:
    from twin_stack.local.service.throttle import Throttle

__all__ = ["Context", "SiteWise"]

_CODES = ErrorCodes(invalid="InvalidRequestException", internal="InternalFailureException")


class SiteWise:
    """The service ``iotsitewise``.

    Gateways, portals, dashboards, alarms, bulk imports and queries are not available. Transforms and metrics
    are computed for the expressions that ``expressions`` supports.

    Args:
        context: Shared by its parts.
        throttle: Limits requests per second; None for no limit.

    Attributes:
        api: The server of the service.
    """

    def __init__(self, context: Context, *, throttle: Throttle | None) -> None:
        tags = Tags(context)
        series = Series(context.store)
        models = AssetModels(context, series, tags)
        assets = Assets(context, models, series, tags)
        values = PropertyValues(context, assets, series, Computed(context, models, assets, series))
        self.api = RestJsonService(
            "iotsitewise",
            parts=(
                models,
                assets,
                values,
                TimeSeries(assets, series),
                tags,
            ),
            codes=_CODES,
            throttle=throttle,
        )
