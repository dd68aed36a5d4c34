"""Models of every format, and parts of models."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.support.page_state import wait_until
from tests.support.scene_documents import GREEN, RED, model, model_shader, node

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

    from tests.support.scene_documents import Json
    from tests.viewer.scene.conftest import CountPixels, SetValue, Show


FORMATS = {
    ("plain.glb", "GLB"): ["plain.glb"],
    ("parts.gltf", "GLTF"): ["parts.gltf", "parts.bin"],
    ("draco.glb", "GLB"): ["draco.glb"],
    ("meshopt.glb", "GLB"): ["meshopt.glb"],
    ("ktx2.glb", "GLB"): ["ktx2.glb"],
    ("tiles/tileset.json", "Tiles3D"): ["tiles/tileset.json", "tiles/cube.glb"],
}
"""Files of the same cube by its address and format."""


def in_a_row(*models: Json) -> list[Json]:
    """Return a node for each model, side by side."""
    places = [{"position": [(index - (len(models) - 1) / 2) * 0.7, 0, 0]} for index in range(len(models))]
    small = {"scale": [0.4, 0.4, 0.4]}
    return [
        node(f"Cube {place['position'][0]}", shown, transform=place | small)
        for shown, place in zip(models, places, strict=True)
    ]


def test_model_of_each_format_is_shown_from_its_own_origin(
    page: Page, show: Show, count_pixels: CountPixels, origin: str
) -> None:
    show(*in_a_row(*[model("plain.glb", "GLB")] * len(FORMATS)))
    size = count_pixels(GREEN)
    assert size > 1_000
    page.evaluate("harness.fetched.length = 0")
    requests: list[str] = []

    def add(request: Request) -> None:
        requests.append(request.url)

    page.on("request", add)
    files = [file for files in FORMATS.values() for file in files]

    assert show(*in_a_row(*(model(*form) for form in FORMATS))) == []

    wait_until(page, f"harness.fetched.length >= {len(files)}")
    assert sorted(page.evaluate("harness.fetched")) == sorted(f"s3://bucket/scenes/{name}" for name in files)
    assert count_pixels(GREEN) == pytest.approx(size, rel=0.05)
    page.remove_listener("request", add)
    assert {urlsplit(url).netloc for url in requests if not url.startswith("blob:")} == {
        urlsplit(origin).netloc
    }


def test_model_of_several_nodes_is_fetched_once(page: Page, show: Show) -> None:
    show(*(node(f"Cube {n}", model(), transform={"position": [n, 0, 0]}) for n in range(3)))

    assert page.evaluate("harness.fetched") == ["s3://bucket/scenes/plain.glb"]


def test_file_that_is_missing_or_no_model_is_a_red_cube_and_a_warning(
    show: Show, count_pixels: CountPixels
) -> None:
    (problem,) = show(*in_a_row(model("nope.glb")))
    assert problem == {"level": "warning", "message": "Could not load nope.glb: HTTP 404", "node": "Cube 0.0"}
    size = count_pixels("#ff0000")
    assert size > 200

    models = (model("nope.glb"), model("make_models.mjs"), model("lost.gltf", "GLTF"))
    problems = show(*in_a_row(*models))

    assert [problem["level"] for problem in problems] == ["warning"] * 3
    assert {problem["node"]: problem["message"] for problem in problems} == {
        "Cube -0.7": "Could not load nope.glb: HTTP 404",
        "Cube 0.0": 'file "make_models.mjs" is not a glTF file',
        "Cube 0.7": 'file "lost.gltf" needs "lost.bin", which could not be read (HTTP 404)',
    }
    assert count_pixels("#ff0000") > 2.8 * size


def test_model_is_shown_without_what_the_page_does_not_draw(show: Show, count_pixels: CountPixels) -> None:
    problems = show(*(node(f"Cube {n}", model("unusual.gltf", "GLTF")) for n in range(2)))

    assert sorted(problem["message"] for problem in problems) == [
        'file "unusual.gltf" needs "gone.png", which could not be read (HTTP 404)',
        'file "unusual.gltf" uses KHR_materials_pbrSpecularGlossiness, which the page and AWS\'s viewer do '
        "not draw: its materials are grey",
    ]
    assert {problem["node"] for problem in problems} == {"Cube 0"}
    assert count_pixels(GREEN) > 1_000


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
