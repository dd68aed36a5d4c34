"""What passes between the pure core and the repository: queries, pages of values and writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from sitewise_connector.addressing import Address

MAX_PAGE_VALUES = 20_000
"""Maximum values in one page of SiteWise."""

MAX_WRITE_ENTRIES = 10
"""Maximum entries in one BatchPutAssetPropertyValue."""

MAX_ENTRY_VALUES = 10
"""Maximum values in one entry of BatchPutAssetPropertyValue."""


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """One GetAssetPropertyValueHistory, or one entry of its batch operation.

    Attributes:
        address: The property.
        start: Start of the range, exclusive.
        end: End of the range, inclusive.
        ascending: Whether the oldest value comes first.
        limit: Maximum number of values.
        next_token: SiteWise's token of the previous page, or None.
    """

    address: Address
    start: datetime
    end: datetime
    ascending: bool
    limit: int
    next_token: str | None = None


class HistoryPage(NamedTuple):
    """One page of a property's history.

    Attributes:
        values: ``AssetPropertyValue`` items in the query's order.
        is_last: Whether the range has no value after them.
        next_token: SiteWise's token for this property alone; None without one, as in a batch.
    """

    values: Sequence[Mapping[str, Any]]
    is_last: bool
    next_token: str | None = None


class WriteEntry(NamedTuple):
    """Values to write to one property.

    Attributes:
        address: The property.
        values: ``AssetPropertyValue`` items.
    """

    address: Address
    values: Sequence[Mapping[str, Any]]


class WriteError(NamedTuple):
    """An error of a write entry.

    Attributes:
        code: SiteWise's error code.
        message: What failed and what to do.
        timestamps: ``TimeInNanos`` of the values that were not written; empty for all of the entry.
    """

    code: str
    message: str
    timestamps: Sequence[Mapping[str, Any]]


class Repository(Protocol):
    """Reads and writes values of asset properties."""

    def history(self, query: HistoryQuery) -> HistoryPage:
        """Read one page of history, values of quality GOOD only.

        Args:
            query: The query.

        Raises:
            StoreError: If SiteWise fails.
        """
        ...

    def histories(self, queries: Sequence[HistoryQuery]) -> Mapping[HistoryQuery, HistoryPage]:
        """Read the beginning of several histories in batches.

        Args:
            queries: The queries, all without tokens.

        Returns:
            The first values of each query; a query that its batch did not reach is absent.

        Raises:
            StoreError: If SiteWise fails, also if only for one property.
        """
        ...

    def latest(self, address: Address) -> Mapping[str, Any] | None:
        """Read the newest value of a property; None if there is none.

        Args:
            address: The property.

        Raises:
            StoreError: If SiteWise fails.
        """
        ...

    def latest_of(self, addresses: Sequence[Address]) -> Mapping[Address, Mapping[str, Any] | None]:
        """Read the newest values of several properties in batches.

        Args:
            addresses: The properties.

        Raises:
            StoreError: If SiteWise fails, also if only for one property.
        """
        ...

    def model_properties(self, model_id: str) -> Sequence[Mapping[str, Any]]:
        """List the properties of an asset model, without those of its composite models.

        Args:
            model_id: The model's UUID, or its external id after ``externalId:``.

        Returns:
            ``AssetModelPropertySummary`` items.

        Raises:
            StoreError: If SiteWise fails.
        """
        ...

    def write(self, entries: Sequence[WriteEntry]) -> Sequence[Sequence[WriteError]]:
        """Write values of properties.

        Args:
            entries: At most ten, of at most ten values each.

        Returns:
            The errors of each entry.

        Raises:
            StoreError: If SiteWise fails, so that nothing is written.
        """
        ...
