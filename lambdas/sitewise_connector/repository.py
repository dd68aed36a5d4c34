"""AWS IoT SiteWise: the only module of this package that uses the AWS SDK."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from aws_client.calls import ServiceCalls
from aws_client.clients import create_client as create_aws_client

from connector_kit import FAILED, Deadline, StoreError
from sitewise_connector.addressing import EXTERNAL, Address
from sitewise_connector.shapes import MAX_PAGE_VALUES, HistoryPage, HistoryQuery, WriteEntry, WriteError

if TYPE_CHECKING:
    from mypy_boto3_iotsitewise import IoTSiteWiseClient

Item = TypeVar("Item")
Answer = TypeVar("Answer")

IdCache = dict[tuple[str, str], dict[str, str]]
"""Members of a request by external ids of asset and property."""

_MAX_HISTORY_ENTRIES = 16
"""Maximum properties in one BatchGetAssetPropertyValueHistory."""

_MAX_LATEST_ENTRIES = 128
"""Maximum properties in one BatchGetAssetPropertyValue."""

_MAX_MODEL_PAGE = 250
"""Maximum properties in one page of ListAssetModelProperties."""

_QUOTA = "ask for less at once, or raise SiteWise's quota"
_REMEDIES = {
    "AccessDeniedException": "allow the function's role this action on the asset, or on the time series",
    "ConflictingOperationException": "try again when the change of the asset is done",
    "InvalidRequestException": "check the alias, and that the asset is of the model that has the property",
    "LimitExceededException": _QUOTA,
    "ResourceNotFoundException": "check the ids, external ids or alias of asset and property, and the region",
    "ServiceUnavailableException": "try again later",
    "ThrottlingException": _QUOTA,
    "TimestampOutOfRangeException": "write values of the last 7 days and the next 10 minutes only",
}


class SiteWiseRepository:
    """Reads and writes values through SiteWise's API.

    Args:
        client: An IoT SiteWise client.
        deadline: End of this invocation.
        id_cache: External ids that earlier invocations looked up.
    """

    def __init__(self, client: "IoTSiteWiseClient", deadline: Deadline, id_cache: IdCache) -> None:
        self._client = client
        self._calls = ServiceCalls(deadline, "iotsitewise", _REMEDIES)
        self._id_cache = id_cache

    def history(self, query: HistoryQuery) -> HistoryPage:
        """Read one page of history; see ``shapes.Repository``."""
        parameters = {**self._entry(query), "maxResults": query.limit}
        if query.next_token is not None:
            parameters["nextToken"] = query.next_token
        operation = self._client.get_asset_property_value_history
        response = self._make(operation, "GetAssetPropertyValueHistory", [query.address], **parameters)
        token = response.get("nextToken") or None
        return HistoryPage(response["assetPropertyValueHistory"], token is None, token)

    def histories(self, queries: Sequence[HistoryQuery]) -> Mapping[HistoryQuery, HistoryPage]:
        """Read the beginning of several histories in batches; see ``shapes.Repository``.

        By SiteWise's documentation ``maxResults`` counts the values of all entries, and a token
        continues all of them, so the pages of a batch could have one dense property to its end before
        the next. Therefore only the first page of each batch is read; after it each property pages
        separately.
        """
        pages: dict[HistoryQuery, HistoryPage] = {}
        for chunk in _chunks(queries, _MAX_HISTORY_ENTRIES):
            response = self._batch(
                self._client.batch_get_asset_property_value_history,
                "BatchGetAssetPropertyValueHistory",
                [query.address for query in chunk],
                entries=[{"entryId": str(n), **self._entry(query)} for n, query in enumerate(chunk)],
                maxResults=min(sum(query.limit for query in chunk), MAX_PAGE_VALUES),
            )
            is_last = not response.get("nextToken")
            for entry in response["successEntries"]:
                values = entry["assetPropertyValueHistory"]
                pages[chunk[int(entry["entryId"])]] = HistoryPage(values, is_last)
        return pages

    def latest(self, address: Address) -> Mapping[str, Any] | None:
        """Read the newest value of a property; see ``shapes.Repository``."""
        operation = self._client.get_asset_property_value
        response = self._make(operation, "GetAssetPropertyValue", [address], **self._identity(address))
        return response.get("propertyValue")

    def latest_of(self, addresses: Sequence[Address]) -> Mapping[Address, Mapping[str, Any] | None]:
        """Read the newest values of several properties in batches; see ``shapes.Repository``."""
        latest: dict[Address, Mapping[str, Any] | None] = {}
        name = "BatchGetAssetPropertyValue"
        for chunk in _chunks(addresses, _MAX_LATEST_ENTRIES):
            entries = [{"entryId": str(n), **self._identity(address)} for n, address in enumerate(chunk)]
            parameters: dict[str, Any] = {"entries": entries}
            while True:
                response = self._batch(self._client.batch_get_asset_property_value, name, chunk, **parameters)
                for entry in response["successEntries"]:
                    latest[chunk[int(entry["entryId"])]] = entry.get("assetPropertyValue")
                if not response.get("nextToken"):
                    break
                parameters["nextToken"] = response["nextToken"]
        unread = [address for address in addresses if address not in latest]
        if unread:
            raise StoreError(f"iotsitewise:{name} gave no answer for {_join_addresses(unread)}; try again")
        return latest

    def model_properties(self, model_id: str) -> Sequence[Mapping[str, Any]]:
        """List the properties of an asset model; see ``shapes.Repository``."""
        properties: list[Mapping[str, Any]] = []
        parameters: dict[str, Any] = {"assetModelId": model_id, "maxResults": _MAX_MODEL_PAGE}
        while True:
            response = self._calls.call(
                self._client.list_asset_model_properties,
                "ListAssetModelProperties",
                f"asset model {model_id}",
                **parameters,
            )
            properties += response["assetModelPropertySummaries"]
            if not response.get("nextToken"):
                return properties
            parameters["nextToken"] = response["nextToken"]

    def write(self, entries: Sequence[WriteEntry]) -> Sequence[Sequence[WriteError]]:
        """Write values of properties; see ``shapes.Repository``."""
        name = "BatchPutAssetPropertyValue"
        errors: list[list[WriteError]] = [[] for _ in entries]
        request_entries: list[dict[str, Any]] = []
        for number, entry in enumerate(entries):
            try:
                identity = self._identity(entry.address)
            except StoreError as error:  # an unknown external id fails its own entry only
                errors[number].append(WriteError(FAILED, str(error), ()))
                continue
            request_entries.append({"entryId": str(number), **identity, "propertyValues": entry.values})
        if not request_entries:
            return errors
        operation = self._client.batch_put_asset_property_value
        addresses = [entry.address for entry in entries]
        # Partial processing makes each value fail separately, as the values of dataWriter do.
        response = self._make(
            operation, name, addresses, enablePartialEntryProcessing=True, entries=request_entries
        )
        for error_entry in response["errorEntries"]:
            number = int(error_entry["entryId"])
            for item in error_entry["errors"]:
                message = self._message(name, [addresses[number]], item["errorMessage"], item["errorCode"])
                errors[number].append(WriteError(item["errorCode"], message, item["timestamps"]))
        return errors

    def _entry(self, query: HistoryQuery) -> dict[str, Any]:
        return {
            **self._identity(query.address),
            "startDate": query.start,
            "endDate": query.end,
            "qualities": ["GOOD"],
            "timeOrdering": "ASCENDING" if query.ascending else "DESCENDING",
        }

    def _identity(self, address: Address) -> dict[str, str]:
        """Return the request members that identify a property.

        Operations on values accept only UUIDs, describe operations external ids too. An external id
        is looked up once, and again after a failure, because it may then belong to another asset.
        """
        if address.alias:
            return {"propertyAlias": address.alias}
        ids = (address.asset_id, address.property_id)
        if not any(item.startswith(EXTERNAL) for item in ids):
            return {"assetId": address.asset_id, "propertyId": address.property_id}
        if ids not in self._id_cache:
            self._id_cache[ids] = self._look_up(address)
        return self._id_cache[ids]

    def _look_up(self, address: Address) -> dict[str, str]:
        response = self._make(
            self._client.describe_asset_property,
            "DescribeAssetProperty",
            [address],
            assetId=address.asset_id,
            propertyId=address.property_id,
        )
        # A property of a composite model is described in that model.
        described = response.get("assetProperty") or response["compositeModel"]["assetProperty"]
        return {"assetId": response["assetId"], "propertyId": described["id"]}

    def _make(
        self,
        operation: Callable[..., Answer],
        name: str,
        addresses: Sequence[Address],
        **parameters: Any,
    ) -> Answer:
        try:
            return self._calls.call(operation, name, _join_addresses(addresses), **parameters)
        except StoreError:
            self._id_cache.clear()
            raise

    def _batch(
        self,
        operation: Callable[..., Any],
        name: str,
        addresses: Sequence[Address],
        **parameters: Any,
    ) -> Any:
        """Call a batch read; raise the errors of single entries, because a partial answer is wrong."""
        response = self._make(operation, name, addresses, **parameters)
        errors = [
            (entry["entryId"], entry["errorCode"], entry["errorMessage"])
            for entry in response["errorEntries"]
        ]
        errors += [
            (entry["entryId"], entry.get("errorInfo", {}).get("errorCode", ""), "on a page before")
            for entry in response["skippedEntries"]
            if entry["completionStatus"] == "ERROR"
        ]
        if errors:
            self._id_cache.clear()
            failed = [addresses[int(entry_id)] for entry_id, _, _ in errors]
            detail = ", ".join(dict.fromkeys(f"{code}: {message}" for _, code, message in errors))
            raise StoreError(self._message(name, failed, detail, errors[0][1]))
        return response

    @staticmethod
    def _message(name: str, addresses: Sequence[Address], detail: str, code: str) -> str:
        remedy = _REMEDIES.get(code, "try again, and look at the status of iotsitewise")
        return f"iotsitewise:{name} on {_join_addresses(addresses)} failed: {detail}; {remedy}"


def create_client() -> "IoTSiteWiseClient":
    """Create an IoT SiteWise client."""
    return cast("IoTSiteWiseClient", create_aws_client("iotsitewise"))


def _chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _join_addresses(addresses: Iterable[Address]) -> str:
    return ", ".join(str(address) for address in addresses)
