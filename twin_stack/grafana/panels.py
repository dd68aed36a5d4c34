"""The panels of dashboards, each with its queries."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final, Literal

from grafana_foundation_sdk.builders import (
    common,
    dashboard,
    nodegraph,
    statetimeline,
    table,
    text,
    timeseries,
)
from grafana_foundation_sdk.models.common import GraphThresholdsStyleMode, VisibilityMode
from grafana_foundation_sdk.models.dashboard import (
    DataSourceRef,
    DataTransformerConfig,
    Threshold,
    ThresholdsMode,
    ValueMap,
    ValueMappingResult,
)
from grafana_foundation_sdk.models.text import TextMode

from twin_stack.grafana.limits import steps
from twin_stack.grafana.query import SiteWiseQuery, Target, TwinMakerQuery
from twin_stack.grafana.units import unit_id
from twin_stack.twinmaker.data_types import NUMBER_TYPES
from twin_stack.twinmaker.names import (
    ALARM_ACKNOWLEDGED,
    ALARM_ACTIVE,
    ALARM_NORMAL,
    ALARM_SNOOZED,
    ALARM_STATUS,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grafana_foundation_sdk.cog.builder import Builder
    from grafana_foundation_sdk.cog.variants import Dataquery
    from grafana_foundation_sdk.models.dashboard import Panel

    from twin_stack.definition import PropertyDefinition
    from twin_stack.grafana.limits import Limit

SCENE_PANEL: Final = "grafana-iot-twinmaker-sceneviewer-panel"
ENTITY_VARIABLE, COMPONENT_VARIABLE = "sel_entity", "sel_comp"
# The app defines the colors of the first four (handler.go); the others are common in alarm types.
_STATES = {
    ALARM_NORMAL: "green",
    ALARM_ACTIVE: "red",
    ALARM_SNOOZED: "orange",
    ALARM_ACKNOWLEDGED: "blue",
    "WARNING": "orange",
    "CRITICAL": "red",
    "true": "blue",
    "false": "text",
}
_HALF, _WHOLE = 12, 24
# Grafana's own data source, which shows data frames of the dashboard itself.
_GRAFANA = DataSourceRef(type_val="grafana", uid="grafana")


def series(
    source: DataSourceRef,
    *,
    title: str,
    target: Target,
    definition: PropertyDefinition,
    limits: Sequence[Limit],
) -> Builder[Panel]:
    """Return the panel of a time series: a graph for numbers, a state timeline for other types.

    Args:
        source: The data source.
        title: The title of the panel.
        target: The query of the series.
        definition: The definition of the property, including inherited members.
        limits: The limits of alarms on the property.
    """
    data_type = definition.data_type
    unit = data_type.unit_of_measure if data_type is not None else None
    if data_type is None or data_type.type not in NUMBER_TYPES:
        return states(source, title=title, target=target)
    panel = (
        timeseries.Panel().title(title).datasource(source).with_target(target).span(_HALF).height(8)
        .show_points(VisibilityMode.AUTO)
    )  # fmt: skip
    grafana_unit = unit_id(unit)
    if grafana_unit is not None:
        panel = panel.unit(grafana_unit)
    if limits:
        style = common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.LINE)
        panel = panel.thresholds(_thresholds(steps(limits))).thresholds_style(style)
    return panel


def states(source: DataSourceRef, *, title: str, target: Target) -> Builder[Panel]:
    """Return the state timeline of a time series.

    Args:
        source: The data source.
        title: The title of the panel.
        target: The query.
    """
    return (
        statetimeline.Panel().title(title).datasource(source).with_target(target).span(_HALF).height(8)
        .mappings([_mapping()]).thresholds(_thresholds(steps([])))
    )  # fmt: skip


def values(
    source: DataSourceRef, *, entity: str, component: str, properties: Sequence[str]
) -> Builder[Panel]:
    """Return the table of properties with a single value.

    Args:
        source: The data source.
        entity: An entity id, or a variable.
        component: A component of the entity.
        properties: The names of the properties.
    """
    query = TwinMakerQuery(
        datasource=source,
        query_type="GetPropertyValue",
        entity_id=entity,
        component_name=component,
        properties=tuple(properties),
    )
    return (
        table.Panel().title("Properties").datasource(source).with_target(Target(query))
        .span(_WHOLE).height(4)
    )  # fmt: skip


def history(source: DataSourceRef, *, entity: str, component: str, properties: tuple[str, ...]) -> Target:
    """Return the query for time series of one component.

    Args:
        source: The data source.
        entity: An entity id, or a variable.
        component: A component of the entity.
        properties: The names of the properties.
    """
    return Target(
        TwinMakerQuery(
            datasource=source,
            query_type="EntityHistory",
            entity_id=entity,
            component_name=component,
            properties=properties,
            order="ASCENDING",
        )
    )


def type_history(
    source: DataSourceRef,
    *,
    type_id: str,
    properties: tuple[str, ...],
    order: Literal["ASCENDING", "DESCENDING"] = "ASCENDING",
    ref_id: str = "A",
) -> Target:
    """Return the query for time series of all components of a type.

    Args:
        source: The data source.
        type_id: The component type.
        properties: The names of the properties.
        order: The order by time.
        ref_id: The name of the query in its panel.
    """
    return Target(
        TwinMakerQuery(
            datasource=source,
            query_type="ComponentHistory",
            ref_id=ref_id,
            component_type_id=type_id,
            properties=properties,
            order=order,
        )
    )


def asset_history(source: DataSourceRef, alias: str) -> Target:
    """Return the query for the time series of one property in AWS IoT SiteWise.

    Args:
        source: The data source for SiteWise.
        alias: The alias of the property, which may have variables.
    """
    return Target(SiteWiseQuery(datasource=source, property_aliases=(alias,)))


def alarms(source: DataSourceRef) -> Builder[Panel]:
    """Return the table of alarms; clicking a row selects the alarm for the panels next to it.

    The transformation is the app's own (``src/transformer/registerTwinMakerLinks.ts``).

    Args:
        source: The data source.
    """
    select_alarm = DataTransformerConfig(
        id_val="twinmaker-register-links",
        options={
            "addSelectionField": True,
            "title": "Selected alarm",
            "vars": [
                {"fieldName": "entityId", "name": ENTITY_VARIABLE},
                {"fieldName": "alarmName", "name": COMPONENT_VARIABLE},
            ],
        },
    )
    query = TwinMakerQuery(datasource=source, query_type="GetAlarms")
    return (
        table.Panel().title("Alarms").datasource(source).with_target(Target(query)).span(_HALF).height(8)
        .with_transformation(select_alarm)
    )  # fmt: skip


def entities(source: DataSourceRef) -> Builder[Panel]:
    """Return the table of the deployed entities.

    Args:
        source: The data source.
    """
    query = TwinMakerQuery(datasource=source, query_type="ListEntities")
    return (
        table.Panel().title("Entities as deployed").datasource(source).with_target(Target(query))
        .span(_HALF).height(12)
    )  # fmt: skip


def scene(source: DataSourceRef, scene_id: str, alarm_types: Sequence[str]) -> Builder[Panel]:
    """Return the panel of a scene, for Grafana before 13.1.

    Source of the options: ``src/panels/scene-viewer/types.ts`` of the app. With ``enableAutoQuery`` the panel
    itself queries the values of its tags; the queries here are for the panel's list of alarms.

    Args:
        source: The data source.
        scene_id: The id of the scene.
        alarm_types: The ids of the alarm types.
    """
    targets = [
        type_history(
            source,
            type_id=type_id,
            properties=(ALARM_STATUS,),
            order="DESCENDING",
            ref_id=f"alarms{number}",
        )
        for number, type_id in enumerate(alarm_types, 1)
    ]
    options = {
        "datasource": source.uid,
        "sceneId": scene_id,
        "customSelEntityVarName": ENTITY_VARIABLE,
        "customSelCompVarName": COMPONENT_VARIABLE,
        "enableAutoQuery": True,
    }
    return (
        dashboard.Panel().type(SCENE_PANEL).title(scene_id).datasource(source).options(options)
        .targets([*targets]).span(_WHOLE).height(16)
    )  # fmt: skip


def markdown(title: str, content: str, *, width: int = _HALF, height: int = 12) -> Builder[Panel]:
    """Return a panel of Markdown text.

    Args:
        title: The title of the panel.
        content: The text.
        width: The width in columns, of 24.
        height: The height in rows.
    """
    return text.Panel().title(title).mode(TextMode.MARKDOWN).content(content).span(width).height(height)


def embedded_page(scene_id: str, url: str) -> Builder[Panel]:
    """Return a panel that embeds a page, with a link to it.

    Grafana removes iframes from text panels unless ``[panels] disable_sanitize_html`` is true (its
    configuration reference); the link remains.

    Args:
        scene_id: The id of the scene, for the title.
        url: The URL at which the page shows the scene.
    """
    escaped_url = escape(url)
    content = (
        f'<a href="{escaped_url}" target="_blank" rel="noopener">Open the scene</a>'
        f'<iframe src="{escaped_url}" title="{escape(scene_id)}" '
        'style="border:0;width:100%;height:94%"></iframe>'
    )
    return text.Panel().title(scene_id).mode(TextMode.HTML).content(content).span(_WHOLE).height(18)


def graph(frames: Dataquery) -> Builder[Panel]:
    """Return the panel of nodes and edges.

    Args:
        frames: The query that contains nodes and edges.
    """
    return (
        nodegraph.Panel().title("Relationships as defined").datasource(_GRAFANA).with_target(Target(frames))
        .span(_WHOLE).height(16)
    )  # fmt: skip


def _thresholds(thresholds: Sequence[Threshold]) -> dashboard.ThresholdsConfig:
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(list(thresholds))


def _mapping() -> ValueMap:
    options: dict[str, Any] = {
        state: ValueMappingResult(text=state, color=color, index=index)
        for index, (state, color) in enumerate(_STATES.items())
    }
    return ValueMap(options=options)
