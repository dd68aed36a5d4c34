"""The members of an event that rules compare an answer with.

A malformed event switches off the rules that need the malformed member; it causes no violations.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from twin_stack.contract.times import NANOS, parse_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.contract.violations import Json


class ConnectorRequest:
    """A request for values.

    Attributes:
        selected: Names of the properties asked for.
        component: The members that identify the entity's component, of ``entityId``, ``componentName`` and
            ``componentPath``; None when a component type is queried.
        definitions: Definitions by property.
        external_ids: Names of the properties that are external ids.
        start: Nanoseconds since 1970, exclusive; None without.
        end: Nanoseconds since 1970, inclusive; None without.
        start_text: The start as the event has it.
        end_text: The end as the event has it.
        descending: Whether the newest point comes first.
        limit: ``maxResults``; None without.
        token: Token of the previous page.
        filters: ``propertyFilters`` of the event.
        interval: Nanoseconds from one interpolated point to the next; None without.
    """

    def __init__(self, event: Mapping[str, Any]) -> None:
        properties = _mapping(event.get("properties"))
        selected = event.get("selectedProperties")
        self.selected = (
            [name for name in selected if isinstance(name, str)] if isinstance(selected, list) else []
        )
        names = ("entityId", "componentName", "componentPath")
        reference = {name: event[name] for name in names if event.get(name) is not None}
        self.component = reference if "entityId" in reference else None
        self.definitions = {
            name: _mapping(_mapping(prop).get("definition")) for name, prop in properties.items()
        }
        self.external_ids = {
            name
            for name, definition in self.definitions.items()
            if definition.get("isExternalId") or definition.get("externalId")
        }
        self.start, self.start_text = _parse_instant(event, "start")
        self.end, self.end_text = _parse_instant(event, "end")
        self.descending = event.get("orderByTime") == "DESCENDING"
        limit = event.get("maxResults")
        self.limit = limit if isinstance(limit, int) and limit > 0 else None
        self.token = event.get("nextToken")
        filters = event.get("propertyFilters")
        items = filters if isinstance(filters, list) else []
        self.filters = [item for item in items if isinstance(item, dict)]
        interval = _mapping(event.get("interpolation")).get("intervalInSeconds")
        self.interval = interval * NANOS if isinstance(interval, int) and interval > 0 else None

    def data_type(self, name: str) -> Json:
        """Return the ``dataType`` of a property; empty if the event has none."""
        return _mapping(self.definitions.get(name, {}).get("dataType"))


def _mapping(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _parse_instant(event: Mapping[str, Any], name: str) -> tuple[int | None, str]:
    text, seconds = event.get(f"{name}Time"), event.get(f"{name}DateTime")
    if isinstance(text, str):
        with suppress(ValueError):
            return parse_time(text), text
    if isinstance(seconds, int | float):
        return int(seconds * NANOS), f"{seconds} s since 1970"
    return None, ""
