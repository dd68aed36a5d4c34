"""A definition names files of its own folder only: no other file is printed, previewed or deployed."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from tests.definition.models import finding_lines, write
from tests.support.model_files import glb_bytes, gltf_document
from tests.support.page_data import read_twin
from twin_stack.cli import app
from twin_stack.definition import check, load
from twin_stack.package_data import built_page
from twin_stack.preview import render_page

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "aws_secret_access_key"
ENTITY = 'entity: {entityId: "a-${row.id}", entityName: Machine}\n'
LAYOUT = (
    "nodes: [{{name: A, layout: {{parentEntityId: $ROOT, csv: {csv}, "
    "templates: {{com.e.S: {{components: [{{type: Tag}}]}}}}}}}}]\n"
)
MACHINE = "m-1: {entityName: M1, components: {c: {componentTypeId: com.e.S}}}\n"
TYPES = "com.e.S: {propertyDefinitions: {m: STRING}}\n"
CSV_PATHS = (
    "../../.aws/credentials",
    "../../model/../.aws/credentials",
    "/etc/passwd",
    "/proc/self/environ",
    "../../missing.csv",
    "link.csv",
    "chain.csv",
)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Make a model beside a folder with a secret, to which links in the model lead."""
    credentials = tmp_path / ".aws" / "credentials"
    credentials.parent.mkdir()
    credentials.write_text(f"id,entityId\n{SECRET},x\n")
    model = write(tmp_path / "model", {"component_types/t.yaml": TYPES, "entities/m.yaml": MACHINE})
    for folder in ("entities", "scenes"):
        (model / folder).mkdir(exist_ok=True)
        (model / folder / "link.csv").symlink_to(credentials)
        (model / folder / "chain.csv").symlink_to("link.csv")
        (model / folder / ".hidden").mkdir()
    return model


def codes(model: Path) -> list[str]:
    return [line.split()[1] for line in finding_lines(model)]


def assert_outside(model: Path, place: str) -> None:
    """Assert one finding of a file outside, that the secret is in no finding, and that nothing is loaded."""
    definition, findings = check(model)
    assert definition is None
    assert SECRET not in str(findings)
    assert [line.split()[:2] for line in finding_lines(model)] == [[place, "TWIN032"]]


@pytest.mark.parametrize("path", CSV_PATHS)
def test_csv_of_a_loop_is_not_read_from_outside(path: str, model: Path) -> None:
    (model / "entities/e.yaml").write_text(f"forEach: {{csv: {path}}}\n{ENTITY}")
    assert_outside(model, "entities/e.yaml:1:16")


@pytest.mark.parametrize("path", CSV_PATHS)
def test_csv_of_a_layout_is_not_read_from_outside(path: str, model: Path) -> None:
    (model / "scenes/hall.yaml").write_text(LAYOUT.format(csv=path))
    assert_outside(model, "scenes/hall.yaml:1:56")


def test_csv_below_a_linked_folder_is_not_read(model: Path) -> None:
    (model / "entities/.hidden/aws").symlink_to(model.parent / ".aws")
    (model / "entities/e.yaml").write_text(f"forEach: {{csv: .hidden/aws/credentials}}\n{ENTITY}")
    assert_outside(model, "entities/e.yaml:1:16")


@pytest.mark.parametrize("kind", ["component_types", "entities", "scenes", "assets"])
@pytest.mark.parametrize("target", ["../../.aws/credentials", "/proc/self/environ", "/dev/zero"])
def test_file_that_is_a_link_to_outside_is_not_read(kind: str, target: str, model: Path) -> None:
    (model / kind).mkdir(exist_ok=True)
    (model / kind / "stolen.yaml").symlink_to(target)
    assert_outside(model, f"{kind}/stolen.yaml:1:1")


def test_twin_file_that_is_a_link_to_outside_is_not_read(model: Path) -> None:
    (model / "twin.yaml").unlink()
    (model / "twin.yaml").symlink_to("../.aws/credentials")
    assert_outside(model, "twin.yaml:1:1")


