"""AWS's own scene viewer draws the deployed factory, in Chromium, and the page shows the same icons.

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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from tests.support.local_factory import LocalFactory

WORKSPACE, SCENE = "my-factory-twin", "factory-overview"
SHOTS = Path(__file__).parents[2] / "build" / "screenshots"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.browser() as found:
        yield found


@pytest.fixture(scope="module")
def document(local_factory: LocalFactory) -> dict[str, Any]:
    """The scene as it was deployed."""
    twinmaker, s3 = (local_factory.twin.client(name) for name in ("iottwinmaker", "s3"))
    location = twinmaker.get_scene(workspaceId=WORKSPACE, sceneId=SCENE)["contentLocation"]
    url = urlsplit(location)
    read: dict[str, Any] = json.loads(
        s3.get_object(Bucket=url.netloc, Key=url.path.lstrip("/"))["Body"].read()
    )
    return read


class Viewer:
    """AWS's viewer on the factory."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.requests: list[tuple[str, str, Any]] = []
        self.errors: list[str] = []
        page.add_init_script(app_kit_viewer.CATCH_SCENE)
        page.on("request", lambda one: self._heard(one.method, one.url, one.post_data))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(url)

    def _heard(self, method: str, url: str, body: str | None) -> None:
        if not url.startswith("blob:"):
            self.requests.append((method, url, json.loads(body) if body else None))

    def icons(self) -> dict[str, str]:
        """What its tags show, by where their nodes stand."""
        found: dict[str, str] = self.page.evaluate(app_kit_viewer.ICONS)
        return found

    def histories(self) -> list[dict[str, Any]]:
        return [body for _, url, body in self.requests if url.endswith("/entity-properties/history")]


@pytest.fixture(scope="module")
def theirs(local_factory: LocalFactory, browser: Browser) -> Iterator[Viewer]:
    path = app_kit_viewer.upload(local_factory.twin.client("s3"))
    page = browser.new_page(viewport={"width": 1000, "height": 700})
    yield Viewer(page, f"{local_factory.twin.endpoint}{path}?workspace={WORKSPACE}&scene={SCENE}")
    page.close()


@pytest.fixture(scope="module")
def ours(local_factory: LocalFactory, browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1000, "height": 700})
    page.goto(f"{local_factory.twin.endpoint}/_twin/?workspace={WORKSPACE}")
    yield page
    page.close()


def until(page: Page, read: Callable[[], Any], expected: Any) -> None:
    """Wait until something is read that is expected."""
    deadline = time.monotonic() + 90
    while (found := read()) != expected:
        assert time.monotonic() < deadline, f"{found} is not {expected}"
        page.wait_for_timeout(200)


def places(document: dict[str, Any], icons: dict[str, str]) -> dict[str, str]:
    """Icons by where tags stand, from icons by names of tags."""
    found = {}
    for node in document["nodes"]:
        if any(component["type"] == "Tag" for component in node["components"]):
            place = " ".join(f"{number:.2f}" for number in node["transform"]["position"])
            found[place] = icons[node["name"]]
    return found


def ours_icons(page: Page) -> dict[str, str]:
    """What the page says that its tags show."""
    lines = page.locator(".scene-tags li").all_inner_texts()
    return dict(line.rsplit(": ", 1) for line in lines)


def report(factory: LocalFactory, machine: str, temperature: float) -> None:
    now = str(int(time.time() * 1000))
    row = {"device_id": {"S": machine}, "timestamp": {"N": now}, "temperature": {"N": str(temperature)}}
    factory.twin.client("dynamodb").put_item(TableName=factory.table, Item=row)


def report_alarm(factory: LocalFactory, status: str) -> None:
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
    theirs: Viewer,
    ours: Page,
    document: dict[str, Any],
    temperature: float,
    other: float,
    status: str,
    icon: str,
    other_icon: str,
    alarm_icon: str,
) -> None:
    report(local_factory, "machine-001", temperature)
    report(local_factory, "machine-002", other)
    report_alarm(local_factory, status)
    expected = {
        "CNC Machine 1 temperature": icon,
        "CNC Machine 1 alarm": alarm_icon,
        "Assembly Robot 1 temperature": other_icon,
        "Hydraulic Press 1 pressure": "Info",
    }

    until(ours, lambda: ours_icons(ours), expected)
    until(theirs.page, theirs.icons, places(document, expected))

    # The canvases are not compared: their lights and sizes of tags are their own.
    SHOTS.mkdir(parents=True, exist_ok=True)
    for name, page in (("app-kit", theirs.page), ("page", ours)):
        picture = page.screenshot(path=SHOTS / f"{name}-{temperature}.png", timeout=60_000)
        assert len(picture) > 10_000
    assert theirs.errors == []


def test_the_scene_is_read_without_a_word_of_error(theirs: Viewer) -> None:
    until(theirs.page, lambda: "Camera View" in theirs.page.inner_text("body"), True)
    text = theirs.page.inner_text("body")
    assert "unable to render" not in text
    assert "Warning" not in text


def test_what_it_asks_is_answered_by_the_twin_alone(
    theirs: Viewer, local_factory: LocalFactory, document: dict[str, Any]
) -> None:
    until(theirs.page, lambda: len(theirs.histories()) >= 8, True)
    assert {urlsplit(url).netloc for _, url, _ in theirs.requests} == {
        urlsplit(local_factory.twin.endpoint).netloc
    }
    paths = [f"{method} {urlsplit(url).path}" for method, url, _ in theirs.requests]
    below = f"/workspaces/{WORKSPACE}"
    for asked in (f"GET {below}", f"GET {below}/scenes/{SCENE}", f"GET {below}/entities/machine-001"):
        assert asked in paths
    bucket = f"GET /{local_factory.bucket}/{WORKSPACE}"
    assert f"{bucket}/{SCENE}.json" in paths
    assert f"{bucket}/factory.glb" in paths

    bound = set()
    for node in document["nodes"]:
        for component in node["components"]:
            if component["type"] in {"Tag", "ModelShader"}:
                context = component["valueDataBinding"]["dataBindingContext"]
                bound.add((context["entityId"], context["componentName"], context["propertyName"]))
    asked_for = {
        (body["entityId"], body["componentName"], *body["selectedProperties"]) for body in theirs.histories()
    }
    assert asked_for == bound
