"""The deadline of an invocation."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

DEFAULT_SECONDS = 30.0
"""Time limit in seconds of an invocation without Lambda's context, for example in a test."""


class Deadline(NamedTuple):
    """The time at which Lambda will end this invocation.

    Attributes:
        seconds_left: Returns the seconds until then.
    """

    seconds_left: Callable[[], float]

    @classmethod
    def of(cls, context: Any) -> "Deadline":
        """Return the deadline of an invocation.

        Args:
            context: Lambda's context object, or None for ``DEFAULT_SECONDS`` from now.
        """
        remaining = getattr(context, "get_remaining_time_in_millis", None)
        if remaining is None:
            end = time.monotonic() + DEFAULT_SECONDS
            return cls(lambda: end - time.monotonic())
        return cls(lambda: remaining() / 1000)
