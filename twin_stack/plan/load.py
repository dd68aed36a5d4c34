"""The load that one open page and one open dashboard of a twin put on the data API, as an estimate.

What is counted is what ``viewer/src/data`` and ``twin_stack/grafana`` request again and again; tests compare
the intervals with theirs.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from twin_stack.definition.alarms import alarm_types
from twin_stack.definition.parts import placed_components
from twin_stack.twinmaker.data_types import SINGLE_VALUE_TYPES
from twin_stack.twinmaker.quotas import DATA_REQUESTS_PER_SECOND, MAX_SELECTED_PROPERTIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.twin_definition import TwinDefinition

PAGE_SECONDS: Final = 5
"""Seconds between the page's requests for the same values."""
PAGE_STATIC_SECONDS: Final = 30
"""Seconds between the page's requests for values that have no time."""
DASHBOARD_SECONDS: Final = 60
"""Seconds between the requests of a dashboard."""


class Load(NamedTuple):
    """Requests of the data API in a second.

    Attributes:
        page: Of the page, with the scene and the entity that need most.
        dashboard: Of the dashboard that needs most.
    """

    page: float
    dashboard: float


def load_lines(before: TwinDefinition | None, after: TwinDefinition | None) -> Iterator[str]:
    """Yield the load before and after a change in one line; nothing if it stays.

    Args:
        before: The definition before the change; None if there is none.
        after: The definition after it; None if there is none.
    """
    loads = [data_load(side) if side is not None else Load(0, 0) for side in (before, after)]
    texts = [[f"{number:.1f}" for number in load] for load in loads]
    if texts[0] != texts[1]:
        yield (
            f"requests of the data API (estimate): one open page {texts[0][0]} -> {texts[1][0]} a second, "
            f"one open dashboard {texts[0][1]} -> {texts[1][1]}, of {DATA_REQUESTS_PER_SECOND} a second for "
            "the account"
        )


def data_load(definition: TwinDefinition) -> Load:
    """Return the load of one page and one dashboard.

    The page reads at most ten properties of a component with one request: those that the scene shows, those
    of the selected entity, and the time series of its charts; and the states of each alarm type with one. A
    dashboard of a component type has a query for each time series, and one for the other values.

    Args:
        definition: A checked definition.
    """

    @cache
    def load_of(type_id: str) -> Load:
        resolved = definition.resolved_types.get(type_id)
        return _component_load(resolved) if resolved is not None else Load(0, 0)

    scene = max((_scene_load(scene.document) for scene in definition.scenes.values()), default=0.0)
    entity, dashboards = 0.0, defaultdict[str, dict[str, float]](dict)
    for item in definition.entities.values():
        load = 0.0
        for placed in placed_components(item, definition.resolved_types):
            page, dashboard = load_of(placed.type_id)
            load += 0 if placed.is_part else page
            dashboards[placed.type_id]["" if placed.is_part else placed.path] = dashboard
        entity = max(entity, load)
    alarms = len(alarm_types(definition.component_types)) / PAGE_SECONDS
    return Load(scene + entity + alarms, max((sum(own.values()) for own in dashboards.values()), default=0.0))


def _component_load(resolved: ResolvedType) -> Load:
    properties = list(resolved.properties.values())
    series = [item for item in properties if item.is_time_series]
    static = len(properties) - len(series)
    # The panel and the charts of the page read time series each for itself.
    page = 2 * _requests(len(series)) / PAGE_SECONDS + _requests(static) / PAGE_STATIC_SECONDS
    shown = [item for item in series if item.data_type and item.data_type.type in SINGLE_VALUE_TYPES]
    return Load(page, (len(shown) + _requests(static)) / DASHBOARD_SECONDS)


def _requests(properties: int) -> int:
    return -(-properties // MAX_SELECTED_PROPERTIES)


def _scene_load(document: Any) -> float:
    components: defaultdict[tuple[str, str, bool], set[str]] = defaultdict(set)
    for context, is_static in _data_bindings(document):
        if name := str(context.get("propertyName", "")):
            key = str(context.get("entityId", "")), str(context.get("componentName", "")), is_static
            components[key].add(name)
    return sum(
        _requests(len(names)) / (PAGE_STATIC_SECONDS if is_static else PAGE_SECONDS)
        for (_, _, is_static), names in components.items()
    )


def _data_bindings(value: Any) -> Iterator[tuple[Mapping[str, Any], bool]]:
    if isinstance(value, dict):
        context = value.get("dataBindingContext")
        if isinstance(context, dict):
            yield context, value.get("isStaticData") is True
        for member in value.values():
            yield from _data_bindings(member)
    elif isinstance(value, list):
        for member in value:
            yield from _data_bindings(member)
