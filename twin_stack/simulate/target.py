"""Where simulated telemetry may be written: to this machine, or to an AWS account that the user named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.client.endpoints import endpoint_of, is_loopback
from twin_stack.errors import TwinError

if TYPE_CHECKING:
    from twin_stack.simulate.clients import Clients


def check_target(clients: Clients, *, is_aws_allowed: bool, workspace: str | None) -> None:
    """Check that invented values reach an AWS account only where the user asked for that.

    Args:
        clients: The clients that write. Their own endpoints count, so that it does not matter whether an
            environment variable, a profile or a configuration file chose them.
        is_aws_allowed: Whether the user allowed an AWS account (``--aws``).
        workspace: The workspace that the user named on the command line, or None.

    Raises:
        TwinError: A client reaches AWS without leave, AWS is allowed without a named workspace, or it is
            allowed and a client reaches this machine.
    """
    endpoints = sorted({endpoint_of(client) for client in clients.all()})
    remote = [url for url in endpoints if not is_loopback(url)]
    local = [url for url in endpoints if is_loopback(url)]
    if remote and not is_aws_allowed:
        raise TwinError(
            f"this would write invented telemetry to {remote[0]}, which is not on this machine; "
            "start the local twin with `twin up`, or give --aws and --workspace to write there"
        )
    if is_aws_allowed and local:
        raise TwinError(
            f"--aws is given, but {local[0]} is on this machine; leave out --aws, or check AWS_ENDPOINT_URL "
            "and AWS_PROFILE"
        )
    if is_aws_allowed and workspace is None:
        raise TwinError("--aws needs the workspace by name: give --workspace")
