"""SiteWise: the only module here that knows the AWS SDK."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from connector_kit import StoreError
from sitewise_connector.addressing import EXTERNAL, Address
from sitewise_connector.query import PAGE_LIMIT, HistoryQuery, Values

if TYPE_CHECKING:
    from mypy_boto3_iotsitewise import IoTSiteWiseClient

Item = TypeVar("Item")

_CONFIG = Config(
    # Three tries of at most six seconds each stay below a function timeout of 30 seconds.
    connect_timeout=1,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
)

_HISTORY_LIMIT = 16
"""Most properties in one BatchGetAssetPropertyValueHistory."""

_LATEST_LIMIT = 128
"""Most properties in one BatchGetAssetPropertyValue."""

_NOT_FOUND = "ResourceNotFoundException"
_REMEDIES = {
    "AccessDeniedException": "allow the function's role this on the asset, or by alias on its time series",
    _NOT_FOUND: "check the ids, external ids or alias of asset and property, and the region",
    "InvalidRequestException": "check that ids are UUIDs of SiteWise",
    "ThrottlingException": "ask for less at once, or raise SiteWise's quota",
    "LimitExceededException": "ask for less at once, or raise SiteWise's quota",
    "ServiceUnavailableException": "try again later",
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

    def histories(self, queries: Sequence[HistoryQuery]) -> Mapping[HistoryQuery, Values]:
        """Read the beginning of several histories together.

        Args:
            queries: What to read, all without tokens.

        Returns:
            For each query the first of its values, as many as came; nothing for a query that was
            not begun.

        Raises:
            StoreError: If SiteWise fails, be it for one property only.
        """
        ...

    def latest(self, address: Address) -> Mapping[str, Any] | None:
        """Read the newest value, or None if there is none.

        Args:
            address: The property.

        Raises:
            StoreError: If SiteWise fails.
        """
        ...

    def latest_of(self, addresses: Sequence[Address]) -> Mapping[Address, Mapping[str, Any] | None]:
        """Read the newest values of several properties together.

        Args:
            addresses: The properties.

        Raises:
            StoreError: If SiteWise fails, be it for one property only.
        """
        ...


class SiteWiseRepository:
    """Values from SiteWise itself.

    Args:
        client: An IoT SiteWise client.
    """

    def __init__(self, client: "IoTSiteWiseClient") -> None:
        self._client = client
        self._ids: dict[tuple[str, str], dict[str, str]] = {}

    def history(self, query: HistoryQuery) -> Values:
        """Read one page of history; see ``Repository``."""
        parameters = {**self._entry(query), "maxResults": query.limit}
        if query.next_token is not None:
            parameters["nextToken"] = query.next_token
        with self._failures("GetAssetPropertyValueHistory", [query.address]):
            response = self._client.get_asset_property_value_history(**parameters)
        token = response.get("nextToken") or None
        return Values(response["assetPropertyValueHistory"], token is None, token)

    def histories(self, queries: Sequence[HistoryQuery]) -> Mapping[HistoryQuery, Values]:
        """Read the beginning of several histories together; see ``Repository``.

        By its documentation ``maxResults`` counts the values of all entries, and a token goes on
        with all of them, so following it could read one dense property to its end before another
        begins. So there is one page for each batch; after that each property goes on by itself.
        """
        found: dict[HistoryQuery, Values] = {}
        for some in _chunks(queries, _HISTORY_LIMIT):
            addresses = [query.address for query in some]
            entries = [{"entryId": str(n), **self._entry(query)} for n, query in enumerate(some)]
            parameters: dict[str, Any] = {
                "entries": entries,
                "maxResults": min(sum(query.limit for query in some), PAGE_LIMIT),
            }
            operation = "BatchGetAssetPropertyValueHistory"
            with self._failures(operation, addresses):
                response = self._client.batch_get_asset_property_value_history(**parameters)
            self._refuse_errors(operation, addresses, response)
            is_last = not response.get("nextToken")
            for entry in response["successEntries"]:
                values = entry["assetPropertyValueHistory"]
                found[some[int(entry["entryId"])]] = Values(values, is_last)
        return found

    def latest(self, address: Address) -> Mapping[str, Any] | None:
        """Read the newest value; see ``Repository``."""
        parameters: dict[str, Any] = self._identity(address)
        with self._failures("GetAssetPropertyValue", [address]):
            response = self._client.get_asset_property_value(**parameters)
        return response.get("propertyValue")

    def latest_of(self, addresses: Sequence[Address]) -> Mapping[Address, Mapping[str, Any] | None]:
        """Read the newest values of several properties together; see ``Repository``."""
        found: dict[Address, Mapping[str, Any] | None] = {}
        operation = "BatchGetAssetPropertyValue"
        for some in _chunks(addresses, _LATEST_LIMIT):
            entries = [{"entryId": str(n), **self._identity(address)} for n, address in enumerate(some)]
            parameters: dict[str, Any] = {"entries": entries}
            while True:
                with self._failures(operation, some):
                    response = self._client.batch_get_asset_property_value(**parameters)
                self._refuse_errors(operation, some, response)
                for entry in response["successEntries"]:
                    found[some[int(entry["entryId"])]] = entry.get("assetPropertyValue")
                if not response.get("nextToken"):
                    break
                parameters["nextToken"] = response["nextToken"]
            unread = [address for address in some if address not in found]
            if unread:
                raise StoreError(f"iotsitewise:{operation} gave no answer for {_named(unread)}; try again")
        return found

    def _entry(self, query: HistoryQuery) -> dict[str, Any]:
        return {
            **self._identity(query.address),
            "startDate": query.start,
            "endDate": query.end,
            "qualities": ["GOOD"],
            "timeOrdering": "ASCENDING" if query.ascending else "DESCENDING",
        }

    def _identity(self, address: Address) -> dict[str, str]:
        """Give the members that name a property.

        Operations on values take UUIDs alone, those that describe take external ids too. An
        external id is looked up once and kept until SiteWise does not find something.
        """
        if address.alias:
            return {"propertyAlias": address.alias}
        ids = (address.asset_id, address.property_id)
        if not any(one.startswith(EXTERNAL) for one in ids):
            return {"assetId": address.asset_id, "propertyId": address.property_id}
        if ids not in self._ids:
            self._ids[ids] = self._look_up(address)
        return self._ids[ids]

    def _look_up(self, address: Address) -> dict[str, str]:
        with self._failures("DescribeAssetProperty", [address]):
            response = self._client.describe_asset_property(
                assetId=address.asset_id, propertyId=address.property_id
            )
        # A property of a composite model is described in that model.
        described = response.get("assetProperty") or response["compositeModel"]["assetProperty"]
        return {"assetId": response["assetId"], "propertyId": described["id"]}

    @contextmanager
    def _failures(self, operation: str, addresses: Sequence[Address]) -> Iterator[None]:
        """Turn the SDK's errors into ours."""
        try:
            yield
        except (ClientError, BotoCoreError) as error:
            code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
            raise self._error(operation, _named(addresses), str(error), code) from error

    def _refuse_errors(
        self, operation: str, addresses: Sequence[Address], response: Mapping[str, Any]
    ) -> None:
        """Raise what a batch says of single entries; a part of the answer is not the answer."""
        errors = [(entry["entryId"], entry["errorCode"], entry) for entry in response["errorEntries"]]
        errors += [
            (entry["entryId"], entry.get("errorInfo", {}).get("errorCode", ""), entry)
            for entry in response["skippedEntries"]
            if entry["completionStatus"] == "ERROR"
        ]
        if errors:
            named = _named(addresses[int(entry_id)] for entry_id, _, _ in errors)
            codes = ", ".join(dict.fromkeys(code for _, code, _ in errors))
            messages = dict.fromkeys(entry.get("errorMessage", "") for _, _, entry in errors)
            detail = f"{codes}: {'; '.join(message for message in messages if message)}"
            raise self._error(operation, named, detail, errors[0][1])

    def _error(self, operation: str, named: str, detail: str, code: str) -> StoreError:
        if code == _NOT_FOUND:
            self._ids.clear()
        remedy = _REMEDIES.get(code, "try again, and look at the status of IoT SiteWise")
        return StoreError(f"iotsitewise:{operation} of {named} failed: {detail}; {remedy}")


def create_client() -> "IoTSiteWiseClient":
    """Make the client: botocore's own, which loads in less time than boto3's."""
    session = botocore.session.get_session()
    return cast("IoTSiteWiseClient", session.create_client("iotsitewise", config=_CONFIG))


def _chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _named(addresses: Iterable[Address]) -> str:
    return ", ".join(str(address) for address in addresses)
