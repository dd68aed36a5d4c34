"""The client and the workspace that a command works with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from twin_stack.client.errors import TwinClientError, translate_errors

if TYPE_CHECKING:
    from collections.abc import Mapping

WORKSPACE_VARIABLE = "TWIN_WORKSPACE"


def make_session() -> Any:
    """Return a session of boto3, configured as boto3 is: by environment, profile and config file.

    Raises:
        TwinClientError: boto3 is not installed, or its configuration lacks something.
    """
    try:
        import boto3  # noqa: PLC0415 (an extra, whose import takes half a second)
    except ImportError as error:
        raise TwinClientError(
            "boto3 is not installed, and no twin can be read without it; run: pip install twin-stack[local]"
        ) from error
    with translate_errors():
        return boto3.session.Session()


def make_client(service: str, session: Any = None) -> Any:
    """Return a boto3 client.

    Args:
        service: boto3's name of the service, such as ``iottwinmaker``.
        session: Session of boto3, which several clients can share: each one reads the configuration and lists
            the services of AWS. Default: a new one.

    Raises:
        TwinClientError: boto3 is not installed, or its configuration lacks something.
    """
    session = session or make_session()
    with translate_errors():
        return session.client(service)


def resolve_workspace(client: Any, option: str | None, environ: Mapping[str, str] = os.environ) -> str:
    """Return the workspace id: the option, else ``TWIN_WORKSPACE``, else the account's only one.

    Args:
        client: A boto3 client of ``iottwinmaker``.
        option: Workspace id from the command line, or None.
        environ: Environment variables.

    Raises:
        TwinClientError: The account has no workspace, or several.
    """
    chosen = option or environ.get(WORKSPACE_VARIABLE)
    if chosen:
        return chosen
    with translate_errors():
        workspace_ids: list[str] = sorted(
            summary["workspaceId"] for summary in pages(client.list_workspaces, "workspaceSummaries")
        )
    if len(workspace_ids) == 1:
        return workspace_ids[0]
    if not workspace_ids:
        raise TwinClientError("no workspace in this account and region; deploy one, or check AWS_PROFILE")
    raise TwinClientError(
        f"{len(workspace_ids)} workspaces in this account and region: {', '.join(workspace_ids)}; "
        f"choose one with --workspace or {WORKSPACE_VARIABLE}"
    )


def pages(operation: Any, member: str, **request: Any) -> list[Any]:
    """Return the items of all pages of an operation that pages by ``nextToken``.

    Args:
        operation: A method of a boto3 client.
        member: Member of the response that holds the items.
        **request: Arguments of each call.
    """
    items: list[Any] = []
    token: dict[str, str] = {}
    while True:
        response = operation(**request, **token)
        items += response.get(member) or ()
        if not response.get("nextToken"):
            return items
        token = {"nextToken": response["nextToken"]}
