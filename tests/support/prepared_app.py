"""An app for the CDK CLI whose synthesis is made by the test's process, in a tenth of the time."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from app import build_app
from tests.support.templates import ROOT
from twin_stack import DefinitionError

if TYPE_CHECKING:
    from pathlib import Path

_SCRIPT = """
if [ -e mistakes ]; then cat mistakes >&2; exit 1; fi
cp -R assembly/. "$CDK_OUTDIR"
"""


def write_app(folder: Path) -> None:
    """Write an app with this repository's CDK CLI, which takes what ``synthesize`` made.

    Args:
        folder: Of the app; it exists.
    """
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    (folder / "cdk.json").write_text(json.dumps({"app": "sh app.sh"}), encoding="utf-8")
    (folder / "app.sh").write_text(_SCRIPT, encoding="utf-8")


def synthesize(folder: Path, model: Path) -> Path:
    """Synthesize a definition by the app of this repository, or keep its mistakes for the script to print.

    Args:
        folder: Of the app.
        model: Folder of the definition.

    Returns:
        The folder of the cloud assembly.
    """
    assembly, mistakes = folder / "assembly", folder / "mistakes"
    shutil.rmtree(assembly, ignore_errors=True)
    mistakes.unlink(missing_ok=True)
    try:
        build_app(context={"model": str(model)}, outdir=str(assembly)).synth()
    except DefinitionError as error:
        mistakes.write_text(str(error), encoding="utf-8")
    return assembly
