"""Clients for the embedded AWS, and the addresses that are allowed."""

from __future__ import annotations

import os
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from twin_stack.client.endpoints import is_loopback
from twin_stack.local.state import ACCOUNT, REGION, LocalError

if TYPE_CHECKING:
    from twin_stack.local.state import Access

# botocore creates clients of one session in one thread at a time.
_threads = threading.local()

_MAX_CLIENTS = 32
"""Clients that a thread keeps: creating one takes as long as several calls."""


def require_loopback(endpoint: str) -> str:
    """Return the URL if it is a loopback address.

    Raises:
        LocalError: The URL has another host, or is no http URL.
    """
    if not is_loopback(endpoint):
        raise LocalError(
            f'"{endpoint}" is not an address of this machine; the local twin is only ever deployed to '
            "127.0.0.1, use `cdk deploy` for AWS"
        )
    return endpoint


def make_client(
    access: Access,
    service: str,
    *,
    account: str = ACCOUNT,
    region: str = REGION,
    timeout: float = 60.0,
    attempts: int = 3,
) -> Any:
    """Return a client of a service of the embedded AWS, as boto3 makes them.

    A thread gets the same one each time. It ignores the user's profiles and AWS variables.

    Args:
        access: Its URL and its secret.
        service: boto3's name of the service, such as ``iottwinmaker``.
        account: Account id, twelve digits.
        region: Name of the region.
        timeout: Seconds to wait for an answer.
        attempts: How often a call is tried that is throttled or gets no answer.

    Raises:
        LocalError: The URL is no loopback address.
    """
    require_loopback(access.endpoint)
    if not hasattr(_threads, "client"):
        _threads.client = lru_cache(_MAX_CLIENTS)(_create_client)
    return _threads.client(
        access, service, account=account, region=region, timeout=timeout, attempts=attempts
    )


def _create_client(
    access: Access, service: str, *, account: str, region: str, timeout: float, attempts: int
) -> Any:
    # Importing botocore takes a third of a second, which commands without a client save.
    from botocore.config import Config  # noqa: PLC0415

    return _session().create_client(
        service,
        region_name=region,
        endpoint_url=access.endpoint,
        aws_access_key_id=account,
        aws_secret_access_key=access.secret,
        config=Config(
            # An IP address cannot have the host prefixes api. and data.
            inject_host_prefix=False,
            read_timeout=timeout,
            retries={"mode": "standard", "total_max_attempts": attempts},
            # No proxies, not even those of the environment.
            proxies={},
            # In us-east-1, S3's global endpoint would be looked up in the data that are not loaded.
            s3={"addressing_style": "path", "us_east_1_regional_endpoint": "regional"},
        ),
    )


def sign(access: Access, method: str, path: str) -> dict[str, str]:
    """Return the headers of a signed request without a body, for what no client of boto3 can call.

    Args:
        access: The URL and the secret of the embedded AWS.
        method: Such as ``POST``.
        path: Such as ``/_twin/save``.
    """
    from botocore.auth import SigV4Auth  # noqa: PLC0415
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415
    from botocore.credentials import Credentials  # noqa: PLC0415

    request = AWSRequest(method, access.endpoint + path)
    SigV4Auth(Credentials(ACCOUNT, access.secret), "twin", REGION).add_auth(request)
    return dict(request.headers.items())


def _session() -> Any:
    """Return the thread's session, which keeps the models of services; reading one takes 0.1 s."""
    if not hasattr(_threads, "session"):
        from botocore.session import Session  # noqa: PLC0415

        from twin_stack.local.client_data import ClientData  # noqa: PLC0415 (needs botocore)

        _threads.session = Session(
            session_vars={
                "profile": (None, None, None, None),
                "config_file": (None, None, os.devnull, None),
                "credentials_file": (None, None, os.devnull, None),
            }
        )
        _threads.session.register_component("data_loader", ClientData())
    return _threads.session
