"""The built package: its source distribution, its wheel, and an environment with the wheel."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.soak import SOAK

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).parent / "app" / "small_apps.py"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the source distribution, and the wheel built from it."""
    folder = tmp_path_factory.mktemp("built")
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
        "--no-isolation",
        "--outdir",
        str(folder),
        str(source),
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    (wheel,) = built.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with the wheel in it; what it depends on is borrowed from this environment."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(packages)
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "bin" / "python"


@dataclass(frozen=True)
class SmallApps:
    """What the apps of ``tests/packaging/app`` became with the installed package.

    Attributes:
        folder: The cloud assemblies by the name of the app.
        report: What the script printed: where it found the package, its search path, and for each app None or
            what went wrong.
    """

    folder: Path
    report: dict[str, Any]


@pytest.fixture(scope="session")
def small_apps(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> SmallApps:
    """Synthesize all apps in ``make soak``, else each fourth, in one process: jsii starts in a second."""
    folder = tmp_path_factory.mktemp("small-apps")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "CDK_"))}
    if not SOAK:  # takes as long as all the rest
        environment["CDK_VALIDATION"] = "false"
    result = subprocess.run(
        [str(installed), str(SCRIPT), str(ROOT / "models"), str(folder), "1" if SOAK else "4"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return SmallApps(folder, dict(json.loads(result.stdout.splitlines()[-1])))
