"""The endpoint of a client: on this machine, or of AWS."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit


def is_loopback(url: str) -> bool:
    """Return whether an http URL names the loopback interface.

    Only ``localhost`` and addresses count: any other name may resolve to another machine tomorrow.

    Args:
        url: URL of an endpoint.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return False
    if parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def endpoint_of(client: Any) -> str:
    """Return the URL that a client sends its requests to, whichever way boto3 was configured.

    Args:
        client: A boto3 client.
    """
    return str(client.meta.endpoint_url)


def describe_target(client: Any) -> str:
    """Return which AWS a client reaches, for messages.

    Args:
        client: A boto3 client.

    Returns:
        ``the local twin at URL``, or region and URL of an AWS region.
    """
    url = endpoint_of(client)
    return f"the local twin at {url}" if is_loopback(url) else f"AWS {client.meta.region_name} ({url})"
