"""The sources that a connector returns to the kit."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from connector_kit.request import Property
from connector_kit.tokens import Position


class Batch(NamedTuple):
    """Consecutive rows of a source, in the request's order, as columns.

    Attributes:
        times: RFC 3339 instant of each row.
        columns: Stored values by property, one a row; None where a row has none.
        position: Returns the resume point directly after a row, by the row's index.
        is_last: Whether the source has no rows after these.
        owners: For a component-type request the external id of each row, else None.
        unreadable: Number of the store's rows that are left out because they are no points, for
            example rows without an instant or of bad quality.
    """

    times: Sequence[str]
    columns: dict[str, Sequence[Any]]
    position: Callable[[int], Position]
    is_last: bool
    owners: Sequence[str] | None = None
    unreadable: int = 0


class Source(Protocol):
    """A part of the store that has one or more of the selected properties."""

    @property
    def properties(self) -> Sequence[Property]:
        """The selected properties that the source has."""
        ...

    @property
    def external_id_name(self) -> str | None:
        """For a component-type request the external-id property whose values are ``Batch.owners``."""
        ...

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:
        """Read rows of the request's range in the request's order.

        Iteration stops as soon as the page is full, so a source should not read ahead.

        Args:
            properties: The source's properties to read.
            after: Resume point after which to continue, or None for the start of the range.

        Raises:
            ConnectorError: If the store fails.
        """
        ...
