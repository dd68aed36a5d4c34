"""Models of every format, and parts of models."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.support.page_state import wait_until
from tests.support.scene_documents import GREEN, RED, model, model_shader, node

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

    from tests.viewer.scene.conftest import CountPixels, SetValue, Show


@pytest.mark.parametrize(
    ("uri", "model_type", "fetched"),
    [
        ("plain.glb", "GLB", ["plain.glb"]),
        ("parts.gltf", "GLTF", ["parts.gltf", "parts.bin"]),
        ("draco.glb", "GLB", ["draco.glb"]),
        ("meshopt.glb", "GLB", ["meshopt.glb"]),
        ("ktx2.glb", "GLB", ["ktx2.glb"]),
        ("tiles/tileset.json", "Tiles3D", ["tiles/tileset.json", "tiles/cube.glb"]),
    ],
)
def test_model_of_each_format_is_shown_from_its_own_origin(
    page: Page,
    show: Show,
    count_pixels: CountPixels,
    uri: str,
    model_type: str,
    fetched: list[str],
    origin: str,
) -> None:
    requests: list[str] = []

    def add(request: Request) -> None:
        requests.append(request.url)

    page.on("request", add)

    assert show(node("Cube", model(uri, model_type))) == []

    wait_until(page, f"harness.fetched.length >= {len(fetched)}")
    assert page.evaluate("harness.fetched") == [f"s3://bucket/scenes/{name}" for name in fetched]
    assert count_pixels(GREEN) > 1_000
    page.remove_listener("request", add)
    assert {urlsplit(url).netloc for url in requests if not url.startswith("blob:")} == {
        urlsplit(origin).netloc
    }


def test_model_of_several_nodes_is_fetched_once(page: Page, show: Show) -> None:
    show(*(node(f"Cube {n}", model(), transform={"position": [n, 0, 0]}) for n in range(3)))

    assert page.evaluate("harness.fetched") == ["s3://bucket/scenes/plain.glb"]


def test_missing_model_is_a_red_cube_and_a_warning(show: Show, count_pixels: CountPixels) -> None:
    (problem,) = show(node("Cube", model("nope.glb")))

    assert problem == {
        "level": "warning",
        "message": "Could not load nope.glb: HTTP 404",
        "node": "Cube",
    }
    assert count_pixels("#ff0000") > 1_000


def test_file_that_is_not_a_model_is_a_warning(show: Show) -> None:
    (problem,) = show(node("Cube", model("make_models.mjs")))

    assert problem["message"] == 'file "make_models.mjs" is not a glTF file'


def test_model_is_shown_without_what_the_page_does_not_draw(show: Show, count_pixels: CountPixels) -> None:
    problems = show(*(node(f"Cube {n}", model("unusual.gltf", "GLTF")) for n in range(2)))

    assert sorted(problem["message"] for problem in problems) == [
        'file "unusual.gltf" needs "gone.png", which could not be read (HTTP 404)',
        'file "unusual.gltf" uses KHR_materials_pbrSpecularGlossiness, which the page and AWS\'s viewer do '
        "not draw: its materials are grey",
    ]
    assert {problem["node"] for problem in problems} == {"Cube 0"}
    assert count_pixels(GREEN) > 1_000


def test_model_without_its_buffer_is_a_red_cube(show: Show, count_pixels: CountPixels) -> None:
    (problem,) = show(node("Cube", model("lost.gltf", "GLTF")))

    assert problem["message"] == 'file "lost.gltf" needs "lost.bin", which could not be read (HTTP 404)'
    assert count_pixels("#ff0000") > 1_000


def test_unit_of_measure_scales_a_model(show: Show, count_pixels: CountPixels) -> None:
    show(node("Cube", model()))
    full_size = count_pixels(GREEN)

    show(node("Cube", model(unitOfMeasure="decimeters")))

    assert 0 < count_pixels(GREEN) < full_size / 30


def test_sub_model_has_the_transform_of_its_node(show: Show, count_pixels: CountPixels) -> None:
    part = node("Part", {"type": "SubModelRef", "selector": "Cube"}, transform={"position": [50, 0, 0]})

    show(node("Model", model(), children=[2]), part, roots=[1])

    assert count_pixels(GREEN) == 0


def test_unknown_sub_model_is_a_warning(show: Show) -> None:
    part = node("Part", {"type": "SubModelRef", "selector": "Cub"})

    (problem,) = show(node("Model", model(), children=[2]), part, roots=[1])

    assert problem["message"] == 'SubModelRef: "Cub" is not in the model'
    assert problem["node"] == "Part"


def test_rule_colours_only_the_sub_model_that_it_is_bound_to(
    page: Page,
    show: Show,
    count_pixels: CountPixels,
    set_value: SetValue,
) -> None:
    shader = model_shader("m/c/t")
    part = node(
        "Part",
        {"type": "SubModelRef", "selector": "Cube", "parentRef": ""},
        shader,
        transform={"position": [-0.8, 0, 0]},
    )
    other = node("Other", model(), transform={"position": [0.8, 0, 0]})
    assert show(node("Model", model(), children=[2]), part, other, roots=[1, 3]) == []
    both = count_pixels(GREEN)

    set_value("m/c/t", 91)
    assert count_pixels(RED) == pytest.approx(both / 2, rel=0.1)
    assert count_pixels(GREEN) == pytest.approx(both / 2, rel=0.1)

    set_value("m/c/t", -1)  # invisible
    assert count_pixels(RED) == 0
    assert count_pixels(GREEN) == pytest.approx(both / 2, rel=0.1)

    set_value("m/c/t", 20)
    assert count_pixels(GREEN) == pytest.approx(both, rel=0.1)
