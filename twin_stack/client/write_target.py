"""What a command may write to: this machine, or the AWS account that the user named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from twin_stack.client.access import make_client
from twin_stack.client.endpoints import describe_target, endpoint_of, is_loopback
from twin_stack.client.errors import TwinClientError, translate_errors

if TYPE_CHECKING:
    from collections.abc import Iterable


def check_write_target(clients: Iterable[Any], *, account: str | None, sts: Any = None) -> str:
    """Check that clients write to this machine, or to the AWS account that the user named.

    Args:
        clients: The boto3 clients that write. Their own endpoints count, so that it does not matter whether
            an environment variable, a profile or a configuration file chose them.
        account: Id of the account that the user named (``--aws``), or None.
        sts: A boto3 client of ``sts``. Default: as boto3 is configured.

    Returns:
        What is written to, for messages: the local twin, or the account and its region, with the URL.

    Raises:
        TwinClientError: A client reaches AWS and no account is named, the named account is not that of the
            credentials, or a client reaches this machine although an account is named.
    """
    clients = list(clients)
    if account is None:
        remote = sorted(url for url in map(endpoint_of, clients) if not is_loopback(url))
        if remote:
            raise TwinClientError(
                f"this would write to {remote[0]}, which is not on this machine; start the local twin with "
                "`twin up`, or give --aws ACCOUNT_ID to write to that AWS account"
            )
        return describe_target(clients[0])
    if not re.fullmatch(r"[0-9]{12}", account):
        raise TwinClientError(f'--aws is "{account}"; give the 12 digits of an AWS account id')
    sts = sts or make_client("sts")
    local = sorted(url for url in map(endpoint_of, [*clients, sts]) if is_loopback(url))
    if local:
        raise TwinClientError(
            f"--aws is given, but {local[0]} is on this machine; leave out --aws, or check AWS_ENDPOINT_URL "
            "and AWS_PROFILE"
        )
    with translate_errors():
        actual = sts.get_caller_identity()["Account"]
    if actual != account:
        raise TwinClientError(
            f"--aws names the account {account}, but the credentials are of account {actual}; correct --aws, "
            "or choose other credentials with AWS_PROFILE"
        )
    return f"account {account}, {describe_target(clients[0])}"