@pytest.mark.parametrize("kind", ["component_types", "entities", "scenes", "assets"])
def test_folder_that_is_a_link_to_outside_is_not_read(kind: str, tmp_path: Path) -> None:
    model = write(tmp_path / "model", {})
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/e.yaml").write_text(f"{SECRET}: [\n")
    (model / kind).symlink_to("../elsewhere")
    assert_outside(model, f"{kind}:1:1")


@pytest.mark.parametrize("kind", ["entities", "assets"])
def test_pipe_is_not_opened(kind: str, model: Path) -> None:
    (model / kind).mkdir(exist_ok=True)
    os.mkfifo(model / kind / "pipe.yaml")
    assert f"{kind}/pipe.yaml:1:1 TWIN001" in " ".join(finding_lines(model))


def test_pipe_and_folder_are_no_csv_files(model: Path) -> None:
    os.mkfifo(model / "entities/pipe.csv")
    for name in ("pipe.csv", "../entities"):
        (model / "entities/e.yaml").write_text(f"forEach: {{csv: {name}}}\n{ENTITY}")
        assert codes(model).count("TWIN001") == 1, name


def test_links_inside_of_the_model_are_followed(tmp_path: Path) -> None:
    model = write(
        tmp_path / "model",
        {
            "entities/e.yaml": f"forEach: {{csv: rows.csv}}\n{ENTITY}",
            "entities/shared/rows.csv": "id\n1\n",
            "assets/hall.glb": glb_bytes(),
            "scenes/hall.yaml": "nodes: [{components: [{type: ModelRef, modelType: GLB, uri: same.glb}]}]\n",
        },
    )
    (model / "entities/rows.csv").symlink_to("shared/rows.csv")
    (model / "assets/same.glb").symlink_to("hall.glb")
    assert list(load(model).entities) == ["a-1"]
    assert set(load(model).asset_files) == {"hall.glb", "same.glb"}


@pytest.mark.parametrize(
    "name", ["../twin.yaml", "../../.aws/credentials", "/etc/passwd", ".secret", "a/../x.glb"]
)
@pytest.mark.parametrize("member", ["uri", "textureUri", "sky", "ground"])
def test_scene_shows_files_of_its_assets_only(name: str, member: str, tmp_path: Path) -> None:
    component = {
        "uri": f"{{type: ModelRef, modelType: GLB, uri: {name}}}",
        "textureUri": f"{{type: PlaneGeometry, width: 1, height: 1, textureUri: {name}}}",
    }.get(member, "{type: Tag}")
    setting = {"sky": "sceneBackgroundSettings", "ground": "groundPlaneSettings"}.get(member)
    properties = (
        f"properties: {{{setting}: {{textureUri: {name}}}}}\n"
        if setting
        else "properties: {environmentPreset: neutral}\n"
    )
    model = write(
        tmp_path / "model",
        {
            "scenes/hall.yaml": f"nodes: [{{components: [{component}]}}]\n{properties}",
            "assets/x.glb": glb_bytes(),
            "assets/.env": "x",
        },
    )
    assert codes(model) == ["TWIN043"]


def test_page_has_files_of_the_folder_of_a_gltf_model_and_no_other(tmp_path: Path) -> None:
    if built_page() is None:
        pytest.skip("the page is not built: make page")
    uris = ["../../twin.yaml", "file:///etc/passwd", "part.gif"]
    document = gltf_document(images=[{"uri": uri} for uri in uris])
    scene = "nodes: [{components: [{type: ModelRef, modelType: GLTF, uri: hall/hall.gltf}]}]\n"
    files: dict[str, str | bytes] = {
        "scenes/hall.yaml": scene,
        "assets/hall/hall.gltf": json.dumps(document),
        "assets/hall/part.gif": "GIF89a",
        "assets/hall/.env": SECRET,
        "assets/other.glb": glb_bytes(),
    }
    objects = read_twin(render_page(load(write(tmp_path, files))).html)["objects"]
    assert {name.removeprefix("s3://my-twin/") for name in objects} == {
        "hall/hall.gltf",
        "hall/part.gif",
        "hall.json",
    }


def test_preview_does_not_write_through_a_link(tmp_path: Path) -> None:
    if built_page() is None:
        pytest.skip("the page is not built: make page")
    secret = tmp_path / "secret"
    secret.write_text("kept")
    work = tmp_path / "work"
    model = write(work / "model", {"entities/m.yaml": "m-1: {entityName: M1}\n"})
    for name in ("page.html", ".page.html.new"):
        (work / name).symlink_to(secret)
    result = CliRunner().invoke(app, ["preview", str(model), "-o", str(work / "page.html")])
    assert result.exit_code == 0
    assert secret.read_text() == "kept"
    assert "<!doctype html>" in (work / "page.html").read_text()
    assert sorted(path.name for path in work.iterdir()) == [".page.html.new", "model", "page.html"]


@pytest.mark.parametrize("name", ["dashboards", "provisioning", "compose.yaml", ".twin-grafana.json"])
def test_dashboards_are_not_written_through_a_link(name: str, tmp_path: Path) -> None:
    model = write(tmp_path / "model", {"entities/m.yaml": "m-1: {entityName: M1}\n"})
    outside = tmp_path / "outside"
    outside.mkdir()
    out = tmp_path / "out"
    out.mkdir()
    (out / name).symlink_to(outside)
    result = CliRunner().invoke(app, ["grafana", str(model), "-o", str(out), "--force"])
    assert result.exit_code == 1
    assert "lead out of it" in result.stderr
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("member", ["component_types", "scenes", "models", "entities"])
@pytest.mark.parametrize(
    "path", ["../.aws/credentials", "{home}/.aws/credentials", "link.json", "3d_models/../link.json"]
)
def test_import_of_a_project_brings_no_other_file_of_the_machine(model: Path, member: str, path: str) -> None:
    project = model.parent / "project"
    named = path.format(home=model.parent)
    lists: dict[str, object] = {"component_types": [], "scenes": [], "models": [], "entities": "e.json"}
    manifest = {**lists, member: named if member == "entities" else [named]}
    write(project, {"tmdt.json": json.dumps(manifest), "e.json": "[]"})
    (project / "3d_models").mkdir()
    for folder in (project, project / "3d_models"):
        (folder / "link.json").symlink_to(model.parent / ".aws" / "credentials")

    result = CliRunner().invoke(app, ["import", "tmdt", str(project), "-o", str(model.parent / "out")])

    assert SECRET not in result.output
    written = [file for file in (model.parent / "out").rglob("*") if file.is_file()]
    assert [file for file in written if SECRET in file.read_text()] == []
    assert [file for file in written if file.parent.name == "assets"] == []


def test_ids_of_an_imported_file_name_no_file_elsewhere(tmp_path: Path) -> None:
    ids = ["../../../escape", "/tmp/escape", "..", "a/../../../b", "CON\x00", "\\\\host\\share"]
    types = [{"componentTypeId": type_id} for type_id in ids]
    (tmp_path / "bulk.json").write_text(json.dumps({"componentTypes": types}))

    result = CliRunner().invoke(
        app, ["import", "bulk", str(tmp_path / "bulk.json"), "-o", str(tmp_path / "a/b/out")]
    )

    assert result.exit_code == 1
    files = [file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*") if file.is_file()]
    assert len([name for name in files if name.startswith("a/b/out/component_types/")]) == len(ids)
    assert [name for name in files if not name.startswith("a/b/out/")] == ["bulk.json"]
