"""dataWriter: writes the values of BatchPutPropertyValues to the store.

Each value succeeds or fails separately: the answer lists those that failed, each in its own entry, so
that the caller can retry only these.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from connector_kit.component import (
    Component,
    component_of,
    data_type_of,
    definition_of,
    mapping,
    reference_of,
)
from connector_kit.errors import ConnectorError, RequestError
from connector_kit.times import LATEST, from_epoch_seconds, parse_time
from connector_kit.values import SkipValueError, converter, unwrap

INVALID = "ValidationException"
"""Error code of a value that no store accepts."""

FAILED = "ConnectorFailureException"
"""Error code of a value that the store refused or failed to write."""

MAX_MESSAGE_LENGTH = 256
"""Maximum characters of the API's ``errorMessage``."""


class Write(NamedTuple):
    """One value of one property at one instant.

    Attributes:
        component: The component of the property.
        property_name: The property.
        time: Nanoseconds since the epoch, not negative.
        content: The value as a Python value of the declared type.
        external_ids: ``externalIdProperty`` of the entry; empty without.
        entry: The entry with only this value, which the answer repeats if it fails.
    """

    component: Component
    property_name: str
    time: int
    content: Any
    external_ids: Mapping[str, str]
    entry: Mapping[str, Any]


class Failure(NamedTuple):
    """A value that was not written.

    Attributes:
        entry: ``Write.entry``.
        code: Stable error code.
        message: What failed and what to do.
    """

    entry: Mapping[str, Any]
    code: str
    message: str


Writer = Callable[[Sequence[Write]], Iterable[Failure]]
"""Writes values and returns those that failed. It raises only if none was written."""


def write(event: Mapping[str, Any], writer: Writer) -> tuple[dict[str, Any], int]:
    """Write all values of a dataWriter event.

    A malformed value fails separately; the others are written.

    Args:
        event: ``workspaceId``, ``properties`` (by entity id, then by name) and ``entries``.
        writer: Writes to the store.

    Returns:
        The answer, ``{"errorEntries": [...]}``, and the number of values that were written.

    Raises:
        RequestError: If the event itself is malformed.
        ConnectorError: If the writer fails.
    """
    writes: list[Write] = []
    failures: list[Failure] = []
    for entry in _parse_entries(event):
        for value in _values_of(entry):
            single = {**entry, "propertyValues": [value]}
            try:
                writes.append(_parse_write(event, single, value))
            except ConnectorError as error:
                failures.append(Failure(single, INVALID, str(error)))
    failed = list(writer(writes)) if writes else []
    answer = {"errorEntries": [_error_entry(failure) for failure in (*failures, *failed)]}
    return answer, len(writes) - len(failed)


def _parse_entries(event: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    faults = []
    if not (isinstance(event.get("workspaceId"), str) and event["workspaceId"]):
        faults.append("workspaceId (text)")
    entries = event.get("entries")
    if not (isinstance(entries, list) and all(isinstance(entry, Mapping) for entry in entries)):
        faults.append("entries (list of objects)")
    if not isinstance(event.get("properties"), Mapping):
        faults.append("properties (object)")
    if faults or not isinstance(entries, list):
        raise RequestError(f"the event lacks {', '.join(faults)}")
    return entries


def _values_of(entry: Mapping[str, Any]) -> list[Any]:
    values = entry.get("propertyValues")
    # An entry without values results in one error, not in none.
    return values if isinstance(values, list) and values else [{}]


def _parse_write(event: Mapping[str, Any], entry: Mapping[str, Any], value: object) -> Write:
    reference = mapping(entry.get("entityPropertyReference"))
    name = reference.get("propertyName")
    if not (isinstance(name, str) and name):
        raise RequestError("the entry lacks entityPropertyReference.propertyName (text)")
    external_ids = mapping(reference.get("externalIdProperty"))
    entity_id = reference.get("entityId")
    if not (isinstance(entity_id, str) and entity_id) and not external_ids:
        raise RequestError("the entry lacks entityPropertyReference.entityId (text)")
    properties = mapping(mapping(event["properties"]).get(str(entity_id)))
    return Write(
        component=Component(
            workspace_id=event["workspaceId"],
            entity_id=entity_id if isinstance(entity_id, str) else None,
            component_name=component_of(reference),
            properties=properties,
            reference=reference_of(reference),
        ),
        property_name=name,
        time=_parse_instant(mapping(value)),
        content=_parse_content(properties, name, mapping(value).get("value")),
        external_ids={key: text for key, text in external_ids.items() if isinstance(text, str)},
        entry=entry,
    )


def _parse_instant(value: Mapping[str, Any]) -> int:
    text = value.get("time")
    if text is None and value.get("timestamp") is None:
        raise RequestError("the value lacks time (text)")
    if text is not None and not isinstance(text, str):
        raise RequestError(f"time must be text, got {type(text).__name__}")
    instant = from_epoch_seconds(value["timestamp"]) if text is None else parse_time(text)
    if not 0 <= instant <= LATEST:
        raise RequestError("a value must be of the years 1970 to 9999")
    return instant


def _parse_content(properties: Mapping[str, Any], name: str, value: object) -> Any:
    if definition_of(properties, name):
        data_type = data_type_of(properties, name)
        try:
            return unwrap(converter(data_type)(unwrap(value)))
        except SkipValueError as error:
            raise RequestError(
                f'the value is {error.reason}; property "{name}" takes one {data_type.type}'
            ) from None
    content = unwrap(value)
    if content is None:
        raise RequestError("the value lacks value (one member of DataValue)")
    return content


def _error_entry(failure: Failure) -> dict[str, Any]:
    message = failure.message[:MAX_MESSAGE_LENGTH]
    error = {"errorCode": failure.code, "errorMessage": message, "entry": dict(failure.entry)}
    return {"errors": [error]}
