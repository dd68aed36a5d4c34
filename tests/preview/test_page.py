from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.page_data import read_twin
from tests.support.planned_change import write_change
from twin_stack.definition import load
from twin_stack.errors import TwinError
from twin_stack.preview import PlannedChange, render_page

MODELS = Path(__file__).parents[2] / "models"


def test_equal_definitions_give_equal_bytes(factory_html: str) -> None:
    assert render_page(load(MODELS / "factory")).html == factory_html


def test_page_contains_the_files_of_scenes(factory_html: str) -> None:
    assert set(read_twin(factory_html)["objects"]) == {
        "s3://my-factory-twin/factory.glb",
        "s3://my-factory-twin/hall.glb",
        "s3://my-factory-twin/factory-overview.json",
    }


def test_file_at_another_address_is_a_problem(tmp_path: Path) -> None:
    model = Path(shutil.copytree(MODELS / "factory", tmp_path / "model"))
    scene = model / "scenes" / "factory-overview.yaml"
    text = scene.read_text(encoding="utf-8")
    scene.write_text(text.replace("uri: factory.glb", "uri: s3://elsewhere/factory.glb"), encoding="utf-8")

    (problem,) = render_page(load(model)).problems
    assert problem.startswith("scene factory-overview: s3://elsewhere/factory.glb is not in the page")


def test_missing_page_is_an_error_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twin_stack.preview.page.built_page", lambda: None)
    with pytest.raises(TwinError, match="the page is not built: run `make page`"):
        render_page(load(MODELS / "minimal"))


@pytest.mark.slow
def test_planned_change_adds_the_twin_before_it_without_the_files_that_are_the_same(tmp_path: Path) -> None:
    before, after = map(load, write_change(tmp_path))
    html = render_page(after, PlannedChange(before, {"summary": "1 to add"}, "sensorModel".__eq__)).html
    twin = read_twin(html)

    assert twin["review"] == {"summary": "1 to add"}
    assert set(twin["objects"]) == {
        "s3://my-factory-twin/factory.glb",
        "s3://my-factory-twin/hall.glb",
        "s3://my-factory-twin/factory-overview.json",
    }
    assert set(twin["before"]["objects"]) == {"s3://my-factory-twin/factory-overview.json"}
    for side in (twin, twin["before"]):
        machine = next(entity for entity in side["entities"] if entity["entityId"] == "machine-001")
        properties = machine["components"]["temperatureSensor"]["properties"]
        assert properties["sensorModel"]["value"] == {"stringValue": "(masked)"}
        assert properties["installDate"]["value"] == {"stringValue": "2025-06-15"}
    assert "scrap-001" in {entity["entityId"] for entity in twin["before"]["entities"]}
    assert "scrap-001" not in {entity["entityId"] for entity in twin["entities"]}
    assert (
        render_page(after, PlannedChange(before, {"summary": "1 to add"}, "sensorModel".__eq__)).html == html
    )


def test_first_deployment_has_no_twin_before_it() -> None:
    twin = read_twin(
        render_page(load(MODELS / "minimal"), PlannedChange(None, {"summary": ""}, lambda _: False)).html
    )
    assert "review" in twin
    assert "before" not in twin
