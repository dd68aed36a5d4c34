"""The dashboards of a twin: an overview, and one for each component type that entities have."""

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
from twin_stack.twinmaker.names import ALARM_STATUS, ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grafana_foundation_sdk.cog.builder import Builder
    from grafana_foundation_sdk.models.dashboard import Dashboard, Panel

    from twin_stack.definition import Entity, TwinDefinition
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.grafana.limits import Limit
    from twin_stack.grafana.settings import Settings

_VALUES = {"STRING", "LONG", "BOOLEAN", "INTEGER", "DOUBLE"}
"""Types of single values. The app fails on an empty list or mapping (``processListValue``)."""


def data_source_uid(workspace_id: str) -> str:
    """Return the uid of the data source."""
    return uid("twinmaker", workspace_id)


def dashboards(definition: TwinDefinition, settings: Settings, workspace_id: str) -> dict[str, Dashboard]:
    """Return the dashboards by file name.

    Args:
        definition: The twin.
        settings: What was chosen.
        workspace_id: Id of the deployed workspace.
    """
    source = DataSourceRef(type_val=DATA_SOURCE, uid=data_source_uid(workspace_id))
    uses = _uses(definition.entities)
    uids = {type_id: uid("type", workspace_id, type_id) for type_id in uses}
    resolved, found_limits = definition.resolved_types, limits(definition.component_types)
    found = {"overview.json": _overview(definition, settings, workspace_id, source, uids)}
    names: dict[str, str] = {}
    for type_id, components in uses.items():
        name = slug(type_id) or "type"
        # Ids that differ in signs or case alone would share a file.
        name = f"{name}-{uids[type_id][-10:]}" if name.casefold() in names else name
        names[name.casefold()] = type_id
        known = resolved.get(type_id)
        page = _page(type_id, uids[type_id], workspace_id)
        if known is not None:
            _fill(
                page,
                source,
                known=known,
                components=components,
                entities=definition.entities,
                found=found_limits.get(type_id, {}),
            )
        found[f"types/{name}.json"] = page.build()
    for one in found.values():
        # Grafana numbers panels that have no id, and saves other numbers than were read.
        for number, panel in enumerate(one.panels or [], 1):
            panel.id_val = number
    return found


def _uses(entities: Mapping[str, Entity]) -> dict[str, dict[str, list[str]]]:
    """Return, for each component type that entities have, the entities by component name."""
    found: dict[str, dict[str, list[str]]] = {}
    for entity in entities.values():
        for name, component in entity.components.items():
            found.setdefault(component.component_type_id, {}).setdefault(name, []).append(entity.entity_id)
    return dict(sorted(found.items()))


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
    known: ResolvedType,
    components: Mapping[str, Sequence[str]],
    entities: Mapping[str, Entity],
    found: Mapping[str, list[Limit]],
) -> None:
    """Show a component type: an entity is chosen, and all it has of the type is seen.

    Entities name their components as they like, so each name has an entity variable of its own.
    """
    for number, (component, ids) in enumerate(components.items(), 1):
        variable = "entity" if number == 1 else f"entity_{number}"
        label = "Entity" if len(components) == 1 else component
        page.with_variable(_choice(variable, label, [entities[entity_id] for entity_id in ids]))
        if len(components) > 1:
            page.with_row(dashboard.Row(component))
        for panel in _panels(source, known, f"${{{variable}}}", component, found):
            page.with_panel(panel)


def _choice(name: str, label: str, entities: Sequence[Entity]) -> dashboard.CustomVariable:
    # The data source would offer the entities of all types (metricFindQuery, src/datasource/datasource.ts).
    # Neither names nor ids may hold a comma, and names no colon, so the list needs no escapes.
    listed = ", ".join(f"{one.entity_name} : {one.entity_id}" for one in entities)
    first = VariableOption(selected=True, text=entities[0].entity_name, value=entities[0].entity_id)
    return dashboard.CustomVariable(name).label(label).values(listed).current(first)


def _panels(
    source: DataSourceRef,
    known: ResolvedType,
    entity: str,
    component: str,
    found: Mapping[str, list[Limit]],
) -> list[Builder[Panel]]:
    made: list[Builder[Panel]] = []
    single = [
        name
        for name, one in known.properties.items()
        if not one.is_time_series and one.data_type is not None and one.data_type.type in _VALUES
    ]
    if single:
        made.append(panels.values(source, entity=entity, component=component, properties=single))
    made += [
        panels.series(
            source,
            entity=entity,
            component=component,
            name=name,
            definition=one,
            limits=found.get(name, ()),
        )
        for name, one in known.properties.items()
        if one.is_time_series
    ]
    return made


