"""The bootstrap stack of the CDK, deployed to the embedded AWS without the CDK CLI."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from twin_stack.local.stack_status import await_stack

STACK: Final = "CDKToolkit"
"""Name of the stack that ``cdk bootstrap`` deploys."""

_TEMPLATE: Final = "node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml"
_PARAMETERS: Final = {
    "FileAssetsBucketKmsKeyId": "AWS_MANAGED_KEY",
    "PublicAccessBlockConfiguration": "true",
}
"""What the CLI gives where neither its options nor its settings say anything else."""

_SETTINGS: Final = ("bootstrap", "toolkit")
"""Parts of the names of settings that change the stack."""


def deploy_bootstrap_stack(cloudformation: Any, app: Path) -> bool:
    """Deploy the stack of ``cdk bootstrap``, from the template that the CLI of an app brings.

    The CLI takes seconds for it, most of which Node needs to start.

    Args:
        cloudformation: A client.
        app: Folder of the app, the one with ``cdk.json`` and ``node_modules``.

    Returns:
        Whether the stack exists now; otherwise the CLI has to deploy it: the app has settings of its own, the
        CLI has no such template, or there is a stack in another state.
    """
    template = app / _TEMPLATE
    if not template.exists() or _has_settings(app):
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
    except cloudformation.exceptions.ClientError:
        return False
    stack = await_stack(cloudformation, STACK)
    return stack is not None and stack["StackStatus"] == "CREATE_COMPLETE"


def _has_settings(app: Path) -> bool:
    """Return whether a file that the CLI reads settings from names one of the bootstrap."""
    files = (app / "cdk.json", app / "cdk.context.json", Path.home() / ".cdk.json")
    texts = (file.read_text(encoding="utf-8").lower() for file in files if file.exists())
    return any(name in text for text in texts for name in _SETTINGS)
