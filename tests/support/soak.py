"""Repetitions of slow tests: a few times in ``make test``, many times in ``make soak``."""

from __future__ import annotations

import os

SOAK = bool(os.environ.get("TWIN_SOAK"))
"""Whether ``make soak`` runs."""


def repetitions(quick: int, soak: int) -> int:
    """Return how often to repeat, or how many things to make.

    Args:
        quick: Number for ``make test``.
        soak: Number for ``make soak``.
    """
    return soak if SOAK else quick
