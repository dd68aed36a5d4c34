"""How many requests for values the page makes."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.connector_log import ConnectorLog
from tests.support.factory_page import (
    HOT_RULE,
    SENSOR,
    SMALL,
    expect_text,
    pass_time,
    put_temperature,
    serve_factory_cubes,
    serve_scene,
    wait_for_scene,
    with_short_refresh,
    without_scene,
)
from tests.support.polling import soon
from tests.support.scene_documents import binding, node
from tests.viewer.conftest import OpenedPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Request

    from tests.support.local_factory import LocalFactory
    from tests.viewer.conftest import OpenPage, PageUrl

pytestmark = pytest.mark.slow

SENSOR_TYPE = "com.example.TemperatureSensor"
ALARM_TYPE = "com.example.EquipmentAlarm"
PROBE = "com.example.Probe"
PROBES = [f"probe-{number}" for number in range(1, 9)]
_HIDE = """(isHidden) => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden })
  document.dispatchEvent(new Event('visibilitychange'))
}"""


def _put_probe(factory: LocalFactory, probe: str, celsius: float) -> None:
    put_temperature(factory, celsius, device=f"device-of-{probe}", component_type=PROBE)


@pytest.fixture
def probes(local_factory: LocalFactory) -> Iterator[str]:
    """Add entities with an external id to the factory, and return the id of their parent."""
    twinmaker = local_factory.twin.client("iottwinmaker")
    workspace = local_factory.workspace_id
    sensor = twinmaker.get_component_type(workspaceId=workspace, componentTypeId=SENSOR_TYPE)
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


def with_quick_values(page: Page) -> None:
    """Give the page no scene, and values each second."""
    with_short_refresh(page)
    without_scene(page)


def requests_after(opened: OpenedPage, seconds: float) -> list[str]:
    """Move the time of a page, and return the addresses of the requests to services that it makes then."""
    opened.requests.clear()
    pass_time(opened, seconds)
    opened.page.wait_for_timeout(200)
    return [url for url in opened.requests if "/workspaces/" in url]


def refresh(*tabs: OpenedPage) -> list[str]:
    """Let a second pass in tabs of one context, and return the alarm type or entity of each request."""
    seen: list[str] = []

    def add(request: Request) -> None:
        if request.url.endswith("/entity-properties/history"):
            body = json.loads(request.post_data or "{}")
            seen.append(body.get("componentTypeId") or body["entityId"])

    for tab in tabs:
        tab.page.on("request", add)
    pass_time(tabs[0], 1)
    tabs[0].page.wait_for_timeout(100)
    # On a busy machine an answer takes longer. A tab waits for one of another tab for some seconds only.
    while any(tab.pending for tab in tabs):
        tabs[0].page.wait_for_timeout(20)
    for tab in tabs:
        tab.page.remove_listener("request", add)
    return seen


def newest_value_requests(log: ConnectorLog) -> list[dict[str, Any]]:
    """Return the requests for the newest values of the machine's sensor. Charts read many values."""
    return [
        line for line in log.requests() if line.get("entityId") == "machine-001" and line["maxResults"] == 1
    ]


def test_components_of_one_type_take_one_request_a_refresh(
    local_factory: LocalFactory, probes: str, open_page: OpenPage, page_url: PageUrl
) -> None:
    def prepare(page: Page) -> None:
        with_short_refresh(page)
        tags = [
            node(
                probe,
                {"type": "Tag", "ruleBasedMapId": "hot", **binding(f"{probe}/probe/temperature")},
                transform={"position": [index / 3 - 1, 0, 0]},
            )
            for index, probe in enumerate(PROBES)
        ]
        serve_scene(page, *tags, rules={"hot": HOT_RULE})

    log = ConnectorLog(local_factory, PROBE)
    opened = open_page(page_url(f"entity={probes}"), routes=prepare, has_clock=True, viewport=SMALL)
    tags = opened.page.locator(".scene-tags li")
    tags.nth(len(PROBES) - 1).wait_for(state="attached")

    def components_read() -> set[str]:
        log.restart()
        pass_time(opened, 1)
        opened.page.wait_for_timeout(300)
        lines = log.requests()
        is_by_type = any(line.get("componentTypeId") == PROBE and "entityId" not in line for line in lines)
        by_component = {line["entityId"] for line in lines if "entityId" in line}
        return by_component.intersection(PROBES) if is_by_type else {"no request for the type"}

    # Each has its first value by itself. Once the types are found, one request is for all of them.
    assert soon(components_read, set(), seconds=20) == set()

    log.restart()
    start = opened.page.evaluate("Date.now()")
    for _ in range(6):
        with opened.page.expect_response(lambda response: PROBE in (response.request.post_data or "")):
            pass_time(opened, 1)
    _put_probe(local_factory, PROBES[3], 91)
    pass_time(opened, 1)
    expect_text(tags.filter(has_text=PROBES[3]), f"{PROBES[3]}: Error")
    refreshes = (opened.page.evaluate("Date.now()") - start) / 1000

    lines = log.requests()
    by_type = [line for line in lines if line.get("componentTypeId") == PROBE and "entityId" not in line]
    by_component = [line for line in lines if line.get("entityId") in PROBES]
    assert 6 <= len(by_type) <= refreshes + 1
    assert len(by_component) <= 1 + refreshes / 30  # checks of one that is silent
    assert opened.errors == []


