"""The requirements of a deployment."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

import pytest

from tests.support.broken_app import silent, write_cli
from tests.support.stacks import wait_for
from twin_stack.local import commands
from twin_stack.local.deployment import deploy_app
from twin_stack.local.state import LocalError

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin


def test_up_is_refused_when_there_is_no_app(tmp_path: Path) -> None:
    with pytest.raises(LocalError) as caught:
        commands.deploy(tmp_path, report=silent)

    assert str(caught.value) == f"there is no cdk.json in {tmp_path}; name the folder of a CDK app"


def test_up_is_refused_when_the_model_is_no_folder(broken: Path) -> None:
    with pytest.raises(LocalError) as caught:
        commands.deploy(broken, report=silent, model=broken / "nowhere")

    assert str(caught.value) == (
        f"{broken}/nowhere is not a folder; name the folder of a definition, the one with twin.yaml"
    )


@pytest.mark.deploy
def test_outputs_are_those_of_the_stacks_of_the_app(
    local_twin: LocalTwin, broken: Path, tmp_path: Path
) -> None:
    write_cli(broken, "exit 0")
    mine, other = (f"stack-{uuid.uuid4().hex[:8]}" for _ in range(2))
    for name in (mine, other):
        template = {
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {"WorkspaceId": {"Value": name}},
        }
        client = local_twin.client("cloudformation")
        client.create_stack(StackName=name, TemplateBody=json.dumps(template))
        assert wait_for(client, name) == "CREATE_COMPLETE"
    assembly = tmp_path / "work" / "cdk.out"
    assembly.mkdir(parents=True)
    stack = {"type": "aws:cloudformation:stack", "environment": "aws://000000000000/us-east-1"}
    (assembly / "manifest.json").write_text(json.dumps({"artifacts": {mine: stack}}))

    outputs = deploy_app(broken, local_twin.server.access, tmp_path / "work", report=silent)

    assert outputs == {mine: {"WorkspaceId": mine}}
