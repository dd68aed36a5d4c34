"""Waiting for what happens in the background."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def soon(read: Callable[[], Any], expected: Any, seconds: float = 60.0) -> Any:
    """Poll until the value is the expected one or time is up; return the last value."""
    deadline = time.monotonic() + seconds
    while (seen := read()) != expected and time.monotonic() < deadline:
        time.sleep(0.1)
    return seen