def test_hidden_page_pauses_and_reads_at_once_when_it_is_shown(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl
) -> None:
    put_temperature(local_factory, 50)
    opened = open_page(page_url("entity=machine-001"), routes=with_quick_values, has_clock=True)
    expect_text(opened.row(*SENSOR, "temperature").locator(".value"), "50")
    log = ConnectorLog(local_factory, SENSOR_TYPE)
    assert requests_after(opened, 2) != []
    assert soon(lambda: len(log.requests()) > 0, expected=True)

    opened.page.evaluate(_HIDE, True)
    # What was requested before is answered first.
    assert soon(lambda: requests_after(opened, 10), [], seconds=10) == []
    log.restart()
    put_temperature(local_factory, 61)
    assert requests_after(opened, 30) == []
    assert requests_after(opened, 30) == []

    shown_at = log.now()
    opened.page.evaluate(_HIDE, False)
    expect_text(opened.row(*SENSOR, "temperature").locator(".value"), "61")
    expect_text(opened.page.locator(".connection"), "live")
    assert log.requests(until=shown_at) == []


def test_tabs_of_one_browser_read_values_once(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl
) -> None:
    put_temperature(local_factory, 50)
    opened = open_page(page_url("entity=machine-001"), routes=with_quick_values, has_clock=True)
    expect_text(opened.row(*SENSOR, "temperature").locator(".value"), "50")
    second = opened.page.context.new_page()
    with_short_refresh(second)
    without_scene(second)
    second.goto(page_url("entity=machine-001"))
    followed = OpenedPage.record(second)
    expect_text(followed.row(*SENSOR, "temperature").locator(".value"), "50")

    # A tab that opens reads all alarms once. Then it agrees with the other one which of them goes on.
    assert soon(lambda: refresh(opened, followed).count(ALARM_TYPE), 1) == 1

    log = ConnectorLog(local_factory, SENSOR_TYPE)
    start = opened.page.evaluate("Date.now()")
    put_temperature(local_factory, 63)
    for _ in range(5):
        refresh(opened, followed)
    for page in (opened, followed):
        expect_text(page.row(*SENSOR, "temperature").locator(".value"), "63")
    refreshes = (opened.page.evaluate("Date.now()") - start) / 1000
    # As many as by one tab; two would make twice as many.
    assert 1 <= len(newest_value_requests(log)) <= 1.5 * refreshes
    assert 1 <= sum(line.get("componentTypeId") == ALARM_TYPE for line in log.requests()) <= refreshes + 1

    # The other tab goes on when the one that reads is closed.
    opened.page.close()
    put_temperature(local_factory, 64)
    expect_text(followed.row(*SENSOR, "temperature").locator(".value"), "64")
    assert followed.errors == []


def test_factory_takes_three_requests_a_refresh(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl
) -> None:
    for machine in ("machine-001", "machine-002"):
        put_temperature(local_factory, 50, device=machine)

    def prepare(page: Page) -> None:
        with_short_refresh(page)
        serve_factory_cubes(page)

    opened = open_page(page_url(), routes=prepare, has_clock=True, viewport=SMALL)
    wait_for_scene(opened)
    sensors = "com.example.TemperatureSensor"
    # Once the types of the sensors are found, they need no requests of their own.
    for _ in range(3):
        with opened.page.expect_request(lambda request: sensors in (request.post_data or "")):
            pass_time(opened, 1)
    bodies: list[dict[str, Any]] = []

    def add(request: Request) -> None:
        if request.url.endswith("/entity-properties/history"):
            bodies.append(json.loads(request.post_data or "{}"))

    opened.page.on("request", add)
    for _ in range(6):
        pass_time(opened, 1)
        opened.page.wait_for_timeout(400)

    counts = Counter(body.get("componentTypeId") or body["entityId"] for body in bodies)
    assert set(counts) >= {sensors, "com.example.EquipmentAlarm", "press-001"}
    refreshes = max(counts.values())
    assert refreshes >= 3
    assert counts["machine-002"] <= 1  # a check of a sensor that is silent
    # Its tag shows the state that is read with all alarms.
    assert counts["machine-001"] <= 1
    assert len(bodies) <= 3 * refreshes + 1, counts
    assert opened.errors == []
