"""The functions and constants of formulas.

Source: IoT SiteWise user guide, pages on common, comparison, conditional, string, aggregation, temporal, and
date and time functions, and on constants.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple

UNLIMITED: Final = 100
"""Stands for any number of arguments."""


class FunctionKind(Enum):
    """The kinds of expressions in which a function is allowed."""

    COMMON = "transforms and metrics"
    AGGREGATION = "metrics"
    TEMPORAL = "metrics, on properties of the asset itself"
    TRANSFORM = "transforms"


class FunctionSignature(NamedTuple):
    """The number of arguments of a function, and where it is allowed.

    Attributes:
        min_arguments: Fewest arguments; what comes before the dot of ``x.f()`` is one.
        max_arguments: Most arguments, ``UNLIMITED`` for any number.
        kind: Where it is allowed.
    """

    min_arguments: int
    max_arguments: int
    kind: FunctionKind = FunctionKind.COMMON


_OF_ONE_NUMBER = (
    "abs", "acos", "asin", "atan", "cbrt", "ceil", "cos", "cosh", "cot", "exp", "expm1", "floor", "log",
    "log10", "log1p", "log2", "signum", "sin", "sinh", "sqrt", "tan", "tanh",
)  # fmt: skip
FUNCTIONS: Final[dict[str, FunctionSignature]] = {
    **dict.fromkeys(_OF_ONE_NUMBER, FunctionSignature(1, 1)),
    "pow": FunctionSignature(2, 2),
    **dict.fromkeys(("gt", "gte", "eq", "neq", "lt", "lte"), FunctionSignature(2, 2)),
    "isnan": FunctionSignature(1, 1),
    "if": FunctionSignature(2, 3),
    "elif": FunctionSignature(3, 4),
    "len": FunctionSignature(1, 1),
    "find": FunctionSignature(2, 2),
    "contains": FunctionSignature(2, 2),
    "upper": FunctionSignature(1, 1),
    "lower": FunctionSignature(1, 1),
    "jp": FunctionSignature(2, 2),
    "join": FunctionSignature(2, UNLIMITED),
    "format": FunctionSignature(1, UNLIMITED),
    "now": FunctionSignature(0, 0),
    "timestamp": FunctionSignature(0, 1),
    "mktime": FunctionSignature(1, 7),
    "localtime": FunctionSignature(1, 2),
    **dict.fromkeys(
        ("year", "mon", "mday", "wday", "yday", "hour", "minute", "sec"), FunctionSignature(1, 1)
    ),
    **dict.fromkeys(
        ("avg", "sum", "min", "max", "count"), FunctionSignature(1, UNLIMITED, FunctionKind.AGGREGATION)
    ),
    "stdev": FunctionSignature(1, 1, FunctionKind.AGGREGATION),
    **dict.fromkeys(
        ("first", "last", "earliest", "latest", "statetime"), FunctionSignature(1, 1, FunctionKind.TEMPORAL)
    ),
    **dict.fromkeys(("timeweightedavg", "timeweightedstdev"), FunctionSignature(1, 2, FunctionKind.TEMPORAL)),
    "pretrigger": FunctionSignature(1, 1, FunctionKind.TRANSFORM),
}
"""By name in lower case: case does not matter to SiteWise."""
CONSTANTS: Final = frozenset({"pi", "e", "true", "false", "none"})
"""In lower case: case does not matter to SiteWise. A variable of the same name hides a constant."""
NONE: Final = "none"
"""The constant without a value."""
