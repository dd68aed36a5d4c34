"""Compare the icons of AWS's own scene viewer with those of the page, in Chromium on the deployed factory.

`make conformance` builds the viewer and runs this; `make test` does not.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.support import app_kit_viewer, chromium
from tests.support.factory_page import put_temperature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from tests.support.local_factory import LocalFactory

WORKSPACE, SCENE = "my-factory-twin", "factory-overview"
SHOTS = Path(__file__).parents[2] / "build" / "screenshots"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.browser() as instance:
        yield instance


@pytest.fixture(scope="module")
def document(local_factory: LocalFactory) -> dict[str, Any]:
    """Return the document of the deployed scene."""
    twinmaker, s3 = (local_factory.twin.client(name) for name in ("iottwinmaker", "s3"))
    location = twinmaker.get_scene(workspaceId=WORKSPACE, sceneId=SCENE)["contentLocation"]
    url = urlsplit(location)
    body = s3.get_object(Bucket=url.netloc, Key=url.path.lstrip("/"))["Body"].read()
    scene: dict[str, Any] = json.loads(body)
    return scene


class AppKitViewer:
    """AWS's scene viewer with the factory.

    Args:
        page: An empty page.
        url: Address of the viewer.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.requests: list[tuple[str, str, Any]] = []
        self.errors: list[str] = []
        page.add_init_script(app_kit_viewer.CATCH_SCENE)
        page.on("request", lambda request: self._record(request.method, request.url, request.post_data))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(url)

    def _record(self, method: str, url: str, body: str | None) -> None:
        if not url.startswith("blob:"):
            self.requests.append((method, url, json.loads(body) if body else None))

    def icons(self) -> dict[str, str]:
        """Return the icons of tags by the positions of their nodes."""
        icons: dict[str, str] = self.page.evaluate(app_kit_viewer.ICONS)
        return icons

    def histories(self) -> list[dict[str, Any]]:
        return [body for _, url, body in self.requests if url.endswith("/entity-properties/history")]


@pytest.fixture(scope="module")
def app_kit(local_factory: LocalFactory, browser: Browser) -> Iterator[AppKitViewer]:
    server = local_factory.twin.server
    page = browser.new_page(viewport={"width": 1000, "height": 700})
    with app_kit_viewer.served(server.page_port) as url:
        yield AppKitViewer(page, f"{url}?workspace={WORKSPACE}&scene={SCENE}#key={server.secret}")
        page.close()


@pytest.fixture(scope="module")
def own_page(local_factory: LocalFactory, browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1000, "height": 700})
    page.goto(local_factory.twin.server.page_link(workspace=WORKSPACE))
    yield page
    page.close()


def wait_until(page: Page, read: Callable[[], Any], expected: Any) -> None:
    """Wait until ``read`` returns the expected value."""
    deadline = time.monotonic() + 90
    while (actual := read()) != expected:
        assert time.monotonic() < deadline, f"{actual} is not {expected}"
        page.wait_for_timeout(200)


def by_position(document: dict[str, Any], icons: dict[str, str]) -> dict[str, str]:
    """Return icons by the positions of tags, from icons by their names."""
    positions = {}
    for node in document["nodes"]:
        if any(component["type"] == "Tag" for component in node["components"]):
            position = " ".join(f"{number:.2f}" for number in node["transform"]["position"])
            positions[position] = icons[node["name"]]
    return positions


def own_icons(page: Page) -> dict[str, str]:
    """Return the icons of tags by their names, from the list for assistive technology.

    Tags have none before their first value.
    """
    # Not the inner text, which items that are not laid out do not have.
    lines = page.locator(".scene-tags li").all_text_contents()
    # AWS's viewer does not tell old values from others.
    return dict(line.removesuffix(", old value").rsplit(": ", 1) for line in lines if ": " in line)


def put_alarm_status(factory: LocalFactory, status: str) -> None:
    now = str(int(time.time() * 1000))
    row = {
        "device_id": {"S": "machine-001-alarm"},
        "timestamp": {"N": now},
        "component_type_id": {"S": "com.example.EquipmentAlarm"},
        "alarmStatus": {"S": status},
    }
    factory.twin.client("dynamodb").put_item(TableName=factory.table, Item=row)


@pytest.mark.parametrize(
    ("temperature", "other", "status", "icon", "other_icon", "alarm_icon"),
    [(91, 40, "CRITICAL", "Error", "Info", "Error"), (72, 85, "ACKNOWLEDGED", "Warning", "Error", "Warning")],
)
def test_both_show_the_same_icons_when_values_change(
    local_factory: LocalFactory,
    app_kit: AppKitViewer,
    own_page: Page,
    document: dict[str, Any],
    temperature: float,
    other: float,
    status: str,
    icon: str,
    other_icon: str,
    alarm_icon: str,
) -> None:
    put_temperature(local_factory, temperature)
    put_temperature(local_factory, other, device="machine-002")
    put_alarm_status(local_factory, status)
    expected = {
        "CNC Machine 1 temperature": icon,
        "CNC Machine 1 alarm": alarm_icon,
        "Assembly Robot 1 temperature": other_icon,
        "Hydraulic Press 1 pressure": "Info",
    }

    wait_until(own_page, lambda: own_icons(own_page), expected)
    wait_until(app_kit.page, app_kit.icons, by_position(document, expected))

    # The canvases are not compared: lights and sizes of tags differ.
    SHOTS.mkdir(parents=True, exist_ok=True)
    for name, page in (("app-kit", app_kit.page), ("page", own_page)):
        picture = page.screenshot(path=SHOTS / f"{name}-{temperature}.png", timeout=60_000)
        assert len(picture) > 10_000
    assert app_kit.errors == []


def test_app_kit_shows_the_scene_without_errors(app_kit: AppKitViewer) -> None:
    wait_until(app_kit.page, lambda: "Camera View" in app_kit.page.inner_text("body"), True)
    text = app_kit.page.inner_text("body")
    assert "unable to render" not in text
    assert "Warning" not in text


def test_app_kit_gets_all_answers_from_the_embedded_aws(
    app_kit: AppKitViewer, local_factory: LocalFactory, document: dict[str, Any]
) -> None:
    wait_until(app_kit.page, lambda: len(app_kit.histories()) >= 8, True)
    assert {urlsplit(url).netloc for _, url, _ in app_kit.requests} == {urlsplit(app_kit.page.url).netloc}
    paths = [f"{method} {urlsplit(url).path}" for method, url, _ in app_kit.requests]
    workspace = f"/workspaces/{WORKSPACE}"
    for path in (workspace, f"{workspace}/scenes/{SCENE}", f"{workspace}/entities/machine-001"):
        assert f"GET {path}" in paths
    bucket = f"GET /{local_factory.bucket}/{WORKSPACE}"
    assert f"{bucket}/{SCENE}.json" in paths
    assert f"{bucket}/factory.glb" in paths

    bound = set()
    for node in document["nodes"]:
        for component in node["components"]:
            if component["type"] in {"Tag", "ModelShader"}:
                context = component["valueDataBinding"]["dataBindingContext"]
                bound.add((context["entityId"], context["componentName"], context["propertyName"]))
    requested = {
        (body["entityId"], body["componentName"], *body["selectedProperties"]) for body in app_kit.histories()
    }
    assert requested == bound
