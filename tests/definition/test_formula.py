"""Formula expressions of SiteWise: which are accepted, and which are refused, with their place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin_stack.definition.formula import read_formula
from twin_stack.definition.formula_error import FormulaError

KNOWN = ("x", "y", "tempC", "message", "e")


def read(text: str, *, metric: bool = False) -> list[str]:
    return read_formula(text, variables=KNOWN, is_metric=metric).variables


# The guide's own examples among them.
@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("9/5 * tempC + 32", ["tempC"]),
        ("x ^ 2 % -3.4E-5 + .9", ["x"]),
        ("if(gt(tempC, 300), x, none)", ["tempC", "x"]),
        ("if(x > 1, y).elif(x >= 0 and not y, 2, 3)", ["x", "y"]),
        ("message.jp('$.status').lower().contains('fail')", ["message"]),
        ("jp(jp('{\"a\":\"0.95\"}', '$.a'), '$')", []),
        ('"it""s"[1:4] + message[-2] + message[::2]', ["message"]),
        ("hour(localtime(timestamp(), 'Europe/Paris'))", []),
        ('format(100 + x: "d")', ["x"]),
        ("POW(x, Pi) == TRUE or !y", ["x", "y"]),
        ("e + E", ["e"]),
        ("((x))", ["x"]),
        ("atan(x) - -y", ["x", "y"]),
    ],
)
def test_expression_is_read_with_its_variables(text: str, variables: list[str]) -> None:
    assert read(text) == variables


@pytest.mark.parametrize(
    "text",
    [
        "avg(x)",
        "sum(x, y) / count(x)",
        "max(latest(x), latest(y), 3)",
        "statetime(x) / 60",
        "TimeWeightedAvg(x, 'linear')",
        "latest(tempC * 9 / 5 + 32)",
        "stdev(x)",
    ],
)
def test_aggregates_are_for_metrics_only(text: str) -> None:
    assert read(text, metric=True)
    with pytest.raises(FormulaError, match="is computed over a window"):
        read(text)


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ("x +", "expected a value, got the end of the expression", "correct the expression"),
        ("", "expected a value, got the end of the expression", "correct the expression"),
        ("x y", 'expected an operator, got "y" at character 3', "correct the expression"),
        ("(x", 'expected ")", got the end of the expression', "correct the expression"),
        ("x)", 'expected an operator, got ")" at character 2', "correct the expression"),
        ("x ** y", 'expected a value, got "*" at character 4', "correct the expression"),
        ("x & y", '"&" at character 3 is not part of the formula language', "remove it"),
        ("'abc", '"\'" at character 1 is not closed', "close it"),
        (
            "tempc * 2",
            '"tempc" at character 1 is not a property that the expression can use',
            'did you mean "tempC"?',
        ),
        ("averge(x)", '"averge" at character 1 is not a function of SiteWise', "did you mean"),
        ("sqrt(x, y)", '"sqrt" at character 1 has 2 arguments, it takes 1', "correct its arguments"),
        ("x.pow()", '"pow" at character 3 has 1 arguments, it takes 2', "correct its arguments"),
        ("x.log", 'expected "(", got the end of the expression', "correct the expression"),
        ("x.1", 'expected an operator, got ".1" at character 2', "correct the expression"),
        ("if(x)", '"if" at character 1 has 1 arguments, it takes 2 to 3', "correct its arguments"),
        ("and x", 'expected a value, got "and" at character 1', "correct the expression"),
        ("x[]", 'expected a value, got "]" at character 3', "correct the expression"),
        ('abs(x: "d")', 'expected ")", got ":" at character 6', "correct the expression"),
        ("(" * 60 + "x", "the expression is nested deeper than 50 levels", "flatten it"),
        ("x+" * 600 + "x", "the expression has 1201 characters, 1024 are allowed", "split it"),
        ("+".join(["abs(x)"] * 11), "the expression uses 11 functions, 10 are allowed", "split it"),
    ],
)
def test_mistake_is_refused_with_its_place(text: str, message: str, remedy: str) -> None:
    with pytest.raises(FormulaError) as caught:
        read(text)
    assert str(caught.value) == message
    assert caught.value.remedy.startswith(remedy)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("first(sum(x))", '"sum" at character 7 cannot be an argument of first'),
        ("sum(x).first()", '"sum" at character 1 cannot be an argument of first'),
        ("pretrigger(x)", '"pretrigger" at character 1 is for transforms, not for metrics'),
    ],
)
def test_metric_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(FormulaError, match="at character") as caught:
        read(text, metric=True)
    assert str(caught.value) == message


def test_more_variables_than_allowed_are_refused() -> None:
    names = [f"v{number}" for number in range(11)]
    with pytest.raises(FormulaError, match="the expression uses 11 variables, 10 are allowed"):
        read_formula("+".join(names), variables=names, is_metric=False)


def test_variables_inside_of_temporal_functions_are_named() -> None:
    formula = read_formula("statetime(x) + latest(y + 1) + avg(tempC)", variables=KNOWN, is_metric=True)
    assert (formula.temporal, formula.statetime) == ({"x", "y"}, {"x"})
    assert read_formula("x.statetime()", variables=KNOWN, is_metric=True).statetime == {"x"}


def test_renaming_changes_the_variables_only() -> None:
    formula = read_formula("tempC.pow(2) + x*tempC + len('tempC x')", variables=KNOWN, is_metric=False)
    assert formula.renamed(lambda name: f"v_{name}") == "v_tempC.pow(2) + v_x*v_tempC + len('tempC x')"


@given(st.text(alphabet="xy()+-*/^%<>=!.,:[]'\"0123456789 abcdefpi", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_formula(text, variables=KNOWN, is_metric=True)
    except FormulaError as error:
        assert str(error)
        assert error.remedy
