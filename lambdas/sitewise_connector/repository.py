"""SiteWise: the only module here that knows the AWS SDK."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, cast

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from connector_kit import StoreError
from sitewise_connector.query import HistoryQuery, Values

if TYPE_CHECKING:
    from mypy_boto3_iotsitewise import IoTSiteWiseClient
    from mypy_boto3_iotsitewise.type_defs import GetAssetPropertyValueHistoryRequestTypeDef

_CONFIG = Config(
    # Three tries of at most six seconds each stay below a function timeout of 30 seconds.
    connect_timeout=1,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
)

_REMEDIES = {
    "AccessDeniedException": "allow the function's role the iotsitewise reads on the asset",
    "ResourceNotFoundException": "check sitewiseAssetId, sitewisePropertyId and the region",
    "InvalidRequestException": "check that sitewiseAssetId and sitewisePropertyId are UUIDs of SiteWise",
    "ThrottlingException": "ask for less at once, or raise SiteWise's quota",
}


class Repository(Protocol):
    """Reads values of asset properties."""

    def history(self, query: HistoryQuery) -> Values:
        """Read one page of history, values of quality GOOD only.

        Args:
            query: What to read.

        Raises:
            StoreError: If SiteWise fails.
        """
        ...

    def latest(self, asset_id: str, property_id: str) -> Mapping[str, Any] | None:
        """Read the newest value, or None if there is none.

        Args:
            asset_id: The asset.
            property_id: Its property.

        Raises:
            StoreError: If SiteWise fails.
        """
        ...


class SiteWiseRepository:
    """Values from SiteWise itself.

    Args:
        client: An IoT SiteWise client.
    """

    def __init__(self, client: "IoTSiteWiseClient") -> None:
        self._client = client

    def history(self, query: HistoryQuery) -> Values:
        """Read one page of history; see ``Repository``."""
        parameters: GetAssetPropertyValueHistoryRequestTypeDef = {
            "assetId": query.asset_id,
            "propertyId": query.property_id,
            "startDate": query.start,
            "endDate": query.end,
            "qualities": ["GOOD"],
            "timeOrdering": "ASCENDING" if query.ascending else "DESCENDING",
            "maxResults": query.limit,
        }
        if query.next_token is not None:
            parameters["nextToken"] = query.next_token
        try:
            response = self._client.get_asset_property_value_history(**parameters)
        except (ClientError, BotoCoreError) as error:
            raise _store_error("GetAssetPropertyValueHistory", query.property_id, error) from error
        return Values(response["assetPropertyValueHistory"], response.get("nextToken") or None)

    def latest(self, asset_id: str, property_id: str) -> Mapping[str, Any] | None:
        """Read the newest value; see ``Repository``."""
        try:
            response = self._client.get_asset_property_value(assetId=asset_id, propertyId=property_id)
        except (ClientError, BotoCoreError) as error:
            raise _store_error("GetAssetPropertyValue", property_id, error) from error
        return response.get("propertyValue")


def create_client() -> "IoTSiteWiseClient":
    """Make the client: botocore's own, which loads in less time than boto3's."""
    session = botocore.session.get_session()
    return cast("IoTSiteWiseClient", session.create_client("iotsitewise", config=_CONFIG))


def _store_error(operation: str, property_id: str, error: ClientError | BotoCoreError) -> StoreError:
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    remedy = _REMEDIES.get(code, "try again, and look at the status of IoT SiteWise")
    return StoreError(f"iotsitewise:{operation} of property {property_id} failed: {error}; {remedy}")
