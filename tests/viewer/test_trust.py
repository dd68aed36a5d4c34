"""What the page with a scene shows while a file, a value or the browser's WebGL is missing."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.factory_page import (
    HOT_RULE,
    SENSOR,
    SMALL,
    count_scene_pixels,
    expect_text,
    pass_time,
    put_temperature,
    serve_scene,
    wait_for_scene,
    with_short_refresh,
)
from tests.support.scene_documents import RED, binding, model, node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Route

    from tests.support.images import ImageReader
    from tests.support.local_factory import LocalFactory
    from tests.viewer.conftest import OpenPage, PageUrl

pytestmark = pytest.mark.slow

FAR = "https://models.example/far.glb"
RULES = {
    "icon": HOT_RULE,
    "alarm": {
        "statements": [
            {"expression": "alarm_status == 'ACKNOWLEDGED'", "target": "iottwinmaker.common.icon:Warning"},
            {"expression": "alarm_status == 'ACTIVE'", "target": "iottwinmaker.common.icon:Error"},
        ]
    },
}
COUNT = """
globalThis.modelRequests = 0
globalThis.contexts = 0
globalThis.contextAttempts = 0
const request = globalThis.fetch
globalThis.fetch = function (input, ...more) {
  if (String(input?.url ?? input).includes('models.example')) globalThis.modelRequests += 1
  return request.call(this, input, ...more)
}
const getContext = HTMLCanvasElement.prototype.getContext
const counted = new WeakSet()
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  if (!kind.startsWith('webgl')) return getContext.call(this, kind, ...more)
  globalThis.contextAttempts += 1
  if (globalThis.hasNoWebGl) return null
  const context = getContext.call(this, kind, ...more)
  if (context && !counted.has(context)) globalThis.contexts += 1
  if (context) counted.add(context)
  return context
}
"""
"""Counts requests for the far model, and contexts of WebGL."""
WITHOUT_DERIVED_STATE = """
const read = globalThis.fetch
globalThis.fetch = async function (input, ...more) {
  const response = await read.call(this, input, ...more)
  if (!String(input?.url ?? input).endsWith('/history') || !response.ok) return response
  const body = await response.json()
  for (const { entityPropertyReference, values } of body.propertyValues ?? []) {
    if (entityPropertyReference.propertyName !== 'alarmStatus') continue
    const others = values.filter(({ value }) => value.stringValue !== 'ACKNOWLEDGED')
    values.splice(0, values.length, ...others)
  }
  return new Response(JSON.stringify(body), { headers: response.headers })
}
"""
"""Answers as before the evaluator has written its state after the status of an alarm."""
LOSE_CONTEXT = """async () => {
  const canvas = document.querySelector('main canvas')
  const extension = canvas.getContext('webgl2').getExtension('WEBGL_lose_context')
  const wait = (name) => new Promise((resolve) => canvas.addEventListener(name, resolve, { once: true }))
  const lost = wait('webglcontextlost')
  extension.loseContext()
  await lost
  const restored = wait('webglcontextrestored')
  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
  await pause(50)
  extension.restoreContext()
  await Promise.race([restored, pause(3_000)])
}"""


def serve_hall(page: Page, *more: dict[str, Any]) -> None:
    """Give the workspace one scene: two tags of a machine, and more nodes."""
    tags = [
        node(
            "Temperature",
            {"type": "Tag", "ruleBasedMapId": "icon", **binding("/".join((*SENSOR, "temperature")))},
        ),
        node(
            "Alarm",
            {"type": "Tag", "ruleBasedMapId": "alarm", **binding("machine-001/alarm/alarm_status")},
            transform={"position": [0.8, 0, 0]},
        ),
    ]
    serve_scene(page, *tags, *more, rules=RULES)
    page.add_init_script(COUNT)


def with_hall(page: Page) -> None:
    """Give the page the hall, and values each second."""
    with_short_refresh(page)
    serve_hall(page)


def test_scene_stays_while_a_model_has_no_answer_and_is_drawn_again_when_its_context_is_given_back(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl, images: ImageReader
) -> None:
    far = node("Far", model(FAR), transform={"position": [-0.8, 0, 0]})
    put_temperature(local_factory, 91)
    opened = open_page(
        page_url("entity=machine-001"),
        routes=lambda page: serve_hall(page, far),
        has_clock=True,
        viewport=SMALL,
    )
    wait_for_scene(opened)
    expect_text(opened.page.locator(".scene-problems li").first, re.compile("far.glb"))
    contexts = opened.page.evaluate("contexts")
    for _ in range(15):
        pass_time(opened, 2)
        opened.page.wait_for_timeout(30)

    assert 2 <= opened.page.evaluate("modelRequests") <= 7
    assert opened.page.evaluate("contexts") == contexts
    assert count_scene_pixels(opened, images, RED, at_least=200) >= 200

    opened.page.evaluate(LOSE_CONTEXT)
    assert count_scene_pixels(opened, images, RED, at_least=200) >= 200


def test_page_without_webgl_says_so_once(open_page: OpenPage, page_url: PageUrl) -> None:
    def prepare(page: Page) -> None:
        serve_hall(page)
        page.add_init_script("globalThis.hasNoWebGl = true")

    opened = open_page(page_url("entity=machine-001"), routes=prepare, has_clock=True)
    scene = opened.page.locator("main")
    expect_text(scene.locator("[role=status]"), re.compile("has no WebGL 2. Turn on hardware acceleration"))
    attempts = opened.page.evaluate("contextAttempts")
    for _ in range(15):
        pass_time(opened, 1)
        opened.page.wait_for_timeout(20)
    assert opened.page.evaluate("contextAttempts") == attempts
    assert "trying again" not in scene.inner_text()
    assert scene.locator("[role=alert] li").count() == 0


def test_old_and_failed_values_look_so_in_the_scene_and_the_details(
    open_page: OpenPage, page_url: PageUrl
) -> None:
    hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    is_failing = False

    def answer(route: Route) -> None:
        body = json.loads(route.request.post_data or "{}")
        if body.get("componentName") != SENSOR[1] or body["maxResults"] != 1:
            route.fallback()
        elif is_failing:
            message = {"message": "the connector failed"}
            headers = {"x-amzn-errortype": "ConnectorFailureException"}
            route.fulfill(status=424, headers=headers, json=message)
        else:
            reference = {"entityId": SENSOR[0], "componentName": SENSOR[1], "propertyName": "temperature"}
            series = {
                "entityPropertyReference": reference,
                "values": [{"time": hour_ago, "value": {"doubleValue": 91}}],
            }
            route.fulfill(json={"propertyValues": [series]})

    def prepare(page: Page) -> None:
        with_hall(page)
        page.route("**/entity-properties/history", answer)

    opened = open_page(page_url("entity=machine-001"), routes=prepare, has_clock=True, viewport=SMALL)
    tag = opened.page.locator(".scene-tags li", has_text="Temperature")
    expect_text(tag, "Temperature: Error, old value")
    opened.page.locator(".scene-label[data-freshness=stale]").wait_for(state="attached")
    temperature = opened.row(*SENSOR, "temperature")
    expect_text(temperature.locator(".age"), "stale, 1 h ago")

    is_failing = True
    for _ in range(3):
        pass_time(opened, 5)
        opened.page.wait_for_timeout(50)
    expect_text(tag, "Temperature: Error, cannot be read")
    expect_text(temperature.locator(".age"), "failed, 1 h ago")


@pytest.fixture
def acknowledged_alarm(local_factory: LocalFactory) -> Iterator[None]:
    """An alarm that another program acknowledged, and normal again after the test."""
    put_temperature(local_factory, 50)
    put_temperature(local_factory, 91.5)
    twinmaker = local_factory.twin.client("iottwinmaker")
    reference = {"entityId": "machine-001", "componentName": "alarm", "propertyName": "alarm_status"}
    value = {"time": datetime.now(UTC).isoformat(), "value": {"stringValue": "ACKNOWLEDGED"}}
    answer = twinmaker.batch_put_property_values(
        workspaceId=local_factory.workspace_id,
        entries=[{"entityPropertyReference": reference, "propertyValues": [value]}],
    )
    assert answer["errorEntries"] == []
    yield
    put_temperature(local_factory, 40)


def test_alarm_that_another_program_acknowledged_is_so_in_all_parts_of_the_page(
    open_page: OpenPage, page_url: PageUrl, acknowledged_alarm: None
) -> None:
    def prepare(page: Page) -> None:
        with_hall(page)
        page.add_init_script(WITHOUT_DERIVED_STATE)

    opened = open_page(page_url("entity=machine-001", "range=15m"), routes=prepare, has_clock=True)
    page = opened.page
    expect_text(page.locator(".alarms"), re.compile("^1 acknowledged$"))
    badge = opened.entity("CNC Machine 1").locator(".badge")
    assert badge.get_attribute("data-severity") == "acknowledged"
    for name in ("alarm_status", "alarmStatus"):
        expect_text(opened.row("machine-001", "alarm", name).locator(".value"), "ACKNOWLEDGED")
    page.locator(".strip-bar span:last-child", has_text="ACKNOWLEDGED").wait_for()
    expect_text(page.locator(".scene-tags li", has_text="Alarm"), "Alarm: Warning")
