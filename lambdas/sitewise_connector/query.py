"""From a request to SiteWise reads, and from their values to columns. Pure: no AWS SDK.

Only values of quality GOOD are returned, because TwinMaker has no member for BAD or UNCERTAIN.
History queries select GOOD, so SiteWise does not send the others. A current value of another quality
is left out, and so is every ``nullValue`` (SiteWise documents it for those two qualities); the log
line counts both as ``unreadable``.

Interpolation uses the stored values, not GetInterpolatedAssetPropertyValues: by its documentation
that operation also uses points up to an interval before the start and after the end of the range,
and its rounding is not documented, so its result would differ from that of other stores.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any, NamedTuple

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
from connector_kit.tokens import START, decode_token
from sitewise_connector.addressing import Address, resolve_addresses
from sitewise_connector.environment import Environment
from sitewise_connector.shapes import MAX_PAGE_VALUES, HistoryPage, HistoryQuery, Repository

_FIRST_INSTANT = NANOSECONDS
"""The first instant of SiteWise: ``timeInSeconds`` is at least 1."""

_INSTANT = re.compile(r"[0-9]{1,21}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


FirstPages = Callable[[], Mapping[HistoryQuery, HistoryPage]]
LatestValues = Callable[[], Mapping[Address, Mapping[str, Any] | None]]


def sources_for(request: Request, environment: Environment, repository: Repository) -> Sequence[Source]:
    """Return the sources of a request's properties.

    Each property has its own source and pages separately. The first source to be read fetches the
    beginning of all of them in one batch.

    A component-type request is answered for the one asset or alias that the type has by default,
    because SiteWise cannot list the entities of a TwinMaker component type.

    Args:
        request: The request.
        environment: The function's settings.
        repository: Runs the reads.

    Raises:
        ConfigurationError: If a property has no address, or a component-type request has no owner.
        TokenError: If the request's token does not fit.
    """
    names = [prop.name for prop in request.selected]
    addresses = resolve_addresses(request, names, environment.property_alias)
    owner = _owner(request, addresses)
    addressed = list(zip(request.selected, addresses, strict=True))
    if not request.is_history:
        latest = cache(partial(_read_latest, repository, addresses))
        return [LatestSource(prop, address, latest) for prop, address in addressed]
    first_pages = _first_pages_reader(request, addresses, repository)
    return [
        HistorySource(request, repository, prop, address, first_pages=first_pages, owner=owner)
        for prop, address in addressed
    ]


class Owner(NamedTuple):
    """The owner of the points of a component-type answer.

    Attributes:
        name: The external-id property that identifies entities.
        value: Its value.
    """

    name: str
    value: str


def _owner(request: Request, addresses: Sequence[Address]) -> Owner | None:
    """Return the owner of a component-type answer; None for an entity request."""
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


def _read_latest(
    repository: Repository, addresses: Sequence[Address]
) -> Mapping[Address, Mapping[str, Any] | None]:
    if len(addresses) > 1:
        return repository.latest_of(addresses)
    return {address: repository.latest(address) for address in addresses}


def _first_pages_reader(request: Request, addresses: Sequence[Address], repository: Repository) -> FirstPages:
    """Return a function that reads the first page of every unfinished property, once, in a batch."""
    positions = decode_token(request) if request.next_token is not None else None
    queries = []
    for number, address in enumerate(addresses):
        after = positions[number] if positions is not None else None
        if positions is not None and after is None:
            continue  # this property is read to its end
        if after == START:
            after = None
        if after is not None and request.interval is not None:
            after = after[1:] or None  # the first part belongs to the kit's interpolation
        start, end = _bounds(request, after)
        if start < end:
            queries.append(_query(request, address, start, end))
    # A batch of one query gains nothing; a source reads a page that is absent here itself.
    return cache(partial(repository.histories, queries)) if len(queries) > 1 else dict


def _bounds(request: Request, after: Position | None) -> tuple[int, int]:
    """Return the range that remains after a resume point."""
    start, end = max(request.start, _FIRST_INSTANT), request.end
    if after is None:
        return start, end
    resume = int(after[0]) if len(after) == 1 and _INSTANT.fullmatch(after[0]) else -1
    if not start < resume <= end:
        raise TokenError("nextToken points outside the request; start again without nextToken")
    return (resume, end) if request.ascending else (start, resume - 1)


def _query(request: Request, address: Address, start: int, end: int) -> HistoryQuery:
    """Return the query of a range.

    The SDK sends times in microseconds, so the bounds are rounded outwards; the source drops the
    values outside of the exact range.
    """
    return HistoryQuery(
        address=address,
        start=to_datetime(start),
        end=to_datetime(end + 999),
        ascending=request.ascending,
        # One value more than the page shows whether it is the last, another may be due to rounding.
        # A filter may reject any number, and any number may lie between interpolated points.
        limit=MAX_PAGE_VALUES if request.filters or request.interval else request.max_results + 2,
    )


def _batch(
    name: str, values: Sequence[Mapping[str, Any]], *, is_last: bool, owner: str | None = None
) -> Batch:
    points = [
        (instant_of(value), content) for value in values if (content := extract_content(value)) is not None
    ]
    return Batch(
        times=[format_nanoseconds(nanoseconds) for nanoseconds, _ in points],
        columns={name: [content for _, content in points]},
        position=lambda row: (str(points[row][0]),),
        is_last=is_last,
        owners=[owner] * len(points) if owner is not None else None,
        unreadable=len(values) - len(points),
    )


class LatestSource:
    """Source of the newest value of one SiteWise property, for attribute reads.

    Attributes:
        properties: The one property.
        external_id_name: None, because attribute reads are about entities only.
    """

    external_id_name = None

    def __init__(self, prop: Property, address: Address, latest: LatestValues) -> None:
        self.properties = (prop,)
        self._address = address
        self._latest = latest

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:  # noqa: ARG002 - one property, one value
        """Yield the value, if there is one of quality GOOD."""
        value = self._latest()[self._address]
        yield _batch(self._address.name, [value] if value else [], is_last=True)


class HistorySource:
    """Source of the history of one SiteWise property.

    Attributes:
        properties: The one property.
        external_id_name: As ``connector_kit.Source``.
    """

    def __init__(
        self,
        request: Request,
        repository: Repository,
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

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:  # noqa: ARG002 - there is one only
        """Read pages until the caller's page is full or the range ends."""
        start, end = _bounds(self._request, after)
        if start >= end:
            yield self._batch_of([], is_last=True)
            return
        query = _query(self._request, self._address, start, end)
        page = self._first_pages().get(query) or self._repository.history(query)
        while True:
            inside = [value for value in page.values if start < instant_of(value) <= end]
            yield self._batch_of(inside, is_last=page.is_last)
            if page.is_last:
                return
            if page.next_token is not None:
                query = replace(query, next_token=page.next_token)
            elif page.values:
                # The batch was cut short: continue this property after its last value.
                start, end = _narrow_after(instant_of(page.values[-1]), start, end, ascending=query.ascending)
                if start >= end:
                    yield self._batch_of([], is_last=True)
                    return
                query = _query(self._request, self._address, start, end)
            page = self._repository.history(query)

    def _batch_of(self, values: Sequence[Mapping[str, Any]], *, is_last: bool) -> Batch:
        return _batch(self._address.name, values, is_last=is_last, owner=self._owner)


