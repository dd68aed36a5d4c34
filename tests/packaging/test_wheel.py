"""The built package, installed in an environment of its own, in another team's app."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    # A copy, as a clone has it: caches of this machine are none of the package's.
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("twin_stack", "lambdas", "models"):
        shutil.copytree(ROOT / name, source / name)
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(source),
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with the wheel in it; what it depends on is borrowed from this environment."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(packages)
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def assembly(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plant")
    shutil.copy(Path(__file__).parent / "app" / "plant.py", folder)
    shutil.copytree(ROOT / "models" / "factory", folder / "model")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "CDK_"))}
    result = subprocess.run(
        [str(installed), "plant.py", "model", str(folder / "out")],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    package, path = result.stdout.splitlines()[:2]
    assert str(installed.parents[1]) in package
    assert str(ROOT) not in [entry.rstrip("/") for entry in json.loads(path.replace("'", '"'))]
    return folder / "out"


def test_wheel_holds_the_package_and_its_lambdas_alone(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = file.namelist()
    assert "twin_stack/py.typed" in names
    assert "twin_stack/_assets/lambdas/dynamodb_connector/handler.py" in names
    assert "twin_stack/_assets/lambdas/connector_kit/serving.py" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"twin_stack"}
    assert [name for name in names if name.endswith(".pyc") or "/tests/" in name] == []


def test_second_app_synthesizes_a_twin_with_lambda_code(assembly: Path) -> None:
    nested = assembly / "assembly-Test"
    (file,) = nested.glob("*.template.json")
    resources = json.loads(file.read_text(encoding="utf-8"))["Resources"]
    kinds = [one["Type"] for one in resources.values()]
    assert kinds.count("AWS::IoTTwinMaker::Workspace") == 1
    assert kinds.count("AWS::IoTTwinMaker::Entity") == 4
    assert kinds.count("AWS::DynamoDB::Table") == 1, "the team's own table is used"
    handlers = {
        one["Properties"]["Handler"]: one["Properties"]["Code"]["S3Key"].removesuffix(".zip")
        for one in resources.values()
        if one["Type"] == "AWS::Lambda::Function"
    }
    for package in ("dynamodb_connector", "sitewise_connector"):
        (asset,) = assembly.rglob(f"asset.{handlers[f'{package}.handler.handler']}")
        assert (asset / package / "handler.py").is_file()
        assert (asset / "connector_kit" / "history.py").is_file()
        assert not list(asset.rglob("__pycache__"))


def test_lambda_code_of_the_wheel_has_the_hash_of_the_repository(assembly: Path, factory: object) -> None:
    directory = factory.directory  # type: ignore[attr-defined]
    ours = {path.name for path in directory.glob("asset.*") if (path / "connector_kit").is_dir()}
    theirs = {path.name for path in assembly.rglob("asset.*") if (path / "connector_kit").is_dir()}
    assert ours == theirs
    assert len(ours) == 2
