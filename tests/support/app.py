"""Copies of the app to change, and runs of it as the CDK CLI makes them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def copy_app(folder: Path) -> Path:
    """Copy what the app consists of, without caches.

    Args:
        folder: Where; it is made.
    """
    folder.mkdir(parents=True)
    for name in ("app.py", "cdk.json"):
        shutil.copy(ROOT / name, folder)
    for name in ("twin_stack", "lambdas", "models"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "local"))
    return folder


def run_app(
    folder: Path,
    out: Path,
    *,
    context: dict[str, Any] | None = None,
    cwd: Path | None = None,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Run a copy of the app.

    Args:
        folder: The copy.
        out: Folder of the cloud assembly.
        context: What ``-c`` would give.
        cwd: Folder to run in. Default: the copy.
        **environment: Variables on top of this process's.
    """
    return subprocess.run(
        [sys.executable, str(folder / "app.py")],
        cwd=cwd or folder,
        env={
            **os.environ,
            "PYTHONPATH": str(folder),
            "CDK_OUTDIR": str(out),
            "CDK_CONTEXT_JSON": json.dumps(context or {}),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def template(out: Path) -> dict[str, Any]:
    """The one template of an assembly."""
    (file,) = out.glob("*.template.json")
    loaded: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return loaded


def findings(stderr: str) -> list[str]:
    """The lines of an output that are findings."""
    return [line for line in stderr.splitlines() if " TWIN" in line]
