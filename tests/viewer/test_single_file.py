"""Tests of the page that `twin preview` writes into one file, in a browser."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.definition.models import write
from tests.support.factory_page import expect_text
from tests.support.hostile_texts import HOSTILE_TEXTS
from tests.support.page_data import read_twin
from tests.viewer.conftest import MAX_DIFFERENCE
from twin_stack.definition import load
from twin_stack.preview import render_page

if TYPE_CHECKING:
    from tests.support.images import ImageReader
    from tests.viewer.conftest import Compare, OpenedPage, OpenPage

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


@pytest.fixture(scope="module")
def html() -> str:
    return render_page(load(ROOT / "models" / "factory")).html


@pytest.fixture(scope="module")
def file(html: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("preview") / "page.html"
    path.write_text(html, encoding="utf-8")
    return path


@pytest.fixture
def open_file(file: Path, open_page: OpenPage) -> OpenPage:
    """Return a function that opens the page at noon: the last sample has the present time."""

    def open_at_noon(fragment: str, **options: Any) -> OpenedPage:
        opened = open_page(f"{file.as_uri()}#{fragment}", at_noon=True, **options)
        opened.page.locator("select[aria-label=Camera]").wait_for()
        return opened

    return open_at_noon


@pytest.mark.snapshot
def test_file_shows_the_twin_without_any_request(
    open_file: OpenPage, html: str, images: ImageReader, compare: Compare
) -> None:
    opened = open_file("entity=machine-001&camera=Overview%20camera", reduced_motion="reduce")

    opened.entity("Hydraulic Press 1").wait_for()
    assert opened.text(".connection") == "sample values"
    assert opened.text(".panel h2") == "CNC Machine 1"
    model = opened.row("machine-001", "temperatureSensor", "sensorModel")
    assert model.inner_text().split() == ["sensorModel", "TMP-117"]
    value = opened.row("machine-001", "temperatureSensor", "temperature").locator(".value")
    samples = read_twin(html)["samples"]["machine-001"]["temperatureSensor"]["temperature"]["all"]
    assert float(value.inner_text()) == samples[-1]
    assert opened.entity("Manufacturing Zone A").locator(".badge").get_attribute("data-severity") == "warning"
    assert opened.page.locator(".strip-bar span").count() > 2
    # The rule for warm machines colours this one amber.
    assert images.count(opened.page.locator("main").screenshot(), "#ff9900") > 2_000
    assert opened.requests == [opened.page.url.partition("#")[0]]
    assert opened.errors == []
    assert compare(opened, "light") < MAX_DIFFERENCE
    opened.page.keyboard.press("Escape")
    opened.page.get_by_role("button", name="1 warning").click()
    assert opened.text(".panel h2") == "CNC Machine 1"


def test_texts_of_the_definition_are_shown_and_no_other_script_runs(
    tmp_path: Path, open_page: OpenPage
) -> None:
    entities = {
        f"m-{number}": {"entityName": f"M {number}", "description": text}
        for number, text in enumerate(HOSTILE_TEXTS.values())
        if "\n" not in text
    }
    write(tmp_path / "model", {"entities/m.json": json.dumps(entities)})
    path = tmp_path / "page.html"
    path.write_text(render_page(load(tmp_path / "model")).html, encoding="utf-8")
    script = list(HOSTILE_TEXTS).index("script")
    opened = open_page(f"{path.as_uri()}#entity=m-{script}", routes=lambda page: page.add_init_script(ALERT))
    opened.page.locator(".panel h2").wait_for()
    assert opened.text(".panel header p") == HOSTILE_TEXTS["script"]
    assert opened.errors == []

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
    opened = open_page(f"{path.as_uri()}#camera=View%200", reduced_motion="reduce")
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


def test_files_of_other_hosts_are_not_requested(tmp_path: Path, open_page: OpenPage) -> None:
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
    files = {"scenes/hall.json": json.dumps(scene), "assets/hall.gltf": json.dumps(gltf)}
    write(tmp_path / "model", files)
    path = tmp_path / "page.html"
    path.write_text(render_page(load(tmp_path / "model")).html, encoding="utf-8")
    opened = open_page(path.as_uri())
    opened.page.wait_for_function("() => document.querySelectorAll('.scene-problems li').length >= 4")
    assert "evil.example" in opened.text(".scene-problems")
    assert opened.requests == [opened.page.url.partition("#")[0]]


@pytest.mark.parametrize("model", ["draco", "ktx2"])
def test_compressed_model_is_decoded_by_the_decoder_in_the_file(
    model: str, tmp_path: Path, open_page: OpenPage, images: ImageReader
) -> None:
    files = {
        "twin.yaml": "workspaceId: packed",
        "entities/hall.yaml": "hall-1: {entityName: Hall 1}",
        "scenes/hall.yaml": f"""
nodes:
  - {{name: Model, components: [{{type: ModelRef, uri: {model}.glb, modelType: GLB}}]}}
  - {{name: Light, components: [{{type: Light, lightType: Ambient, lightSettings: {{intensity: 3}}}}]}}
""",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "assets").mkdir()
    shutil.copy(ROOT / "viewer" / "tests" / "scene" / "models" / f"{model}.glb", tmp_path / "assets")
    path = tmp_path / "page.html"
    path.write_text(render_page(load(tmp_path)).html, encoding="utf-8")
    opened = open_page(path.as_uri(), viewport={"width": 900, "height": 500})
    green_pixels = 0
    for _ in range(60):
        green_pixels = images.count(opened.page.locator("main").screenshot(), "#1d8102", tolerance=20)
        if green_pixels > 1_000:
            break
        opened.page.wait_for_timeout(250)

    assert green_pixels > 1_000
    assert opened.text(".scene-problems") == ""
    assert opened.requests == [opened.page.url.partition("#")[0]]
    assert opened.errors == []


@pytest.mark.snapshot
@pytest.mark.parametrize(
    ("name", "fragment", "options"),
    [
        ("dark", "entity=machine-002", {"color_scheme": "dark"}),
        ("phone", "", {"viewport": {"width": 360, "height": 740}}),
    ],
    ids=["dark", "phone"],
)
def test_page_looks_like_its_reference(
    name: str,
    fragment: str,
    options: dict[str, Any],
    open_file: OpenPage,
    compare: Compare,
) -> None:
    opened = open_file(fragment, reduced_motion="reduce", **options)

    assert compare(opened, name) < MAX_DIFFERENCE
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
