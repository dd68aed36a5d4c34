"""The plan from a live workspace: what was changed by hand, and nothing that the service adds itself."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

from aws_cdk import App
from typer.testing import CliRunner

from tests.definition.models import write
from tests.flow.test_plan_truth import ENTITIES, SCENE, TWIN, TYPES
from tests.support.templates import cdk_context
from twin_stack import TwinStack, load
from twin_stack.cli import app as cli

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from twin_stack.pytest_plugin import LocalTwin


def test_change_by_hand_is_the_plan_from_live_to_definition(
    local_twin: LocalTwin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = f"ws-{uuid.uuid4().hex[:8]}"
    files = {
        "twin.yaml": TWIN.format(workspace=workspace, renames=""),
        "component_types/t.yaml": TYPES,
        "entities/e.yaml": ENTITIES,
        "scenes/hall.yaml": SCENE,
    }
    folder = write(tmp_path / "model", files)
    app = App(context=cdk_context())
    TwinStack(app, workspace, definition=load(folder))
    local_twin.deploy(app)
    monkeypatch.setattr("twin_stack.cli.formats.make_client", local_twin.client)
    monkeypatch.chdir(tmp_path)

    def plan() -> list[str]:
        sides = ["--from", f"workspace://{workspace}", "--to", str(folder)]
        result = CliRunner().invoke(cli, ["plan", *sides])
        assert result.exit_code in (0, 2), result.output
        lines: list[str] = result.stdout.splitlines()
        # A live workspace has no files: the places are those of its import.
        place = re.compile(rf"^workspace:{workspace}/entities/entities\.yaml:\d+:\d+ ")
        return [place.sub("", line) for line in lines[1:] if "(estimate" not in line]

    assert plan() == ["no change"]

    service: Any = local_twin.client("iottwinmaker")
    ids = {"workspaceId": workspace, "entityId": "pump-1"}
    service.update_entity(
        **ids,
        entityName="Pump one",
        componentUpdates={
            "pump": {
                "updateType": "UPDATE",
                "propertyUpdates": {"serial": {"updateType": "UPDATE", "value": {"stringValue": "X"}}},
            }
        },
    )
    service.create_entity(workspaceId=workspace, entityId="by-hand", entityName="By hand")
    assert plan() == [
        'PLAN010 danger: entity "by-hand" is removed; keep it, or, if it has another id now, write '
        "renames.entities",
        "- entity by-hand is removed",
        "~ entity pump-1 is changed",
        '    ~ entityName: "Pump one" -> "Pump 1"',
        '    ~ components.pump.properties.serial: "X" -> "P-1"',
        "  resources of the stack: 43 -> 42 of 500",
        "  entities of the workspace: 8 -> 7 of 50,000, adjustable",
        "Order in which CloudFormation acts:",
        "  1. update entity pump-1",
        "  clean-up 1. delete entity by-hand",
        "1 to change, 1 to remove (by-hand), 1 danger",
    ]
