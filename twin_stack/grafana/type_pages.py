"""The dashboard of a component type: the panels of its components, and a line for what has none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import DataSourceRef, VariableOption

from twin_stack.definition.parts import placed_components
from twin_stack.definition.sitewise import is_read_by, managed_connectors, property_alias, sitewise_of
from twin_stack.grafana import panels
from twin_stack.grafana.names import uid
from twin_stack.grafana.query import DATA_SOURCE, SITEWISE_DATA_SOURCE
from twin_stack.twinmaker.data_types import SINGLE_VALUE_TYPES
from twin_stack.twinmaker.names import TYPE_HISTORY_READERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grafana_foundation_sdk.cog.builder import Builder
    from grafana_foundation_sdk.models.dashboard import Panel

    from twin_stack.definition import Entity, PropertyDefinition, TwinDefinition
    from twin_stack.definition.parts import PlacedComponent
    from twin_stack.grafana.limits import Limit

MAX_OPTIONS: Final = 1_000
"""Entities that a variable lists. With more, the id is typed, because the list is a part of the dashboard."""

MAX_OWN_GROUPS: Final = 20
"""Groups of entities with properties of their own that have panels in one dashboard."""


@dataclass(frozen=True)
class Sources:
    """The data sources of a deployed twin.

    Attributes:
        workspace_id: The id of its workspace.
    """

    workspace_id: str

    @property
    def twinmaker(self) -> DataSourceRef:
        """The data source of the app for TwinMaker."""
        return DataSourceRef(type_val=DATA_SOURCE, uid=uid("twinmaker", self.workspace_id))

    @property
    def sitewise(self) -> DataSourceRef:
        """The data source for SiteWise, which reads parts of components."""
        return DataSourceRef(type_val=SITEWISE_DATA_SOURCE, uid=uid("sitewise", self.workspace_id))


def parts_in_sitewise(definition: TwinDefinition) -> bool:
    """Return whether a twin has parts of components with assets, which the data source for SiteWise reads.

    Args:
        definition: The twin.
    """
    return any("/" in path for _, path in sitewise_of(definition).assets)


@dataclass
class TypeUse:
    """The components of one type.

    Attributes:
        components: Entity ids by component name, of components that are no parts.
        parts: Entity and component of each part.
    """

    components: dict[str, list[str]] = field(default_factory=dict)
    parts: list[tuple[Entity, PlacedComponent]] = field(default_factory=list)


def uses_of_types(definition: TwinDefinition) -> dict[str, TypeUse]:
    """Return the component types in use, by id, with their components.

    Args:
        definition: The twin.
    """
    uses: dict[str, TypeUse] = {}
    for entity in definition.entities.values():
        for placed in placed_components(entity, definition.resolved_types):
            use = uses.setdefault(placed.type_id, TypeUse())
            if placed.is_part:
                use.parts.append((entity, placed))
            else:
                use.components.setdefault(placed.path, []).append(entity.entity_id)
    return dict(sorted(uses.items()))


def variable_name(number: int) -> str:
    """Return the name of the variable that selects an entity with a component of the type.

    Args:
        number: The number of the component's name, from 1.
    """
    return "entity" if number == 1 else f"entity_{number}"


class TypePage:
    """Adds the panels of a component type to its dashboard.

    Args:
        page: The dashboard.
        sources: The data sources.
        definition: The twin.
        type_id: The component type.
        limits: Limits of alarms by property.
    """

    def __init__(
        self,
        page: dashboard.Dashboard,
        sources: Sources,
        definition: TwinDefinition,
        type_id: str,
        limits: Mapping[str, Sequence[Limit]],
    ) -> None:
        self._page = page
        self._sources = sources
        self._source = sources.twinmaker
        self._definition = definition
        self._resolved = definition.resolved_types.get(type_id)
        self._type_id = type_id
        self._limits = limits
        self._left_out: dict[str, None] = {}
        self._panels = 0

    def fill(self, use: TypeUse) -> bool:
        """Add the panels; return whether there are any.

        Args:
            use: The components of the type.
        """
        inherited = self._resolved.properties if self._resolved is not None else {}
        if self._resolved is not None and self._resolved.takes_any_property:
            self._leave_out("properties that the type gets when it is deployed", "the definition has none")
        for number, (name, entity_ids) in enumerate(use.components.items(), 1):
            label = "Entity" if len(use.components) == 1 else name
            variable = variable_name(number)
            component_panels = list(self._panels_of(inherited, variable, name))
            own = self._own_properties(name, entity_ids, inherited)
            everywhere = own.pop(tuple(entity_ids), {})
            component_panels += self._panels_of(everywhere, variable, name)
            if component_panels:
                self._add_variable(variable, label, entity_ids)
                self._add_panels(component_panels, name if len(use.components) > 1 else None)
            for group, (owners, properties) in enumerate(own.items(), 1):
                self._add_own(f"{variable}_own_{group}", name, owners, properties)
        self._add_parts(use)
        if self._left_out:
            lines = "\n".join(f"- {line}" for line in self._left_out)
            self._page.with_panel(panels.markdown("Without a panel", lines, width=24, height=6))
            self._panels += 1
        return self._panels > 0

    def _add_panels(self, added: Sequence[Builder[Panel]], row: str | None) -> None:
        if row is not None:
            self._page.with_row(dashboard.Row(row))
        for panel in added:
            self._page.with_panel(panel)
            self._panels += 1

    def _add_variable(self, name: str, label: str, entity_ids: Sequence[str]) -> None:
        entities = [self._definition.entities[entity_id] for entity_id in entity_ids]
        self._page.with_variable(_entity_variable(name, label, entities))

    def _leave_out(self, what: str, why: str) -> None:
        self._left_out[f"{what}: {why}"] = None

    def _own_properties(
        self, component: str, entity_ids: Sequence[str], inherited: Mapping[str, PropertyDefinition]
    ) -> dict[tuple[str, ...], dict[str, PropertyDefinition]]:
        """Return the properties that entities themselves define, by the entities that do so alike."""
        owners: dict[tuple[str, str], list[str]] = {}
        definitions: dict[tuple[str, str], PropertyDefinition] = {}
        for entity_id in entity_ids:
            properties = self._definition.entities[entity_id].components[component].properties
            for name, prop in properties.items():
                declared = prop.definition
                if declared is None or declared.data_type is None or name in inherited:
                    continue
                key = name, f"{declared.data_type.type} {declared.is_time_series}"
                owners.setdefault(key, []).append(entity_id)
                definitions.setdefault(key, declared)
        groups: dict[tuple[str, ...], dict[str, PropertyDefinition]] = {}
        for key, ids in owners.items():
            groups.setdefault(tuple(ids), {})[key[0]] = definitions[key]
        for group, own in list(groups.items())[MAX_OWN_GROUPS:]:
            names = ", ".join(f"`{name}`" for name in own)
            self._leave_out(f"{names} of {_names(group)}", "too many entities have properties of their own")
            del groups[group]
        return groups

    def _add_own(
        self,
        variable: str,
        component: str,
        entity_ids: Sequence[str],
        properties: Mapping[str, PropertyDefinition],
    ) -> None:
        own_panels = list(self._panels_of(properties, variable, component))
        if own_panels:
            title = f"{component}: {', '.join(properties)}, of some entities"
            self._add_variable(variable, f"Entity with {', '.join(properties)}", entity_ids)
            self._add_panels(own_panels, title)

    def _panels_of(
        self, properties: Mapping[str, PropertyDefinition], variable: str, component: str
    ) -> Iterator[Builder[Panel]]:
        entity = f"${{{variable}}}"
        shown = dict(self._shown(properties))
        single_values = [name for name, declared in shown.items() if not declared.is_time_series]
        if single_values:
            yield panels.values(self._source, entity=entity, component=component, properties=single_values)
        for name, declared in shown.items():
            if declared.is_time_series:
                target = panels.history(self._source, entity=entity, component=component, properties=(name,))
                yield panels.series(
                    self._source,
                    title=name,
                    target=target,
                    definition=declared,
                    limits=self._limits.get(name, ()),
                )

    def _shown(
        self, properties: Mapping[str, PropertyDefinition]
    ) -> Iterator[tuple[str, PropertyDefinition]]:
        """Yield the properties that a panel can show.

        The app fails on empty lists and maps. In a series it prints them and relationships as pointers.
        """
        for name, declared in properties.items():
            data_type = declared.data_type.type if declared.data_type is not None else None
            if data_type in SINGLE_VALUE_TYPES:
                yield name, declared
            elif data_type is not None:
                kind = f"series of {data_type}" if declared.is_time_series else data_type
                self._leave_out(f"`{name}`", f"Grafana shows no {kind}")

    def _add_parts(self, use: TypeUse) -> None:
        """Add the series of all parts of the type.

        Queries of the app have a component's name and not a path (``pkg/models/query.go``). So parts are read
        by component type, and those with an asset of the twin by the data source for SiteWise.
        """
        if not use.parts or self._resolved is None:
            return
        shown = {
            name: declared
            for name, declared in self._shown(self._resolved.properties)
            if declared.is_time_series
        }
        if not shown:
            return
        names = ", ".join(f"`{name}`" for name in shown)
        if is_read_by(self._resolved, managed_connectors(self._definition.connectors)):
            self._add_assets_of_parts(use, shown)
        elif not self._is_read_by_type():
            self._leave_out(
                f"{names} of {_part_names(use.parts)}",
                "Grafana's app reads parts of components by component type, which needs an external id and a "
                "connector other than AWS IoT SiteWise",
            )
        else:
            without_id = [
                (entity, placed) for entity, placed in use.parts if not self._has_external_id(placed)
            ]
            if without_id:
                self._leave_out(f"{names} of {_part_names(without_id)}", "the part has no external id")
            if len(without_id) < len(use.parts):
                self._add_parts_by_type(use, shown)

    def _add_parts_by_type(self, use: TypeUse, shown: Mapping[str, PropertyDefinition]) -> None:
        self._add_panels(
            [
                panels.series(
                    self._source,
                    title=f"{name} of all components",
                    target=panels.type_history(self._source, type_id=self._type_id, properties=(name,)),
                    definition=declared,
                    limits=self._limits.get(name, ()),
                )
                for name, declared in shown.items()
            ],
            "Parts" if use.components else None,
        )

    def _add_assets_of_parts(self, use: TypeUse, shown: Mapping[str, PropertyDefinition]) -> None:
        """Add the series of parts with an asset of the twin, for an entity that the user selects."""
        entity_ids: dict[str, list[str]] = {}
        for entity, placed in use.parts:
            entity_ids.setdefault(placed.path, []).append(entity.entity_id)
        for number, (path, ids) in enumerate(entity_ids.items(), 1):
            variable = f"part_{number}"
            self._add_variable(variable, path, ids)
            added = []
            for name, declared in shown.items():
                alias = property_alias(self._sources.workspace_id, f"${{{variable}}}", name, path=path)
                added.append(
                    panels.series(
                        self._sources.sitewise,
                        title=f"{path} {name}",
                        target=panels.asset_history(self._sources.sitewise, alias),
                        definition=declared,
                        limits=self._limits.get(name, ()),
                    )
                )
            self._add_panels(added, path)

    def _is_read_by_type(self) -> bool:
        assert self._resolved is not None  # noqa: S101 (the caller has checked it)
        functions = (self._resolved.functions.get(name) for name in TYPE_HISTORY_READERS)
        function = next((item for item in functions if item is not None), None)
        has_id = any(declared.is_external_id for declared in self._resolved.properties.values())
        if function is None or not has_id:
            return False
        connector = self._definition.connectors.get(function.connector or "")
        if connector is None:
            return True  # a function of the definition's own
        if connector.kind == "dynamodb":
            return bool(
                connector.reads_telemetry_table or connector.component_type_index or connector.list_devices
            )
        return connector.kind == "lambda"

    def _has_external_id(self, placed: PlacedComponent) -> bool:
        assert self._resolved is not None  # noqa: S101 (the caller has checked it)
        return any(
            declared.is_external_id
            and (declared.default_value is not None or getattr(placed.properties.get(name), "value", None))
            for name, declared in self._resolved.properties.items()
        )


def _entity_variable(
    name: str, label: str, entities: Sequence[Entity]
) -> dashboard.CustomVariable | dashboard.TextBoxVariable:
    if len(entities) > MAX_OPTIONS:
        entity_id = entities[0].entity_id
        typed = VariableOption(selected=True, text=entity_id, value=entity_id)
        return dashboard.TextBoxVariable(name).label(f"{label} (id)").default_value(entity_id).current(typed)
    # The data source would offer the entities of all types (metricFindQuery, src/datasource/datasource.ts).
    # Names and ids contain no comma, and names no colon, so the list needs no escapes.
    options = ", ".join(f"{entity.entity_name} : {entity.entity_id}" for entity in entities)
    first = VariableOption(selected=True, text=entities[0].entity_name, value=entities[0].entity_id)
    return dashboard.CustomVariable(name).label(label).values(options).current(first)


def _names(ids: Sequence[str]) -> str:
    shown = ", ".join(f"`{item}`" for item in ids[:3])
    return shown if len(ids) <= 3 else f"{shown} and {len(ids) - 3} more"


def _part_names(parts: Sequence[tuple[Entity, PlacedComponent]]) -> str:
    return _names([f"{entity.entity_id} {placed.path}" for entity, placed in parts])
