"""Formula expressions, worked out: arithmetic, comparison, conditions, and what is computed over a window.

As in the IoT SiteWise user guide, "Using formula expressions". There are no string, date and JSON functions,
no state times and time-weighted means, and no `pretrigger`: an expression with one of these has no values.
"""

from __future__ import annotations

import math
import operator
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Value: TypeAlias = float | int | bool | str


class Inputs(Protocol):
    """The values of variables, at a time or in a window."""

    def current(self, name: str) -> Value | None:
        """The last value that is known; None without one."""
        ...

    def before(self, name: str) -> Value | None:
        """The last value before the window; None without one."""
        ...

    def window(self, name: str) -> Sequence[Value]:
        """The values in the window, in the order of time."""
        ...


Expression: TypeAlias = "Callable[[Inputs], Any]"


class UnsupportedError(ValueError):
    """An expression that cannot be worked out here."""


class _MissingError(ArithmeticError):
    """A variable has no value, so neither has the expression."""


_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|(?P<string>'[^']*'|\"[^\"]*\")"
    r"|(?P<name>[A-Za-z_]\w*)|(?P<sign><=|>=|==|!=|[-+*/^%<>!(),.]))"
)
_LEVELS: tuple[dict[str, Callable[[Any, Any], Any]], ...] = (
    {"or": lambda a, b: bool(a) or bool(b)},
    {"and": lambda a, b: bool(a) and bool(b)},
    {"==": operator.eq, "!=": operator.ne},
    {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge},
    {"+": operator.add, "-": operator.sub},
    {"*": operator.mul, "/": operator.truediv, "%": math.fmod},
)
_CONSTANTS = {"pi": math.pi, "e": math.e, "true": True, "false": False}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(math, name) for name in ("acos", "asin", "atan", "ceil", "cos", "cosh", "exp", "expm1")},
    **{name: getattr(math, name) for name in ("floor", "log10", "log1p", "log2", "sin", "sinh", "sqrt")},
    **{name: getattr(math, name) for name in ("tan", "tanh", "pow")},
    "abs": abs,
    "cbrt": lambda x: math.copysign(abs(x) ** (1 / 3), x),
    "cot": lambda x: 1 / math.tan(x),
    "log": math.log,
    "signum": lambda x: (x > 0) - (x < 0),
    "isnan": math.isnan,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "eq": operator.eq,
    "neq": operator.ne,
}


def _spread(values: Sequence[Any]) -> float:
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))


_AGGREGATES: dict[str, Callable[[Sequence[Any]], Any]] = {
    "avg": lambda values: math.fsum(values) / len(values),
    "sum": math.fsum,
    "min": min,
    "max": max,
    "stdev": _spread,
    "first": lambda values: values[0],
    "last": lambda values: values[-1],
}
_BRANCHES = {"if": 3}


@lru_cache(maxsize=1024)
def compiled(text: str) -> Expression | None:
    """Return what works out an expression; None where something in it is not available here.

    Args:
        text: The expression.
    """
    try:
        return _Compiler(text).expression_alone()
    except UnsupportedError:
        return None


def evaluate(expression: Expression, inputs: Inputs) -> Value | None:
    """Work out an expression; None where it has no value: of missing ones, and of what is not a number.

    Args:
        expression: From `compiled`.
        inputs: The values of its variables.
    """
    try:
        found = expression(inputs)
    except (ArithmeticError, ValueError, TypeError):
        return None
    if isinstance(found, float) and not math.isfinite(found):
        return None
    return found if isinstance(found, float | int | str) else None


