"""AWS IoT SiteWise on this machine: models, assets and their time series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..rest_json import ErrorCodes, RestJsonService
from .asset_models import AssetModels
from .assets import Assets
from .computed import Computed
from .context import Context
from .property_values import PropertyValues
from .series import Series
from .tags import Tags
from .time_series import TimeSeries

if TYPE_CHECKING:
    from ..throttle import Throttle

__all__ = ["Context", "SiteWise"]

_CODES = ErrorCodes(invalid="InvalidRequestException", internal="InternalFailureException")


class SiteWise:
    """The service `iotsitewise`.

    Gateways, portals, dashboards, alarms, bulk imports and queries are not available. Transforms and metrics
    are computed for the expressions that `expressions` knows.

    Args:
        context: what its parts share.
        throttle: refuses requests, or None.

    Attributes:
        api: the service as the engine serves it.
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
                TimeSeries(assets),
                tags,
            ),
            codes=_CODES,
            throttle=throttle,
        )
