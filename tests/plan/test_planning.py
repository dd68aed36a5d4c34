"""Edits of the example models, each with its plan."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from twin_stack.definition import load
from twin_stack.plan import make_plan
from twin_stack.plan.summary import summary_line
from twin_stack.plan.text import plan_text

if TYPE_CHECKING:
    from twin_stack.definition import TwinDefinition

MODELS = Path(__file__).parents[2] / "models"
TWIN = "twin.yaml"
SENSORS = "component_types/sensors.yaml"
PRESS = "component_types/press.yaml"
ALARMS = "component_types/alarms.yaml"
ZONE = "entities/zone-a.yaml"
SCENE = "scenes/factory-overview.yaml"
SENSOR = "com.example.TemperatureSensor"


def changed_factory(folder: Path, texts: tuple[tuple[str, str, str], ...]) -> TwinDefinition:
    """The factory after some replacements of text."""
    shutil.copytree(MODELS / "factory", folder)
    for name, old, new in texts:
        file = folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old}"
        file.write_text(text.replace(old, new), encoding="utf-8")
    return load(folder)


@pytest.fixture(scope="module")
def factory() -> TwinDefinition:
    return load(MODELS / "factory")


@pytest.mark.slow
@pytest.mark.parametrize("model", ["factory", "building", "windfarm", "minimal"])
def test_model_has_no_change_against_itself(model: str) -> None:
    plan = make_plan(load(MODELS / model), load(MODELS / model))
    assert (plan.changes, plan.risks, plan.quotas) == ((), (), ())
    assert plan.before_hash == plan.after_hash
    assert summary_line(plan) == "no change"


def test_document_whose_value_gets_another_type_is_changed(factory: TwinDefinition) -> None:
    (scene,) = factory.scenes.values()
    sides = [
        replace(
            factory,
            scenes={
                scene.scene_id: scene.model_copy(
                    update={"document": {**scene.document, "properties": {"isLit": value}}}
                )
            },
        )
        for value in (1, True)
    ]
    plan = make_plan(*sides)
    assert plan.before_hash != plan.after_hash
    assert [(change.id, [detail.path for detail in change.details]) for change in plan.changes] == [
        (scene.scene_id, [("properties", "isLit")])
    ]


def test_first_deployment_adds_everything(factory: TwinDefinition) -> None:
    plan = make_plan(None, factory)
    assert {change.action for change in plan.changes} == {"added"}
    assert summary_line(plan) == "15 to add"
    assert plan.risks == ()


def test_removed_subtree_is_named_once(factory: TwinDefinition, tmp_path: Path) -> None:
    after = changed_factory(
        tmp_path / "after",
        (
            (ZONE, "zone-a:\n  entityName: Manufacturing Zone A", "zone-b:\n  entityName: Zone B"),
            (ZONE, "machine-001", "machine-101"),
            (ZONE, "machine-002", "machine-102"),
            (ZONE, "press-001", "press-101"),
            (ZONE, "TMP-117", "TMP-118"),
            (ZONE, "Hydraulic Press 1\n", "Hydraulic Press 1\n      tags: {Line: B}\n"),
            (SCENE, "zone-a", "zone-b"),
            (SCENE, "machine-001", "machine-101"),
            (SCENE, "machine-002", "machine-102"),
            (SCENE, "press-001", "press-101"),
        ),
    )
    plan = make_plan(factory, after)
    risks = [risk.message for risk in plan.risks]
    assert risks == [
        'entity "zone-a" is removed with 3 entities below it ("machine-001", "machine-002", "press-001"), '
        "and with it the way to the history of 10 time series"
    ]
    assert "4 to remove (zone-a and 3 below it)" in summary_line(plan)
    assert [line for line in plan_text(plan, "") if line.startswith("- ")] == [
        "- entity zone-a is removed with 3 entities below it"
    ]
