"""Risks of scenes and their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.plan.changes import Action, Kind, Level
from twin_stack.plan.rule import Comparison, risk_rule
from twin_stack.plan.suspicions import suspected_renames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.plan.changes import Risk


@risk_rule("PLAN060", "scene-removed", Level.ATTENTION, is_breaking=True)
def scene_removed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a scene that is removed: dashboards and links to it show nothing.

    Before:
        scenes/hall.yaml:
            nodes: [{name: Hall, components: [{type: Light, lightType: Ambient}]}]

    After:
        scenes/yard.yaml:
            nodes: [{name: Yard, components: [{type: Light, lightType: Hemisphere}]}]
        scenes/hall.yaml (removed)

    Risk:
        PLAN060 attention: scene "hall" is removed; dashboards and links that name it show nothing

    Do:
        If it only has another id now, write the former one into `renames.scenes`.
    """
    suspected = {rename.former_id for rename in suspected_renames(comparison) if rename.kind is Kind.SCENE}
    for change in comparison.of(Kind.SCENE, Action.REMOVED):
        if change.id not in suspected:
            message = f'scene "{change.id}" is removed; dashboards and links that name it show nothing'
            yield scene_removed.risk(change, message, "write renames.scenes if it has another id now")
