"""The page in a browser, with the deployed factory."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.support.gltf import skinned_cube
from tests.support.scene_documents import CAMERA, model, node
from tests.support.scenes import nodes_with
from twin_stack.definition import load

if TYPE_CHECKING:
    import re

    from playwright.sync_api import Page, Route, ViewportSize

    from tests.support.images import ImageReader
    from tests.support.local_factory import LocalFactory
    from tests.viewer.conftest import OpenedPage

FACTORY = Path(__file__).parents[2] / "models" / "factory"
HOT_RULE = {"statements": [{"expression": "temperature >= 80", "target": "iottwinmaker.common.icon:Error"}]}
"""A rule of tags, by temperature."""
RED, GREEN = "#d13212", "#1d8102"
"""Colours of the scene's rule for temperatures."""
SMALL: ViewportSize = {"width": 1024, "height": 600}
"""A window with all panes, in which the processor draws a scene in a third of the time."""
SENSOR = ("machine-001", "temperatureSensor")


def put_temperature(
    factory: LocalFactory,
    celsius: float,
    *,
    device: str = "machine-001",
    component_type: str = "com.example.TemperatureSensor",
) -> None:
    """Write a measurement of a machine's sensor with the present time, as the topic rule does."""
    item = {
        "device_id": {"S": device},
        "timestamp": {"N": str(int(datetime.now(UTC).timestamp() * 1000))},
        "component_type_id": {"S": component_type},
        "temperature": {"N": str(celsius)},
        "humidity": {"N": "40"},
    }
    factory.twin.client("dynamodb").put_item(TableName=factory.table, Item=item)


def without_scene(page: Page) -> None:
    """Give the workspace no scene. Drawing it takes seconds without a GPU, and many tests do not need it."""
    page.route("**/scenes-list", lambda route: route.fulfill(json={"sceneSummaries": []}))


def serve_scene(page: Page, *nodes: dict[str, Any], rules: dict[str, Any]) -> None:
    """Give the workspace one scene, with a camera and some nodes."""
    shown = [CAMERA, *nodes]
    document = {
        "specVersion": "1.0",
        "version": "1",
        "nodes": shown,
        "rootNodeIndexes": list(range(len(shown))),
        "cameras": [{"fov": 40, "near": 0.1, "far": 100}],
        "rules": rules,
        "properties": {"environmentPreset": "neutral"},
    }
    summary = {"sceneId": "hall", "contentLocation": "s3://scenes/hall.json"}
    page.route("**/scenes-list", lambda route: route.fulfill(json={"sceneSummaries": [summary]}))
    page.route("**/hall.json", lambda route: route.fulfill(json=document))


@cache
def _factory_scene() -> dict[str, Any]:
    (scene,) = load(FACTORY).scenes.values()
    return scene.document


def serve_factory_tags(page: Page) -> None:
    """Give the workspace the scene of the factory without its models, which take seconds to draw."""
    document = _factory_scene()
    tags = [
        {"name": shown["name"], "transform": {"position": [index - 1, 0, 0]}, "components": [component]}
        for index, (shown, component) in enumerate(nodes_with(document, "Tag"))
    ]
    serve_scene(page, *tags, rules=document["rules"])


def serve_factory_cubes(page: Page) -> None:
    """Give the workspace the nodes of the factory's tags, and a grey cube for each machine with a colour.

    Its values are those of the factory's scene, which takes several times as long to draw.
    """
    cube = skinned_cube(pose=[0, 0, 0])
    cube["materials"][0]["pbrMetallicRoughness"]["baseColorFactor"] = [0.5, 0.5, 0.5, 1]
    page.route("**/cube.gltf", lambda route: route.fulfill(json=cube))
    document = _factory_scene()
    tags = [
        {**shown, "transform": {"position": [index - 1, 0.3, 0]}}
        for index, (shown, _) in enumerate(nodes_with(document, "Tag"))
    ]
    cubes = [
        node(shown["name"], model("cube.gltf", "GLTF"), shader, transform={"position": [index, -0.7, 0]})
        for index, (shown, shader) in enumerate(nodes_with(document, "ModelShader"))
    ]
    assert tags
    assert cubes
    serve_scene(page, *tags, *cubes, rules=document["rules"])


def with_short_refresh(page: Page, **settings: float) -> None:
    """Let the page request values each second, with further settings of ``config.json``."""

    def answer(route: Route) -> None:
        config = route.fetch().json()
        route.fulfill(json={**config, "refreshSeconds": 1, **settings})

    page.route("**/config.json", answer)


def with_jumping_clock(page: Page) -> None:
    """Let a test move the page's time by ``pass_time``. The time of the services does not correct it.

    A clock that its context has from an earlier page is set to the present time.
    """
    page.clock.install()
    page.add_init_script(
        """const get = Headers.prototype.get
        Headers.prototype.get = function (name) {
          return name.toLowerCase() === 'date' ? null : get.call(this, name)
        }"""
    )


def pass_time(opened: OpenedPage, seconds: float) -> None:
    """Move the time of a page ``with_jumping_clock``: each timer that is due fires once."""
    opened.page.clock.fast_forward(int(seconds * 1000))


def wait_for_scene(opened: OpenedPage) -> None:
    """Wait until the scene is drawn. The list of its cameras is shown then."""
    opened.page.locator("select[aria-label=Camera]").wait_for()


def count_scene_pixels(opened: OpenedPage, images: ImageReader, colour: str, *, at_least: int) -> int:
    """Count the pixels of the scene with the hue of a colour, and wait up to a minute for enough of them."""
    deadline = time.monotonic() + 60
    while True:
        count = images.count(opened.page.locator("main").screenshot(), colour)
        if count >= at_least or time.monotonic() > deadline:
            return count
        opened.page.wait_for_timeout(250)


def assert_only_embedded_aws_is_used(opened: OpenedPage, factory: LocalFactory) -> None:
    """Assert that the page had no errors, and made requests to the embedded AWS alone."""
    assert opened.errors == []
    assert_requests_are_of_embedded_aws(opened, factory)


def assert_requests_are_of_embedded_aws(opened: OpenedPage, factory: LocalFactory) -> None:
    """Assert that the page made requests to the embedded AWS alone."""
    assert {urlsplit(url).netloc for url in opened.requests} == {urlsplit(factory.twin.server.page).netloc}


def expect_text(locator: Any, expected: str | re.Pattern[str] | list[re.Pattern[str]]) -> None:
    """Wait up to half a minute until an element has a text, or elements have a list of texts."""
    from playwright.sync_api import expect  # noqa: PLC0415 (a development dependency of browser tests)

    expect(locator).to_have_text(expected, timeout=30_000)
