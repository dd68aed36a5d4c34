"""Motion indicators."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.page_state import wait_until
from tests.support.scene_documents import RED, binding, model, node
from twin_stack.definition import load

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.viewer.scene.conftest import CountFrames, SetValue, Show

SHAPES = ("LinearPlane", "LinearCylinder", "CircularCylinder")
WINDFARM = Path(__file__).parents[3] / "models" / "windfarm"
_DEFINE_TURNS = """() => {
  globalThis.turnsOf = (part) => {
    const { stage, models } = harness.view
    const rotor = models.getObjectByName('Rotor')
    const isRing = ({ material }) => material?.transparent && material.map
    let ring
    models.traverse((object) => { if (isRing(object)) ring = object.material.map })
    const stateAt = (now) => {
      for (const update of stage.animations) update(now)
      return { turn: rotor.quaternion.clone(), offset: ring.offset.x }
    }
    const now = performance.now()
    const [before, after] = [stateAt(now), stateAt(now + 100)]
    if (part === 'rotor') return (before.turn.angleTo(after.turn) / (2 * Math.PI)) * 10
    return ((((before.offset - after.offset) % 1) + 1) % 1 / ring.repeat.x) * 10
  }
}"""
"""Defines how far a part of the shown turbine turns, in turns a second, without waiting for it."""


def test_arrows_of_each_shape_move_while_its_speed_is_not_zero(
    page: Page, show: Show, set_value: SetValue, count_frames: CountFrames
) -> None:
    belts = []
    for row, shape in enumerate(SHAPES):
        indicator = {
            "type": "MotionIndicator",
            "shape": shape,
            "valueDataBindings": {
                "speed": {"ruleBasedMapId": "speed", **binding(f"{shape}/c/t")},
                "foregroundColor": {},
            },
            "config": {"numOfRepeatInY": 2, "backgroundColorOpacity": 1, "defaultForegroundColor": RED},
        }
        place = {"position": [0, 0.9 * (1 - row), 0], "rotation": [0.6, 0, 0], "scale": [2, 0.8, 0.8]}
        belts.append(node(shape, indicator, transform=place))
    assert show(*belts) == []
    page.evaluate("harness.untilStill()")
    assert count_frames(700) == 0

    # One moves at a time, so that it alone changes what is seen.
    for shape in SHAPES:
        set_value(f"{shape}/c/t", 0.37)
        page.wait_for_timeout(300)
        assert count_frames(700) > 3, shape
        # Two screenshots may be equal, as the arrows repeat.
        screenshots = {page.locator("#scene").screenshot() for _ in range(4)}
        assert len(screenshots) > 1, shape

        set_value(f"{shape}/c/t", 0)
        page.evaluate("harness.untilStill()")
    assert count_frames(700) == 0


def test_arrows_do_not_move_if_the_user_prefers_reduced_motion(
    page: Page, show: Show, count_frames: CountFrames
) -> None:
    page.emulate_media(reduced_motion="reduce")
    indicator = {
        "type": "MotionIndicator",
        "shape": "LinearPlane",
        "valueDataBindings": {},
        "config": {"numOfRepeatInY": 2, "backgroundColorOpacity": 1, "defaultSpeed": "0.5"},
    }

    assert show(node("Belt", indicator)) == []

    page.evaluate("harness.untilStill()")
    assert count_frames(700) == 0


def test_rotor_turns_and_the_ring_around_it_as_fast_as_its_value_unless_motion_is_reduced(
    page: Page, show: Show, set_value: SetValue
) -> None:
    document = load(WINDFARM).scenes["windfarm-overview"].document
    page.route("**/models/turbine.glb", lambda route: route.fulfill(path=WINDFARM / "assets" / "turbine.glb"))
    (ring,) = [node for node in document["nodes"] if node["name"] == "Turbine A1 rotor"]
    spin = {"type": "Animation", "currentAnimations": ["Spin"]}
    turbine = node("Turbine", model("turbine.glb"), spin, children=[2])
    page.evaluate(_DEFINE_TURNS)

    def show_turbine() -> None:
        problems = show(turbine, ring, rules=document["rules"], rootNodeIndexes=[0, 1])
        assert problems == []

    show_turbine()
    for speed in (6, 18, 0):
        set_value("turbine-01/turbine/rotorSpeed", speed)
        wait_until(page, f"Math.abs(turnsOf('ring') * 60 - {speed}) < 0.01")
    assert page.evaluate("turnsOf('rotor')") * 60 == pytest.approx(10, abs=0.1)

    page.emulate_media(reduced_motion="reduce")
    set_value("turbine-01/turbine/rotorSpeed", 18)
    show_turbine()
    assert page.evaluate("[turnsOf('ring'), turnsOf('rotor')]") == [0, 0]
