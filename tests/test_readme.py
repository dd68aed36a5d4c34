"""Every code block of the README runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from twin_stack import load

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)


def blocks(language: str) -> list[str]:
    return [body for kind, body in BLOCKS if kind == language]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The files of the repository, with what was installed linked in."""
    folder = tmp_path_factory.mktemp("clone") / "twin-stack"
    folder.mkdir()
    for name in ("Makefile", "app.py", "cdk.json", "package.json", "package-lock.json", "pyproject.toml"):
        shutil.copy2(ROOT / name, folder)
    shutil.copy2(ROOT / "requirements-dev.txt", folder)
    for name in ("twin_stack", "lambdas", "models"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".venv", "node_modules"):
        if not (ROOT / name).is_dir():
            pytest.skip(f"{name} is not installed: run make install")
        (folder / name).symlink_to(ROOT / name)
    yield folder
    run("make down", folder)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    # No AWS of whoever runs the tests.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    return subprocess.run(
        f"set -e\n{command}",
        shell=True,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_only_languages_that_are_run_here_are_used() -> None:
    assert {kind for kind, _ in BLOCKS} == {"yaml", "sh", "python"}


def test_definition_files_of_the_example_load(tmp_path: Path) -> None:
    for block in blocks("yaml"):
        path, text = block.split("\n", 1)
        file = tmp_path / path.removeprefix("# ")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    definition = load(tmp_path / "models" / "example")
    assert list(definition.entities) == ["machine-001"]
    values = definition.entities["machine-001"].components["temperatureSensor"].properties
    assert values["sensorModel"].value == {"stringValue": "TMP-117"}


@pytest.mark.parametrize("block", blocks("sh"))
def test_commands_succeed(block: str, clone: Path) -> None:
    # The tests cannot run themselves; that the target exists and what it would run can be asked for.
    result = run(block.replace("make test", "make test --dry-run"), clone)
    assert result.returncode == 0, result.stdout + result.stderr
    if "make test" in block:
        assert "pytest" in result.stdout
    if "make synth" in block:
        assert (clone / "cdk.out" / "my-factory-twin.template.json").is_file()
        assert (clone / "cdk.out" / "my-factory-twin-prod.template.json").is_file()
    if "make up" in block:
        assert "4320 rows in DynamoDB" in result.stdout
        # A value a minute for six hours, less the minutes since they were written.
        assert re.search(r"temperature \[Celsius\]: 3[56]\d values", result.stdout)
        assert "stopped, the state is kept" in result.stdout


@pytest.mark.parametrize("code", blocks("python"))
def test_python_example_synthesizes(code: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "models", tmp_path / "models")
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "CDK_OUTDIR": str(tmp_path / "cdk.out")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "cdk.out" / "Plant.template.json").is_file()


def test_tables_name_what_there_is(clone: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!http|#)([^)]+)\)", readme):
        assert (ROOT / target).exists(), f"README links to {target}"
