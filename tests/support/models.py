"""The app's syntheses of the models of this repository."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import build_app
from tests.support.templates import ROOT, Synthesized, add_validation

if TYPE_CHECKING:
    from aws_cdk import App


def write_small_building(folder: Path) -> Path:
    """Write the building with three devices on each floor: one of each kind, as all two hundred are.

    Args:
        folder: A folder that does not exist.

    Returns:
        The folder.
    """
    shutil.copytree(ROOT / "models" / "building", folder)
    register = folder / "entities" / "devices.csv"
    header, *rows = register.read_text(encoding="utf-8").splitlines()
    first = [row for row in rows if row.split(",")[0].endswith("-01")]
    register.write_text("\n".join([header, *first, ""]), encoding="utf-8")
    return folder


def build_model(name: str, directory: Path) -> App:
    """Return the app with a model.

    Args:
        name: Folder in ``models/``. ``factory`` is the default stage of cdk.json. ``building`` is the small
            one.
        directory: Folder of the cloud assembly.
    """
    if name == "factory":
        return build_app(outdir=str(directory))
    model = ROOT / "models" / name
    if name == "building":
        model = write_small_building(directory / "model")
    context: dict[str, Any] = {"defaultStage": "dev", "stages": {"dev": {"model": str(model)}}}
    return build_app(context={"twin-stack": context}, outdir=str(directory / "out"))


def synthesize_model(name: str, directory: Path, *, validate: bool = False) -> Synthesized:
    """Synthesize the app with a model.

    Args:
        name: See ``build_model``.
        directory: Folder to write to.
        validate: Run the validation of the app, too.
    """
    app = build_model(name, directory)
    if validate:
        add_validation(app)
    assembly = app.synth()
    (stack,) = assembly.stacks
    warnings = [str(message.entry.data) for message in stack.messages if message.level.name == "WARNING"]
    return Synthesized(template=stack.template, warnings=warnings, directory=Path(assembly.directory))
