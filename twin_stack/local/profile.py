"""Access to the embedded AWS for other programs: an AWS profile and the shell command that selects it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from twin_stack.local.clients import require_loopback
from twin_stack.local.private_files import write_private
from twin_stack.local.state import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from twin_stack.local.state import Access, Server, StateFolder

PROFILE = "twin-local"


def write_profile(folder: StateFolder, server: Server) -> Path:
    """Write an AWS configuration file with one profile, for the embedded AWS; return its path.

    boto3, the AWS CLI and the SDKs read it; no other user of the machine can, because it holds the secret.
    TwinMaker's host prefixes are disabled, because an IP address has no subdomains; the JavaScript SDK needs
    ``disableHostPrefix: true`` in code instead.
    """
    write_private(
        folder.profile,
        f"[profile {PROFILE}]\n"
        f"region = {REGION}\n"
        f"endpoint_url = {server.endpoint}\n"
        "disable_host_prefix_injection = true\n"
        f"aws_access_key_id = {ACCOUNT}\n"
        f"aws_secret_access_key = {server.secret}\n",
    )
    return folder.profile


def export_lines(folder: StateFolder) -> list[str]:
    """Return the shell commands after which boto3 and the AWS CLI use the profile."""
    return [f"export AWS_CONFIG_FILE={shlex.quote(str(folder.profile))} AWS_PROFILE={PROFILE}"]


def client_environment(access: Access, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which AWS clients can reach nothing but the embedded AWS.

    Args:
        access: Its URL and its secret.
        inherited: The environment to start from, whose AWS variables are left out.

    Raises:
        LocalError: The URL is no loopback address.
    """
    kept = {name: value for name, value in inherited.items() if not name.upper().startswith("AWS_")}
    direct = ",".join(filter(None, [kept.get("NO_PROXY") or kept.get("no_proxy"), "127.0.0.1,localhost"]))
    return {
        **kept,
        "AWS_ENDPOINT_URL": require_loopback(access.endpoint),
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": access.secret,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
        # The user's own profiles may name endpoints and accounts.
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "NO_PROXY": direct,
        "no_proxy": direct,
    }
