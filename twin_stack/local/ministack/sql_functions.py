"""Functions of numbers in AWS IoT's SQL (AWS IoT developer guide, "Functions")."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def _power(base: float, exponent: float) -> float:
    result = math.pow(base, exponent)
    return int(result) if result.is_integer() else result


FUNCTIONS: Final[Mapping[str, Callable[..., float]]] = {
    "floor": math.floor,
    "log": math.log10,
    "power": _power,
}
"""By name; ``log`` is to base 10, and ``power`` and ``log`` round to double precision before."""


def call_function(name: str, arguments: Sequence[Any]) -> float | None:
    """Evaluate a function.

    Args:
        name: A key of ``FUNCTIONS``.
        arguments: Numbers, or texts that are numbers.

    Returns:
        The result, None where it is undefined.
    """
    try:
        return FUNCTIONS[name](*[_number(argument) for argument in arguments])
    except (TypeError, ValueError, OverflowError):
        return None


def _number(value: Any) -> float:
    """Return a number; raise where the value is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError(value)
    return float(value) if isinstance(value, str) else value
