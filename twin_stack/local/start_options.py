"""What the options of a start allow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from twin_stack.local.state import LocalError
from twin_stack.twinmaker.quotas import MAX_WORKSPACE_ENTITIES

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_PORT: Final = 65_535
"""Highest port of TCP."""

MAX_SLOW_SECONDS: Final = 3_600
"""Longest time for which a state such as CREATING lasts."""

MIN_TRANSFER_SPEED: Final = 0.001
"""Lowest number of items a second of a metadata transfer job, to see one that does not end in time."""

MAX_TRANSFER_SPEED: Final = 1_000_000
"""Highest number of items a second of a metadata transfer job."""

# As browsers send it: without a path, and in lower case. ``*`` and ``null`` would stand for every page.
_ORIGIN = re.compile(r"https?://([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(:[0-9]{1,5})?")


def check_start_options(
    *,
    port: int | None,
    slow: float,
    throttle: int | None,
    like_aws: bool = False,
    transfer_speed: float | None = None,
    max_entities: int | None = None,
    allowed_origins: Iterable[str] = (),
) -> None:
    """Raise an error for an option whose value is not allowed.

    Args:
        port: Port on the loopback interface, 0 for any free one, or None for the one that it had last.
        slow: Seconds for which TwinMaker's states CREATING, UPDATING and DELETING last.
        throttle: Requests per second before TwinMaker and SiteWise answer ThrottlingException; None for no
            limit.
        like_aws: Whether TwinMaker and SiteWise throttle at the rates that AWS documents.
        transfer_speed: Items a second of a metadata transfer job; None for as fast as it can.
        max_entities: Quota of entities in a workspace; None for that of AWS.
        allowed_origins: Origins of web apps that may call the API, as browsers send them.

    Raises:
        LocalError: A value is not allowed; the message is one line.

    Examples:
        >>> check_start_options(port=0, slow=1.5, throttle=None)
        >>> check_start_options(port=None, slow=0.0, throttle=0)
        Traceback (most recent call last):
            ...
        twin_stack.local.state.LocalError: --throttle 0 would refuse every request; give at least 1 ...
    """
    if port is not None and not 0 <= port <= MAX_PORT:
        raise LocalError(
            f"--port {port} is not a port; give a number from 1 to {MAX_PORT}, 0 for any free one, "
            "or leave it out"
        )
    # "nan" is neither less nor greater than a limit, so the test is for what is allowed.
    if not 0 <= slow <= MAX_SLOW_SECONDS:
        raise LocalError(
            f"--slow {slow} is not allowed; give a number of seconds from 0 to {MAX_SLOW_SECONDS}, "
            "or leave it out"
        )
    if throttle is not None and throttle < 1:
        raise LocalError(
            f"--throttle {throttle} would refuse every request; give at least 1 request per second, "
            "or leave it out for no limit"
        )
    if throttle is not None and like_aws:
        raise LocalError(
            f"--throttle {throttle} and --like-aws are two limits; give --like-aws for those of AWS, or "
            "--throttle for your own"
        )
    if transfer_speed is not None and not MIN_TRANSFER_SPEED <= transfer_speed <= MAX_TRANSFER_SPEED:
        raise LocalError(
            f"--transfer-speed {transfer_speed} is not allowed; give a number of items a second from "
            f"{MIN_TRANSFER_SPEED} to {MAX_TRANSFER_SPEED:,}, or leave it out for as fast as it can"
        )
    if max_entities is not None and max_entities < 1:
        raise LocalError(
            f"--max-entities {max_entities} would refuse every entity; give at least 1, or leave it out for "
            f"the {MAX_WORKSPACE_ENTITIES:,} of AWS"
        )
    for origin in allowed_origins:
        if not _ORIGIN.fullmatch(origin):
            raise LocalError(
                f'--allow-origin "{origin}" is not an origin; give scheme, name and port of a web app, like '
                "http://localhost:3000"
            )
