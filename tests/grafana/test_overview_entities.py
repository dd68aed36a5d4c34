"""The entities of an overview: a large twin does not fill the browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.grafana import Settings, generate
from twin_stack.grafana.overview_entities import shown_entities

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition import TwinDefinition


def _plant(folder: Path, halls: int, machines: int) -> TwinDefinition:
    lines = [f"h{hall}: {{entityName: Hall}}" for hall in range(halls)]
    lines += [
        f"h{hall}-m{machine}: {{entityName: Machine, parentEntityId: h{hall}}}"
        for hall in range(halls)
        for machine in range(machines)
    ]
    files = {"twin.yaml": "workspaceId: my-twin\nengine: bulk\n", "entities/e.yaml": "\n".join(lines)}
    return load(write(folder, files))


def test_whole_levels_are_shown_up_to_the_limit(tmp_path: Path) -> None:
    entities = _plant(tmp_path, 4, 3).entities

    assert len(shown_entities(entities, 16)) == 16
    assert list(shown_entities(entities, 15)) == ["h0", "h1", "h2", "h3"]
    assert list(shown_entities(entities, 2)) == ["h0", "h1"]


def test_overview_of_a_large_twin_has_its_upper_levels_and_says_so(tmp_path: Path) -> None:
    files = generate(_plant(tmp_path, 10, 100), Settings())

    overview = json.loads(files["dashboards/overview.json"])
    panels = {panel.get("title"): json.dumps(panel) for panel in overview["panels"]}
    tree, graph = panels["Entities as defined"], panels["Relationships as defined"]
    assert "The upper levels, without 1000 entities below them." in tree
    assert ("(`h9`)" in tree, "h9-m1" in tree) == (True, False)
    assert ('"h9"' in graph, "h9-m1" in graph) == (True, False)
