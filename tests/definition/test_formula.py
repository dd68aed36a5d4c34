"""Formula expressions of SiteWise: what is taken, and what is refused with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin_stack.definition.formula import FormulaError, read_formula

KNOWN = ("x", "y", "tempC", "message", "e")


def read(text: str, *, metric: bool = False) -> list[str]:
    return read_formula(text, known=KNOWN, is_metric=metric).variables


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
def test_expression_is_taken_with_its_variables(text: str, variables: list[str]) -> None:
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
def test_aggregates_are_for_metrics_alone(text: str) -> None:
    assert read(text, metric=True)
    with pytest.raises(FormulaError, match="is computed over a window"):
        read(text)


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ("x +", "the end stands where a value is expected", "correct the expression"),
        ("", "the end stands where a value is expected", "correct the expression"),
        ("x y", '"y" at character 3 stands where an operator is expected', "correct the expression"),
        ("(x", 'the end stands where ")" is expected', "correct the expression"),
        ("x)", '")" at character 2 stands where an operator is expected', "correct the expression"),
        ("x ** y", '"*" at character 4 stands where a value is expected', "correct the expression"),
        ("x & y", '"&" at character 3 is not understood', "remove it"),
        ("'abc", '"\'" at character 1 is not closed', "close it"),
        ("tempc * 2", '"tempc" at character 1 is no property that can be used here', 'did you mean "tempC"?'),
        ("averge(x)", 'function "averge" at character 1 is not one of SiteWise', "did you mean"),
        ("sqrt(x, y)", '"sqrt" at character 1 has 2 arguments, it takes 1', "correct its arguments"),
        ("x.pow()", '"pow" at character 3 has 1 arguments, it takes 2', "correct its arguments"),
        ("x.log", 'the end stands where "(" is expected', "correct the expression"),
        ("x.1", '".1" at character 2 stands where an operator is expected', "correct the expression"),
        ("if(x)", '"if" at character 1 has 1 arguments, it takes 2 to 3', "correct its arguments"),
        ("and x", '"and" at character 1 stands where a value is expected', "correct the expression"),
        ("x[]", '"]" at character 3 stands where a value is expected', "correct the expression"),
        ('abs(x: "d")', '":" at character 6 stands where ")" is expected', "correct the expression"),
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
        ("first(sum(x))", '"sum" at character 7 stands inside of first'),
        ("sum(x).first()", '"sum" at character 1 stands inside of first'),
        ("pretrigger(x)", '"pretrigger" at character 1 is for each value, not for a window'),
    ],
)
def test_metric_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(FormulaError, match="at character") as caught:
        read(text, metric=True)
    assert str(caught.value) == message


def test_more_variables_than_allowed_are_refused() -> None:
    names = [f"v{number}" for number in range(11)]
    with pytest.raises(FormulaError, match="the expression uses 11 variables, 10 are allowed"):
        read_formula("+".join(names), known=names, is_metric=False)


def test_variables_under_temporal_functions_are_told_apart() -> None:
    formula = read_formula("statetime(x) + latest(y + 1) + avg(tempC)", known=KNOWN, is_metric=True)
    assert (formula.temporal, formula.statetime) == ({"x", "y"}, {"x"})
    assert read_formula("x.statetime()", known=KNOWN, is_metric=True).statetime == {"x"}


def test_names_are_written_anew_and_nothing_else() -> None:
    formula = read_formula("tempC.pow(2) + x*tempC + len('tempC x')", known=KNOWN, is_metric=False)
    assert formula.renamed(lambda name: f"v_{name}") == "v_tempC.pow(2) + v_x*v_tempC + len('tempC x')"


@given(st.text(alphabet="xy()+-*/^%<>=!.,:[]'\"0123456789 abcdefpi", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_formula(text, known=KNOWN, is_metric=True)
    except FormulaError as error:
        assert str(error)
        assert error.remedy
