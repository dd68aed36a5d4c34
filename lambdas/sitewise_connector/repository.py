"""SiteWise: the only module here that knows the AWS SDK."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from aws_client import calls

from connector_kit import FAILED, Deadline, StoreError
from sitewise_connector.addressing import EXTERNAL, Address
from sitewise_connector.query import PAGE_LIMIT, HistoryQuery, Values
from sitewise_connector.writing import Entry, EntryError

if TYPE_CHECKING:
    from mypy_boto3_iotsitewise import IoTSiteWiseClient

Item = TypeVar("Item")
Answer = TypeVar("Answer")

Ids = dict[tuple[str, str], dict[str, str]]
"""What external ids of asset and property stand for: members of a request."""

_HISTORY_LIMIT = 16
"""Most properties in one BatchGetAssetPropertyValueHistory."""

_LATEST_LIMIT = 128
"""Most properties in one BatchGetAssetPropertyValue."""

_MODEL_PAGE = 250
"""Most properties in one page of ListAssetModelProperties."""

_QUOTA = "ask for less at once, or raise SiteWise's quota"
_REMEDIES = {
    "AccessDeniedException": "allow the function's role this on the asset, or by alias on its time series",
    "ConflictingOperationException": "try again when the change of the asset is done",
    "InvalidRequestException": "check the alias, and that the asset is of the model that has the property",
    "LimitExceededException": _QUOTA,
    "ResourceNotFoundException": "check the ids, external ids or alias of asset and property, and the region",
    "ServiceUnavailableException": "try again later",
    "ThrottlingException": _QUOTA,
    "TimestampOutOfRangeException": "write values of the last 7 days and the next 10 minutes only",
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

    def model_properties(self, model_id: str) -> Sequence[Mapping[str, Any]]:
        """List the properties of an asset model, those of its composite models not among them.

        Args:
            model_id: The model's UUID, or its external id after ``externalId:``.

        Returns:
            ``AssetModelPropertySummary`` items.

        Raises:
            StoreError: If SiteWise fails.
        """
        ...

    def write(self, entries: Sequence[Entry]) -> Sequence[Sequence[EntryError]]:
        """Write values of properties.

        Args:
            entries: At most ten, of at most ten values each.

        Returns:
            For each entry what was not written of it.

        Raises:
            StoreError: If SiteWise fails, and so nothing is written.
        """
        ...


class SiteWiseRepository:
    """Values from SiteWise itself.

    Args:
        client: An IoT SiteWise client.
        deadline: When this invocation has to end.
        ids: External ids looked up by earlier invocations.
    """

    def __init__(self, client: "IoTSiteWiseClient", deadline: Deadline, ids: Ids) -> None:
        self._client = client
        self._calls = calls.Calls(deadline, "iotsitewise", _REMEDIES)
        self._ids = ids

    def history(self, query: HistoryQuery) -> Values:
        """Read one page of history; see ``Repository``."""
        parameters = {**self._entry(query), "maxResults": query.limit}
        if query.next_token is not None:
            parameters["nextToken"] = query.next_token
        operation = self._client.get_asset_property_value_history
        response = self._make(operation, "GetAssetPropertyValueHistory", [query.address], **parameters)
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
            response = self._batch(
                self._client.batch_get_asset_property_value_history,
                "BatchGetAssetPropertyValueHistory",
                [query.address for query in some],
                entries=[{"entryId": str(n), **self._entry(query)} for n, query in enumerate(some)],
                maxResults=min(sum(query.limit for query in some), PAGE_LIMIT),
            )
            is_last = not response.get("nextToken")
            for entry in response["successEntries"]:
                values = entry["assetPropertyValueHistory"]
                found[some[int(entry["entryId"])]] = Values(values, is_last)
        return found

    def latest(self, address: Address) -> Mapping[str, Any] | None:
        """Read the newest value; see ``Repository``."""
        operation = self._client.get_asset_property_value
        response = self._make(operation, "GetAssetPropertyValue", [address], **self._identity(address))
        return response.get("propertyValue")

    def latest_of(self, addresses: Sequence[Address]) -> Mapping[Address, Mapping[str, Any] | None]:
        """Read the newest values of several properties together; see ``Repository``."""
        found: dict[Address, Mapping[str, Any] | None] = {}
        name = "BatchGetAssetPropertyValue"
        for some in _chunks(addresses, _LATEST_LIMIT):
            entries = [{"entryId": str(n), **self._identity(address)} for n, address in enumerate(some)]
            parameters: dict[str, Any] = {"entries": entries}
            while True:
                response = self._batch(self._client.batch_get_asset_property_value, name, some, **parameters)
                for entry in response["successEntries"]:
                    found[some[int(entry["entryId"])]] = entry.get("assetPropertyValue")
                if not response.get("nextToken"):
                    break
                parameters["nextToken"] = response["nextToken"]
        unread = [address for address in addresses if address not in found]
        if unread:
            raise StoreError(f"iotsitewise:{name} gave no answer for {_named(unread)}; try again")
        return found

    def model_properties(self, model_id: str) -> Sequence[Mapping[str, Any]]:
        """List the properties of an asset model; see ``Repository``."""
        found: list[Mapping[str, Any]] = []
        parameters: dict[str, Any] = {"assetModelId": model_id, "maxResults": _MODEL_PAGE}
        while True:
            response = self._calls.make(
                self._client.list_asset_model_properties,
                "ListAssetModelProperties",
                f"asset model {model_id}",
                **parameters,
            )
            found += response["assetModelPropertySummaries"]
            if not response.get("nextToken"):
                return found
            parameters["nextToken"] = response["nextToken"]

    def write(self, entries: Sequence[Entry]) -> Sequence[Sequence[EntryError]]:
        """Write values of properties; see ``Repository``."""
        name = "BatchPutAssetPropertyValue"
        errors: list[list[EntryError]] = [[] for _ in entries]
        sent: list[dict[str, Any]] = []
        for number, entry in enumerate(entries):
            try:
                identity = self._identity(entry.address)
            except StoreError as error:  # an external id that nothing has: the others go on
                errors[number].append(EntryError(FAILED, str(error), ()))
                continue
            sent.append({"entryId": str(number), **identity, "propertyValues": entry.values})
        if not sent:
            return errors
        operation = self._client.batch_put_asset_property_value
        addresses = [entry.address for entry in entries]
        # Each value fails on its own, as those of dataWriter do.
        response = self._make(operation, name, addresses, enablePartialEntryProcessing=True, entries=sent)
        for failed in response["errorEntries"]:
            number = int(failed["entryId"])
            for one in failed["errors"]:
                message = self._message(name, [addresses[number]], one["errorMessage"], one["errorCode"])
                errors[number].append(EntryError(one["errorCode"], message, one["timestamps"]))
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
        """Give the members that name a property.

        Operations on values take UUIDs alone, those that describe take external ids too. An
        external id is looked up once, and again after a failure: it may stand for another then.
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
            return self._calls.make(operation, name, _named(addresses), **parameters)
        except StoreError:
            self._ids.clear()
            raise

    def _batch(
        self,
        operation: Callable[..., Any],
        name: str,
        addresses: Sequence[Address],
        **parameters: Any,
    ) -> Any:
        """Make a batch read; raise what it says of single entries, for a part is not the answer."""
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
            self._ids.clear()
            failed = [addresses[int(entry_id)] for entry_id, _, _ in errors]
            detail = ", ".join(dict.fromkeys(f"{code}: {message}" for _, code, message in errors))
            raise StoreError(self._message(name, failed, detail, errors[0][1]))
        return response

    @staticmethod
    def _message(name: str, addresses: Sequence[Address], detail: str, code: str) -> str:
        remedy = _REMEDIES.get(code, "try again, and look at the status of iotsitewise")
        return f"iotsitewise:{name} on {_named(addresses)} failed: {detail}; {remedy}"


def create_client() -> "IoTSiteWiseClient":
    """Make the client."""
    return cast("IoTSiteWiseClient", calls.create_client("iotsitewise"))


def _chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _named(addresses: Iterable[Address]) -> str:
    return ", ".join(str(address) for address in addresses)
