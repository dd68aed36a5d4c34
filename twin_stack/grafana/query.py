"""A query of the data source of the Grafana app for AWS IoT TwinMaker, member by member as the app has it.

Source: grafana-iot-twinmaker-app 2.1.7, ``src/common/manager.ts`` (what the page sends) and
``pkg/models/query.go`` (what the plugin reads).
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
"""Plugin id of the data source."""

QueryType = Literal["ListEntities", "GetPropertyValue", "EntityHistory", "ComponentHistory", "GetAlarms"]


@dataclass(frozen=True, kw_only=True)
class TwinMakerQuery(Dataquery):
    """A query. The workspace is the data source's own, so that one dashboard serves every stage.

    Attributes:
        datasource: The data source it goes to.
        query_type: What is asked.
        ref_id: Name of the query in its panel.
        entity_id: Entity, or a variable such as ``${entity}``.
        component_name: Component of the entity, or a variable.
        component_type_id: Component type, for histories of all its components.
        properties: Names of the properties asked for.
        order: By time, for histories.
        grafana_live_enabled: The page sets it as it is when it asks.
        property_display_names: Other names for properties.
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
        """Return what stands in a dashboard: the members that were given."""
        given = {to_camel(one.name): getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in given.items() if value is not None}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> TwinMakerQuery:
        """Return a query that stands in a dashboard.

        Args:
            data: What ``to_json`` gives, once it was text.

        Raises:
            KeyError: A member is not one of the app's.
        """
        names = {to_camel(one.name): one.name for one in fields(cls)}
        given = {names[name]: value for name, value in data.items()}
        given["datasource"] = DataSourceRef.from_json(given["datasource"])
        if "properties" in given:
            given["properties"] = tuple(given["properties"])
        return cls(**given)


@dataclass(frozen=True)
class Target(Builder[Dataquery]):
    """A query as panels of the SDK take it."""

    query: Dataquery

    def build(self) -> Dataquery:
        """Return the query."""
        return self.query


def variant_config() -> DataqueryConfig:
    """Return what the SDK needs to read queries of this data source."""
    return DataqueryConfig(identifier=DATA_SOURCE, from_json_hook=TwinMakerQuery.from_json)
