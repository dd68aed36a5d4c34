"""How many requests for values the page makes."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.factory_page import (
    SENSOR,
    expect_text,
    put_temperature,
    wait_for_scene,
    with_short_refresh,
    without_scene,
)
from tests.support.polling import soon
from tests.viewer.conftest import OpenedPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Request

    from tests.support.local_factory import LocalFactory
    from tests.viewer.conftest import OpenPage, PageUrl

pytestmark = pytest.mark.slow

PROBE = "com.example.Probe"
PROBES = [f"probe-{number}" for number in range(1, 9)]
_HIDE = """(isHidden) => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden })
  document.dispatchEvent(new Event('visibilitychange'))
}"""


class ValueRequests:
    """The requests of a page for the newest values of properties.

    Args:
        page: The page; requests from now on count.
    """

    def __init__(self, page: Page) -> None:
        self.bodies: list[dict[str, Any]] = []
        page.on("request", self._add)

    def _add(self, request: Request) -> None:
        if not request.url.endswith("/entity-properties/history"):
            return
        body = json.loads(request.post_data or "{}")
        # Charts read many values of a component.
        if "componentTypeId" in body or body["maxResults"] == 1:
            self.bodies.append(body)


def _put_probe(factory: LocalFactory, probe: str, celsius: float) -> None:
    put_temperature(factory, celsius, device=f"device-of-{probe}", component_type=PROBE)


@pytest.fixture
def probes(local_factory: LocalFactory) -> Iterator[str]:
    """Add entities with an external id to the factory, and return the id of their parent."""
    twinmaker = local_factory.twin.client("iottwinmaker")
    workspace = local_factory.workspace_id
    sensor = twinmaker.get_component_type(
        workspaceId=workspace, componentTypeId="com.example.TemperatureSensor"
    )
    reader = sensor["functions"]["dataReader"]["implementedBy"]
    text = {"type": "STRING"}
    twinmaker.create_component_type(
        workspaceId=workspace,
        componentTypeId=PROBE,
        functions={"dataReader": {"implementedBy": reader}},
        propertyDefinitions={
            "deviceId": {"dataType": text, "isExternalId": True},
            "temperature": {
                "dataType": {"type": "DOUBLE"},
                "isTimeSeries": True,
                "isStoredExternally": True,
            },
        },
    )
    twinmaker.create_entity(workspaceId=workspace, entityId="probes", entityName="Probes")
    for probe in PROBES:
        device = {"deviceId": {"value": {"stringValue": f"device-of-{probe}"}}}
        twinmaker.create_entity(
            workspaceId=workspace,
            entityId=probe,
            entityName=probe,
            parentEntityId="probes",
            components={"probe": {"componentTypeId": PROBE, "properties": device}},
        )
        _put_probe(local_factory, probe, 20)
    yield "probes"
    twinmaker.delete_entity(workspaceId=workspace, entityId="probes", isRecursive=True)

    def remaining() -> bool:
        filters = [{"componentTypeId": PROBE}]
        return bool(twinmaker.list_entities(workspaceId=workspace, filters=filters)["entitySummaries"])

    assert soon(remaining, expected=False) is False
    twinmaker.delete_component_type(workspaceId=workspace, componentTypeId=PROBE)


def test_components_of_one_type_take_one_request_a_refresh(
    local_factory: LocalFactory, probes: str, open_page: OpenPage, page_url: PageUrl
) -> None:
    def prepare(page: Page) -> None:
        with_short_refresh(page)
        without_scene(page)

    opened = open_page(page_url(f"entity={probes}"), prepare=prepare)
    rows = opened.page.locator(".overview tbody tr")
    rows.nth(len(PROBES) - 1).wait_for()
    requests = ValueRequests(opened.page)
    # Once the types are found, the components need no requests of their own.
    with opened.page.expect_request(lambda request: PROBE in (request.post_data or "")):
        pass
    opened.page.wait_for_timeout(2_000)
    requests.bodies.clear()
    _put_probe(local_factory, PROBES[3], 77)
    expect_text(rows.filter(has_text=PROBES[3]), re.compile("77"))
    opened.page.wait_for_timeout(6_000)

    by_type = [body for body in requests.bodies if body.get("componentTypeId") == PROBE]
    by_component = [body for body in requests.bodies if "entityId" in body]
    assert len(by_type) >= 3
    assert len(by_type) <= 12
    assert len(by_component) <= 1  # a check of one that is silent
    assert opened.errors == []


def test_hidden_page_pauses_and_reads_at_once_when_it_is_shown(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl
) -> None:
    def prepare(page: Page) -> None:
        with_short_refresh(page)
        without_scene(page)

    put_temperature(local_factory, 50)
    opened = open_page(page_url("entity=machine-001"), prepare=prepare)
    expect_text(opened.row(*SENSOR, "temperature").locator(".value"), "50")
    opened.page.evaluate(_HIDE, True)
    opened.page.wait_for_timeout(1_500)  # requests that were sent before
    opened.requests.clear()
    put_temperature(local_factory, 61)
    opened.page.wait_for_timeout(5_000)
    assert [url for url in opened.requests if "/workspaces/" in url] == []

    opened.page.evaluate(_HIDE, False)
    expect_text(opened.row(*SENSOR, "temperature").locator(".value"), "61")
    expect_text(opened.page.locator(".connection"), "live")


def test_tabs_of_one_browser_read_values_once(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl
) -> None:
    def prepare(page: Page) -> None:
        with_short_refresh(page)
        without_scene(page)

    put_temperature(local_factory, 50)
    opened = open_page(page_url("entity=machine-001"), prepare=prepare)
    expect_text(opened.row(*SENSOR, "temperature").locator(".value"), "50")
    second = opened.page.context.new_page()
    prepare(second)
    second.goto(page_url("entity=machine-001"))
    followed = OpenedPage.record(second)
    expect_text(followed.row(*SENSOR, "temperature").locator(".value"), "50")
    second.wait_for_timeout(3_000)

    requests, of_leader = ValueRequests(second), ValueRequests(opened.page)
    put_temperature(local_factory, 63)
    for page in (opened, followed):
        expect_text(page.row(*SENSOR, "temperature").locator(".value"), "63")
    second.wait_for_timeout(4_000)
    assert [body for body in requests.bodies if "entityId" in body] == []
    # Either tab reads the alarms of both.
    by_tab = [
        sum(body.get("componentTypeId") == "com.example.EquipmentAlarm" for body in tab.bodies)
        for tab in (requests, of_leader)
    ]
    assert min(by_tab) == 0
    assert max(by_tab) >= 3

    # The other tab goes on when the one that reads is closed.
    opened.page.close()
    put_temperature(local_factory, 64)
    expect_text(followed.row(*SENSOR, "temperature").locator(".value"), "64")
    assert len(requests.bodies) > 0
    assert followed.errors == []


def test_factory_takes_three_requests_a_refresh(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl
) -> None:
    for machine in ("machine-001", "machine-002"):
        put_temperature(local_factory, 50, device=machine)
    opened = open_page(page_url(), prepare=with_short_refresh)
    wait_for_scene(opened)
    sensors = "com.example.TemperatureSensor"
    # Once the types of the sensors are found, they need no requests of their own.
    for _ in range(3):
        with opened.page.expect_request(lambda request: sensors in (request.post_data or "")):
            pass
    bodies: list[dict[str, Any]] = []

    def add(request: Request) -> None:
        if request.url.endswith("/entity-properties/history"):
            bodies.append(json.loads(request.post_data or "{}"))

    opened.page.on("request", add)
    opened.page.wait_for_timeout(8_000)

    counts = Counter(body.get("componentTypeId") or body["entityId"] for body in bodies)
    assert set(counts) >= {sensors, "com.example.EquipmentAlarm", "press-001"}
    refreshes = max(counts.values())
    assert refreshes >= 3
    assert counts["machine-002"] <= 1  # a check of a sensor that is silent
    # Its tag shows the state that is read with all alarms.
    assert counts["machine-001"] <= 1
    assert len(bodies) <= 3 * refreshes + 1, counts
    assert opened.errors == []
