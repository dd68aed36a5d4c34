"""What passes between the pure core and the repository: queries, pages of items and updates."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

from connector_kit import StoreError

COMPONENT_TYPE_KEY = "component_type_id"
"""Partition key of the index that component-type requests read."""

MAX_CONCURRENT_CALLS = 8
"""Maximum number of calls to DynamoDB at the same time."""

WireValue: TypeAlias = Mapping[str, Any]
"""An attribute value as DynamoDB sends it, for example ``{"N": "1.5"}``."""

WireItem: TypeAlias = Mapping[str, WireValue]
"""An item as DynamoDB sends it: attribute values by name."""


class RangeQuery(NamedTuple):
    """One Query on the table or on an index of it.

    Attributes:
        index_name: The index's name, or None for the table.
        partition: Attribute name and value of the partition key.
        sort_key: Attribute name of the sort key.
        lower: Smallest sort key of the range, inclusive.
        upper: Largest sort key of the range, inclusive.
        attributes: Attributes to return of each item; empty for all.
        ascending: Order of the sort key.
        limit: Maximum number of items to evaluate.
        after: Key of the item after which the query continues, or None.
        sort_type: DynamoDB's type of the sort key, ``N`` or ``S``.
    """

    index_name: str | None
    partition: tuple[str, str]
    sort_key: str
    lower: str
    upper: str
    attributes: tuple[str, ...]
    ascending: bool
    limit: int
    after: WireItem | None
    sort_type: str = "N"


class QueryPage(NamedTuple):
    """The result of one Query.

    Attributes:
        items: The items.
        last_key: Key after which the query continues; None at the end of the range.
    """

    items: Sequence[WireItem]
    last_key: WireItem | None


class ItemUpdate(NamedTuple):
    """Attributes to set in one item, which is created if it does not exist; others stay.

    Attributes:
        key: Partition and sort key.
        attributes: The attributes to set, by name.
    """

    key: WireItem
    attributes: Mapping[str, WireValue]


class Repository(Protocol):
    """Runs range queries, and updates items."""

    def query(self, query: RangeQuery) -> QueryPage:
        """Run one query.

        Args:
            query: The query.

        Raises:
            StoreError: If DynamoDB fails.
        """
        ...

    def query_all(self, queries: Sequence[RangeQuery]) -> Sequence[QueryPage]:
        """Run several queries concurrently and return their pages in the same order.

        Args:
            queries: The queries.

        Raises:
            StoreError: If DynamoDB fails.
        """
        ...

    def update_all(self, updates: Sequence[ItemUpdate]) -> Sequence[StoreError | None]:
        """Update several items concurrently and return the error of each, or None.

        Args:
            updates: The updates.
        """
        ...
