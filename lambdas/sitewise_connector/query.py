"""From a request to SiteWise reads, and from their values to columns. Pure: no AWS SDK.

The asset is the value of the component's property ``sitewiseAssetId``, a SiteWise property the
``sitewisePropertyId`` in a property's configuration: the names that the service's own
``com.amazon.iotsitewise.connector`` uses. Both are UUIDs and passed on as they are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
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

if TYPE_CHECKING:
    from sitewise_connector.repository import Repository

ASSET_PROPERTY = "sitewiseAssetId"
PROPERTY_CONFIGURATION = "sitewisePropertyId"

PAGE_LIMIT = 20_000
"""Most values SiteWise gives in one page."""

_FIRST_INSTANT = NANOSECONDS
"""SiteWise knows no instant before one second after the epoch (``timeInSeconds`` is 1 or more)."""

_INSTANT = re.compile(r"[0-9]{1,21}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """One GetAssetPropertyValueHistory.

    Attributes:
        asset_id: The asset.
        property_id: The asset's property.
        start: Start of the range, exclusive.
        end: End of the range, inclusive.
        ascending: Order of time.
        limit: Values in the page, at most.
        next_token: SiteWise's own token, or None.
    """

    asset_id: str
    property_id: str
    start: datetime
    end: datetime
    ascending: bool
    limit: int
    next_token: str | None


class Values(NamedTuple):
    """``AssetPropertyValue`` items of one page, and SiteWise's token of the next, or None."""

    values: Sequence[Mapping[str, Any]]
    next_token: str | None


def sources_for(request: Request, repository: "Repository") -> Sequence[Source]:
    """Find the SiteWise properties that a request is about, one source each.

    A component-type request is answered for the one asset that the type names by default;
    SiteWise cannot list the entities of a TwinMaker component type.

    Args:
        request: The request.
        repository: Runs the reads.

    Raises:
        ConfigurationError: If the component lacks the asset id or a property its SiteWise id.
    """
    owner = external_id_name(request)
    asset_id = request.text_of(ASSET_PROPERTY)
    if asset_id is None:
        raise ConfigurationError(
            f"{ASSET_PROPERTY} has no value; give the component (or its type, as default) the "
            "UUID of the SiteWise asset"
        )
    unbound = [p.name for p in request.selected if not p.configuration.get(PROPERTY_CONFIGURATION)]
    if unbound:
        raise ConfigurationError(
            f"no {PROPERTY_CONFIGURATION} in the configuration of {', '.join(unbound)}; set it to "
            "the UUID of the SiteWise property"
        )
    source: type[HistorySource | LatestSource] = HistorySource if request.is_history else LatestSource
    return [source(request, repository, prop, asset_id, owner) for prop in request.selected]


class _PropertySource:
    """One SiteWise property.

    Attributes:
        properties: The one property.
        external_id_name: As ``connector_kit.Source``.
    """

    def __init__(
        self,
        request: Request,
        repository: "Repository",
        prop: Property,
        asset_id: str,
        external_id_name: str | None,
    ) -> None:
        self.properties = (prop,)
        self.external_id_name = external_id_name
        self._request = request
        self._repository = repository
        self._name = prop.name
        self._asset_id = asset_id
        self._property_id = prop.configuration[PROPERTY_CONFIGURATION]
        self._owner = request.text_of(external_id_name) if external_id_name else None

    def _batch(self, values: Sequence[Mapping[str, Any]], *, is_last: bool) -> Batch:
        instants = [instant(value) for value in values]
        owner = self._owner or self._asset_id
        return Batch(
            times=[format_nanoseconds(nanoseconds) for nanoseconds in instants],
            columns={self._name: [stored(value) for value in values]},
            position=lambda row: (str(instants[row]),),
            is_last=is_last,
            owners=[owner] * len(values) if self.external_id_name else None,
        )


class LatestSource(_PropertySource):
    """The newest value of one SiteWise property, as attributes have."""

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:  # noqa: ARG002 - one property, one value
        """Give the value, if there is one of good quality."""
        value = self._repository.latest(self._asset_id, self._property_id)
        yield self._batch([value] if value else [], is_last=True)


class HistorySource(_PropertySource):
    """The history of one SiteWise property."""

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:  # noqa: ARG002 - there is but one
        """Read pages until the caller has enough or the range ends.

        The SDK sends times in microseconds, so a bound is rounded outwards and what lies outside
        of the exact range is left out here.
        """
        start, end = self._bounds(after)
        if start >= end:
            yield self._batch([], is_last=True)
            return
        query = HistoryQuery(
            asset_id=self._asset_id,
            property_id=self._property_id,
            start=microseconds(start),
            end=microseconds(end + 999),
            ascending=self._request.ascending,
            # One more than the page tells whether it is the last, another lies in the rounding.
            # A filter may turn down any number.
            limit=PAGE_LIMIT if self._request.filters else self._request.max_results + 2,
            next_token=None,
        )
        while True:
            page = self._repository.history(query)
            inside = [value for value in page.values if start < instant(value) <= end]
            yield self._batch(inside, is_last=page.next_token is None)
            if page.next_token is None:
                return
            query = replace(query, next_token=page.next_token)

    def _bounds(self, after: Position | None) -> tuple[int, int]:
        """Narrow the range to what is left after a resume point."""
        request = self._request
        start, end = max(request.start, _FIRST_INSTANT), request.end
        if after is None:
            return start, end
        resume = int(after[0]) if len(after) == 1 and _INSTANT.fullmatch(after[0]) else -1
        if not start < resume <= end:
            raise TokenError("nextToken points outside the request; start again without nextToken")
        return (resume, end) if request.ascending else (start, resume - 1)


def instant(value: Mapping[str, Any]) -> int:
    """Give an ``AssetPropertyValue``'s time in nanoseconds since the epoch.

    Args:
        value: The value as SiteWise sends it.
    """
    time = value["timestamp"]
    return int(time["timeInSeconds"]) * NANOSECONDS + int(time.get("offsetInNanos", 0))


def stored(value: Mapping[str, Any]) -> Any:
    """Take the content out of an ``AssetPropertyValue``.

    Only values of quality GOOD count; history asks SiteWise for no others. ``nullValue`` has no
    counterpart in TwinMaker.

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
