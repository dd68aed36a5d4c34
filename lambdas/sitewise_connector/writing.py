"""dataWriter for SiteWise: from values to write entries, from errors to failures. Pure: no AWS SDK."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connector_kit import FAILED, ConfigurationError, Failure, StoreError, Write
from connector_kit.times import NANOSECONDS
from sitewise_connector.addressing import Address, resolve_addresses
from sitewise_connector.environment import Environment
from sitewise_connector.shapes import MAX_ENTRY_VALUES, MAX_WRITE_ENTRIES, Repository, WriteEntry, WriteError

_INTEGER_BITS = 32


def write_values(
    writes: Sequence[Write], environment: Environment, repository: Repository
) -> Iterator[Failure]:
    """Write values to SiteWise, with quality GOOD and to the nanosecond.

    SiteWise accepts values of the last seven days and the next ten minutes; others fail with
    ``TimestampOutOfRangeException``.

    Args:
        writes: The values.
        environment: The function's settings.
        repository: Writes to SiteWise.

    Yields:
        A failure with SiteWise's code for each value that was not written.

    Raises:
        StoreError: If SiteWise fails before a value is written.
    """
    writable: dict[Address, list[tuple[Write, Mapping[str, Any]]]] = {}
    for write in writes:
        template = environment.property_alias
        try:
            # External ids of the entry are values of the component.
            (address,) = resolve_addresses(
                write.component, [write.property_name], template, write.external_ids
            )
            writable.setdefault(address, []).append((write, _asset_property_value(write)))
        except ConfigurationError as error:
            yield Failure(write.entry, FAILED, str(error))
    chunks = [
        (address, items[start : start + MAX_ENTRY_VALUES])
        for address, items in writable.items()
        for start in range(0, len(items), MAX_ENTRY_VALUES)
    ]
    for start in range(0, len(chunks), MAX_WRITE_ENTRIES):
        batch = chunks[start : start + MAX_WRITE_ENTRIES]
        entries = [WriteEntry(address, [value for _, value in items]) for address, items in batch]
        try:
            errors = repository.write(entries)
        except StoreError as error:
            if not start:
                raise
            yield from (Failure(write.entry, FAILED, str(error)) for _, items in batch for write, _ in items)
            continue
        for (_, items), entry_errors in zip(batch, errors, strict=True):
            yield from _failures(items, entry_errors)


def _failures(
    items: Sequence[tuple[Write, Mapping[str, Any]]], errors: Sequence[WriteError]
) -> Iterator[Failure]:
    for write, value in items:
        own = [error for error in errors if not error.timestamps or _is_among(value, error.timestamps)]
        if own:
            yield Failure(write.entry, own[0].code, own[0].message)


def _is_among(value: Mapping[str, Any], timestamps: Sequence[Mapping[str, Any]]) -> bool:
    time = value["timestamp"]
    return any(
        (other["timeInSeconds"], other.get("offsetInNanos", 0))
        == (time["timeInSeconds"], time["offsetInNanos"])
        for other in timestamps
    )


def _asset_property_value(write: Write) -> dict[str, Any]:
    seconds, offset = divmod(write.time, NANOSECONDS)
    if seconds < 1:
        raise ConfigurationError("SiteWise stores no instant before 1970-01-01T00:00:01Z")
    return {
        "value": _variant(write.content),
        "timestamp": {"timeInSeconds": seconds, "offsetInNanos": offset},
        "quality": "GOOD",
    }


def _variant(content: object) -> dict[str, Any]:
    """Return a SiteWise ``Variant`` with the member of the value's type."""
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
            raise ConfigurationError("SiteWise stores numbers, text and booleans only")
