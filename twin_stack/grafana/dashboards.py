"""The dashboards of a twin: an overview, and one for each component type in use."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import (
    DashboardLinkType,
    DataSourceRef,
    VariableHide,
    VariableOption,
)

from twin_stack.definition.alarms import alarm_types
from twin_stack.grafana import panels
from twin_stack.grafana.graph import relationships
from twin_stack.grafana.limits import limits
from twin_stack.grafana.names import slug, uid
from twin_stack.grafana.query import DATA_SOURCE
from twin_stack.twinmaker.data_types import SINGLE_VALUE_TYPES
from twin_stack.twinmaker.names import ALARM_STATUS, ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grafana_foundation_sdk.cog.builder import Builder
    from grafana_foundation_sdk.models.dashboard import Dashboard, Panel

    from twin_stack.definition import Entity, TwinDefinition
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.grafana.limits import Limit
    from twin_stack.grafana.settings import Settings


def data_source_uid(workspace_id: str) -> str:
    """Return the uid of the data source.

    Args:
        workspace_id: The id of the deployed workspace.
    """
    return uid("twinmaker", workspace_id)


def dashboards(definition: TwinDefinition, settings: Settings, workspace_id: str) -> dict[str, Dashboard]:
    """Return the dashboards by file name.

    Args:
        definition: The twin.
        settings: The settings for Grafana.
        workspace_id: The id of the deployed workspace.
    """
    source = DataSourceRef(type_val=DATA_SOURCE, uid=data_source_uid(workspace_id))
    components_by_type = _components_by_type(definition.entities)
    uids = {type_id: uid("type", workspace_id, type_id) for type_id in components_by_type}
    resolved, limits_by_type = definition.resolved_types, limits(definition.component_types)
    pages = {"overview.json": _overview(definition, settings, workspace_id, source, uids)}
    names: dict[str, str] = {}
    for type_id, components in components_by_type.items():
        name = slug(type_id) or "type"
        # Ids that differ in punctuation or case only would share a file.
        name = f"{name}-{uids[type_id][-10:]}" if name.casefold() in names else name
        names[name.casefold()] = type_id
        resolved_type = resolved.get(type_id)
        page = _page(type_id, uids[type_id], workspace_id)
        if resolved_type is not None:
            _fill(
                page,
                source,
                resolved_type=resolved_type,
                components=components,
                entities=definition.entities,
                limits_by_property=limits_by_type.get(type_id, {}),
            )
        pages[f"types/{name}.json"] = page.build()
    for dashboard_page in pages.values():
        # Grafana assigns ids to panels without an id, so saved dashboards would differ from the files.
        for number, panel in enumerate(dashboard_page.panels or [], 1):
            panel.id_val = number
    return pages


def _components_by_type(entities: Mapping[str, Entity]) -> dict[str, dict[str, list[str]]]:
    """Return the component types in use, each with entity ids by component name."""
    entity_ids: dict[str, dict[str, list[str]]] = {}
    for entity in entities.values():
        for name, component in entity.components.items():
            entity_ids.setdefault(component.component_type_id, {}).setdefault(name, []).append(
                entity.entity_id
            )
    return dict(sorted(entity_ids.items()))


def _page(title: str, page_uid: str, workspace_id: str) -> dashboard.Dashboard:
    tag = f"twin:{workspace_id}"
    link = (
        dashboard.DashboardLink("Dashboards").type(DashboardLinkType.DASHBOARDS).tags([tag])
        .as_dropdown(as_dropdown=True).keep_time(keep_time=True)
    )  # fmt: skip
    return (
        dashboard.Dashboard(title).uid(page_uid).tags([tag]).time("now-6h", "now").refresh("1m").link(link)
        .timezone("browser")
    )  # fmt: skip


def _fill(
    page: dashboard.Dashboard,
    source: DataSourceRef,
    *,
    resolved_type: ResolvedType,
    components: Mapping[str, Sequence[str]],
    entities: Mapping[str, Entity],
    limits_by_property: Mapping[str, list[Limit]],
) -> None:
    """Add the panels of a component type, for an entity that the user selects.

    Component names are free, so each name has its own entity variable.
    """
    for number, (component, ids) in enumerate(components.items(), 1):
        variable = "entity" if number == 1 else f"entity_{number}"
        label = "Entity" if len(components) == 1 else component
        page.with_variable(_entity_variable(variable, label, [entities[entity_id] for entity_id in ids]))
        if len(components) > 1:
            page.with_row(dashboard.Row(component))
        for panel in _panels(source, resolved_type, f"${{{variable}}}", component, limits_by_property):
            page.with_panel(panel)


def _entity_variable(name: str, label: str, entities: Sequence[Entity]) -> dashboard.CustomVariable:
    # The data source would offer the entities of all types (metricFindQuery, src/datasource/datasource.ts).
    # Names and ids contain no comma, and names no colon, so the list needs no escapes.
    options = ", ".join(f"{entity.entity_name} : {entity.entity_id}" for entity in entities)
    first = VariableOption(selected=True, text=entities[0].entity_name, value=entities[0].entity_id)
    return dashboard.CustomVariable(name).label(label).values(options).current(first)


def _panels(
    source: DataSourceRef,
    resolved_type: ResolvedType,
    entity: str,
    component: str,
    limits_by_property: Mapping[str, list[Limit]],
) -> list[Builder[Panel]]:
    built: list[Builder[Panel]] = []
    single_values = [
        name
        for name, definition in resolved_type.properties.items()
        if not definition.is_time_series
        and definition.data_type is not None
        and definition.data_type.type in SINGLE_VALUE_TYPES  # The app fails on empty lists and maps.
    ]
    if single_values:
        built.append(panels.values(source, entity=entity, component=component, properties=single_values))
    built += [
        panels.series(
            source,
            entity=entity,
            component=component,
            name=name,
            definition=definition,
            limits=limits_by_property.get(name, ()),
        )
        for name, definition in resolved_type.properties.items()
        if definition.is_time_series
    ]
    return built


def _overview(
    definition: TwinDefinition,
    settings: Settings,
    workspace_id: str,
    source: DataSourceRef,
    uids: Mapping[str, str],
) -> Dashboard:
    page = _page("Overview", uid("overview", workspace_id), workspace_id)
    alarm_type_ids = alarm_types(definition.component_types)
    alarms = [
        (entity.entity_id, name)
        for entity in definition.entities.values()
        for name, component in entity.components.items()
        if component.component_type_id in alarm_type_ids
    ]
    entity, component = alarms[0] if alarms else ("", "")
    if alarms:
        page.with_panel(panels.alarms(source))
        target = panels.history(
            source,
            entity=f"${{{panels.ENTITY_VARIABLE}}}",
            component=f"${{{panels.COMPONENT_VARIABLE}}}",
            properties=(ALARM_STATUS,),
        )
        page.with_panel(panels.states(source, title="History of the selected alarm", target=target))
    if alarms or (definition.scenes and settings.has_scene_panel):
        page.with_variable(_hidden_variable(panels.ENTITY_VARIABLE, entity))
        page.with_variable(_hidden_variable(panels.COMPONENT_VARIABLE, component))
    page.with_panel(panels.markdown("Entities as defined", _tree(definition.entities, uids)))
    page.with_panel(panels.entities(source))
    if definition.scenes and settings.has_scene_panel:
        for scene_id in definition.scenes:
            page.with_panel(panels.scene(source, scene_id, alarm_type_ids if alarms else ()))
    elif definition.scenes and settings.page is not None:
        for scene_id in definition.scenes:
            page.with_panel(panels.embedded_page(scene_id, _scene_url(settings.page, workspace_id, scene_id)))
    elif definition.scenes:
        names = ", ".join(f"`{scene_id}`" for scene_id in definition.scenes)
        markdown = f"Scenes of this twin: {names}. Grafana has no panel for them since 13.1."
        page.with_panel(panels.markdown("Scenes", markdown, width=24, height=5))
    if definition.entities:
        page.with_panel(panels.graph(relationships(definition.entities)))
    return page.build()


def _hidden_variable(name: str, value: str) -> dashboard.TextBoxVariable:
    current = VariableOption(selected=True, text=value, value=value)
    return (
        dashboard.TextBoxVariable(name).hide(VariableHide.HIDE_VARIABLE).default_value(value).current(current)
    )


def _tree(entities: Mapping[str, Entity], uids: Mapping[str, str]) -> str:
    """Return the entities as a nested Markdown list, with links to the dashboards of their components."""
    children: dict[str, list[Entity]] = {}
    for entity in entities.values():
        parent = entity.parent_entity_id if entity.parent_entity_id in entities else ROOT
        children.setdefault(parent, []).append(entity)
    lines = []
    pending = [(entity, 0) for entity in reversed(children.get(ROOT, []))]
    variables = _variables(entities)
    while pending:
        entity, depth = pending.pop()
        links = [
            f"[{name}](/d/{uids[component.component_type_id]}"
            f"?var-{variables[component.component_type_id, name]}={quote(entity.entity_id, safe='')})"
            for name, component in entity.components.items()
        ]
        title = f"{entity.entity_name} (`{entity.entity_id}`)"
        lines.append(f"{'  ' * depth}- {' · '.join([title, *links])}")
        pending += [(child, depth + 1) for child in reversed(children.get(entity.entity_id, []))]
    return "\n".join(lines) or "The definition has no entities."


def _variables(entities: Mapping[str, Entity]) -> dict[tuple[str, str], str]:
    """Return the variable that selects an entity, by component type and component name."""
    return {
        (type_id, name): "entity" if number == 1 else f"entity_{number}"
        for type_id, components in _components_by_type(entities).items()
        for number, name in enumerate(components, 1)
    }


def _scene_url(page: str, workspace_id: str, scene_id: str) -> str:
    """Return the URL at which the page shows a scene; the parameters are in its fragment."""
    parameters = urlencode({"workspace": workspace_id, "scene": scene_id})
    return f"{page}{'&' if '#' in page else '#'}{parameters}"
