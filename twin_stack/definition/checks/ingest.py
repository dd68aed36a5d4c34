"""Messages of devices find their way, and their rows do not get into each other's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.devices import device_of
from twin_stack.definition.findings import Code, Finding, did_you_mean, shown
from twin_stack.definition.ingest import RESERVED_WORDS, SITEWISE, columns, is_writable, targets
from twin_stack.twinmaker.quotas import MAX_SITEWISE_ENTRIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition.draft import Draft
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Ingest

_TWIN = ("twin", "")


def ingest_topics(draft: Draft) -> Iterator[Finding]:
    """Report a device id that is said to stand where the topic has no place for it.

    Args:
        draft: The twin file.
    """
    for name, entry in _entries(draft).items():
        if not entry.device_id.startswith("topic("):
            continue
        parts = entry.topic.split("/")
        number = int(entry.device_id[len("topic(") : -1])
        if number > len(parts) and parts[-1] == "#":
            continue
        part = parts[number - 1] if number <= len(parts) else None
        if part in ("+", "#"):
            continue
        what = "is not there" if part is None else f'is "{part}" in every message'
        message = f"part {number} of the topic {shown(entry.topic)} {what}, so it cannot be the device id"
        wild = [str(index) for index, one in enumerate(parts, 1) if one in ("+", "#")]
        remedy = f"name a part that differs: {', '.join(wild)}" if wild else 'write "+" for the device id'
        yield Finding(draft.where(*_TWIN, "ingest", name, "deviceId"), Code.BAD_TOPIC, message, remedy)


def ingest_references(draft: Draft) -> Iterator[Finding]:
    """Report component types, properties and connectors that messages cannot go to.

    Args:
        draft: The twin file and component types.
    """
    for name, entry in _entries(draft).items():
        resolved = draft.resolved.get(entry.component_type_id)
        if entry.component_type_id not in draft.declared("component_types"):
            if not draft.is_lost(entry.component_type_id):
                place = draft.where(*_TWIN, "ingest", name, "componentTypeId")
                message = f'component type "{entry.component_type_id}" is not defined'
                remedy = did_you_mean(entry.component_type_id, draft.declared("component_types"))
                yield Finding(place, Code.UNKNOWN_COMPONENT_TYPE, message, remedy)
        elif resolved is not None:
            yield from _properties(draft, name, entry, resolved)
            yield from _connectors(draft, name, entry, resolved)


def _properties(draft: Draft, name: str, entry: Ingest, resolved: ResolvedType) -> Iterator[Finding]:
    computed = {key for key, one in resolved.properties.items() if one.expression is not None}
    series = {key for key, one in resolved.properties.items() if one.is_time_series} - computed
    for key in entry.properties:
        if key in computed:
            place = draft.where(*_TWIN, "ingest", name, "properties", key)
            message = f'"{key}" of "{entry.component_type_id}" is computed by AWS IoT SiteWise'
            yield Finding(place, Code.NOT_INGESTED, message, "remove it, no message carries it")
        elif key not in series and not resolved.takes_any_property:
            place = draft.where(*_TWIN, "ingest", name, "properties", key)
            message = f'component type "{entry.component_type_id}" has no time series "{key}"'
            yield Finding(place, Code.UNKNOWN_PROPERTY, message, did_you_mean(key, series))
    if not entry.properties and not series and not resolved.takes_any_property:
        place = draft.where(*_TWIN, "ingest", name, "componentTypeId")
        message = f'component type "{entry.component_type_id}" has no time series'
        yield Finding(place, Code.NOT_INGESTED, message, "add isTimeSeries to a property of it")


def _connectors(draft: Draft, name: str, entry: Ingest, resolved: ResolvedType) -> Iterator[Finding]:
    if draft.twin is None:
        return
    known = draft.twin.connectors
    for index, connector in enumerate(entry.connectors or ()):
        place = draft.where(*_TWIN, "ingest", name, "connectors", index)
        if connector not in known:
            message = f'connector "{connector}" is not defined in twin.yaml'
            yield Finding(place, Code.UNKNOWN_CONNECTOR, message, did_you_mean(connector, known))
        elif known[connector].kind == "lambda":
            message = f'connector "{connector}" is a function of your own, and nobody knows where it reads'
            remedy = "name one of kind dynamodb or sitewise, or remove it"
            yield Finding(place, Code.NOT_INGESTED, message, remedy)
    found = targets(entry, resolved, known)
    kinds = ["sitewise" if one.kind in SITEWISE else one.kind for one in found.values()]
    for index, (connector, kind) in enumerate(zip(found, kinds, strict=True)):
        if kind in kinds[:index]:
            place = draft.where(*_TWIN, "ingest", name, "connectors")
            message = f'"{connector}" is a second connector of kind {kind}, and a rule writes to one of each'
            yield Finding(place, Code.NOT_INGESTED, message, "make a second entry of the same topic for it")
    is_read = any(one.kind != "lambda" for one in found.values())
    if not is_read and entry.connectors is None and not resolved.takes_any_property:
        place = draft.where(*_TWIN, "ingest", name, "componentTypeId")
        message = (
            f'no connector of kind dynamodb or sitewise reads component type "{entry.component_type_id}"'
        )
        yield Finding(place, Code.NOT_INGESTED, message, "give it a dataReader, or name connectors here")
    for connector, one in found.items():
        if one.kind == "dynamodb" and not is_writable(one):
            place = draft.where(*_TWIN, "ingest", name)
            message = f'the rows of connector "{connector}" are keyed as no topic rule can write them'
            remedy = "write to a table keyed by device and milliseconds, or let a function of your own write"
            yield Finding(place, Code.NOT_INGESTED, message, remedy)
    yield from _sql_names(draft, name, entry, resolved)
    carried = columns(entry, resolved)
    if any(one.kind in SITEWISE for one in found.values()) and len(carried) > MAX_SITEWISE_ENTRIES:
        place = draft.where(*_TWIN, "ingest", name, "properties")
        message = f"a message has {len(carried)} properties for AWS IoT SiteWise"
        remedy = f"name at most {MAX_SITEWISE_ENTRIES} in properties; make two entries for more"
        yield Finding(place, Code.NOT_INGESTED, message, remedy)


def _sql_names(draft: Draft, name: str, entry: Ingest, resolved: ResolvedType) -> Iterator[Finding]:
    """Names that AWS IoT's SQL would take for something else."""
    stated = [
        (("time",), entry.time),
        (("deviceId",), "" if "(" in entry.device_id else entry.device_id),
        *((("properties", key), member) for key, member in entry.properties.items()),
    ]
    for path, member in stated:
        if word := _reserved(member):
            place = draft.where(*_TWIN, "ingest", name, *path)
            yield Finding(
                place,
                Code.NOT_IN_SQL,
                f'"{word}" is a word of AWS IoT\'s SQL, which cannot read a member of that name',
                "have devices call it otherwise",
            )
    for column in columns(entry, resolved):
        key = column.property
        attribute = column.attribute
        if attribute.isidentifier() and attribute.isascii() and not _reserved(attribute):
            continue
        place = draft.where("component_types", entry.component_type_id, "propertyDefinitions", key)
        message = f'"{attribute}" cannot be a name in AWS IoT\'s SQL: letters, digits and "_", no word of SQL'
        remedy = "rename the property, or give it configuration.attribute"
        yield Finding(place, Code.NOT_IN_SQL, message, remedy)


