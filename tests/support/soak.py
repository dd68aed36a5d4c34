"""Repetitions of slow tests: few in ``make check``, more in ``make test``, many in ``make soak``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

Case = TypeVar("Case")

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


def sample(cases: Sequence[Case]) -> Sequence[Case]:
    """Return the cases of a test of one kind: all of them, but each fifth for ``make check``."""
    return cases[::5] if CHECK else cases
