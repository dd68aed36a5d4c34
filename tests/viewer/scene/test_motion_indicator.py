"""Motion indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.scene_documents import RED, binding, node

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.viewer.scene.conftest import CountFrames, SetValue, Show


@pytest.mark.parametrize("shape", ["LinearPlane", "LinearCylinder", "CircularCylinder"])
def test_arrows_move_while_the_speed_is_not_zero(
    page: Page,
    show: Show,
    shape: str,
    set_value: SetValue,
    count_frames: CountFrames,
) -> None:
    indicator = {
        "type": "MotionIndicator",
        "shape": shape,
        "valueDataBindings": {
            "speed": {"ruleBasedMapId": "speed", **binding("m/c/t")},
            "foregroundColor": {},
        },
        "config": {"numOfRepeatInY": 2, "backgroundColorOpacity": 1, "defaultForegroundColor": RED},
    }
    show(node("Belt", indicator, transform={"rotation": [0.6, 0, 0], "scale": [2, 1, 1]}))
    page.wait_for_timeout(500)
    assert count_frames(700) == 0

    set_value("m/c/t", 0.37)
    page.wait_for_timeout(300)
    assert count_frames(700) > 3
    # Two screenscreenshots may be equal, as the arrows repeat.
    screenshots = {page.locator("#scene").screenshot() for _ in range(4)}
    assert len(screenshots) > 1

    set_value("m/c/t", 0)
    page.wait_for_timeout(300)
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

    page.wait_for_timeout(300)
    assert count_frames(700) == 0
