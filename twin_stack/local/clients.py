"""Clients for the embedded AWS, and the addresses that are allowed."""

from __future__ import annotations

import os
from typing import Any

from twin_stack.client.endpoints import is_loopback
from twin_stack.local.state import ACCOUNT, REGION, LocalError


def require_loopback(endpoint: str) -> str:
    """Return the URL if it is one of this machine alone.

    Raises:
        LocalError: It could be another machine, or is no http URL.
    """
    if not is_loopback(endpoint):
        raise LocalError(
            f'"{endpoint}" is not an address of this machine; the local twin is only ever deployed to '
            "127.0.0.1, use `cdk deploy` for AWS"
        )
    return endpoint


def make_client(
    endpoint: str,
    service: str,
    *,
    account: str = ACCOUNT,
    region: str = REGION,
    timeout: float = 60.0,
    attempts: int = 3,
) -> Any:
    """Return a client of a service of the embedded AWS, as boto3 makes them.

    The user's profiles and AWS variables have no say in it.

    Args:
        endpoint: Its URL.
        service: Boto3's name of the service, such as ``iottwinmaker``.
        account: Twelve digits.
        region: Any region.
        timeout: Seconds to wait for an answer.
        attempts: How often a call is tried that was throttled or not answered.

    Raises:
        LocalError: The URL is not one of this machine.
    """
    # A third of a second that a command without a client need not pay.
    from botocore.config import Config  # noqa: PLC0415
    from botocore.session import Session  # noqa: PLC0415

    session = Session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
    )
    return session.create_client(
        service,
        region_name=region,
        endpoint_url=require_loopback(endpoint),
        aws_access_key_id=account,
        aws_secret_access_key="local",  # noqa: S106
        config=Config(
            # The prefixes api. and data. are for AWS's names; an address has no subdomains.
            inject_host_prefix=False,
            read_timeout=timeout,
            retries={"mode": "standard", "total_max_attempts": attempts},
            # None, not even those of the environment.
            proxies={},
            s3={"addressing_style": "path"},
        ),
    )
