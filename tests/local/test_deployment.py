"""The requirements of a deployment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.broken_app import silent, write_cli
from twin_stack.local import commands
from twin_stack.local.clients import make_client
from twin_stack.local.state import LocalError

if TYPE_CHECKING:
    from pathlib import Path


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
def test_outputs_are_those_of_the_stacks_of_the_app(broken: Path) -> None:
    write_cli(broken, "exit 0")
    server = commands.deploy(broken, report=silent, port=0).server
    cloudformation = make_client(server.access, "cloudformation")
    for name in ("mine", "other"):
        template = {
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {"WorkspaceId": {"Value": name}},
        }
        cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template))
    assembly = broken / ".twin" / "cdk.out"
    assembly.mkdir()
    stack = {"type": "aws:cloudformation:stack", "environment": "aws://000000000000/us-east-1"}
    (assembly / "manifest.json").write_text(json.dumps({"artifacts": {"mine": stack}}))

    deployed = commands.deploy(broken, report=silent)

    assert deployed.outputs == {"mine": {"WorkspaceId": "mine"}}
    assert deployed.workspace_ids == ["mine"]
