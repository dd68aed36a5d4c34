"""Entities and their relationships as nodes and edges.

The app's data source answers no query with edges: ``ListEntities`` gives no parents, and there is none for
the knowledge graph (``pkg/plugin/twinmaker/handler.go``). So the picture is that of the definition, in two
frames that stand in the dashboard (``GrafanaQuery.snapshot`` of Grafana's own data source, the form that
dashboard snapshots have), with the fields the node graph panel looks for.
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
    """Return the query that holds nodes and edges.

    Args:
        entities: By id.
    """
    edges = sorted(set(_edges(entities)))
    nodes = [
        (one.entity_id, one.entity_name, one.entity_id, ", ".join(one.components))
        for one in entities.values()
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
            for name, given in component.properties.items():
                for target in _targets(given.value):
                    if target in entities:
                        yield entity.entity_id, target, name


def _targets(value: object) -> Iterator[str]:
    """Yield the entities a value points at: a relationship, or a list or mapping of them."""
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
    """Return a frame in Grafana's JSON form (``DataFrameJSON`` of ``@grafana/data``)."""
    return {
        "schema": {
            "name": name,
            "meta": {"preferredVisualisationType": "nodeGraph"},
            "fields": [{"name": field, "type": "string"} for field in fields],
        },
        "data": {"values": [[row[index] for row in rows] for index in range(len(fields))]},
    }
