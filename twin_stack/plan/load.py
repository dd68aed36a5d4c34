"""The load that one open page and one open dashboard of a twin put on the data API, as an estimate.

What is counted is what ``viewer/src/data`` and ``twin_stack/grafana`` request again and again; tests compare
the intervals with theirs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
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
MAX_CHARTED: Final = 6
"""Series of the selected entity that the page charts."""
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

    The page reads the values of its scene and of the selected entity, each once: those of two or more
    components by one request for their component type and ten properties if its reader answers so, else by
    one request for a component and ten properties. Each component in its charts takes a request. Each alarm
    type takes one for all of its alarms, also those that are shown, or one for each alarm if its reader does
    not answer for a type. Not counted is the table of what is below the selected entity. A dashboard of a
    component type has a query for each time series, and one for the other values.

    Args:
        definition: A checked definition.
    """
    page = _PageLoad(definition)
    return Load(page.highest(), max(_dashboard_loads(definition), default=0.0))


class _Read(NamedTuple):
    """What the page reads of one component.

    Attributes:
        entity_id: Its entity.
        component: Its name.
        is_static: Whether the values have no time.
    """

    entity_id: str
    component: str
    is_static: bool


class _PageLoad:
    """Requests of the page in a second, of one definition.

    Args:
        definition: A checked definition.
    """

    def __init__(self, definition: TwinDefinition) -> None:
        self._definition = definition
        self._alarm_types = alarm_types(definition.component_types)
        # Entities with components of the same types need the same, unless the scene shows their values.
        self._alike: defaultdict[tuple[tuple[str, str], ...], list[str]] = defaultdict(list)
        for entity_id, entity in definition.entities.items():
            types = ((name, component.component_type_id) for name, component in entity.components.items())
            self._alike[tuple(sorted(types))].append(entity_id)

    def highest(self) -> float:
        """Return the load with the scene and the entity that need most."""
        scenes = [_scene_reads(scene.document) for scene in self._definition.scenes.values()] or [{}]
        return self._alarm_load() + max(max(self._with_entities(shown)) for shown in scenes)

    def _alarm_load(self) -> float:
        counts = Counter(
            component.component_type_id
            for entity in self._definition.entities.values()
            for component in entity.components.values()
        )
        requests = (1 if self._answers_by_type(type_id) else counts[type_id] for type_id in self._alarm_types)
        return sum(requests) / PAGE_SECONDS

    def _with_entities(self, shown: Mapping[_Read, frozenset[str]]) -> Iterator[float]:
        yield self._load_of(shown)
        in_scene = {read.entity_id for read in shown}
        for entity_ids in self._alike.values():
            entity_id = next((item for item in entity_ids if item not in in_scene), entity_ids[0])
            selected = self._panel_reads(entity_id)
            reads = {
                read: shown.get(read, frozenset()) | selected.get(read, frozenset())
                for read in {**shown, **selected}
            }
            yield self._load_of(reads) + self._charted_components(entity_id) / PAGE_SECONDS

    def _panel_reads(self, entity_id: str) -> dict[_Read, frozenset[str]]:
        reads: dict[_Read, frozenset[str]] = {}
        for name, component in self._definition.entities[entity_id].components.items():
            resolved = self._definition.resolved_types.get(component.component_type_id)
            if resolved is None:
                continue
            properties = resolved.properties.items()
            series = frozenset(key for key, item in properties if item.is_time_series)
            static = frozenset(
                key for key, item in properties if item.is_stored_externally and not item.is_time_series
            )
            reads |= {
                _Read(entity_id, name, is_static): names
                for is_static, names in ((False, series), (True, static))
                if names
            }
        return reads

    def _charted_components(self, entity_id: str) -> int:
        charted: list[str] = []
        alarms: list[str] = []
        for name, component in self._definition.entities[entity_id].components.items():
            resolved = self._definition.resolved_types.get(component.component_type_id)
            series = _single_series(resolved) if resolved is not None else 0
            if component.component_type_id in self._alarm_types:
                alarms += [name] * min(series, 1)
            else:
                charted += [name] * series
        # Of alarms, one state is charted.
        return len(set([*charted, *alarms[-1:]][:MAX_CHARTED]))

    def _load_of(self, reads: Mapping[_Read, frozenset[str]]) -> float:
        load = 0.0
        by_type: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
        for read, names in reads.items():
            type_id = self._type_of(read)
            if type_id in self._alarm_types and not read.is_static:
                continue  # read with all alarms
            if read.is_static or type_id is None or not self._answers_by_type(type_id):
                seconds = PAGE_STATIC_SECONDS if read.is_static else PAGE_SECONDS
                load += _requests(len(names)) / seconds
            else:
                by_type[type_id].append(names)
        return (
            load
            + sum(_requests(len(frozenset().union(*of_type))) for of_type in by_type.values()) / PAGE_SECONDS
        )

    def _type_of(self, read: _Read) -> str | None:
        entity = self._definition.entities.get(read.entity_id)
        component = entity.components.get(read.component) if entity is not None else None
        return component.component_type_id if component is not None else None

    def _answers_by_type(self, type_id: str) -> bool:
        resolved = self._definition.resolved_types.get(type_id)
        if resolved is None:
            return False
        # Answers for a type name the owner of a value by its external id, such as that of a managed asset.
        names = (function.connector for function in resolved.functions.values())
        connectors = (self._definition.connectors.get(name) for name in names if name is not None)
        kinds = {connector.kind for connector in connectors if connector is not None}
        # The connector of DynamoDB names the owner of a value by its external id. That of SiteWise refuses,
        # as TwinMaker does not tell it whose assets to read. Connectors of others may answer.
        has_external_id = any(item.is_external_id for item in resolved.properties.values())
        return "sitewise-native" in kinds or ("dynamodb" in kinds and has_external_id)


def _dashboard_loads(definition: TwinDefinition) -> Iterator[float]:
    components: defaultdict[str, set[str]] = defaultdict(set)
    for item in definition.entities.values():
        for placed in placed_components(item, definition.resolved_types):
            components[placed.type_id].add("" if placed.is_part else placed.path)
    for type_id, paths in components.items():
        if resolved := definition.resolved_types.get(type_id):
            static = sum(not item.is_time_series for item in resolved.properties.values())
            yield len(paths) * (_single_series(resolved) + _requests(static)) / DASHBOARD_SECONDS


def _single_series(resolved: ResolvedType) -> int:
    series = (item.data_type for item in resolved.properties.values() if item.is_time_series)
    return sum(data_type is not None and data_type.type in SINGLE_VALUE_TYPES for data_type in series)


def _requests(properties: int) -> int:
    return -(-properties // MAX_SELECTED_PROPERTIES)


def _scene_reads(document: Any) -> dict[_Read, frozenset[str]]:
    components: defaultdict[_Read, set[str]] = defaultdict(set)
    for context, is_static in _data_bindings(document):
        if name := str(context.get("propertyName", "")):
            read = _Read(str(context.get("entityId", "")), str(context.get("componentName", "")), is_static)
            components[read].add(name)
    return {read: frozenset(names) for read, names in components.items()}


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
