"""Durations on the command line."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from twin_stack.errors import TwinError

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION = re.compile(r"([0-9]{1,6})([smhdw])", re.ASCII)


def parse_duration(text: str, option: str = "--last") -> timedelta:
    """Return the duration of a text such as ``30m``, ``6h`` or ``2d``.

    Args:
        text: The text.
        option: Name of the option, for the message.

    Raises:
        TwinError: It is not a whole number above 0 and one of s, m, h, d, w, or is above 100 years.
    """
    match = _DURATION.fullmatch(text)
    duration = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else timedelta()
    if timedelta() < duration <= timedelta(days=36_500):
        return duration
    raise TwinError(
        f'{option} is "{text}"; write a number from 1 and s, m, h, d or w (at most 100 years), such as 6h'
    )
