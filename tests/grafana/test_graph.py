"""Nodes and edges of the relationships between entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from tests.support.grafana import choices, factory, pages, panel_of, queries
from twin_stack.definition import load
from twin_stack.grafana import Settings, generate

if TYPE_CHECKING:
    from pathlib import Path


def test_nodes_and_edges_are_the_entities_and_their_parents() -> None:
    page = pages(factory())["overview.json"]
    (target,) = panel_of(page, "Relationships as defined")["targets"]
    nodes, edges = target["snapshot"]
    assert [field["name"] for field in nodes["schema"]["fields"]][:2] == ["id", "title"]
    assert nodes["data"]["values"][0] == ["zone-a", "machine-001", "machine-002", "press-001"]
    assert [field["name"] for field in edges["schema"]["fields"]] == ["id", "source", "target", "mainstat"]
    assert list(zip(*edges["data"]["values"][1:], strict=True)) == [
        ("machine-001", "zone-a", "isChildOf"),
        ("machine-002", "zone-a", "isChildOf"),
        ("press-001", "zone-a", "isChildOf"),
    ]


def test_relationships_are_edges_and_components_of_other_names_have_their_own_variable(
    tmp_path: Path,
) -> None:
    twin = {
        "twin.yaml": {"workspaceId": "plant"},
        "component_types/pump.yaml": {
            "com.example.Pump": {
                "propertyDefinitions": {
                    "feeds": {"dataType": "RELATIONSHIP"},
                    "drains": {"dataType": {"type": "LIST", "nestedType": "RELATIONSHIP"}},
                    "model": "STRING",
                }
            },
            "com-example-Pump": {"propertyDefinitions": {"model": "STRING"}},
        },
        "entities/pumps.yaml": {
            name: {
                "entityName": f"Pump {name}",
                "components": {
                    component: {
                        "componentTypeId": "com.example.Pump",
                        "properties": {
                            "feeds": {"relationshipValue": {"targetEntityId": target}},
                            "drains": {"listValue": [{"relationshipValue": {"targetEntityId": name}}]},
                        },
                    },
                    "other": {"componentTypeId": "com-example-Pump"},
                },
            }
            for name, component, target in (("p-1", "pump", "p-2"), ("p-2", "spare", "p-1"))
        },
    }
    for path, document in twin.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(yaml.safe_dump(document), encoding="utf-8")

    dashboards = pages(generate(load(tmp_path), Settings()))

    (target,) = panel_of(dashboards["overview.json"], "Relationships as defined")["targets"]
    edges = list(zip(*target["snapshot"][1]["data"]["values"][1:], strict=True))
    assert edges == [
        ("p-1", "p-1", "drains"),
        ("p-1", "p-2", "feeds"),
        ("p-2", "p-1", "feeds"),
        ("p-2", "p-2", "drains"),
    ]
    assert len(dashboards) == 3  # two types whose names differ in signs alone
    (page,) = [item for item in dashboards.values() if item["title"] == "com.example.Pump"]
    assert choices(page) == {"${entity}": ["p-1"], "${entity_2}": ["p-2"]}
    selections = [(item["entityId"], item["componentName"], item["properties"]) for item in queries(page)]
    assert selections == [("${entity}", "pump", ["model"]), ("${entity_2}", "spare", ["model"])]
