"""Repetitions of slow tests: few in ``make check``, more in ``make test``, many in ``make soak``."""

from __future__ import annotations

import os

SOAK = bool(os.environ.get("TWIN_SOAK"))
"""Whether ``make soak`` runs."""

CHECK = bool(os.environ.get("TWIN_CHECK"))
"""Whether ``make check`` runs."""


def repetitions(usual: int, soak: int) -> int:
    """Return how often to repeat, or how many things to make.

    Args:
        usual: Number for ``make test``; ``make check`` takes a fifth of it.
        soak: Number for ``make soak``.
    """
    if SOAK:
        return soak
    return -(-usual // 5) if CHECK else usual
