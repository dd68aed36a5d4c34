"""Deploys a CDK app to an embedded AWS that runs, with the app's own CDK CLI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.assembly import stack_names
from twin_stack.local.clients import make_client
from twin_stack.local.deployer import ASSEMBLY, Deployer
from twin_stack.local.state import LocalError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from twin_stack.local.state import Access

    Report = Callable[[str], None]

DELETED_STATUSES = frozenset({"DELETE_COMPLETE"})
"""Statuses of stacks that CloudFormation lists and that no longer exist."""


def require_app(app: Path, model: Path | None = None) -> None:
    """Check that a folder holds a CDK app, and that a definition has a folder.

    Args:
        app: Folder of the CDK app.
        model: Folder of the definition, or None for that of the app's stage.

    Raises:
        LocalError: One of the two does not exist.
    """
    if not (app / "cdk.json").exists():
        raise LocalError(f"there is no cdk.json in {app}; name the folder of a CDK app")
    if model is not None and not model.is_dir():
        raise LocalError(f"{model} is not a folder; name the folder of a definition, the one with twin.yaml")


def deploy_app(
    app: Path,
    access: Access,
    work: Path,
    *,
    model: Path | None = None,
    plan: Path | None = None,
    lock: int | None = None,
    report: Report,
) -> dict[str, dict[str, str]]:
    """Bootstrap where necessary and deploy all stacks of an app.

    Args:
        app: Folder of the CDK app.
        access: Access to the embedded AWS.
        work: Folder for the CLI's logs, cache and cloud assembly.
        model: Folder of the definition to deploy. Default: that of the app's stage.
        plan: File of a plan; the app refuses a definition that differs from it. Default: none.
        lock: A file descriptor that the CLI inherits, so that what it locks stays locked while the CLI runs.
        report: Receives each step as one line.

    Returns:
        Outputs of the app's stacks, by stack and name; stacks that were deployed before and belong to other
        apps or definitions are left out.

    Raises:
        DeployError: The CLI failed.
        LocalError: The CLI is not installed.
    """
    context = {
        name: str(path.resolve()) for name, path in (("model", model), ("plan", plan)) if path is not None
    }
    deployer = Deployer(app.resolve(), access, work, context, lock)
    if deployer.bootstrapped() or deployer.bootstrap():
        report("synthesizing and deploying")
        deployer.deploy()
    else:
        report("bootstrapping, once, and synthesizing")
        assembly = deployer.prepare()
        report("deploying")
        deployer.deploy(assembly)
    report("deployed")
    return _read_outputs(access, stack_names(work / ASSEMBLY))


def _read_outputs(access: Access, names: Collection[str]) -> dict[str, dict[str, str]]:
    pages = make_client(access, "cloudformation").get_paginator("describe_stacks").paginate()
    return {
        stack["StackName"]: {item["OutputKey"]: item["OutputValue"] for item in stack.get("Outputs", [])}
        for page in pages
        for stack in page["Stacks"]
        if stack["StackName"] in names and stack["StackStatus"] not in DELETED_STATUSES
    }