def _reserved(member: str) -> str | None:
    return next((part for part in member.split(".") if part.lower() in RESERVED_WORDS), None)


def colliding_rows(draft: Draft) -> Iterator[Finding]:
    """Report two kinds of messages whose rows would have the same key.

    A row is all a device measured at a time, and a rule puts rows whole: the second message would take the
    place of the first.

    Args:
        draft: The twin file, entities and component types.
    """
    entries = [
        (name, entry, draft.resolved[entry.component_type_id])
        for name, entry in _entries(draft).items()
        if entry.component_type_id in draft.resolved
    ]
    if len(entries) < 2 or draft.twin is None:
        return
    by_type: dict[str, list[tuple[str, Ingest, ResolvedType]]] = {}
    for one in entries:
        by_type.setdefault(one[1].component_type_id, []).append(one)
    taken: dict[tuple[str | None, str], str] = {}
    reported: set[tuple[str, str]] = set()
    for entity_id, entity in draft.entities.items():
        for component in entity.components.values():
            for name, entry, resolved in by_type.get(component.component_type_id, ()):
                for connector in targets(entry, resolved, draft.twin.connectors).values():
                    if connector.kind != "dynamodb":
                        continue
                    device = device_of(component, resolved, connector.key_property) or entity_id
                    first = taken.setdefault((connector.table_name, device), name)
                    if first == name or (first, name) in reported:
                        continue
                    reported.add((first, name))
                    place = draft.where(*_TWIN, "ingest", name)
                    message = (
                        f'"{first}" and "{name}" both write rows of device {shown(device)}, and the later of '
                        "two with the same time would replace the other"
                    )
                    remedy = (
                        "send all of a device in one message, or give one component an external id of its own"
                    )
                    yield Finding(place, Code.COLLIDING_ROWS, message, remedy)


def _entries(draft: Draft) -> Mapping[str, Ingest]:
    return draft.twin.ingest if draft.twin is not None else {}
