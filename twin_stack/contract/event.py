"""What an event asks for, as far as rules need it. A broken event makes rules silent, not wrong."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from twin_stack.contract.times import NANOS, parse_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.contract.breaches import Json


class Asked:
    """A request for values.

    Attributes:
        selected: Names of the properties asked for.
        component: Entity id and component name; None when a component type is asked.
        definitions: Definitions by property.
        external_ids: Names of the properties that are external ids.
        start: Nanoseconds since 1970, exclusive; None without.
        end: Nanoseconds since 1970, inclusive; None without.
        start_text: The start as it was written.
        end_text: The end as it was written.
        descending: Whether the newest point comes first.
        limit: ``maxResults``; None if nobody said.
        token: Token of the page before.
        filters: Filters as they came.
        interval: Nanoseconds from one interpolated point to the next; None without.
    """

    def __init__(self, event: Mapping[str, Any]) -> None:
        properties = _mapping(event.get("properties"))
        selected = event.get("selectedProperties")
        self.selected = (
            [name for name in selected if isinstance(name, str)] if isinstance(selected, list) else []
        )
        entity = event.get("entityId")
        self.component = None if entity is None else (entity, event.get("componentName"))
        self.definitions = {
            name: _mapping(_mapping(one).get("definition")) for name, one in properties.items()
        }
        self.external_ids = {
            name
            for name, definition in self.definitions.items()
            if definition.get("isExternalId") or definition.get("externalId")
        }
        self.start, self.start_text = _moment(event, "start")
        self.end, self.end_text = _moment(event, "end")
        self.descending = event.get("orderByTime") == "DESCENDING"
        limit = event.get("maxResults")
        self.limit = limit if isinstance(limit, int) and limit > 0 else None
        self.token = event.get("nextToken")
        filters = event.get("propertyFilters")
        self.filters = [one for one in filters if isinstance(one, dict)] if isinstance(filters, list) else []
        interval = _mapping(event.get("interpolation")).get("intervalInSeconds")
        self.interval = interval * NANOS if isinstance(interval, int) and interval > 0 else None

    def data_type(self, name: str) -> Json:
        """``dataType`` of a property; empty if the event does not say."""
        return _mapping(self.definitions.get(name, {}).get("dataType"))


def _mapping(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _moment(event: Mapping[str, Any], name: str) -> tuple[int | None, str]:
    text, seconds = event.get(f"{name}Time"), event.get(f"{name}DateTime")
    if isinstance(text, str):
        with suppress(ValueError):
            return parse_time(text), text
    if isinstance(seconds, int | float):
        return int(seconds * NANOS), f"{seconds} s since 1970"
    return None, ""
