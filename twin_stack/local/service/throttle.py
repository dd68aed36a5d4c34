"""A limit on requests a second, to see how a program behaves when the service throttles it."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Throttle:
    """Admits at most ``limit`` requests in any one second.

    The service's own limits are account quotas that are not published; this is a switch for
    tests, not an imitation of them.

    Args:
        limit: Requests per second, at least 1.
        clock: Gives the present in seconds.
    """

    def __init__(self, limit: int, clock: Callable[[], float]) -> None:
        if limit < 1:
            raise ValueError(f"throttle must be at least 1 request per second, got {limit}")
        self._clock = clock
        self._lock = threading.Lock()
        self._admitted: deque[float] = deque(maxlen=limit)

    def admit(self) -> bool:
        """Return whether one more request is allowed now, and count it if so."""
        with self._lock:
            now = self._clock()
            full = len(self._admitted) == self._admitted.maxlen
            if full and now - self._admitted[0] < 1:
                return False
            self._admitted.append(now)
            return True
