"""Formulas of properties: checked against the rules of IoT SiteWise, and written with other names.

AWS checks an expression when the asset model is created. Source: IoT SiteWise user guide, "Use formula
expressions", and the API's limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin_stack.definition.formula_error import FormulaError
from twin_stack.definition.wording import did_you_mean, quote_value
from twin_stack.twinmaker.formula.errors import MAX_NESTING, FormulaSyntaxError, NestingError
from twin_stack.twinmaker.formula.functions import CONSTANTS, FUNCTIONS, UNLIMITED, FunctionKind
from twin_stack.twinmaker.formula.parser import parse_formula
from twin_stack.twinmaker.formula.syntax import Call, Formatted, Name, children
from twin_stack.twinmaker.quotas import MAX_FORMULA_FUNCTIONS, MAX_FORMULA_LENGTH, MAX_FORMULA_VARIABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence, Set

    from twin_stack.twinmaker.formula.syntax import Node


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked expression.

    Attributes:
        text: As it is written.
        names: Variables as they occur, from left to right.
        functions: Names of the functions called, in lower case, each as often as it is called.
        temporal: Variables inside of a temporal function.
        statetime: Variables inside of ``statetime``.
    """

    text: str
    names: tuple[Name, ...]
    functions: tuple[str, ...]
    temporal: Set[str]
    statetime: Set[str]

    @property
    def variables(self) -> list[str]:
        """Names of the variables, each once, in the order of the text."""
        return list(dict.fromkeys(name.name for name in self.names))

    def renamed(self, new_name: Callable[[str], str]) -> str:
        """Return the expression with other names for its variables.

        Args:
            new_name: Returns the new name of a variable.
        """
        parts, end = [], 0
        for name in self.names:
            parts += [self.text[end : name.offset], new_name(name.name)]
            end = name.offset + len(name.name)
        return "".join([*parts, self.text[end:]])


def read_formula(text: str, *, variables: Sequence[str], is_metric: bool) -> Formula:
    """Read and check an expression.

    Args:
        text: The expression.
        variables: Names of the variables that it can use; a variable hides a constant of the same name.
        is_metric: Whether it is computed over a window; else it is a transform.

    Returns:
        The expression with what it uses.

    Raises:
        FormulaError: The expression breaks a rule; the message says where.
    """
    if len(text) > MAX_FORMULA_LENGTH:
        raise FormulaError(
            f"the expression has {len(text)} characters, {MAX_FORMULA_LENGTH} are allowed",
            "split it over several properties",
        )
    try:
        node = parse_formula(text)
    except FormulaSyntaxError as error:
        raise _explain(error) from error
    checker = _Checker(frozenset(variables), is_metric=is_metric)
    checker.check(node)
    formula = checker.formula(text)
    for label, count, limit in (
        ("variables", len(formula.variables), MAX_FORMULA_VARIABLES),
        ("functions", len(formula.functions), MAX_FORMULA_FUNCTIONS),
    ):
        if count > limit:
            raise FormulaError(
                f"the expression uses {count} {label}, {limit} are allowed",
                "split it over several properties",
            )
    return formula


def _explain(error: FormulaSyntaxError) -> FormulaError:
    if isinstance(error, NestingError) or error.offset is None:
        return FormulaError(f"the expression is nested deeper than {MAX_NESTING} levels", "flatten it")
    place = _place(error.text, error.offset) if error.text else "the end of the expression"
    if error.expected is not None:
        return FormulaError(f"expected {error.expected}, got {place}", "correct the expression")
    if error.text in "'\"":
        return FormulaError(f"{place} is not closed", "close it")
    return FormulaError(f"{place} is not part of the formula language", "remove it")


def _place(text: str, offset: int) -> str:
    return f"{quote_value(text)} at character {offset + 1}"


class _Checker:
    """Checks names, functions and arguments, and collects what the formula uses."""

    def __init__(self, variables: frozenset[str], *, is_metric: bool) -> None:
        self._variables = variables
        self._is_metric = is_metric
        self._names: list[Name] = []
        self._functions: list[str] = []
        self._temporal: set[str] = set()
        self._statetime: set[str] = set()
        self._enclosing: list[str] = []  # names of the functions around, the innermost last

    def formula(self, text: str) -> Formula:
        return Formula(
            text,
            tuple(self._names),
            tuple(self._functions),
            frozenset(self._temporal),
            frozenset(self._statetime),
        )

    def check(self, node: Node) -> None:
        if isinstance(node, Name):
            self._check_name(node)
        elif isinstance(node, Call):
            self._check_call(node)
        else:
            if isinstance(node, Formatted) and self._enclosing[-1] != "format":
                message = f'expected ")", got {_place(":", node.offset)}'
                raise FormulaError(message, "correct the expression")
            for child in children(node):
                self.check(child)

    def _check_name(self, node: Name) -> None:
        if node.name not in self._variables:
            if node.name.lower() in CONSTANTS:
                return
            message = f"{_place(node.name, node.offset)} is not a property that the expression can use"
            raise FormulaError(message, did_you_mean(node.name, self._variables))
        self._names.append(node)
        if any(FUNCTIONS[function].kind is FunctionKind.TEMPORAL for function in self._enclosing):
            self._temporal.add(node.name)
        if "statetime" in self._enclosing:
            self._statetime.add(node.name)

    def _check_call(self, node: Call) -> None:
        name = node.function.lower()
        signature = FUNCTIONS.get(name)
        if signature is None:
            message = f"{_place(node.function, node.offset)} is not a function of SiteWise"
            raise FormulaError(message, did_you_mean(name, FUNCTIONS))
        self._check_kind(node, signature.kind)
        self._functions.append(name)
        self._enclosing.append(name)
        for argument in node.arguments:
            self.check(argument)
        self._enclosing.pop()
        count, least, most = len(node.arguments), signature.min_arguments, signature.max_arguments
        if not least <= count <= most:
            allowed = str(least)
            if most != least:
                allowed += " or more" if most == UNLIMITED else f" to {most}"
            raise FormulaError(
                f"{_place(node.function, node.offset)} has {count} arguments, it takes {allowed}",
                "correct its arguments",
            )

    def _check_kind(self, node: Call, kind: FunctionKind) -> None:
        place = _place(node.function, node.offset)
        if kind in (FunctionKind.AGGREGATION, FunctionKind.TEMPORAL) and not self._is_metric:
            raise FormulaError(f"{place} is computed over a window", "add window, such as 5m")
        if kind is FunctionKind.TRANSFORM and self._is_metric:
            raise FormulaError(f"{place} is for transforms, not for metrics", "remove window")
        is_inside_temporal = any(
            FUNCTIONS[function].kind is FunctionKind.TEMPORAL for function in self._enclosing
        )
        if kind is FunctionKind.AGGREGATION and is_inside_temporal:
            raise FormulaError(
                f"{place} cannot be an argument of {self._enclosing[-1]}",
                "compute it in a property of its own",
            )
