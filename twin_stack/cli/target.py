"""Which AWS a verb talks to: the local twin of this folder, or what the environment names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from twin_stack.cli.options import CURRENT_FOLDER
from twin_stack.cli.output import echo

if TYPE_CHECKING:
    from twin_stack.local.state import Access

_EXPLICIT_CHOICES: Final = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_ENDPOINT_URL",
    "AWS_CONFIG_FILE",
)


def prefer_local_twin() -> None:
    """Direct AWS clients to the local twin that runs in this folder, unless the environment names an AWS."""
    if any(os.environ.get(name) for name in _EXPLICIT_CHOICES):
        return
    from twin_stack.local import launcher
    from twin_stack.local.state import StateFolder

    server = launcher.running(StateFolder.of_app(CURRENT_FOLDER))
    if server is not None:
        echo(f"the local twin at {server.endpoint}", err=True)
        use_access(server.access)


def use_access(access: Access) -> None:
    """Direct all AWS clients of this process to an embedded AWS.

    Args:
        access: Its URL and its secret.

    Raises:
        LocalError: The URL is not one of this machine.
    """
    from twin_stack.local.profile import client_environment

    environment = client_environment(access, os.environ)
    os.environ.clear()
    os.environ.update(environment)
