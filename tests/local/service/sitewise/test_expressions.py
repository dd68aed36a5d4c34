"""Expressions of SiteWise, evaluated."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.local.service.sitewise.expressions import compiled, evaluate


class Inputs:
    """Variables for an expression alone."""

    def __init__(self, **values: Any) -> None:
        self._values = values

    def current(self, name: str) -> Any:
        value = self._values.get(name)
        return value[-1] if isinstance(value, list) else value

    def before(self, name: str) -> Any:
        return self._values.get(f"{name}_before")

    def window(self, name: str) -> Any:
        return self._values.get(name) or []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("2 ^ 3 ^ 2", 512),
        ("-2 ^ 2", -4),
        ("7 % 4 - 1", 2),
        ("x / y", 2.5),
        ("x > y and not (x == y)", True),
        ("x < y or x != y", True),
        ("if(gt(x, y), x, y)", 5),
        ("if(x < y, 1 / 0, 3)", 3),
        ("x.pow(2) + y.sqrt()", 25 + 2**0.5),
        ("abs(-x) + ceil(0.2) + signum(-3)", 5),
        ("pi", 3.141592653589793),
        ("avg(v)", 2),
        ("sum(v) + count(v) + min(v) + max(v)", 6 + 3 + 1 + 3),
        ("stdev(v)", (2 / 3) ** 0.5),
        ("first(v) - last(v)", -2),
        ("latest(v) - earliest(v)", 3 - 9),
        ("AVG(v)", 2),
        ("avg((v))", 2),
        ("0 or y", 2),
        ("y or z", True),
        ("x and y", 2),
        ("0 and z", False),
        ("if(x, 1)", 1),
        ("if(x < y, 1).elif(x > y, 2, 3)", 2),
        ("if(x < y, 1).elif(x == y, 2).elif(y > x, 3, 4)", 4),
        ("if(x > y, z).elif(x > y, 2, 3)", None),
        # Text. The operators page has most of these examples.
        ("'Hello!'[1]", "e"),
        ("'Hello!'[-2]", "o"),
        ("'Hello!'[1:4]", "ell"),
        ("'Hello!'[:2]", "He"),
        ("'Hello!'[:-4]", "He"),
        ("'Hello!'[::2]", "Hlo"),
        ("'Hello!'[::-1]", "!olleH"),
        ("'Hello!'[none:2:none]", "He"),
        ("1 + 2 + ' is three'", "3 is three"),
        ('\'it\'\'s\' + "a ""b"""', 'it\'sa "b"'),
        ("s[0] == 'o'", True),
        # No values: missing variables, and what is no number.
        ("x + z", None),
        ("avg(z)", None),
        ("x / 0", None),
        ("sqrt(-1)", None),
        ("exp(1000)", None),
        ("if(x < y, 1)", None),
        ("'Hello!'[9]", None),
        ("'Hello!'[0.5]", None),
        ("'Hello!'['1']", None),
        ("x[0]", None),
        ("'a' - 1", None),
    ],
)
def test_expression_has_the_value_that_the_guide_documents(text: str, value: Any) -> None:
    expression = compiled(text)
    assert expression is not None
    result = evaluate(expression, Inputs(x=5, y=2, s="on", v=[1, 2, 3], v_before=9))
    assert result == (pytest.approx(value) if isinstance(value, float | int) else value)


@pytest.mark.parametrize(
    "text", ["statetime(x)", "timeweightedavg(x)", "pretrigger(x)", "jp(x, '$')", "x +", "format(x: 'd')"]
)
def test_expression_is_none_when_something_in_it_is_not_available(text: str) -> None:
    assert compiled(text) is None


def test_long_chain_of_operators_is_evaluated_without_recursion() -> None:
    expression = compiled("+".join(["x"] * 512))
    assert expression is not None
    assert evaluate(expression, Inputs(x=1)) == 512


def test_joined_text_longer_than_the_limit_has_no_value() -> None:
    expression = compiled("s + s")
    assert expression is not None
    assert evaluate(expression, Inputs(s="a" * 512)) == "a" * 1024
    assert evaluate(expression, Inputs(s="a" * 513)) is None


@pytest.mark.parametrize("text", ["elif(x, 1, 2)", "abs(x).elif(x, 1, 2)", "if(x)", "elif(if(x, 1), y, 2)"])
def test_elif_is_available_only_after_another_condition(text: str) -> None:
    assert compiled(text) is None
