"""Alarms in the page: one state in all of its parts, and acknowledging."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.factory_page import (
    assert_only_embedded_aws_is_used,
    expect_text,
    put_temperature,
    serve_factory_tags,
    wait_for_scene,
    with_short_refresh,
    without_scene,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Route

    from tests.support.local_factory import LocalFactory
    from tests.viewer.conftest import KeepScreenshot, OpenPage, PageUrl

pytestmark = pytest.mark.slow

ALARM = ("machine-001", "alarm")


@pytest.fixture
def raised_alarm(local_factory: LocalFactory) -> Iterator[None]:
    """A machine that is too hot, and normal again after the test."""
    put_temperature(local_factory, 50)
    put_temperature(local_factory, 50, device="machine-002")
    put_temperature(local_factory, 91.5)
    yield
    put_temperature(local_factory, 40)


def with_quick_tags(page: Page) -> None:
    """Give the page the tags of the factory's scene, and values each second."""
    with_short_refresh(page)
    serve_factory_tags(page)


def read_states(factory: LocalFactory, *names: str) -> dict[str, list[str]]:
    """The values of the alarm since a minute ago, oldest first, by property."""
    now = datetime.now(UTC)
    answer = factory.twin.client("iottwinmaker").get_property_value_history(
        workspaceId=factory.workspace_id,
        entityId="machine-001",
        componentName="alarm",
        selectedProperties=list(names),
        startTime=(now - timedelta(minutes=2)).isoformat(),
        endTime=(now + timedelta(minutes=1)).isoformat(),
        orderByTime="ASCENDING",
    )
    return {
        series["entityPropertyReference"]["propertyName"]: [
            value["value"]["stringValue"] for value in series["values"]
        ]
        for series in answer["propertyValues"]
    }


def test_acknowledged_alarm_is_the_same_in_all_parts_of_the_page(
    local_factory: LocalFactory,
    open_page: OpenPage,
    page_url: PageUrl,
    keep_screenshot: KeepScreenshot,
    raised_alarm: None,
) -> None:
    opened = open_page(page_url("entity=machine-001", "view=alarms", "range=15m"), routes=with_quick_tags)
    page = opened.page
    wait_for_scene(opened)
    tag = page.locator(".scene-tags li", has_text="CNC Machine 1 alarm")
    row = page.locator('[data-alarm="machine-001"]')
    expect_text(row.locator(".badge"), "critical")
    expect_text(page.locator(".alarms"), "1 critical")
    expect_text(tag, "CNC Machine 1 alarm: Error")

    row.get_by_role("button", name="Acknowledge").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Note (optional)").fill("fan ordered")
    dialog.get_by_role("button", name="Acknowledge").click()
    dialog.wait_for(state="detached")

    # Header, list, tree, details, chart and scene.
    expect_text(page.locator(".alarms"), "1 acknowledged")
    expect_text(row.locator(".badge"), "acknowledged")
    expect_text(row.locator(".note"), "fan ordered")
    for name in ("CNC Machine 1", "Manufacturing Zone A"):
        badge = opened.entity(name).locator(".badge")
        assert badge.get_attribute("data-severity") == "acknowledged"
    expect_text(page.locator(".alarm-card q"), "fan ordered")
    for name in ("alarm_status", "alarmStatus"):
        expect_text(opened.row(*ALARM, name).locator(".value"), "ACKNOWLEDGED")
    page.locator(".strip-bar span:last-child", has_text="ACKNOWLEDGED").wait_for()
    expect_text(tag, "CNC Machine 1 alarm: Warning")
    keep_screenshot(page, "acknowledged")

    # What is stored, and what the evaluator made of it.
    states = read_states(local_factory, "alarm_status", "alarmStatus", "alarmNote")
    assert states["alarm_status"][-1] == states["alarmStatus"][-1] == "ACKNOWLEDGED"
    assert states["alarmNote"] == ["fan ordered"]
    assert_only_embedded_aws_is_used(opened, local_factory)

    # It ends with the alarm: the next one is active again, without the note.
    put_temperature(local_factory, 40)
    expect_text(page.locator(".alarms"), "no alarms")
    put_temperature(local_factory, 92)
    expect_text(row.locator(".badge"), "critical")
    expect_text(page.locator(".alarms"), "1 critical")
    assert row.locator(".note").count() == 0


def test_refused_acknowledgement_says_why_and_the_button_keeps_the_reason(
    open_page: OpenPage,
    page_url: PageUrl,
    raised_alarm: None,
) -> None:
    reason = "not authorized to perform: iottwinmaker:BatchPutPropertyValues"

    def refuse(page: Page) -> None:
        with_short_refresh(page)
        without_scene(page)
        answer = {
            "status": 403,
            "json": {"message": reason},
            "headers": {"x-amzn-errortype": "AccessDeniedException"},
        }
        page.route("**/entity-properties", lambda route: route.fulfill(**answer))

    opened = open_page(page_url("view=alarms"), routes=refuse)
    row = opened.page.locator('[data-alarm="machine-001"]')
    row.get_by_role("button", name="Acknowledge").click()
    dialog = opened.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Acknowledge").click()

    expect_text(dialog.get_by_role("alert"), f"Not acknowledged: {reason}")
    dialog.get_by_role("button", name="Cancel").click()
    expect_text(row.locator(".cannot-acknowledge .muted"), f"This page may not acknowledge alarms: {reason}")
    expect_text(opened.page.locator(".alarms"), "1 critical")


def test_alarms_that_are_not_known_yet_do_not_look_like_no_alarms(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl
) -> None:
    for device in ("machine-001", "machine-002"):
        put_temperature(local_factory, 40, device=device)
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    def hold(page: Page) -> None:
        without_scene(page)
        page.route("**/entity-properties/history", keep)

    opened = open_page(page_url(), routes=hold)
    expect_text(opened.page.locator(".alarms"), "alarms not known yet")
    zone = opened.entity("Manufacturing Zone A").locator(".badge")
    expect_text(zone, "?")

    opened.page.unroute("**/entity-properties/history")
    for route in held:
        route.continue_()
    expect_text(opened.page.locator(".alarms"), "no alarms")
    expect_text(zone, "")


def test_wall_view_goes_to_a_new_alarm_and_names_it(
    local_factory: LocalFactory,
    open_page: OpenPage,
    page_url: PageUrl,
    keep_screenshot: KeepScreenshot,
) -> None:
    for device in ("machine-001", "machine-002"):
        put_temperature(local_factory, 40, device=device)
    opened = open_page(page_url("view=wall"), routes=with_quick_tags)
    page = opened.page
    wait_for_scene(opened)
    expect_text(page.locator(".alarms"), "no alarms")
    assert page.get_by_role("button", name="Sound").get_attribute("aria-pressed") == "false"
    for selector in (".tree-pane", ".panel", ".charts"):
        assert not page.locator(selector).is_visible()

    put_temperature(local_factory, 91.5)
    try:
        title = re.compile(
            r"New alarm: CNC Machine 1, temperature is above 80 Celsius \(critical, for \d+ s\)"
        )
        expect_text(page.locator(".wall-title"), title)
        assert "entity=machine-001" in page.url
        expect_text(page.locator('[data-alarm="machine-001"] .badge'), "critical")
        keep_screenshot(page, "wall")
        history_length = page.evaluate("history.length")
        page.get_by_role("button", name="Leave wall view").click()
        page.locator(".tree-pane").wait_for()
        # The views that changed by themselves are not in the history.
        assert page.evaluate("history.length") == history_length
    finally:
        put_temperature(local_factory, 40)