class _Compiler:
    """Recursive descent, one method a level of precedence."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        position = 0
        while text[position:].strip():
            found = _TOKEN.match(text, position)
            if found is None:
                raise UnsupportedError(text)
            self._tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            position = found.end()
        self._tokens.append(("end", ""))
        self._next = 0

    def expression_alone(self) -> Expression:
        found = self._binary(0)
        if self._tokens[self._next][0] != "end":
            raise UnsupportedError(self._tokens[self._next][1])
        return found

    def _take(self, *texts: str) -> str | None:
        kind, text = self._tokens[self._next]
        if kind in ("sign", "name") and text.lower() in texts:
            self._next += 1
            return text.lower()
        return None

    def _need(self, text: str) -> None:
        if self._take(text) is None:
            raise UnsupportedError(text)

    def _binary(self, level: int) -> Expression:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while sign := self._take(*_LEVELS[level]):
            left = _both(_LEVELS[level][sign], left, self._binary(level + 1))
        return left

    def _unary(self) -> Expression:
        sign = self._take("-", "+", "!", "not")
        if sign is None:
            return self._power()
        inner = self._unary()
        if sign == "-":
            return lambda inputs: -inner(inputs)
        if sign == "+":
            return inner
        return lambda inputs: not inner(inputs)

    def _power(self) -> Expression:
        base = self._postfix()
        return _both(math.pow, base, self._unary()) if self._take("^") else base

    def _postfix(self) -> Expression:
        start = self._next
        found = self._primary()
        while self._take("."):
            # x.log() is log(x).
            name = self._tokens[start][1] if self._next == start + 2 else None
            function = self._tokens[self._next][1].lower()
            self._next += 1
            self._need("(")
            found = self._call(function, [(name, found)])
            start = -1
        return found

    def _primary(self) -> Expression:
        kind, text = self._tokens[self._next]
        self._next += 1
        if kind == "number":
            number = float(text)
            return lambda _: number
        if kind == "string":
            return lambda _: text[1:-1]
        if text == "(":
            inner = self._binary(0)
            self._need(")")
            return inner
        if kind != "name":
            raise UnsupportedError(text)
        if self._take("("):
            return self._call(text.lower(), [])
        return _variable(text)

    def _call(self, name: str, given: list[tuple[str | None, Expression]]) -> Expression:
        """Read the arguments behind a parenthesis; each with the name of the variable that it is alone."""
        arguments = given
        if not self._take(")"):
            while True:
                kind, text = self._tokens[self._next]
                start = self._next
                argument = self._binary(0)
                is_alone = kind == "name" and self._next == start + 1
                arguments = [*arguments, (text if is_alone else None, argument)]
                if not self._take(","):
                    break
            self._need(")")
        return _function(name, arguments)


def _both(combine: Callable[[Any, Any], Any], left: Expression, right: Expression) -> Expression:
    return lambda inputs: combine(left(inputs), right(inputs))


def _variable(name: str) -> Expression:
    def read(inputs: Inputs) -> Value:
        found = inputs.current(name)
        if found is None and name.lower() in _CONSTANTS:
            return _CONSTANTS[name.lower()]
        if found is None:
            raise _MissingError(name)
        return found

    return read


def _function(name: str, arguments: list[tuple[str | None, Expression]]) -> Expression:
    variables = [variable for variable, _ in arguments]
    inner = [expression for _, expression in arguments]
    if name in ("earliest", "latest") and variables and variables[0]:
        variable = variables[0]

        def at_the_edge(inputs: Inputs) -> Value:
            found = inputs.before(variable) if name == "earliest" else inputs.current(variable)
            if found is None:
                raise _MissingError(variable)
            return found

        return at_the_edge
    if name in _AGGREGATES or name == "count":

        def over_the_window(inputs: Inputs) -> Any:
            values: list[Any] = []
            for variable, expression in arguments:
                values += inputs.window(variable) if variable else [expression(inputs)]
            if name == "count":
                return len(values)
            if not values:
                raise _MissingError(name)
            return _AGGREGATES[name](values)

        return over_the_window
    if name == "if" and len(inner) == _BRANCHES[name]:
        return lambda inputs: (inner[1] if inner[0](inputs) else inner[2])(inputs)
    if name not in _FUNCTIONS:
        raise UnsupportedError(name)
    function = _FUNCTIONS[name]
    return lambda inputs: function(*(one(inputs) for one in inner))
