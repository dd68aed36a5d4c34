"""Formula expressions of AWS IoT SiteWise: read, checked, and written with other names.

Source: the IoT SiteWise user guide, "Using formula expressions" (operators, functions, constants, literals,
uniform function call syntax), and the API's limits. AWS checks an expression when the asset model is created
and no sooner.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

from twin_stack.definition.findings import did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_EXPRESSION: Final = 1024
"""Most characters of an expression (API)."""
MAX_VARIABLES: Final = 10
"""Most variables of an expression (API reference of Transform and Metric)."""
MAX_FUNCTIONS: Final = 10
"""Most functions of an expression (API reference of Transform and Metric)."""

_ANY: Final = 100
_MAX_DEPTH: Final = 50


class _Function(NamedTuple):
    """How many arguments a function takes, and where it may stand."""

    least: int
    most: int
    where: str = ""


_METRIC, _TEMPORAL, _TRANSFORM = "metric", "temporal", "transform"
_ONE_NUMBER = (
    "abs", "acos", "asin", "atan", "cbrt", "ceil", "cos", "cosh", "cot", "exp", "expm1", "floor", "log",
    "log10", "log1p", "log2", "signum", "sin", "sinh", "sqrt", "tan", "tanh",
)  # fmt: skip
FUNCTIONS: Final[dict[str, _Function]] = {
    **dict.fromkeys(_ONE_NUMBER, _Function(1, 1)),
    "pow": _Function(2, 2),
    **dict.fromkeys(("gt", "gte", "eq", "neq", "lt", "lte"), _Function(2, 2)),
    "isnan": _Function(1, 1),
    "if": _Function(2, 3),
    "elif": _Function(3, 4),
    "len": _Function(1, 1),
    "find": _Function(2, 2),
    "contains": _Function(2, 2),
    "upper": _Function(1, 1),
    "lower": _Function(1, 1),
    "jp": _Function(2, 2),
    "join": _Function(2, _ANY),
    "format": _Function(1, _ANY),
    "now": _Function(0, 0),
    "timestamp": _Function(0, 1),
    "mktime": _Function(1, 7),
    "localtime": _Function(1, 2),
    **dict.fromkeys(["year", "mon", "mday", "wday", "yday", "hour", "minute", "sec"], _Function(1, 1)),
    **dict.fromkeys(("avg", "sum", "min", "max", "count"), _Function(1, _ANY, _METRIC)),
    "stdev": _Function(1, 1, _METRIC),
    **dict.fromkeys(("first", "last", "earliest", "latest", "statetime"), _Function(1, 1, _TEMPORAL)),
    **dict.fromkeys(("timeweightedavg", "timeweightedstdev"), _Function(1, 2, _TEMPORAL)),
    "pretrigger": _Function(1, 1, _TRANSFORM),
}
"""By name in small letters: case does not matter to SiteWise."""
CONSTANTS: Final = frozenset({"pi", "e", "true", "false", "none"})
"""In small letters; a variable of the same name hides them."""
_WORDS: Final = frozenset({"and", "or", "not"})

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)
      | (?P<string>'(?:[^']|'')*'|"(?:[^"]|"")*")
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<sign><=|>=|==|!=|[-+*/^%<>!()\[\],.:])""",
    re.VERBOSE,
)


