"""Tests of the page that `twin preview` writes into one file, in a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.definition.models import write
from tests.support.factory_page import SMALL, expect_text
from tests.support.hostile_texts import HOSTILE_TEXTS
from tests.support.page_data import read_twin
from tests.viewer.conftest import MAX_DIFFERENCE
from twin_stack.definition import load
from twin_stack.preview import render_page

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect

    from tests.support.images import ImageReader
    from tests.viewer.conftest import Compare, OpenPage

ROOT = Path(__file__).parents[2]
ALERT = "globalThis.alert = () => { globalThis.harmed = true }"
INJECT = """async () => {
  const blocked = []
  document.addEventListener('securitypolicyviolation', ({ blockedURI }) => blocked.push(blockedURI))
  for (const attributes of [{ src: 'data:text/javascript,alert(1)' }, { textContent: 'alert(1)' }]) {
    document.body.append(Object.assign(document.createElement('script'), attributes))
  }
  document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="alert(1)">')
  await new Promise((resolve) => setTimeout(resolve, 500))
  return blocked
}"""
"""Adds scripts to the page as an injection would, and returns what the policy blocked."""

pytestmark = pytest.mark.slow


@pytest.mark.snapshot
def test_file_shows_the_twin_without_any_request_and_looks_like_its_references(
    tmp_path: Path, open_page: OpenPage, images: ImageReader, compare: Compare
) -> None:
    html = render_page(load(ROOT / "models" / "factory")).html
    path = tmp_path / "page.html"
    path.write_text(html, encoding="utf-8")
    # At noon, the last sample has the present time.
    phone = {"width": 360, "height": 740}
    opened = open_page(path.as_uri(), at_noon=True, viewport=phone, reduced_motion="reduce")
    page = opened.page
    page.locator("select[aria-label=Camera]").wait_for()
    differences = {"phone": compare(opened, "phone")}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.set_viewport_size({"width": 1280, "height": 800})
    # The selection brings the camera to the machine, and the link to its own place.
    page.evaluate("location.hash = 'entity=machine-001&range=1d'")
    expect_text(page.locator(".panel h2"), "CNC Machine 1")
    page.evaluate("location.hash = 'camera=Overview%20camera&entity=machine-001&range=1d'")
    opened.entity("Hydraulic Press 1").wait_for()
    assert opened.text(".connection") == "sample values"
    model = opened.row("machine-001", "temperatureSensor", "sensorModel")
    expect_text(model, re.compile(r"sensorModel\s*TMP-117"))
    value = opened.row("machine-001", "temperatureSensor", "temperature").locator(".value")
    samples = read_twin(html)["samples"]["machine-001"]["temperatureSensor"]["temperature"]["all"]
    expect_text(value, str(samples[-1]))
    assert opened.entity("Manufacturing Zone A").locator(".badge").get_attribute("data-severity") == "warning"
    page.locator(".strip-bar span").nth(2).wait_for(state="attached")
    differences["light"] = compare(opened, "light")
    # The rule for warm machines colours this one amber.
    assert images.count(page.locator("main").screenshot(), "#ff9900") > 2_000

    page.keyboard.press("Escape")
    page.get_by_role("button", name="1 warning").click()
    page.mouse.move(0, 0)
    expect_text(opened.page.locator(".panel h2"), "CNC Machine 1")

    page.emulate_media(color_scheme="dark")
    page.evaluate("location.hash = 'entity=machine-002&range=1d'")
    expect_text(opened.page.locator(".panel h2"), "Assembly Robot 1")
    differences["dark"] = compare(opened, "dark")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    assert max(differences.values()) < MAX_DIFFERENCE, differences
    assert opened.requests == [page.url.partition("#")[0]]
    assert opened.errors == []


def test_page_of_a_hostile_definition_runs_no_script_and_asks_no_other_host(
    tmp_path: Path, open_page: OpenPage
) -> None:
    entities = {
        f"m-{number}": {"entityName": f"M {number}", "description": text}
        for number, text in enumerate(HOSTILE_TEXTS.values())
        if "\n" not in text
    }
    gltf = {
        "asset": {"version": "2.0"},
        "scenes": [{"nodes": [0]}],
        "nodes": [{"name": "Hall"}],
        "buffers": [
            {"uri": uri, "byteLength": 4} for uri in ("https://evil.example/x.bin", "//evil.example/x.bin")
        ],
        "images": [{"uri": "https://evil.example/x.png"}],
    }
    components = [
        {"type": "ModelRef", "modelType": "GLTF", "uri": "hall.gltf"},
        {"type": "ModelRef", "modelType": "GLB", "uri": "https://evil.example/hall.glb"},
        {"type": "ModelRef", "modelType": "Tiles3D", "uri": "https://evil.example/tileset.json"},
        {"type": "PlaneGeometry", "width": 1, "height": 1, "textureUri": "https://evil.example/x.png"},
    ]
    scene = {"nodes": [{"name": f"Node {n}", "components": [item]} for n, item in enumerate(components)]}
    files = {
        "entities/m.json": json.dumps(entities),
        "scenes/hall.json": json.dumps(scene),
        "assets/hall.gltf": json.dumps(gltf),
    }
    path = tmp_path / "page.html"
    path.write_text(render_page(load(write(tmp_path / "model", files))).html, encoding="utf-8")
    script = list(HOSTILE_TEXTS).index("script")
    opened = open_page(
        f"{path.as_uri()}#entity=m-{script}",
        viewport=SMALL,
        routes=lambda page: page.add_init_script(ALERT),
    )
    opened.page.locator(".panel h2").wait_for()
    assert opened.text(".panel header p") == HOSTILE_TEXTS["script"]
    opened.page.wait_for_function("() => document.querySelectorAll('.scene-problems li').length >= 4")
    assert "evil.example" in opened.text(".scene-problems")
    # The library of tilesets reports by itself.
    assert [error for error in opened.errors if "/tileset.json is not in this page" not in error] == []

    blocked = opened.page.evaluate(INJECT)
    assert sorted(blocked) == ["data", "inline", "inline"]
    assert opened.page.evaluate("globalThis.harmed") is None
    assert opened.requests == [opened.page.url.partition("#")[0]]


def test_link_of_a_tag_leads_to_another_web_site_or_is_not_shown(tmp_path: Path, open_page: OpenPage) -> None:
    shown = {"https://example.com/manual": True, "mailto:a@example.com": False, "page.html": False}
    nodes: list[dict[str, Any]] = []
    for number, link in enumerate(shown):
        tag = {
            "type": "Tag",
            "navLink": {"destination": link},
            "valueDataBinding": {"dataBindingContext": {"entityId": f"m-{number}"}},
        }
        position = [20 * number, 0, 0]
        camera = {"type": "Camera", "fov": 50}
        transform = {"position": [20 * number, 0, 5]}
        nodes.append({"name": f"Tag {number}", "transform": {"position": position}, "components": [tag]})
        nodes.append({"name": f"View {number}", "transform": transform, "components": [camera]})
    entities = "".join(f"m-{number}: {{entityName: M{number}}}\n" for number in range(len(shown)))
    files = {"scenes/hall.json": json.dumps({"nodes": nodes}), "entities/m.yaml": entities}
    path = tmp_path / "page.html"
    path.write_text(render_page(load(write(tmp_path / "model", files))).html, encoding="utf-8")
    opened = open_page(f"{path.as_uri()}#camera=View%200", reduced_motion="reduce", viewport=SMALL)
    cameras = opened.page.locator("select[aria-label=Camera]")
    cameras.wait_for()
    box = opened.page.locator("main canvas").bounding_box()
    assert box is not None
    for number, (link, is_shown) in enumerate(shown.items()):
        cameras.select_option(f"View {number}")
        opened.page.wait_for_timeout(500)
        opened.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - 5)
        expect_text(opened.page.locator(".panel h2"), f"M{number}")
        links = opened.page.locator(".nav-link a")
        assert links.count() == int(is_shown), link
        if is_shown:
            assert links.get_attribute("href") == link
            assert links.get_attribute("rel") == "noopener noreferrer"
            assert links.get_attribute("target") == "_blank"


def test_compressed_models_are_decoded_by_the_decoders_in_the_file(
    tmp_path: Path, open_page: OpenPage, images: ImageReader
) -> None:
    light = {"type": "Light", "lightType": "Ambient", "lightSettings": {"intensity": 3}}
    camera = {"type": "Camera", "fov": 50}
    nodes: list[dict[str, Any]] = [
        {"name": "Light", "components": [light]},
        {"name": "View", "transform": {"position": [0, 0, 4]}, "components": [camera]},
    ]
    places = {"draco": -1, "ktx2": 1}
    for name, x in places.items():
        component = {"type": "ModelRef", "uri": f"{name}.glb", "modelType": "GLB"}
        nodes.append({"name": name, "transform": {"position": [x, 0, 0]}, "components": [component]})
    folder = ROOT / "viewer" / "tests" / "scene" / "models"
    files: dict[str, str | bytes] = {
        "entities/hall.yaml": "hall-1: {entityName: Hall 1}",
        "scenes/hall.json": json.dumps({"nodes": nodes}),
    }
    for name in places:
        files[f"assets/{name}.glb"] = (folder / f"{name}.glb").read_bytes()
    path = tmp_path / "page.html"
    path.write_text(render_page(load(write(tmp_path / "model", files))).html, encoding="utf-8")
    opened = open_page(f"{path.as_uri()}#camera=View", viewport=SMALL)
    box = opened.page.locator("main").bounding_box()
    assert box is not None
    width = box["width"] / 2
    clips: dict[str, FloatRect] = {
        "draco": {**box, "width": width},
        "ktx2": {**box, "width": width, "x": box["x"] + width},
    }
    green_pixels: dict[str, int] = {}
    for _ in range(60):
        for name, clip in clips.items():
            screenshot = opened.page.screenshot(clip=clip)
            green_pixels[name] = images.count(screenshot, "#1d8102", tolerance=20)
        if min(green_pixels.values()) > 1_000:
            break
        opened.page.wait_for_timeout(250)

    assert min(green_pixels.values()) > 1_000, green_pixels
    assert opened.text(".scene-problems") == ""
    assert opened.requests == [opened.page.url.partition("#")[0]]
    assert opened.errors == []
