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
from twin_stack.definition.parts import placed_components
from twin_stack.grafana import panels
from twin_stack.grafana.graph import relationships
from twin_stack.grafana.limits import limits
from twin_stack.grafana.names import slug, uid
from twin_stack.grafana.overview_entities import children_by_parent, shown_entities
from twin_stack.grafana.type_pages import Sources, TypePage, uses_of_types, variable_name
from twin_stack.twinmaker.names import ALARM_STATUS, ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grafana_foundation_sdk.models.dashboard import Dashboard

    from twin_stack.definition import TwinDefinition
    from twin_stack.grafana.settings import Settings


def dashboards(definition: TwinDefinition, settings: Settings, workspace_id: str) -> dict[str, Dashboard]:
    """Return the dashboards by file name, none without a panel.

    Args:
        definition: The twin.
        settings: The settings for Grafana.
        workspace_id: The id of the deployed workspace.
    """
    sources = Sources(workspace_id)
    limits_by_type = limits(definition.component_types)
    pages: dict[str, Dashboard] = {}
    uids: dict[str, str] = {}
    names: set[str] = set()
    for type_id, use in uses_of_types(definition).items():
        page_uid = uid("type", workspace_id, type_id)
        page = _page(type_id, page_uid, workspace_id)
        if not TypePage(page, sources, definition, type_id, limits_by_type.get(type_id, {})).fill(use):
            continue
        name = slug(type_id) or "type"
        # Ids that differ in punctuation or case only would share a file.
        name = f"{name}-{page_uid[-10:]}" if name.casefold() in names else name
        names.add(name.casefold())
        uids[type_id] = page_uid
        pages[f"types/{name}.json"] = page.build()
    pages = {"overview.json": _overview(definition, settings, workspace_id, sources.twinmaker, uids), **pages}
    for dashboard_page in pages.values():
        # Grafana assigns ids to panels without an id, so saved dashboards would differ from the files.
        for number, panel in enumerate(dashboard_page.panels or [], 1):
            panel.id_val = number
    return pages


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
    page.with_panel(panels.markdown("Entities as defined", _tree(definition, uids)))
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
        page.with_panel(panels.graph(relationships(shown_entities(definition.entities))))
    return page.build()


def _hidden_variable(name: str, value: str) -> dashboard.TextBoxVariable:
    current = VariableOption(selected=True, text=value, value=value)
    return (
        dashboard.TextBoxVariable(name).hide(VariableHide.HIDE_VARIABLE).default_value(value).current(current)
    )


def _tree(definition: TwinDefinition, uids: Mapping[str, str]) -> str:
    """Return the entities as a nested Markdown list, with links to the dashboards of their components.

    Of a large twin, it has the upper levels, and says how many entities are left out.
    """
    shown = shown_entities(definition.entities)
    children = children_by_parent(shown)
    lines = []
    if left_out := len(definition.entities) - len(shown):
        lines.append(
            f"The upper levels, without {left_out} entities below them. The dashboards of component "
            "types list those with properties.\n"
        )
    pending = [(entity, 0) for entity in reversed(children.get(ROOT, []))]
    variables = {
        (type_id, name): variable_name(number)
        for type_id, use in uses_of_types(definition).items()
        for number, name in enumerate(use.components, 1)
    }
    while pending:
        entity, depth = pending.pop()
        links = []
        for path, type_id, _ in placed_components(entity, definition.resolved_types):
            if type_id not in uids:
                links.append(path)  # its type has no dashboard
            elif "/" in path:
                links.append(f"[{path}](/d/{uids[type_id]})")
            else:
                selected = f"var-{variables[type_id, path]}={quote(entity.entity_id, safe='')}"
                links.append(f"[{path}](/d/{uids[type_id]}?{selected})")
        title = f"{entity.entity_name} (`{entity.entity_id}`)"
        lines.append(f"{'  ' * depth}- {' · '.join([title, *links])}")
        pending += [(child, depth + 1) for child in reversed(children.get(entity.entity_id, []))]
    return "\n".join(lines) or "The definition has no entities."


def _scene_url(page: str, workspace_id: str, scene_id: str) -> str:
    """Return the URL at which the page shows a scene; the parameters are in its fragment."""
    parameters = urlencode({"workspace": workspace_id, "scene": scene_id})
    return f"{page}{'&' if '#' in page else '#'}{parameters}"
