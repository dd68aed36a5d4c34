"""A twin that this project deployed is imported as the definition that it was."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from app import build_app
from tests.support.templates import ROOT, normalised
from twin_stack.definition import load
from twin_stack.formats.frame import write_definition
from twin_stack.formats.kinds import ImportOptions
from twin_stack.formats.workspace import import_twin

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.local_factory import LocalFactory
    from tests.support.templates import Synthesized
    from twin_stack.pytest_plugin import LocalTwin


def check_import(
    twin: LocalTwin, workspace_id: str, model: Path, template: dict[str, Any], folder: Path
) -> None:
    """Import a deployed model: its definition and its template are those of the model."""
    options = ImportOptions(workspace_id="unused", client=twin.client, progress=lambda _: None)
    imported = import_twin(workspace_id, options)
    written = write_definition(imported, folder / "imported")
    assert [str(finding) for finding in (*imported.losses, *written.findings)] == []

    original, definition = load(model), load(folder / "imported")
    assert definition.twin == original.twin
    assert definition.component_types == original.component_types
    assert definition.entities == original.entities
    assert definition.scenes == original.scenes
    assert definition.asset_files.keys() <= original.asset_files.keys()
    for name, path in definition.asset_files.items():
        assert path.read_bytes() == original.asset_files[name].read_bytes()

    stages = {"defaultStage": "dev", "stages": {"dev": {"model": str(folder / "imported")}}}
    app = build_app(context={"twin-stack": stages}, outdir=str(folder / "out"))
    (stack,) = app.synth().stacks
    assert without_stage(normalised(stack.template)) == without_stage(normalised(template))


def without_stage(template: dict[str, Any]) -> dict[str, Any]:
    """Return a template without what the settings of a stage give."""
    text = json.dumps(template, sort_keys=True)
    result: dict[str, Any] = json.loads(text)
    for resource in result["Resources"].values():
        if resource["Type"] == "AWS::S3::Bucket":
            resource["Properties"].pop("CorsConfiguration", None)
    return result


@pytest.mark.parametrize("name", ["windfarm", "building"])
def test_imported_twin_is_the_deployed_one(
    local_twin: LocalTwin, name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    synthesized: Synthesized = request.getfixturevalue(name)
    local_twin.deploy(synthesized.directory)
    model = ROOT / "models" / name
    if name == "building":  # the fixture has few of its devices
        model = synthesized.directory.parent / "model"
    check_import(local_twin, f"my-{name}-twin", model, synthesized.template, tmp_path)


def test_imported_factory_is_the_deployed_one(
    local_factory: LocalFactory, factory: Synthesized, tmp_path: Path
) -> None:
    model = ROOT / "models" / "factory"
    check_import(local_factory.twin, local_factory.workspace_id, model, factory.template, tmp_path)
