"""From values that dataWriter gets to entries of SiteWise, and back from its errors. Pure: no AWS SDK."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from connector_kit import FAILED, ConfigurationError, Failure, StoreError, Write
from connector_kit.times import NANOSECONDS
from sitewise_connector.addressing import Address, addresses_of
from sitewise_connector.environment import Environment

if TYPE_CHECKING:
    from sitewise_connector.repository import Repository

ENTRY_LIMIT = 10
"""Most entries in one BatchPutAssetPropertyValue."""

VALUE_LIMIT = 10
"""Most values in one entry of it."""

_INTEGER_BITS = 32


class Entry(NamedTuple):
    """Values for one property.

    Attributes:
        address: The property.
        values: ``AssetPropertyValue`` items.
    """

    address: Address
    values: Sequence[Mapping[str, Any]]


class EntryError(NamedTuple):
    """What was not written of an entry.

    Attributes:
        code: SiteWise's code.
        message: What failed and what to do, in words.
        timestamps: ``TimeInNanos`` of the values it is about; none means all of the entry.
    """

    code: str
    message: str
    timestamps: Sequence[Mapping[str, Any]]


def write(writes: Sequence[Write], environment: Environment, repository: "Repository") -> Iterator[Failure]:
    """Write values to SiteWise, with quality GOOD and to the nanosecond.

    SiteWise takes values of the last seven days and the next ten minutes, and answers for others
    with ``TimestampOutOfRangeException``.

    Args:
        writes: The values.
        environment: The function's settings.
        repository: Writes to SiteWise.

    Returns:
        The values that were not written, each with SiteWise's code.

    Raises:
        StoreError: If SiteWise fails before anything is written.
    """
    writable: dict[Address, list[tuple[Write, Mapping[str, Any]]]] = {}
    for one in writes:
        template = environment.property_alias
        try:
            # What an entry names its target by counts as a value of the component.
            (address,) = addresses_of(one.component, [one.property_name], template, one.external_ids)
            writable.setdefault(address, []).append((one, _value(one)))
        except ConfigurationError as error:
            yield Failure(one.entry, FAILED, str(error))
    pieces = [
        (address, items[start : start + VALUE_LIMIT])
        for address, items in writable.items()
        for start in range(0, len(items), VALUE_LIMIT)
    ]
    for start in range(0, len(pieces), ENTRY_LIMIT):
        batch = pieces[start : start + ENTRY_LIMIT]
        entries = [Entry(address, [value for _, value in items]) for address, items in batch]
        try:
            errors = repository.write(entries)
        except StoreError as error:
            if not start:
                raise
            yield from (Failure(one.entry, FAILED, str(error)) for _, items in batch for one, _ in items)
            continue
        for (_, items), some in zip(batch, errors, strict=True):
            yield from _failures(items, some)


def _failures(
    items: Sequence[tuple[Write, Mapping[str, Any]]], errors: Sequence[EntryError]
) -> Iterator[Failure]:
    for one, value in items:
        about = [error for error in errors if not error.timestamps or _is_among(value, error.timestamps)]
        if about:
            yield Failure(one.entry, about[0].code, about[0].message)


def _is_among(value: Mapping[str, Any], timestamps: Sequence[Mapping[str, Any]]) -> bool:
    time = value["timestamp"]
    return any(
        (other["timeInSeconds"], other.get("offsetInNanos", 0))
        == (time["timeInSeconds"], time["offsetInNanos"])
        for other in timestamps
    )


def _value(one: Write) -> dict[str, Any]:
    seconds, offset = divmod(one.time, NANOSECONDS)
    if seconds < 1:
        raise ConfigurationError("SiteWise knows no instant before 1970-01-01T00:00:01Z")
    return {
        "value": _variant(one.content),
        "timestamp": {"timeInSeconds": seconds, "offsetInNanos": offset},
        "quality": "GOOD",
    }


def _variant(content: object) -> dict[str, Any]:
    """Write a value in the member of SiteWise's ``Variant`` that has its type."""
    match content:
        case bool():
            return {"booleanValue": content}
        case int() if -(1 << _INTEGER_BITS - 1) <= content < 1 << _INTEGER_BITS - 1:
            return {"integerValue": content}
        case int():
            raise ConfigurationError("SiteWise's integers have 32 bits; declare the property as DOUBLE")
        case float() if content - content == 0:  # false of NaN and of both infinities
            return {"doubleValue": content}
        case str():
            return {"stringValue": content}
        case _:
            raise ConfigurationError("SiteWise holds numbers, text and booleans only")
