"""From a request to SiteWise reads, and from their values to columns. Pure: no AWS SDK.

Only values of quality GOOD count, for TwinMaker could not say that a value is BAD or UNCERTAIN.
History asks SiteWise for no others, so it neither sends nor counts them. A current value of another
quality is left out, and so is a ``nullValue`` wherever it comes (SiteWise documents it for those two
qualities); both are counted as ``unreadable`` in the log line.

Interpolated values come from the stored ones too, not from GetInterpolatedAssetPropertyValues: by
its documentation that also looks at points up to an interval before the start and after the end of
the range, and it says nothing about rounding, so it would not give what other stores are given.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from connector_kit import (
    Batch,
    ConfigurationError,
    Position,
    Property,
    Request,
    Source,
    TokenError,
    external_id_name,
)
from connector_kit.times import NANOSECONDS, format_nanoseconds
from connector_kit.tokens import decode_token
from sitewise_connector.addressing import Address, addresses_of
from sitewise_connector.environment import Environment

if TYPE_CHECKING:
    from sitewise_connector.repository import Repository

PAGE_LIMIT = 20_000
"""Most values SiteWise gives in one page."""

_FIRST_INSTANT = NANOSECONDS
"""SiteWise knows no instant before one second after the epoch (``timeInSeconds`` is 1 or more)."""

_INSTANT = re.compile(r"[0-9]{1,21}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """One GetAssetPropertyValueHistory, or one entry of the batch of them.

    Attributes:
        address: The property.
        start: Start of the range, exclusive.
        end: End of the range, inclusive.
        ascending: Order of time.
        limit: Values in the page, at most.
        next_token: SiteWise's own token, or None.
    """

    address: Address
    start: datetime
    end: datetime
    ascending: bool
    limit: int
    next_token: str | None = None


class Values(NamedTuple):
    """Consecutive values of one property.

    Attributes:
        values: ``AssetPropertyValue`` items.
        is_last: Whether the range has nothing after them.
        next_token: SiteWise's token of the next page; None if there is no page or, after a batch,
            no token for this property alone.
    """

    values: Sequence[Mapping[str, Any]]
    is_last: bool
    next_token: str | None = None


FirstPages = Callable[[], Mapping[HistoryQuery, Values]]
LatestValues = Callable[[], Mapping[Address, Mapping[str, Any] | None]]


def sources_for(request: Request, environment: Environment, repository: "Repository") -> Sequence[Source]:
    """Find the SiteWise properties that a request is about, one source each.

    Each property has its own source, so that each pages for itself; what they have in common is
    that the first to be read fetches the beginning of all of them, in one batch.

    A component-type request is answered for the one asset or alias that the type gives by default;
    SiteWise cannot list the entities of a TwinMaker component type.

    Args:
        request: The request.
        environment: The function's settings.
        repository: Runs the reads.

    Raises:
        ConfigurationError: If a property has no address, or a component-type request no owner.
        TokenError: If the request's token does not fit.
    """
    names = [prop.name for prop in request.selected]
    addresses = addresses_of(request, names, environment.property_alias)
    owner = _owner(request, addresses)
    named = list(zip(request.selected, addresses, strict=True))
    if not request.is_history:
        latest = cache(partial(_latest, repository, addresses))
        return [LatestSource(prop, address, latest) for prop, address in named]
    first_pages = _first_pages(request, addresses, repository)
    return [
        HistorySource(request, repository, prop, address, first_pages=first_pages, owner=owner)
        for prop, address in named
    ]


class Owner(NamedTuple):
    """Whom the points of a component-type answer belong to.

    Attributes:
        name: The external-id property that tells entities apart.
        value: The value it has.
    """

    name: str
    value: str


def _owner(request: Request, addresses: Sequence[Address]) -> Owner | None:
    """Give the owner of a component-type answer; None in entity style."""
    name = external_id_name(request)
    if name is None:
        return None
    value = request.text_of(name) or addresses[0].asset_id
    if not value:
        raise ConfigurationError(
            f'component type "{request.component_type_id}" gives no value for {name}, so an answer '
            f"could not say which entity a point belongs to; give {name} a default value"
        )
    return Owner(name, value)


def _latest(
    repository: "Repository", addresses: Sequence[Address]
) -> Mapping[Address, Mapping[str, Any] | None]:
    if len(addresses) > 1:
        return repository.latest_of(addresses)
    return {address: repository.latest(address) for address in addresses}


def _first_pages(request: Request, addresses: Sequence[Address], repository: "Repository") -> FirstPages:
    """Give what reads the beginning of every property that is left to read, once, in a batch."""
    positions = decode_token(request) if request.next_token is not None else None
    queries = []
    for number, address in enumerate(addresses):
        after = positions[number] if positions is not None else None
        if positions is not None and after is None:
            continue  # read to its end
        if after is not None and request.interval is not None:
            after = after[1:] or None  # the kit's own part of an interpolated read comes first
        start, end = _bounds(request, after)
        if start < end:
            queries.append(_query(request, address, start, end))
    # One alone would gain nothing; a source reads what is not here by itself.
    return cache(partial(repository.histories, queries)) if len(queries) > 1 else dict


def _bounds(request: Request, after: Position | None) -> tuple[int, int]:
    """Narrow the range to what is left after a resume point."""
    start, end = max(request.start, _FIRST_INSTANT), request.end
    if after is None:
        return start, end
    resume = int(after[0]) if len(after) == 1 and _INSTANT.fullmatch(after[0]) else -1
    if not start < resume <= end:
        raise TokenError("nextToken points outside the request; start again without nextToken")
    return (resume, end) if request.ascending else (start, resume - 1)


def _query(request: Request, address: Address, start: int, end: int) -> HistoryQuery:
    """Write the query of a range.

    The SDK sends times in microseconds, so a bound is rounded outwards, and who reads leaves out
    what lies outside of the exact range.
    """
    return HistoryQuery(
        address=address,
        start=microseconds(start),
        end=microseconds(end + 999),
        ascending=request.ascending,
        # One more than the page tells whether it is the last, another lies in the rounding.
        # A filter may turn down any number, and any number may lie between interpolated points.
        limit=PAGE_LIMIT if request.filters or request.interval else request.max_results + 2,
    )


def _batch(
    name: str, values: Sequence[Mapping[str, Any]], *, is_last: bool, owner: str | None = None
) -> Batch:
    points = [(instant(value), content) for value in values if (content := stored(value)) is not None]
    return Batch(
        times=[format_nanoseconds(nanoseconds) for nanoseconds, _ in points],
        columns={name: [content for _, content in points]},
        position=lambda row: (str(points[row][0]),),
        is_last=is_last,
        owners=[owner] * len(points) if owner is not None else None,
        unreadable=len(values) - len(points),
    )


class LatestSource:
    """The newest value of one SiteWise property, as attributes have.

    Attributes:
        properties: The one property.
        external_id_name: None: only entities have attributes to read.
    """

    external_id_name = None

    def __init__(self, prop: Property, address: Address, latest: LatestValues) -> None:
        self.properties = (prop,)
        self._address = address
        self._latest = latest

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:  # noqa: ARG002 - one property, one value
        """Give the value, if there is one of good quality."""
        value = self._latest()[self._address]
        yield _batch(self._address.name, [value] if value else [], is_last=True)


class HistorySource:
    """The history of one SiteWise property.

    Attributes:
        properties: The one property.
        external_id_name: As ``connector_kit.Source``.
    """

    def __init__(
        self,
        request: Request,
        repository: "Repository",
        prop: Property,
        address: Address,
        *,
        first_pages: FirstPages,
        owner: Owner | None,
    ) -> None:
        self.properties = (prop,)
        self.external_id_name = owner.name if owner else None
        self._request = request
        self._repository = repository
        self._address = address
        self._first_pages = first_pages
        self._owner = owner.value if owner else None

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:  # noqa: ARG002 - there is but one
        """Read pages until the caller has enough or the range ends."""
        start, end = _bounds(self._request, after)
        if start >= end:
            yield self._values_of([], is_last=True)
            return
        query = _query(self._request, self._address, start, end)
        page = self._first_pages().get(query) or self._repository.history(query)
        while True:
            inside = [value for value in page.values if start < instant(value) <= end]
            yield self._values_of(inside, is_last=page.is_last)
            if page.is_last:
                return
            if page.next_token is not None:
                query = replace(query, next_token=page.next_token)
            elif page.values:
                # A batch was cut short: the property goes on by itself, after what came of it.
                start, end = _beyond(instant(page.values[-1]), start, end, ascending=query.ascending)
                if start >= end:
                    yield self._values_of([], is_last=True)
                    return
                query = _query(self._request, self._address, start, end)
            page = self._repository.history(query)

    def _values_of(self, values: Sequence[Mapping[str, Any]], *, is_last: bool) -> Batch:
        return _batch(self._address.name, values, is_last=is_last, owner=self._owner)


def _beyond(last: int, start: int, end: int, *, ascending: bool) -> tuple[int, int]:
    """Narrow a range to what lies beyond an instant; a value just outside of it narrows nothing."""
    return (max(last, start), end) if ascending else (start, min(last - 1, end))


def instant(value: Mapping[str, Any]) -> int:
    """Give an ``AssetPropertyValue``'s time in nanoseconds since the epoch.

    Args:
        value: The value as SiteWise sends it.
    """
    time = value["timestamp"]
    return int(time["timeInSeconds"]) * NANOSECONDS + int(time.get("offsetInNanos", 0))


def stored(value: Mapping[str, Any]) -> Any:
    """Take the content out of an ``AssetPropertyValue``.

    Args:
        value: The value as SiteWise sends it.

    Returns:
        The content, or None if there is none that counts.
    """
    if value.get("quality", "GOOD") != "GOOD":
        return None
    contents = (content for kind, content in value["value"].items() if kind != "nullValue")
    return next(contents, None)


def microseconds(nanoseconds: int) -> datetime:
    """Give the last microsecond not after an instant.

    Args:
        nanoseconds: Nanoseconds since the epoch.
    """
    whole = min(nanoseconds // 1000, _LAST_MICROSECOND)
    return _EPOCH + timedelta(microseconds=whole)


_LAST_MICROSECOND = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
