"""Formula expressions, evaluated: arithmetic, comparison, conditions, text, and aggregates over a window.

As in the IoT SiteWise user guide, "Use formula expressions". Not available: the functions of text, date and
JSON, state times, time-weighted means and ``pretrigger``. An expression with one of these has no values.
"""

from __future__ import annotations

import math
import operator
from functools import lru_cache, singledispatch
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from twin_stack.twinmaker.formula.errors import FormulaSyntaxError
from twin_stack.twinmaker.formula.functions import NONE
from twin_stack.twinmaker.formula.parser import parse_formula
from twin_stack.twinmaker.formula.syntax import (
    POWER,
    Binary,
    Call,
    Index,
    Name,
    Number,
    Slice,
    String,
    Unary,
    operands,
)
from twin_stack.twinmaker.quotas import MAX_FORMULA_STRING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twin_stack.twinmaker.formula.syntax import Node

Value: TypeAlias = float | int | bool | str


class Inputs(Protocol):
    """The values of variables, at a time or in a window."""

    def current(self, name: str) -> Value | None:
        """Return the newest value; None without one."""
        ...

    def before(self, name: str) -> Value | None:
        """Return the newest value before the window; None without one."""
        ...

    def window(self, name: str) -> Sequence[Value]:
        """Return the values in the window, in the order of time."""
        ...


Expression: TypeAlias = "Callable[[Inputs], Any]"


class UnsupportedError(ValueError):
    """An expression that cannot be evaluated here."""


class _MissingError(ArithmeticError):
    """A variable has no value, so neither has the expression."""


def _add(left: Any, right: Any) -> Any:
    if not isinstance(left, str) and not isinstance(right, str):
        return left + right
    text = f"{_text(left)}{_text(right)}"
    if len(text) > MAX_FORMULA_STRING:
        raise ValueError(f"the text has more than {MAX_FORMULA_STRING} characters")
    return text


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": _add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": math.fmod,
    POWER: math.pow,
}
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


def _standard_deviation(values: Sequence[Any]) -> float:
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))


_AGGREGATES: dict[str, Callable[[Sequence[Any]], Any]] = {
    "avg": lambda values: math.fsum(values) / len(values),
    "sum": math.fsum,
    "min": min,
    "max": max,
    "stdev": _standard_deviation,
    "first": lambda values: values[0],
    "last": lambda values: values[-1],
}


@lru_cache(maxsize=1024)
def compiled(text: str) -> Expression | None:
    """Return what evaluates an expression; None where something in it is not available here.

    Args:
        text: The expression.
    """
    try:
        return _compile(parse_formula(text))
    except (FormulaSyntaxError, UnsupportedError):
        return None


def evaluate(expression: Expression, inputs: Inputs) -> Value | None:
    """Return the value of an expression; None for a missing value, and for what is not a number or text.

    Args:
        expression: From ``compiled``.
        inputs: The values of its variables.
    """
    try:
        value = expression(inputs)
    except (ArithmeticError, ValueError, TypeError, IndexError):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, float | int | str) else None


@singledispatch
def _compile(node: Node) -> Expression:
    """Return what evaluates a node."""
    raise UnsupportedError(f"{type(node).__name__} is not available")


@_compile.register(Number)
def _(node: Number) -> Expression:
    number = float(node.text)
    return lambda _: number


@_compile.register(String)
def _(node: String) -> Expression:
    return lambda _: node.value


@_compile.register(Name)
def _(node: Name) -> Expression:
    constant = _CONSTANTS.get(node.name.lower())

    def read(inputs: Inputs) -> Value:
        value = inputs.current(node.name)
        if value is None:
            value = constant
        if value is None:
            raise _MissingError(node.name)
        return value

    return read


@_compile.register(Unary)
def _(node: Unary) -> Expression:
    operand = _compile(node.operand)
    if node.operator == "-":
        return lambda inputs: -operand(inputs)
    if node.operator == "not":
        return lambda inputs: not operand(inputs)
    return operand


