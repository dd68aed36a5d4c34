"""Limits of requests per second, to test programs against throttling."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable


@dataclass(frozen=True, slots=True)
class Rate:
    """A limit that some operations share.

    Attributes:
        limit: Requests per second, at least 1.
        operations: Names of the operations; None for all.
    """

    limit: int
    operations: Collection[str] | None = None


class Throttle:
    """Admits at most as many requests in any one second as the rates of their operation allow.

    An account has its own count in each region.

    Args:
        rates: The limits; an operation without any is always admitted.
        clock: Returns the current time in seconds.

    Raises:
        ValueError: A limit is below 1.
    """

    def __init__(self, rates: Iterable[Rate], clock: Callable[[], float]) -> None:
        self._rates = tuple(rates)
        for rate in self._rates:
            if rate.limit < 1:
                raise ValueError(f"throttle must be at least 1 request per second, got {rate.limit}")
        self._clock = clock
        self._lock = threading.Lock()
        self._admitted: dict[tuple[str, int], deque[float]] = {}

    def exceeded(self, operation: str, scope_key: str) -> int | None:
        """Return the limit that one more request would exceed; if there is none, count the request.

        Args:
            operation: Name of the operation.
            scope_key: Account and region of the caller.
        """
        with self._lock:
            now = self._clock()
            counts = []
            for index, rate in enumerate(self._rates):
                if rate.operations is None or operation in rate.operations:
                    times = self._admitted.setdefault((scope_key, index), deque(maxlen=rate.limit))
                    if len(times) == rate.limit and now - times[0] < 1:
                        return rate.limit
                    counts.append(times)
            for times in counts:
                times.append(now)
        return None
