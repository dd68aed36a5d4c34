"""The scene alone in a browser: every form of model, what rules do to it, and what a hand does."""

from __future__ import annotations

import mimetypes
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest

from twin_stack.local.page import POLICY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page, Route

    from tests.viewer.pictures import Pictures

VIEWER = Path(__file__).parents[2] / "viewer"
SCENES = VIEWER / "tests" / "scene"
ORIGIN = "http://scene.test"
GREEN, RED, BLUE = "#128a12", "#d13212", "#0972d3"
MIDDLE = (150, 100)

Json = dict[str, Any]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scene")
    config = SCENES / "harness" / "vite.config.ts"
    command = [
        "npx",
        "vite",
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


@pytest.fixture
def page(browser: Browser, built: Path) -> Iterator[Page]:
    """The scene alone, with the policy of the page; whatever it asks elsewhere fails."""

    def serve(route: Route) -> None:
        name = unquote(urlsplit(route.request.url).path).lstrip("/") or "index.html"
        path = SCENES / name if name.startswith("models/") else built / name
        if not route.request.url.startswith(ORIGIN) or not path.is_file():
            route.fulfill(status=404)
            return
        kind = {".js": "text/javascript", ".wasm": "application/wasm"}.get(path.suffix)
        kind = kind or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        headers = {"content-type": kind, "content-security-policy": POLICY}
        route.fulfill(body=path.read_bytes(), headers=headers)

    context = browser.new_context(viewport={"width": 320, "height": 220})
    context.set_default_timeout(30_000)
    context.route("**/*", serve)
    found = context.new_page()
    found.goto(f"{ORIGIN}/")
    found.wait_for_function("globalThis.harness")
    yield found
    context.close()


def node(name: str, *components: Json, **members: Any) -> Json:
    return {"name": name, "transform": {}, "components": list(components), **members}


def model(uri: str = "plain.glb", kind: str = "GLB", **members: Any) -> Json:
    return {"type": "ModelRef", "uri": uri, "modelType": kind, **members}


def bound(key: str) -> Json:
    names = dict(zip(("entityId", "componentName", "propertyName"), key.split("/"), strict=False))
    return {"valueDataBinding": {"dataBindingContext": names}}


CAMERA = node("Camera", {"type": "Camera", "cameraIndex": 0}, transform={"position": [0, 0, 4]})
RULES = {
    "color": {
        "statements": [
            {"expression": "t >= 80", "target": f"iottwinmaker.common.color:{RED}"},
            {"expression": "t < 0", "target": "iottwinmaker.common.opacity:0"},
        ]
    },
    "icon": {
        "statements": [
            {"expression": "t >= 80", "target": "iottwinmaker.common.icon:Error"},
            {"expression": "t >= 60", "target": "iottwinmaker.common.icon:Warning"},
        ]
    },
    "speed": {"statements": [{"expression": "t", "target": "iottwinmaker.common.number"}]},
}


def scene(*nodes: Json, roots: list[int] | None = None, **members: Any) -> Json:
    return {
        "specVersion": "1.0",
        "version": "1",
        "nodes": [CAMERA, *nodes],
        "rootNodeIndexes": [0, *(roots or range(1, len(nodes) + 1))],
        "cameras": [{"fov": 40, "near": 0.1, "far": 100}],
        "rules": RULES,
        "properties": {"environmentPreset": "neutral"},
        **members,
    }


@pytest.fixture
def show(page: Page) -> Callable[..., list[Json]]:
    """Show a scene; the answer is what is wrong with it."""

    def act(*nodes: Json, **members: Any) -> list[Json]:
        found: list[Json] = page.evaluate("(scene) => harness.load(scene)", scene(*nodes, **members))
        page.wait_for_timeout(200)
        return found

    return act


@pytest.fixture
def amount(page: Page, pictures: Pictures) -> Callable[[str], int]:
    """How many pixels of the scene have a colour."""

    def act(color: str) -> int:
        page.wait_for_timeout(250)
        return pictures.count(page.locator("#scene").screenshot(), color)

    return act


def set_value(page: Page, key: str, value: Any) -> None:
    page.evaluate("([key, value]) => harness.set(key, value)", [key, value])


@pytest.mark.parametrize(
    ("uri", "kind", "fetched"),
    [
        ("plain.glb", "GLB", ["plain.glb"]),
        ("parts.gltf", "GLTF", ["parts.gltf", "parts.bin"]),
        ("draco.glb", "GLB", ["draco.glb"]),
        ("meshopt.glb", "GLB", ["meshopt.glb"]),
        ("ktx2.glb", "GLB", ["ktx2.glb"]),
        ("tiles/tileset.json", "Tiles3D", ["tiles/tileset.json", "tiles/cube.glb"]),
    ],
)
def test_model_of_each_form_is_shown_without_asking_anybody_else(
    page: Page,
    show: Callable[..., list[Json]],
    amount: Callable[[str], int],
    uri: str,
    kind: str,
    fetched: list[str],
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    assert show(node("Cube", model(uri, kind))) == []

    page.wait_for_function("(count) => harness.fetched.length >= count", arg=len(fetched))
    assert page.evaluate("harness.fetched") == [f"s3://bucket/scenes/{one}" for one in fetched]
    assert amount(GREEN) > 1_000
    assert {urlsplit(url).netloc for url in asked if not url.startswith("blob:")} == {urlsplit(ORIGIN).netloc}


def test_model_that_is_used_often_is_fetched_once(page: Page, show: Callable[..., list[Json]]) -> None:
    show(*(node(f"Cube {n}", model(), transform={"position": [n, 0, 0]}) for n in range(3)))

    assert page.evaluate("harness.fetched") == ["s3://bucket/scenes/plain.glb"]


def test_model_that_is_missing_is_a_red_cube_and_named(
    show: Callable[..., list[Json]], amount: Callable[[str], int]
) -> None:
    (problem,) = show(node("Cube", model("nope.glb")))

    assert problem == {
        "level": "warning",
        "message": "Could not load nope.glb: HTTP 404",
        "node": "Cube",
    }
    assert amount("#ff0000") > 1_000


def test_model_that_is_none_is_named(show: Callable[..., list[Json]]) -> None:
    (problem,) = show(node("Cube", model("make_models.mjs")))

    assert problem["message"] == "Could not load make_models.mjs: not a glTF file"


def test_unit_makes_a_model_smaller(show: Callable[..., list[Json]], amount: Callable[[str], int]) -> None:
    show(node("Cube", model()))
    whole = amount(GREEN)

    show(node("Cube", model(unitOfMeasure="decimeters")))

    assert 0 < amount(GREEN) < whole / 30


def test_scene_that_cannot_be_read_shows_nothing(page: Page, show: Callable[..., list[Json]]) -> None:
    problems = show(node("Cube", model()), rootNodeIndexes=[7])

    assert [problem["level"] for problem in problems] == ["fatal"]
    assert page.evaluate("harness.fetched") == []


def test_rule_colours_the_piece_it_is_bound_to_and_no_other(
    page: Page, show: Callable[..., list[Json]], amount: Callable[[str], int]
) -> None:
    shader = {"type": "ModelShader", "ruleBasedMapId": "color", **bound("m/c/t")}
    piece = node(
        "Piece",
        {"type": "SubModelRef", "selector": "Cube", "parentRef": ""},
        shader,
        transform={"position": [-0.8, 0, 0]},
    )
    other = node("Other", model(), transform={"position": [0.8, 0, 0]})
    assert show(node("Model", model(), children=[2]), piece, other, roots=[1, 3]) == []
    both = amount(GREEN)

    set_value(page, "m/c/t", 91)
    assert amount(RED) == pytest.approx(both / 2, rel=0.1)
    assert amount(GREEN) == pytest.approx(both / 2, rel=0.1)

    set_value(page, "m/c/t", -1)  # not to be seen at all
    assert amount(RED) == 0
    assert amount(GREEN) == pytest.approx(both / 2, rel=0.1)

    set_value(page, "m/c/t", 20)
    assert amount(GREEN) == pytest.approx(both, rel=0.1)


def test_piece_stands_where_its_node_says_and_not_where_the_model_says(
    show: Callable[..., list[Json]], amount: Callable[[str], int]
) -> None:
    piece = node("Piece", {"type": "SubModelRef", "selector": "Cube"}, transform={"position": [50, 0, 0]})

    show(node("Model", model(), children=[2]), piece, roots=[1])

    assert amount(GREEN) == 0


def test_piece_that_the_model_does_not_have_is_named(show: Callable[..., list[Json]]) -> None:
    piece = node("Piece", {"type": "SubModelRef", "selector": "Cub"})

    (problem,) = show(node("Model", model(), children=[2]), piece, roots=[1])

    assert problem["message"] == 'SubModelRef: "Cub" is not in the model'
    assert problem["node"] == "Piece"


def tag(key: str, **members: Any) -> Json:
    return {"type": "Tag", "ruleBasedMapId": "icon", **bound(key), **members}


def test_tag_shows_what_its_rule_says_and_says_so(
    page: Page, show: Callable[..., list[Json]], amount: Callable[[str], int]
) -> None:
    show(node("Tag", tag("m/c/t")))
    said = page.locator(".scene-tags li")
    assert said.all_inner_texts() == ["Tag: Info"]
    assert amount(BLUE) > 200

    set_value(page, "m/c/t", 91)

    assert said.all_inner_texts() == ["Tag: Error"]
    assert amount(RED) > 200
    assert amount(BLUE) == 0


def test_tag_has_one_size_near_and_far(
    page: Page, show: Callable[..., list[Json]], amount: Callable[[str], int]
) -> None:
    sizes = []
    for place in (0, -20):
        show(node("Tag", tag("m/c/t"), transform={"position": [0, 0, place], "scale": [3, 3, 3]}))
        sizes.append(amount(BLUE))

    assert sizes[0] == sizes[1] > 200


def test_tag_is_seen_through_a_model_unless_it_may_be_hidden(
    show: Callable[..., list[Json]], amount: Callable[[str], int]
) -> None:
    hidden = {"environmentPreset": "neutral", "componentSettings": {"Tag": {"enableOcclusion": True}}}
    behind = {"position": [0, 0, -3]}

    show(node("Cube", model()), node("Tag", tag("m/c/t"), transform=behind))
    assert amount(BLUE) > 200

    show(node("Cube", model()), node("Tag", tag("m/c/t"), transform=behind), properties=hidden)
    assert amount(BLUE) == 0

    pinned = node("Tag", tag("m/c/t"), transform=behind, properties={"alwaysVisible": True})
    show(node("Cube", model()), pinned, properties=hidden)
    assert amount(BLUE) > 200


def test_click_selects_a_model_a_tag_or_nothing(page: Page, show: Callable[..., list[Json]]) -> None:
    entity = {"type": "EntityBinding", **bound("cube")}
    link = {"destination": "https://example.com/d?a=1#x", "params": {"b": "2"}}
    above = {"position": [0, 1, 0]}
    show(node("Cube", model(), entity), node("Tag", tag("m/c/t", navLink=link), transform=above))
    canvas = page.locator("#scene canvas")
    selected = "harness.selected"

    canvas.click(position={"x": MIDDLE[0], "y": MIDDLE[1]})
    assert page.evaluate(selected) == {"nodeName": "Cube", "entityId": "cube"}

    canvas.click(position={"x": MIDDLE[0], "y": 32})
    assert page.evaluate(selected) == {
        "nodeName": "Tag",
        "entityId": "m",
        "componentName": "c",
        "propertyName": "t",
        "navLink": "https://example.com/d?a=1&b=2#x",
    }

    canvas.click(position={"x": 20, "y": 20})
    assert page.evaluate(selected) is None


def test_drag_turns_the_scene_and_selects_nothing(page: Page, show: Callable[..., list[Json]]) -> None:
    show(node("Cube", model(), {"type": "EntityBinding", **bound("cube")}))
    before = page.locator("#scene").screenshot()

    page.mouse.move(*MIDDLE)
    page.mouse.down()
    page.mouse.move(MIDDLE[0] + 80, MIDDLE[1] + 30, steps=5)
    page.mouse.up()
    page.wait_for_timeout(600)

    assert page.evaluate("harness.selected") is None
    assert page.locator("#scene").screenshot() != before


def test_pointer_says_what_can_be_selected(page: Page, show: Callable[..., list[Json]]) -> None:
    show(node("Cube", model(), {"type": "EntityBinding", **bound("cube")}))
    canvas = page.locator("#scene canvas")

    canvas.hover(position={"x": MIDDLE[0], "y": MIDDLE[1]})
    page.wait_for_function("document.querySelector('canvas').style.cursor === 'pointer'")
    assert canvas.get_attribute("title") == "Cube"

    canvas.hover(position={"x": 20, "y": 20})
    page.wait_for_function("document.querySelector('canvas').style.cursor === ''")


def test_entity_is_flown_to_and_marked(
    page: Page, show: Callable[..., list[Json]], amount: Callable[[str], int]
) -> None:
    far = {"position": [30, 0, -30]}
    show(node("Far", model(), {"type": "EntityBinding", **bound("far")}, transform=far))
    assert amount(GREEN) == 0

    assert page.evaluate("harness.view.focusEntity('far')") is True
    assert page.evaluate("harness.view.focusEntity('nobody')") is False
    page.wait_for_timeout(900)
    assert amount(GREEN) > 1_000

    page.evaluate("harness.view.select('far')")
    assert amount(BLUE) > 500
    assert page.evaluate("harness.selected") is None  # who selects knows it
    page.evaluate("harness.view.select(undefined)")
    assert amount(BLUE) == 0


def test_cameras_are_named_and_shown(
    page: Page, show: Callable[..., list[Json]], amount: Callable[[str], int]
) -> None:
    away = node("Away", {"type": "Camera", "cameraIndex": 0}, transform={"position": [0, 0, 60]})
    show(node("Cube", model()), away)
    near = amount(GREEN)
    assert page.evaluate("harness.view.cameras") == ["Camera", "Away"]

    page.evaluate("harness.view.showCamera('Away')")
    page.wait_for_timeout(900)

    assert 0 < amount(GREEN) < near / 15


def test_scene_without_a_camera_is_seen_whole(
    show: Callable[..., list[Json]], amount: Callable[[str], int]
) -> None:
    show(
        node("Cube", model(), transform={"position": [200, 0, 0], "scale": [90, 90, 90]}), rootNodeIndexes=[1]
    )

    assert amount(GREEN) > 1_000


def test_nothing_is_drawn_while_nothing_changes(page: Page, show: Callable[..., list[Json]]) -> None:
    show(node("Cube", model()), *(node(f"Tag {n}", tag(f"m{n}/c/t")) for n in range(50)))
    page.wait_for_timeout(500)
    assert page.evaluate("harness.framesIn(1000)") == 0

    # Values that come together are drawn together.
    page.evaluate("for (let n = 0; n < 50; n++) harness.set(`m${n}/c/t`, 91)")
    assert 1 <= page.evaluate("harness.framesIn(1000)") <= 2


@pytest.mark.parametrize("shape", ["LinearPlane", "LinearCylinder", "CircularCylinder"])
def test_indicator_moves_while_its_speed_is_not_zero(
    page: Page, show: Callable[..., list[Json]], shape: str
) -> None:
    indicator = {
        "type": "MotionIndicator",
        "shape": shape,
        "valueDataBindings": {"speed": {"ruleBasedMapId": "speed", **bound("m/c/t")}, "foregroundColor": {}},
        "config": {"numOfRepeatInY": 2, "backgroundColorOpacity": 1, "defaultForegroundColor": RED},
    }
    show(node("Belt", indicator, transform={"rotation": [0.6, 0, 0], "scale": [2, 1, 1]}))
    page.wait_for_timeout(500)
    assert page.evaluate("harness.framesIn(700)") == 0

    set_value(page, "m/c/t", 0.37)
    page.wait_for_timeout(300)
    assert page.evaluate("harness.framesIn(700)") > 3
    # Arrows look alike after each has come to where the one before was.
    shots = {page.locator("#scene").screenshot() for _ in range(4)}
    assert len(shots) > 1

    set_value(page, "m/c/t", 0)
    page.wait_for_timeout(300)
    assert page.evaluate("harness.framesIn(700)") == 0


def test_indicator_stands_still_for_who_wants_no_motion(page: Page, show: Callable[..., list[Json]]) -> None:
    page.emulate_media(reduced_motion="reduce")
    indicator = {
        "type": "MotionIndicator",
        "shape": "LinearPlane",
        "valueDataBindings": {},
        "config": {"numOfRepeatInY": 2, "backgroundColorOpacity": 1, "defaultSpeed": "0.5"},
    }

    assert show(node("Belt", indicator)) == []

    page.wait_for_timeout(300)
    assert page.evaluate("harness.framesIn(700)") == 0


def overlay(*rows: str, kind: str = "OverlayPanel") -> Json:
    return {
        "type": "DataOverlay",
        "subType": kind,
        "dataRows": [{"rowType": "Markdown", "content": row} for row in rows],
        "valueDataBindings": [{"bindingName": "t", **bound("m/c/t")}],
    }


def test_panel_opens_with_its_tag_and_shows_values(page: Page, show: Callable[..., list[Json]]) -> None:
    show(node("Tag", tag("m/c/t"), overlay("**Now** ${t} °C")))
    panel = page.locator(".scene-panel")
    assert not panel.is_visible()

    page.locator("#scene canvas").click(position={"x": MIDDLE[0], "y": MIDDLE[1]})
    panel.wait_for()
    page.wait_for_function("document.querySelector('.scene-panel').textContent === 'Now - °C\\n'")
    assert panel.locator("strong").inner_text() == "Now"

    set_value(page, "m/c/t", 0)
    page.wait_for_function("document.querySelector('.scene-panel').textContent === 'Now 0 °C\\n'")

    page.locator("#scene canvas").click(position={"x": 20, "y": 20})
    panel.wait_for(state="hidden")


def test_annotation_is_always_there_and_cannot_do_harm(page: Page, show: Callable[..., list[Json]]) -> None:
    evil = (
        "<script>globalThis.harmed = 1</script><img src=x onerror='globalThis.harmed = 1'>"
        "<style>body{display:none}</style><form action='https://evil.test'><input></form>"
        "<a href='#' onclick='harmed=1'>c</a>"
    )
    links = "[a](javascript:globalThis.harmed=1) [b](https://example.com/)"
    show(node("Note", overlay(evil, links, "# ${t}", kind="TextAnnotation")))
    note = page.locator(".scene-annotation")
    note.locator("h1").wait_for()

    set_value(page, "m/c/t", "<img src=x onerror='globalThis.harmed = 1'>")
    page.wait_for_timeout(300)

    harmful = "script, img, style, form, input, [onclick], [onerror]"
    assert note.locator(harmful).count() == 0
    left = note.locator("a[href]").evaluate_all("(all) => all.map((one) => one.getAttribute('href'))")
    assert left == ["#", "https://example.com/"]
    assert note.locator("a[href^=https]").get_attribute("rel") == "noopener noreferrer"
    assert page.evaluate("globalThis.harmed") is None


def test_scene_gives_way_to_the_next_and_leaves_nothing(page: Page, show: Callable[..., list[Json]]) -> None:
    shader = {"type": "ModelShader", "ruleBasedMapId": "color", **bound("m/c/t")}
    first = (node("Cube", model(), shader), node("Tag", tag("n/c/t"), overlay("${t}", kind="TextAnnotation")))
    show(*first)
    set_value(page, "m/c/t", 91)
    assert set(page.evaluate("harness.watched")) == {"m/c/t", "n/c/t"}
    held = page.evaluate("({...harness.view.stage.renderer.info.memory})")

    for _ in range(3):
        show(*first)
    now = page.evaluate("({...harness.view.stage.renderer.info.memory})")
    assert all(now[kind] <= held[kind] for kind in held)

    show()
    assert page.evaluate("harness.watched") == []
    assert page.locator(".scene-tags li").count() == page.locator(".scene-overlay").count() == 0
    assert page.evaluate("harness.view.stage.renderer.info.memory.geometries") < held["geometries"]

    page.evaluate("harness.view.dispose()")
    assert page.locator("#scene > *").count() == 0


def test_scene_that_comes_late_does_not_take_the_place_of_the_next(
    page: Page, amount: Callable[[str], int]
) -> None:
    late, next_one = scene(node("Cube", model())), scene(node("Tag", tag("m/c/t")))

    page.evaluate("([late, next]) => Promise.all([harness.load(late), harness.load(next)])", [late, next_one])

    assert amount(GREEN) == 0
    assert page.locator(".scene-tags li").all_inner_texts() == ["Tag: Info"]


def test_surroundings_are_as_the_scene_says(
    show: Callable[..., list[Json]], amount: Callable[[str], int]
) -> None:
    ground = {"color": GREEN, "opacity": 1}
    settings = {"sceneBackgroundSettings": {"color": "#0000ff"}, "groundPlaneSettings": ground}
    low = {"position": [0, 2, 4]}
    camera = node("Above", {"type": "Camera", "cameraIndex": 0}, transform=low)

    show(camera, properties={"environmentPreset": "chromatic", **settings}, rootNodeIndexes=[1])

    assert amount("#0000ff") > 12_000
    assert amount(GREEN) > 5_000


def test_plane_and_lights_are_drawn(show: Callable[..., list[Json]], amount: Callable[[str], int]) -> None:
    plane = {"type": "PlaneGeometry", "width": 1, "height": 1, "color": GREEN}
    lights = [
        node(kind, {"type": "Light", "lightType": kind, "lightSettings": {"color": 16777215, "intensity": 1}})
        for kind in ("Ambient", "Hemisphere", "Directional", "Point")
    ]
    for light in lights:
        light["transform"] = {"position": [1, 1, 3]}
        assert show(node("Plane", plane), light, properties={}) == []
        assert amount(GREEN) > 1_000