@_compile.register(Binary)
def _(node: Binary) -> Expression:
    first_node, steps = operands(node)
    first = _compile(first_node)
    rest = [(symbol, _compile(operand)) for symbol, operand in steps]

    def calculate(inputs: Inputs) -> Any:
        value = first(inputs)
        for symbol, operand in rest:
            if symbol == "and":
                value = operand(inputs) if value else False
            elif symbol == "or":
                value = True if value else operand(inputs)
            else:
                value = _OPERATORS[symbol](value, operand(inputs))
        return value

    return calculate


@_compile.register(Index)
def _(node: Index) -> Expression:
    value, index = _compile(node.value), _compile(node.index)
    return lambda inputs: _character(value(inputs), _whole(index(inputs)))


@_compile.register(Slice)
def _(node: Slice) -> Expression:
    value = _compile(node.value)
    start, end, step = (_compile_bound(part) for part in (node.start, node.end, node.step))
    return lambda inputs: _part(value(inputs), slice(start(inputs), end(inputs), step(inputs)))


@_compile.register(Call)
def _(node: Call) -> Expression:
    name = node.function.lower()
    if name in ("earliest", "latest"):
        return _compile_edge(name, node)
    if name in _AGGREGATES or name == "count":
        return _compile_aggregate(name, node)
    if name in ("if", "elif"):
        branch = _compile_branch(node)
        return lambda inputs: _taken(branch(inputs))
    if name not in _FUNCTIONS:
        raise UnsupportedError(f"function {name} is not available")
    function = _FUNCTIONS[name]
    arguments = [_compile(argument) for argument in node.arguments]
    return lambda inputs: function(*(argument(inputs) for argument in arguments))


def _compile_bound(node: Node | None) -> Callable[[Inputs], int | None]:
    if node is None or (isinstance(node, Name) and node.name.lower() == NONE):
        return lambda _: None
    bound = _compile(node)
    return lambda inputs: _whole(bound(inputs))


def _compile_edge(name: str, node: Call) -> Expression:
    """Return what reads a variable at the end of a window, or before it."""
    if len(node.arguments) != 1 or not isinstance(node.arguments[0], Name):
        raise UnsupportedError(f"{name} is available for a variable alone")
    variable = node.arguments[0].name

    def read(inputs: Inputs) -> Value:
        value = inputs.before(variable) if name == "earliest" else inputs.current(variable)
        if value is None:
            raise _MissingError(variable)
        return value

    return read


def _compile_aggregate(name: str, node: Call) -> Expression:
    """Return what aggregates the values of variables in a window, and values that are computed."""
    arguments = [
        (argument.name if isinstance(argument, Name) else None, _compile(argument))
        for argument in node.arguments
    ]

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


def _compile_branch(node: Call) -> Callable[[Inputs], tuple[bool, Any]]:
    """Return what evaluates ``if`` and ``elif``: whether a branch is taken, and its value."""
    arguments = node.arguments
    earlier = None
    if node.function.lower() == "elif":
        if not node.is_method or not isinstance(arguments[0], Call):
            raise UnsupportedError("elif is available behind if(...) and elif(...)")
        earlier, arguments = _compile_branch(arguments[0]), arguments[1:]
    elif node.function.lower() != "if":
        raise UnsupportedError("elif is available behind if(...) and elif(...)")
    if len(arguments) not in (2, 3):
        raise UnsupportedError("if takes a condition and one or two results")
    condition, *results = (_compile(argument) for argument in arguments)

    def choose(inputs: Inputs) -> tuple[bool, Any]:
        if earlier is not None:
            is_taken, value = earlier(inputs)
            if is_taken:
                return True, value
        if condition(inputs):
            return True, results[0](inputs)
        return (True, results[1](inputs)) if len(results) > 1 else (False, None)

    return choose


def _taken(branch: tuple[bool, Any]) -> Any:
    is_taken, value = branch
    if not is_taken:
        raise _MissingError("no branch is taken")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, str) or value != int(value):
        raise ValueError(f"{value!r} is no whole number")
    return int(value)


def _character(text: Any, index: int) -> str:
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is no text")
    return text[index]


def _part(text: Any, bounds: slice) -> str:
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is no text")
    return text[bounds]
