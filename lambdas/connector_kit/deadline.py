"""How long the function may still work."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

WITHOUT_CONTEXT = 30.0
"""Seconds for a call without Lambda's context, as tests and ``twin invoke`` make."""


class Deadline(NamedTuple):
    """The end of Lambda's patience with this call.

    Attributes:
        seconds_left: Gives the seconds until the platform ends the function.
    """

    seconds_left: Callable[[], float]

    @classmethod
    def of(cls, context: Any) -> "Deadline":
        """Read it from Lambda's context.

        Args:
            context: Lambda's context object, or None.
        """
        remaining = getattr(context, "get_remaining_time_in_millis", None)
        if remaining is None:
            end = time.monotonic() + WITHOUT_CONTEXT
            return cls(lambda: end - time.monotonic())
        return cls(lambda: remaining() / 1000)
