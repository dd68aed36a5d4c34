"""Deployments of the flow tests: by the CDK CLI in ``make soak``, and without it, in seconds, elsewhere."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_cdk import App, Stack

from tests.support.soak import SOAK
from tests.support.stacks import wait_for
from tests.support.templates import ROOT
from twin_stack.local.assembly import stack_names
from twin_stack.local.deployer import Deployer, DeployError
from twin_stack.local.state import ACCOUNT, REGION

if TYPE_CHECKING:
    from twin_stack.pytest_plugin import LocalTwin


def deploy_app(twin: LocalTwin, app: Any, *, by_cli: bool = SOAK) -> dict[str, dict[str, str]]:
    """Deploy a CDK app, or update it in place if it was deployed before.

    Args:
        twin: The embedded AWS.
        app: An ``aws_cdk.App``, which is synthesized, or the path of a cloud assembly.
        by_cli: Whether ``cdk deploy`` does it. Default: in ``make soak``.

    Returns:
        Outputs by stack and name.

    Raises:
        DeployError: A stack failed and was rolled back; the message names the failed resources with their
            reasons.
    """
    if not by_cli:
        return twin.deploy(app)
    assembly = Path(app if isinstance(app, str | Path) else app.synth().directory)
    deployer = Deployer(ROOT, twin.server.access, twin.work)
    if not deployer.bootstrapped():
        deployer.run("bootstrap", f"aws://{ACCOUNT}/{REGION}", "--app", "")
    deployer.deploy(assembly)
    outputs = {}
    for name in stack_names(assembly):
        (stack,) = twin.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        outputs[name] = {item["OutputKey"]: item["OutputValue"] for item in stack.get("Outputs", [])}
    return outputs


def destroy_stack(twin: LocalTwin, name: str, *, by_cli: bool = SOAK) -> str:
    """Destroy a stack and return its status then.

    Args:
        twin: The embedded AWS.
        name: Of the stack.
        by_cli: Whether ``cdk destroy`` does it. Default: in ``make soak``.
    """
    client = twin.client("cloudformation")
    if by_cli:
        # The CLI deletes by the name alone, and takes it from an assembly.
        app = App()
        Stack(app, name)
        assembly = app.synth().directory
        with contextlib.suppress(DeployError):
            Deployer(ROOT, twin.server.access, twin.work).run("destroy", name, "--force", "--app", assembly)
    else:
        client.delete_stack(StackName=name)
    return wait_for(client, name)
