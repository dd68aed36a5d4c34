"""Copies of the app to change, and runs of it within this process."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import shutil
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import app

ROOT = Path(__file__).resolve().parents[2]

CLI_SYNTHESIS = ("npx", "cdk", "synth", "--quiet", "-c", "stage=prod")
"""The command of docs/deploy.md that synthesizes a stage other than the default one."""


def copy_app(folder: Path) -> Path:
    """Copy what the app consists of, with compiled modules but for those of Lambda functions.

    Args:
        folder: Where; it is made.
    """
    copy_definition(folder)
    shutil.copy(ROOT / "app.py", folder)
    shutil.copytree(ROOT / "twin_stack", folder / "twin_stack", ignore=shutil.ignore_patterns("local"))
    shutil.copytree(ROOT / "lambdas", folder / "lambdas", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def copy_definition(folder: Path) -> Path:
    """Copy the settings of the app and the model of its stages.

    Args:
        folder: Where; it is made.
    """
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "cdk.json", folder)
    shutil.copytree(ROOT / "models" / "factory", folder / "models" / "factory")
    return folder


def run_here(
    folder: Path, out: Path, *, context: dict[str, Any] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the app on the definitions of a folder within this process, which takes a tenth of the time.

    Args:
        folder: A copy by ``copy_definition``.
        out: Folder of the cloud assembly.
        context: What ``-c`` would give.
        cwd: Folder to run in. Default: the copy.
    """
    stdout, stderr = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(stdout),
        contextlib.redirect_stderr(stderr),
    ):
        patch.chdir(cwd or folder)
        patch.setattr(app, "ROOT", folder)
        patch.setattr(app, "build_app", partial(app.build_app, context=context, outdir=str(out)))
        code = app.main()
        gc.enable()
    return subprocess.CompletedProcess("app.py", code, stdout.getvalue(), stderr.getvalue())


def template(out: Path) -> dict[str, Any]:
    """The one template of an assembly."""
    (file,) = out.glob("*.template.json")
    loaded: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return loaded


def findings(stderr: str) -> list[str]:
    """The lines of an output that are findings."""
    return [line for line in stderr.splitlines() if " TWIN" in line]