def _overview(
    definition: TwinDefinition,
    settings: Settings,
    workspace_id: str,
    source: DataSourceRef,
    uids: Mapping[str, str],
) -> Dashboard:
    page = _page("Overview", uid("overview", workspace_id), workspace_id)
    kinds = alarm_types(definition.component_types)
    raised = [
        (entity.entity_id, name)
        for entity in definition.entities.values()
        for name, component in entity.components.items()
        if component.component_type_id in kinds
    ]
    entity, component = raised[0] if raised else ("", "")
    if raised:
        page.with_panel(panels.alarms(source))
        target = panels.history(
            source,
            entity=f"${{{panels.ENTITY_VARIABLE}}}",
            component=f"${{{panels.COMPONENT_VARIABLE}}}",
            properties=(ALARM_STATUS,),
        )
        page.with_panel(panels.states(source, title="History of the selected alarm", target=target))
    if raised or (definition.scenes and settings.has_scene_panel):
        page.with_variable(_hidden(panels.ENTITY_VARIABLE, entity))
        page.with_variable(_hidden(panels.COMPONENT_VARIABLE, component))
    page.with_panel(panels.words("Entities as defined", _tree(definition.entities, uids)))
    page.with_panel(panels.entities(source))
    if definition.scenes and settings.has_scene_panel:
        for scene_id in definition.scenes:
            page.with_panel(panels.scene(source, scene_id, kinds if raised else ()))
    elif definition.scenes and settings.page is not None:
        for scene_id in definition.scenes:
            page.with_panel(panels.embedded(scene_id, _link(settings.page, workspace_id, scene_id)))
    elif definition.scenes:
        names = ", ".join(f"`{scene_id}`" for scene_id in definition.scenes)
        words = f"Scenes of this twin: {names}. Grafana has no panel for them from 13.1 on."
        page.with_panel(panels.words("Scenes", words, width=24, height=5))
    if definition.entities:
        page.with_panel(panels.graph(relationships(definition.entities)))
    return page.build()


def _hidden(name: str, value: str) -> dashboard.TextBoxVariable:
    current = VariableOption(selected=True, text=value, value=value)
    return (
        dashboard.TextBoxVariable(name).hide(VariableHide.HIDE_VARIABLE).default_value(value).current(current)
    )


def _tree(entities: Mapping[str, Entity], uids: Mapping[str, str]) -> str:
    """Return the entities as nested Markdown list, with links to what their components show."""
    children: dict[str, list[Entity]] = {}
    for entity in entities.values():
        parent = entity.parent_entity_id if entity.parent_entity_id in entities else ROOT
        children.setdefault(parent, []).append(entity)
    lines = []
    waiting = [(entity, 0) for entity in reversed(children.get(ROOT, []))]
    variables = _variables(entities)
    while waiting:
        entity, depth = waiting.pop()
        links = [
            f"[{name}](/d/{uids[one.component_type_id]}"
            f"?var-{variables[one.component_type_id, name]}={quote(entity.entity_id, safe='')})"
            for name, one in entity.components.items()
        ]
        title = f"{entity.entity_name} (`{entity.entity_id}`)"
        lines.append(f"{'  ' * depth}- {' · '.join([title, *links])}")
        waiting += [(child, depth + 1) for child in reversed(children.get(entity.entity_id, []))]
    return "\n".join(lines) or "The definition has no entities."


def _variables(entities: Mapping[str, Entity]) -> dict[tuple[str, str], str]:
    """Return the variable that chooses an entity, by component type and component name."""
    return {
        (type_id, name): "entity" if number == 1 else f"entity_{number}"
        for type_id, components in _uses(entities).items()
        for number, name in enumerate(components, 1)
    }


def _link(page: str, workspace_id: str, scene_id: str) -> str:
    """Return the address by which the page shows a scene: what to show stands behind its ``#``."""
    shown = urlencode({"workspace": workspace_id, "scene": scene_id})
    return f"{page}{'&' if '#' in page else '#'}{shown}"
