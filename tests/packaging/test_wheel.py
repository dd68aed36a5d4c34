"""The built package, installed in an environment of its own, in another team's app."""

from __future__ import annotations

import inspect
import json
import re
import shutil
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aws_cdk import App

import twin_stack
from tests.packaging.app.plant import build_plant
from twin_stack.package_data import built_page

if TYPE_CHECKING:
    from tests.packaging.conftest import SmallApps

pytestmark = pytest.mark.slow


ROOT = Path(__file__).resolve().parents[2]
DECODERS = re.compile(r"draco|basis|ktx2|meshopt", re.I)
"""Names of files that unpack models: big, and fetched by pages with such models alone."""


@pytest.fixture(scope="module")
def assembly(small_apps: SmallApps, installed: Path) -> Path:
    """The other team's app, synthesized with the installed package."""
    assert Path(small_apps.report["package"]).is_relative_to(installed.parents[1])
    assert str(ROOT) not in small_apps.report["path"]
    assert small_apps.report["results"]["plant"] is None
    return small_apps.folder / "plant"


def test_wheel_holds_the_package_and_its_lambdas_alone(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = file.namelist()
    assert "twin_stack/py.typed" in names
    assert "twin_stack/definition/json_schemas/entities.json" in names
    assert "twin_stack/_assets/lambdas/dynamodb_connector/handler.py" in names
    assert "twin_stack/_assets/lambdas/connector_kit/serving.py" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"twin_stack"}
    assert [name for name in names if name.endswith(".pyc") or "/tests/" in name] == []


@pytest.mark.skipif(built_page() is None, reason="the page is not built: make page")
def test_wheel_holds_the_built_page_which_is_small(wheel: Path) -> None:
    page = built_page()
    assert page is not None
    built = {path.relative_to(page).as_posix() for path in page.rglob("*") if path.is_file()}
    root = "twin_stack/_assets/page/"
    with zipfile.ZipFile(wheel) as file:
        sizes = {
            member.filename.removeprefix(root): member.file_size
            for member in file.infolist()
            if member.filename.startswith(root)
        }
    assert set(sizes) == built
    assert "index.html" in built
    # The page loads neither the licences of its libraries nor the script of `twin preview`.
    loaded = {name: size for name, size in sizes.items() if name not in {"licenses.md", "preview.js"}}
    html = (page / "index.html").read_text(encoding="utf-8")
    entry = ["index.html", *re.findall(r'(?:src|href)="\./([^"]+)"', html)]
    assert {Path(name).suffix for name in entry} == {".html", ".js", ".css"}
    assert sum(loaded[name] for name in entry) <= 920_000, "what is loaded before data is asked for"
    assert sum(size for name, size in loaded.items() if not DECODERS.search(name)) <= 1_275_000
    licences = (page / "licenses.md").read_text(encoding="utf-8")
    assert {"three", "uplot", "aws4fetch"} <= set(re.findall(r"^## (\S+) - ", licences, re.M))


def test_source_distribution_contains_the_sources_of_the_wheel(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as file:
        names = {name.split("/", 1)[1] for name in file.getnames()}
    assert {"LICENSE", "README.md", "pyproject.toml", "lambdas/connector_kit/serving.py"} <= names
    assert "twin_stack/py.typed" in names
    assert [name for name in names if name.startswith("tests") or name.endswith(".pyc")] == []


def test_second_app_synthesizes_a_twin_with_lambda_code(assembly: Path) -> None:
    nested = assembly / "assembly-Test"
    (file,) = nested.glob("*.template.json")
    resources = json.loads(file.read_text(encoding="utf-8"))["Resources"]
    kinds = [resource["Type"] for resource in resources.values()]
    assert kinds.count("AWS::IoTTwinMaker::Workspace") == 1
    assert kinds.count("AWS::IoTTwinMaker::Entity") == 4
    assert kinds.count("AWS::DynamoDB::Table") == 1, "the team's own table is used"
    handlers = {
        resource["Properties"]["Handler"]: resource["Properties"]["Code"]["S3Key"].removesuffix(".zip")
        for resource in resources.values()
        if resource["Type"] == "AWS::Lambda::Function"
    }
    for package in ("dynamodb_connector", "sitewise_connector"):
        (asset,) = assembly.rglob(f"asset.{handlers[f'{package}.handler.handler']}")
        assert (asset / package / "handler.py").is_file()
        assert (asset / "connector_kit" / "history.py").is_file()
        assert not list(asset.rglob("__pycache__"))


def test_second_app_gives_the_same_bytes_when_it_uses_the_repository(
    assembly: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "models" / "factory", tmp_path / "model")
    monkeypatch.chdir(tmp_path)
    app = App(outdir=str(tmp_path / "out"))

    build_plant(app, Path("model"))
    app.synth()

    assert Path(inspect.getfile(twin_stack)).parent == ROOT / "twin_stack"
    for kind in ("template", "assets"):
        (theirs,) = assembly.glob(f"assembly-Test/*.{kind}.json")
        ours = tmp_path / "out" / theirs.relative_to(assembly)
        assert ours.read_bytes() == theirs.read_bytes()
