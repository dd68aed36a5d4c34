"""The scene view alone on a page, with values that a test sets: ``viewer/tests/scene/harness``."""

from __future__ import annotations

import subprocess
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest

from tests.support.page_state import wait_until
from tests.support.scene_documents import scene
from twin_stack.local.page import POLICY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize

    from tests.support.images import ImageReader
    from tests.support.scene_documents import Json

    Show = Callable[..., list[Json]]
    CountPixels = Callable[[str], int]
    CountFrames = Callable[[int], int]
    SetValue = Callable[[str, Any], None]

VIEWER = Path(__file__).parents[3] / "viewer"
SCENES = VIEWER / "tests" / "scene"
LOAD = """async (scene) => {
  const problems = await harness.load(scene)
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  await nextFrame()
  await nextFrame()
  return problems
}"""
"""Loads a scene. A tag can be clicked once it is drawn, which takes a while on a busy machine."""
CENTER = (150, 100)
"""Center of the canvas in pixels."""
VIEWPORT: ViewportSize = {"width": 320, "height": 220}
OUTSIDE = (315, 215)
"""A place beside the canvas."""


@pytest.fixture(scope="session")
def built_harness(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the harness into a folder."""
    folder = tmp_path_factory.mktemp("scene")
    config = SCENES / "harness" / "vite.config.ts"
    # Without npx, which takes as long as the build.
    command = [
        "node_modules/.bin/vite",
        "build",
        "--config",
        str(config),
        "--outDir",
        str(folder),
        "--logLevel",
        "error",
    ]
    subprocess.run(command, cwd=VIEWER, check=True, timeout=120)
    return folder


@pytest.fixture(scope="session")
def origin(built_harness: Path) -> Iterator[str]:
    """Serve the harness and its models with the page's content security policy; return the origin."""

    class Files(SimpleHTTPRequestHandler):
        def guess_type(self, path: Any) -> str:
            types = {".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html"}
            return types.get(Path(path).suffix, "application/octet-stream")

        def translate_path(self, path: str) -> str:
            name = unquote(urlsplit(path).path).lstrip("/") or "index.html"
            return str((SCENES if name.startswith("models/") else built_harness) / name)

        def end_headers(self) -> None:
            self.send_header("content-security-policy", POLICY)
            self.send_header("cache-control", "max-age=600")
            super().end_headers()

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def context(browser: Browser, origin: str) -> Iterator[BrowserContext]:
    """Return a context whose requests to other origins get a 404; its pages share compiled scripts."""
    context = browser.new_context(viewport=VIEWPORT)
    context.set_default_timeout(30_000)
    context.route(
        lambda url: not url.startswith((origin, "blob:", "data:")), lambda route: route.fulfill(status=404)
    )
    yield context
    context.close()


@pytest.fixture(scope="session")
def harness_page(context: BrowserContext, origin: str) -> Iterator[Page]:
    """Return the page that all tests use."""
    harness = context.new_page()
    harness.goto(f"{origin}/")
    wait_until(harness, "globalThis.harness")
    yield harness
    harness.close()


@pytest.fixture
def page(harness_page: Page) -> Iterator[Page]:
    """Return the harness with an empty scene, without routes, media, pointer and values of another test."""
    harness_page.set_viewport_size(VIEWPORT)
    harness_page.mouse.move(*OUTSIDE)
    harness_page.evaluate("harness.reset()")
    yield harness_page
    harness_page.unroute_all()
    harness_page.emulate_media(reduced_motion="null")


@pytest.fixture
def canvas(page: Page) -> Locator:
    """Return the canvas of the scene."""
    return page.locator("#scene canvas")


@pytest.fixture
def show(page: Page) -> Show:
    """Return a function that shows a scene of nodes and returns its problems."""

    def load(*nodes: Json, **members: Any) -> list[Json]:
        problems: list[Json] = page.evaluate(LOAD, scene(*nodes, **members))
        page.wait_for_timeout(200)
        return problems

    return load


@pytest.fixture
def count_pixels(page: Page, images: ImageReader) -> CountPixels:
    """Return a function that counts the scene's pixels with the hue of a colour."""

    def count(color: str) -> int:
        page.wait_for_timeout(250)
        return images.count(page.locator("#scene").screenshot(), color)

    return count


@pytest.fixture
def set_value(page: Page) -> SetValue:
    """Return a function that sets the value of a property, by entity, component and property."""

    def set_reading(key: str, value: Any) -> None:
        page.evaluate("([key, value]) => harness.set(key, value)", [key, value])

    return set_reading


@pytest.fixture
def count_frames(page: Page) -> CountFrames:
    """Return a function that counts the frames drawn in some milliseconds."""

    def count(milliseconds: int) -> int:
        frames: int = page.evaluate("(time) => harness.framesIn(time)", milliseconds)
        return frames

    return count
