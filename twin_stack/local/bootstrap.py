"""The bootstrap stack of the CDK, deployed to the embedded AWS without the CDK CLI."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

STACK: Final = "CDKToolkit"
"""Name of the stack that ``cdk bootstrap`` deploys."""

_TEMPLATE: Final = "node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml"
_PARAMETERS: Final = {
    "FileAssetsBucketKmsKeyId": "AWS_MANAGED_KEY",
    "PublicAccessBlockConfiguration": "true",
}
"""What the CLI gives where neither its options nor ``cdk.json`` say anything else."""

_SETTINGS: Final = ("bootstrap", "toolkit")
"""Parts of the names of settings of ``cdk.json`` that change the stack."""

_POLL_SECONDS: Final = 0.05


def deploy_bootstrap_stack(cloudformation: Any, app: Path) -> bool:
    """Deploy the stack of ``cdk bootstrap``, from the template that the CLI of an app brings.

    The CLI takes seconds for it, most of which Node needs to start.

    Args:
        cloudformation: A client.
        app: Folder of the app, the one with ``cdk.json`` and ``node_modules``.

    Returns:
        Whether the stack is there now; otherwise only the CLI knows how: the app has settings of its own, the
        CLI has no such template, or there is a stack in another state.
    """
    template = app / _TEMPLATE
    settings = (app / "cdk.json").read_text(encoding="utf-8").lower()
    if not template.exists() or any(name in settings for name in _SETTINGS):
        return False
    try:
        cloudformation.create_stack(
            StackName=STACK,
            TemplateBody=template.read_text(encoding="utf-8"),
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value} for name, value in _PARAMETERS.items()
            ],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        while (status := _status(cloudformation)).endswith("_IN_PROGRESS"):
            time.sleep(_POLL_SECONDS)
    except cloudformation.exceptions.ClientError:
        return False
    return status == "CREATE_COMPLETE"


def _status(cloudformation: Any) -> str:
    (stack,) = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    return str(stack["StackStatus"])
