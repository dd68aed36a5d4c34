"""What a topic rule writes for a message, so that connectors can read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from twin_stack.definition.schema.ingest import STAGE_PLACEHOLDER
from twin_stack.twinmaker.names import HISTORY_READERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Connector, Ingest

RESERVED_WORDS = frozenset(
    {
        *("and", "as", "between", "case", "else", "end", "exists", "false", "from", "in", "is", "like"),
        *("not", "null", "or", "select", "set", "then", "true", "undefined", "value", "when", "where"),
    }
)
"""Words of AWS IoT's SQL, in any case; the language cannot quote a name (AWS IoT developer guide)."""

_DEVICE_PARTITION = "${device}"

SITEWISE = ("sitewise", "sitewise-native")
"""Kinds of connectors that read AWS IoT SiteWise."""


class Column(NamedTuple):
    """A property that a topic rule writes from a message to a row.

    Attributes:
        property: Its name.
        member: Member of the message that holds its value.
        attribute: Attribute of the row: ``configuration.attribute``, else its name.
        data_type: Its type, such as ``DOUBLE``.
    """

    property: str
    member: str
    attribute: str
    data_type: str


def columns(entry: Ingest, resolved: ResolvedType) -> list[Column]:
    """Return the columns that a rule writes, in the order of the type's properties.

    Args:
        entry: The messages.
        resolved: Their component type, with all that it inherits.
    """
    written = []
    for name, definition in resolved.properties.items():
        is_measured = definition.is_time_series and definition.expression is None
        is_taken = name in entry.properties if entry.properties else bool(is_measured)
        if is_taken:
            data_type = definition.data_type.type if definition.data_type is not None else "STRING"
            attribute = (definition.configuration or {}).get("attribute", name)
            written.append(Column(name, entry.properties.get(name, name), attribute, data_type))
    return written


def topic_in_stage(topic: str, stage: str) -> str:
    """Return a topic filter with the name of the stage in place of ``${stage}``.

    Args:
        topic: The topic filter of an ingest.
        stage: The name of the stage.
    """
    return topic.replace(STAGE_PLACEHOLDER, stage)


def history_reader(resolved: ResolvedType) -> str | None:
    """Return the connector that reads a type's time series, None where it is not one of ``twin.yaml``.

    Args:
        resolved: The type, with all that it inherits.
    """
    functions = (resolved.functions.get(name) for name in HISTORY_READERS)
    return next(
        (function.connector for function in functions if function is not None and function.connector), None
    )


def written_connectors(
    entry: Ingest, resolved: ResolvedType, connectors: Mapping[str, Connector]
) -> dict[str, Connector]:
    """Return the connectors whose stores a rule writes to, by name.

    Args:
        entry: The messages.
        resolved: Their component type, with all that it inherits.
        connectors: Those of ``twin.yaml``.
    """
    names = entry.connectors if entry.connectors is not None else [history_reader(resolved)]
    return {name: connectors[name] for name in names if name is not None and name in connectors}


def publishes_for_others(topic: str, device_id: str) -> bool:
    """Return whether no IoT policy can stop a device from sending messages in the name of another one.

    A policy restricts a device to topics with the name of its thing, and to its name as client id. It does
    not restrict the content of messages. Its wildcard ``*`` also matches slashes (AWS IoT Core developer
    guide, publish and subscribe policy examples), so in a topic of any length a level after it has no fixed
    place.

    Args:
        topic: The topic filter of the messages.
        device_id: The source of the device id: ``topic(N)``, ``clientid()``, or a member of the message.
    """
    if device_id == "clientid()":
        return False
    if not device_id.startswith("topic("):
        return True
    levels, number = topic.split("/"), int(device_id[len("topic(") : -1])
    if levels[-1] != "#":
        return False
    return number > len(levels) or "+" in levels[: number - 1]


def is_writable(connector: Connector) -> bool:
    """Return whether a topic rule can write the rows of a connector: wide ones, keyed by milliseconds.

    Args:
        connector: One of kind ``dynamodb``.
    """
    return (
        connector.time_unit == "ms" and connector.partition == _DEVICE_PARTITION and not connector.sort_prefix
    )