class FormulaError(ValueError):
    """An expression that SiteWise would refuse.

    Attributes:
        remedy: What to do about it.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class _Token(NamedTuple):
    kind: str
    text: str
    start: int


@dataclass
class Formula:
    """An expression that was read.

    Attributes:
        text: As it was written.
        variables: Names that are neither functions nor constants, each once, in the order written.
        functions: Names of the functions called, in small letters, each as often as it is called.
        temporal: Variables inside of a temporal function.
        statetime: Variables inside of ``statetime``.
    """

    text: str
    variables: list[str] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    temporal: set[str] = field(default_factory=set)
    statetime: set[str] = field(default_factory=set)
    _places: list[_Token] = field(default_factory=list)

    def renamed(self, new_name: Callable[[str], str]) -> str:
        """Return the expression with other names for its variables.

        Args:
            new_name: Gives the new name of a variable.
        """
        result, end = [], 0
        for token in self._places:
            result += [self.text[end : token.start], new_name(token.text)]
            end = token.start + len(token.text)
        return "".join([*result, self.text[end:]])


def read_formula(text: str, *, known: Sequence[str], is_metric: bool) -> Formula:
    """Read an expression.

    Args:
        text: The expression.
        known: Names that may stand for variables; one of them hides a constant of the same name.
        is_metric: Whether it is computed over a window; else it is a transform.

    Returns:
        The expression with what it uses.

    Raises:
        FormulaError: It does not follow the rules; the message says where.
    """
    if len(text) > MAX_EXPRESSION:
        raise FormulaError(
            f"the expression has {len(text)} characters, {MAX_EXPRESSION} are allowed",
            "split it over several properties",
        )
    formula = _Parser(text, frozenset(known), is_metric=is_metric).formula()
    for what, count, most in (
        ("variables", len(formula.variables), MAX_VARIABLES),
        ("functions", len(formula.functions), MAX_FUNCTIONS),
    ):
        if count > most:
            raise FormulaError(
                f"the expression uses {count} {what}, {most} are allowed", "split it over several properties"
            )
    return formula


def _tokens(text: str) -> list[_Token]:
    tokens, position = [], 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            what = shown(text[position])
            is_quote = text[position] in "'\""
            message = (
                f"{what} at character {position + 1} is {'not closed' if is_quote else 'not understood'}"
            )
            raise FormulaError(message, "close it" if is_quote else "remove it")
        if found.lastgroup != "space":
            tokens.append(_Token(str(found.lastgroup), found[0], position))
        position = found.end()
    return [*tokens, _Token("end", "", len(text))]


class _Parser:
    """Recursive descent, one method a level of precedence."""

    def __init__(self, text: str, known: frozenset[str], *, is_metric: bool) -> None:
        self.tokens = _tokens(text)
        self.known = known
        self.is_metric = is_metric
        self.read = Formula(text)
        self.next = 0
        self.depth = 0
        self.open: list[str] = []  # names of the functions around

    def formula(self) -> Formula:
        self.expression()
        if self.token.kind != "end":
            self.unexpected("an operator")
        return self.read

    @property
    def token(self) -> _Token:
        return self.tokens[self.next]

    def take(self, *texts: str) -> str | None:
        """Step over a sign or a word, in any case; None where another stands."""
        if self.token.kind in ("sign", "name") and self.token.text.lower() in texts:
            self.next += 1
            return self.tokens[self.next - 1].text
        return None

    def need(self, text: str) -> None:
        if self.take(text) is None:
            self.unexpected(f'"{text}"')

    def unexpected(self, wanted: str) -> NoReturn:
        token = self.token
        what = f"{shown(token.text)} at character {token.start + 1}" if token.text else "the end"
        raise FormulaError(f"{what} stands where {wanted} is expected", "correct the expression")

    def expression(self) -> None:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise FormulaError(f"the expression is nested deeper than {_MAX_DEPTH} levels", "flatten it")
        self.unary()
        while True:
            if self.take("or", "and", "<", ">", "<=", ">=", "==", "!=", "+", "-", "*", "/", "%", "^"):
                # Which operator binds closer changes the value, not what is allowed.
                self.unary()
                continue
            break
        self.depth -= 1

    def unary(self) -> None:
        while self.take("-", "+", "!", "not"):
            pass
        self.postfix()

    def postfix(self) -> None:
        name = self.primary()
        while True:
            if self.take("."):
                # x.log() is log(x): what stands before the dot is the first argument.
                function = self.token
                if function.kind != "name":
                    self.unexpected("a function")
                self.next += 1
                if self.token.text != "(":
                    self.unexpected('"("')
                self.call(function, receiver=name)
                name = None
            elif self.take("["):
                self.index()
                name = None
            else:
                return

    def index(self) -> None:
        for _ in range(3):
            if self.token.text not in (":", "]"):
                self.expression()
            if not self.take(":"):
                break
        self.need("]")

    def primary(self) -> str | None:
        """Read a value; return its name when it is a variable."""
        token = self.token
        if token.kind in ("number", "string"):
            self.next += 1
            return None
        if self.take("("):
            self.expression()
            self.need(")")
            return None
        if token.kind != "name" or token.text.lower() in _WORDS:
            self.unexpected("a value")
        self.next += 1
        if self.token.text == "(":
            self.call(token)
            return None
        return self.variable(token)

    def variable(self, token: _Token) -> str | None:
        if token.text not in self.known:
            if token.text.lower() in CONSTANTS:
                return None
            message = (
                f"{shown(token.text)} at character {token.start + 1} is no property that can be used here"
            )
            raise FormulaError(message, did_you_mean(token.text, self.known))
        if token.text not in self.read.variables:
            self.read.variables.append(token.text)
        self.read._places.append(token)
        self.note(token.text)
        return token.text

    def note(self, name: str) -> None:
        """Remember the functions around a variable."""
        if any(FUNCTIONS[function].where == _TEMPORAL for function in self.open):
            self.read.temporal.add(name)
        if "statetime" in self.open:
            self.read.statetime.add(name)

    def call(self, token: _Token, *, receiver: str | bool | None = False) -> None:
        """Read the arguments of a function.

        Args:
            token: Its name.
            receiver: What stood before the dot: a variable, None for any other value; False: no dot.
        """
        name = token.text.lower()
        function = FUNCTIONS.get(name)
        if function is None:
            message = f"function {shown(token.text)} at character {token.start + 1} is not one of SiteWise"
            raise FormulaError(message, did_you_mean(name, FUNCTIONS))
        self.check_place(token, function)
        self.read.functions.append(name)
        self.open.append(name)
        if isinstance(receiver, str):
            self.note(receiver)
        count = 0 if receiver is False else 1
        self.need("(")
        if self.token.text != ")":
            while True:
                self.expression()
                count += 1
                if self.take(":"):  # format(x: "d")
                    self.expression()
                if not self.take(","):
                    break
        self.need(")")
        self.open.pop()
        if not function.least <= count <= function.most:
            wanted = str(function.least)
            if function.most != function.least:
                wanted += " or more" if function.most == _ANY else f" to {function.most}"
            message = (
                f"{shown(token.text)} at character {token.start + 1} has {count} arguments, it takes {wanted}"
            )
            raise FormulaError(message, "correct its arguments")

    def check_place(self, token: _Token, function: _Function) -> None:
        place = f"{shown(token.text)} at character {token.start + 1}"
        if function.where in (_METRIC, _TEMPORAL) and not self.is_metric:
            raise FormulaError(f"{place} is computed over a window", "add window, such as 5m")
        if function.where == _TRANSFORM and self.is_metric:
            raise FormulaError(f"{place} is for each value, not for a window", "remove window")
        is_aggregate = function.where == _METRIC
        if is_aggregate and any(FUNCTIONS[outer].where == _TEMPORAL for outer in self.open):
            raise FormulaError(
                f"{place} stands inside of {self.open[-1]}", "compute it in a property of its own"
            )
