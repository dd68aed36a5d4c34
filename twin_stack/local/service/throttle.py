"""A limit of requests per second, to test programs against throttling."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Throttle:
    """Admits at most ``limit`` requests in any one second.

    AWS's own limits are unpublished account quotas; this one does not reproduce them.

    Args:
        limit: Requests per second, at least 1.
        clock: Returns the current time in seconds.
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