def _narrow_after(last: int, start: int, end: int, *, ascending: bool) -> tuple[int, int]:
    """Return the part of a range that follows an instant; all of it if the instant is outside."""
    return (max(last, start), end) if ascending else (start, min(last - 1, end))


def instant_of(value: Mapping[str, Any]) -> int:
    """Return an ``AssetPropertyValue``'s time in nanoseconds since the epoch.

    Args:
        value: The value as SiteWise sends it.
    """
    time = value["timestamp"]
    return int(time["timeInSeconds"]) * NANOSECONDS + int(time.get("offsetInNanos", 0))


def extract_content(value: Mapping[str, Any]) -> Any:
    """Return the content of an ``AssetPropertyValue``.

    Args:
        value: The value as SiteWise sends it.

    Returns:
        The content; None if it is null or not of quality GOOD.
    """
    if value.get("quality", "GOOD") != "GOOD":
        return None
    contents = (content for kind, content in value["value"].items() if kind != "nullValue")
    return next(contents, None)


def to_datetime(nanoseconds: int) -> datetime:
    """Return the last microsecond that is not after an instant.

    Args:
        nanoseconds: Nanoseconds since the epoch.
    """
    whole = min(nanoseconds // 1000, _LAST_MICROSECOND)
    return _EPOCH + timedelta(microseconds=whole)


_LAST_MICROSECOND = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
