"""Entities and their relationships as nodes and edges.

No query of the app's data source returns edges: ``ListEntities`` returns no parents, and there is no query
for the knowledge graph (``pkg/plugin/twinmaker/handler.go``). So the graph shows the definition, as two data
frames inside of the dashboard (``GrafanaQuery.snapshot`` of Grafana's own data source, the form of dashboard
snapshots) with the fields that the node graph panel requires.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grafana_foundation_sdk.cog.runtime import UnknownDataquery

from twin_stack.twinmaker.names import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from twin_stack.definition import Entity

PARENT = "isChildOf"


def relationships(entities: Mapping[str, Entity]) -> UnknownDataquery:
    """Return the query that contains nodes and edges.

    Args:
        entities: The entities by id.
    """
    edges = sorted(set(_edges(entities)))
    nodes = [
        (entity.entity_id, entity.entity_name, entity.entity_id, ", ".join(entity.components))
        for entity in entities.values()
    ]
    return UnknownDataquery(
        {
            "refId": "A",
            "datasource": {"type": "grafana", "uid": "grafana"},
            "queryType": "snapshot",
            "snapshot": [
                _frame("nodes", ("id", "title", "subtitle", "detail__components"), nodes),
                _frame(
                    "edges",
                    ("id", "source", "target", "mainstat"),
                    [(f"{start} {name} {end}", start, end, name) for start, end, name in edges],
                ),
            ],
        }
    )


def _edges(entities: Mapping[str, Entity]) -> Iterator[tuple[str, str, str]]:
    for entity in entities.values():
        if entity.parent_entity_id != ROOT and entity.parent_entity_id in entities:
            yield entity.entity_id, entity.parent_entity_id, PARENT
        for component in entity.components.values():
            for name, prop in component.properties.items():
                for target in _targets(prop.value):
                    if target in entities:
                        yield entity.entity_id, target, name


def _targets(value: object) -> Iterator[str]:
    """Yield the ids of the target entities of a value: a relationship, or a list or map of them."""
    match value:
        case {"relationshipValue": {"targetEntityId": str(target)}}:
            yield target
        case {"listValue": [*members]}:
            for member in members:
                yield from _targets(member)
        case {"mapValue": dict(members)}:
            for member in members.values():
                yield from _targets(member)


def _frame(name: str, fields: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Return a data frame in Grafana's JSON form (``DataFrameJSON`` of ``@grafana/data``)."""
    return {
        "schema": {
            "name": name,
            "meta": {"preferredVisualisationType": "nodeGraph"},
            "fields": [{"name": field, "type": "string"} for field in fields],
        },
        "data": {"values": [[row[index] for row in rows] for index in range(len(fields))]},
    }
