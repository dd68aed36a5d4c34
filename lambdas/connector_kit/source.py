"""What a connector gives the kit to read from."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from connector_kit.request import Property
from connector_kit.tokens import Position


class Batch(NamedTuple):
    """Consecutive rows of a source, in the request's order, column by column.

    Attributes:
        times: RFC 3339 instant of each row.
        columns: For each property the stored value in each row; None where a row has none.
        position: Gives the resume point directly after a row, by the row's index.
        is_last: Whether the source has nothing after these rows.
        owners: In component-type style the external id of each row, else None.
        unreadable: Rows that the store gave and that are no points, for example for want of an
            instant or of good quality; they are not among the others.
    """

    times: Sequence[str]
    columns: dict[str, Sequence[Any]]
    position: Callable[[int], Position]
    is_last: bool
    owners: Sequence[str] | None = None
    unreadable: int = 0


class Source(Protocol):
    """One place to read from, for one or more properties together."""

    @property
    def properties(self) -> Sequence[Property]:
        """The selected properties that it holds."""
        ...

    @property
    def external_id_name(self) -> str | None:
        """In component-type style the external-id property that ``Batch.owners`` are values of."""
        ...

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:
        """Read rows of the request's range in the request's order.

        Iteration stops as soon as the page is full, so a source should not read ahead.

        Args:
            properties: Those of its properties that are wanted now.
            after: Resume point to go on from, or None for the start of the range.

        Raises:
            ConnectorError: If the store fails.
        """
        ...
