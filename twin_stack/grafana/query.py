"""Queries of Grafana's data sources for AWS IoT TwinMaker and AWS IoT SiteWise, with the plugins' members.

Sources: grafana-iot-twinmaker-app 2.1.7, ``src/common/manager.ts`` (the query that the browser sends) and
``pkg/models/query.go`` (the query that the plugin reads); grafana-iot-sitewise-datasource 2.6.1,
``src/types.ts`` and ``pkg/models/property.go``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.runtime import DataqueryConfig
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.dashboard import DataSourceRef
from pydantic.alias_generators import to_camel

if TYPE_CHECKING:
    from collections.abc import Mapping

DATA_SOURCE = "grafana-iot-twinmaker-datasource"
"""The plugin id of the data source."""

SITEWISE_DATA_SOURCE = "grafana-iot-sitewise-datasource"
"""The plugin id of the data source for SiteWise."""

QueryType = Literal["ListEntities", "GetPropertyValue", "EntityHistory", "ComponentHistory", "GetAlarms"]


@dataclass(frozen=True, kw_only=True)
class TwinMakerQuery(Dataquery):
    """A query. The data source contains the workspace, so one dashboard serves every stage.

    Attributes:
        datasource: The data source.
        query_type: The type of the query.
        ref_id: The name of the query in its panel.
        entity_id: An entity id, or a variable such as ``${entity}``.
        component_name: A component of the entity, or a variable.
        component_type_id: The component type, for histories of all its components.
        properties: The names of the properties.
        order: The order by time, for histories.
        grafana_live_enabled: Part of the dashboard's form; the browser sets it when it sends the query.
        property_display_names: Display names by property.
    """

    datasource: DataSourceRef
    query_type: QueryType
    ref_id: str = "A"
    entity_id: str | None = None
    component_name: str | None = None
    component_type_id: str | None = None
    properties: tuple[str, ...] | None = None
    order: Literal["ASCENDING", "DESCENDING"] | None = None
    grafana_live_enabled: bool = True
    property_display_names: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """Return the query as a dashboard contains it, without members that have no value."""
        members = {to_camel(member.name): getattr(self, member.name) for member in fields(self)}
        return {name: value for name, value in members.items() if value is not None}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> TwinMakerQuery:
        """Return a query from a dashboard.

        Args:
            data: The parsed JSON that ``to_json`` returned.

        Raises:
            KeyError: The app has no such member.
        """
        names = {to_camel(member.name): member.name for member in fields(cls)}
        members = {names[name]: value for name, value in data.items()}
        members["datasource"] = DataSourceRef.from_json(members["datasource"])
        if "properties" in members:
            members["properties"] = tuple(members["properties"])
        return cls(**members)


@dataclass(frozen=True, kw_only=True)
class SiteWiseQuery(Dataquery):
    """A query for the history of one property of an asset.

    Attributes:
        datasource: The data source.
        property_aliases: The alias of the property, in which variables are replaced.
        ref_id: The name of the query in its panel.
    """

    datasource: DataSourceRef
    property_aliases: tuple[str]
    ref_id: str = "A"

    def to_json(self) -> dict[str, object]:
        """Return the query as a dashboard contains it."""
        return {
            "datasource": self.datasource,
            "refId": self.ref_id,
            "queryType": "PropertyValueHistory",
            "propertyAliases": self.property_aliases,
            "quality": "GOOD",
            "responseFormat": "timeseries",
            "timeOrdering": "ASCENDING",
        }


@dataclass(frozen=True)
class Target(Builder[Dataquery]):
    """A query in the form that panels of the SDK accept."""

    query: Dataquery

    def build(self) -> Dataquery:
        """Return the query."""
        return self.query


def variant_config() -> DataqueryConfig:
    """Return the configuration with which the SDK reads queries of this data source."""
    return DataqueryConfig(identifier=DATA_SOURCE, from_json_hook=TwinMakerQuery.from_json)
