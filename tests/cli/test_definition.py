from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from tests.definition.models import write
from tests.support.model_files import gltf_document
from tests.support.page_data import read_twin
from tests.support.planned_change import write_change
from twin_stack.cli import app
from twin_stack.package_data import built_page

if TYPE_CHECKING:
    from typer.testing import Result

MODELS = Path(__file__).parents[2] / "models"

needs_page = pytest.mark.skipif(built_page() is None, reason="the page is not built: make page")


def preview(model: Path, file: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["preview", str(model), "-o", str(file), *options])


@needs_page
def test_preview_writes_the_file_and_reports_its_size(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    result = preview(MODELS / "minimal", file)
    assert result.exit_code == 0, result.output
    assert f"wrote {file}" in result.output.replace("\n", "")
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")

    result = preview(MODELS / "minimal", file, "--json")
    assert json.loads(result.output) == {"file": str(file), "bytes": file.stat().st_size, "warnings": []}


def test_preview_writes_nothing_if_the_definition_has_mistakes(tmp_path: Path) -> None:
    model = Path(shutil.copytree(MODELS / "factory", tmp_path / "model"))
    entities = model / "entities" / "zone-a.yaml"
    text = entities.read_text(encoding="utf-8")
    entities.write_text(text.replace("com.example.Press", "com.example.Pres"), encoding="utf-8")
    result = preview(model, tmp_path / "page.html")

    assert result.exit_code == 1
    assert "TWIN014" in result.output
    assert not (tmp_path / "page.html").exists()


@needs_page
def test_preview_warns_of_files_that_are_not_in_the_page(tmp_path: Path) -> None:
    model = Path(shutil.copytree(MODELS / "factory", tmp_path / "model"))
    scene = model / "scenes" / "factory-overview.yaml"
    text = scene.read_text(encoding="utf-8")
    scene.write_text(text.replace("uri: factory.glb", "uri: s3://elsewhere/factory.glb"), encoding="utf-8")
    result = preview(model, tmp_path / "page.html")

    assert result.exit_code == 0, result.output
    assert "s3://elsewhere/factory.glb is not in the page" in result.output


@needs_page
def test_preview_prints_the_warnings_of_the_check(tmp_path: Path) -> None:
    model = write(
        tmp_path / "model",
        {
            "assets/box.gltf": json.dumps(gltf_document(extensionsUsed=["VENDOR_glow"])),
            "scenes/hall.yaml": "properties: {environmentPreset: neutral}\n"
            "nodes: [{components: [{type: ModelRef, modelType: GLTF, uri: box.gltf}]}]\n",
        },
    )
    result = preview(model, tmp_path / "page.html")
    assert 'scenes/hall.yaml:2:62 TWIN183 warning: file "box.gltf" uses VENDOR_glow, ' in result.stderr
    warnings = json.loads(preview(model, tmp_path / "page.html", "--json").stdout)["warnings"]
    assert len(warnings) == 1


@pytest.mark.slow
@needs_page
def test_preview_of_a_change_has_both_sides(tmp_path: Path) -> None:
    before, after = write_change(tmp_path)
    file = tmp_path / "page.html"
    sides = ["--from", str(before), "--to", str(after)]
    result = CliRunner().invoke(app, ["preview", "--plan", *sides, "-o", str(file), "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {"file": str(file), "bytes": file.stat().st_size, "warnings": []}
    twin = read_twin(file.read_text(encoding="utf-8"))
    assert twin["review"]["summary"] == "1 to add, 2 to change, 1 to remove (scrap-001), 1 danger"
    assert (twin["review"]["from"], twin["review"]["to"]) == (str(before), str(after))
    assert "before" in twin
    assert "TMP-119" in file.read_text(encoding="utf-8")
    assert (
        CliRunner().invoke(app, ["preview", "--plan", *sides, "-o", str(file), "--mask", "sensor*"]).exit_code
        == 0
    )
    assert "TMP-119" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--plan", "models/factory"], "write --to models/factory for the side after the change"),
        (["models/factory", "--from", "main:models/factory"], "give --plan as well"),
        ([], "name the folder of a definition, or give --plan"),
    ],
    ids=["folder and plan", "side without plan", "nothing"],
)
def test_preview_says_which_options_belong_together(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(app, ["preview", "-o", "page.html", *arguments], env={"COLUMNS": "200"})
    assert result.exit_code == 2, result.output
    assert message in result.output


def test_preview_names_the_command_that_builds_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twin_stack.preview.page.built_page", lambda: None)
    result = preview(MODELS / "minimal", tmp_path / "page.html")

    assert result.exit_code == 1
    assert "error: the page is not built: run `make page`" in result.output
    assert not (tmp_path / "page.html").exists()
