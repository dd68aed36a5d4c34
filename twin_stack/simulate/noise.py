"""Numbers that look random and depend on their arguments alone, so that each run gives the same ones."""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from typing import Final

HOUR, DAY = 3600.0, 86_400.0
"""Seconds."""
# A random walk is noise of several periods (seconds, and as text), each with its share.
_WALK: Final = tuple(
    (period, str(period), part)
    for period, part in ((6 * HOUR, 0.5), (HOUR, 0.25), (600.0, 0.15), (60.0, 0.1))
)


def walk(key: str, seconds: float) -> float:
    """Return a random walk from -1 to 1, computed without the steps before."""
    return sum(part * _noise(key, period, purpose, seconds) for period, purpose, part in _WALK)


def noise(key: str, period: float, seconds: float) -> float:
    """Return a number from -1 to 1 that changes its direction once in a period (seconds)."""
    return _noise(key, period, str(period), seconds)


def _noise(key: str, period: float, purpose: str, seconds: float) -> float:
    periods = seconds / period
    index = math.floor(periods)
    before, after = random_number(key, purpose, index), random_number(key, purpose, index + 1)
    return before + (after - before) * (periods - index)


def warmth(seconds: float) -> float:
    """Return how warm a time of the day is: 1 at 15:00 UTC, -1 at 3:00."""
    return math.cos((seconds / DAY - 15 / 24) * 2 * math.pi)


@lru_cache(maxsize=65_536)
def random_number(key: str, purpose: str, index: int) -> float:
    """Return a number from -1 to 1 that depends on the arguments alone, on any machine."""
    digest = hashlib.blake2b(f"{key}\n{purpose}\n{index}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**63 - 1
