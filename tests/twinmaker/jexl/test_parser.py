"""Expressions are parsed as jexl does; ``tests/definition/scene_document/test_page.py`` compares both."""

from __future__ import annotations

import pytest

from twin_stack.twinmaker.jexl import (
    ExpressionSyntaxError,
    Syntax,
    evaluation_fault,
    names_of,
    nodes_of,
    parse_expression,
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("temperature > 80", ["temperature"]),
        ("a > 1 && b == 'x' || !c.d", ["a", "b", "c"]),
        ("a ? b : c", ["a", "b", "c"]),
        ("a[b > 1].c in [d, 'e']", ["a", "b", "d"]),
        ("{key: a}.key == 1", ["a"]),
        ("true", []),
        ("'temperature' == \"a\"", []),
        ("a + a", ["a"]),
    ],
)
def test_names_are_those_that_are_looked_up(text: str, names: list[str]) -> None:
    tree = parse_expression(text)
    assert names_of(tree) == names
    assert evaluation_fault(tree) is None


@pytest.mark.parametrize(
    "text", ["(temperature > 80", "a ? b : (c", "--5 < a", "a ?: b", "[1,,2]", "- 5 < a"]
)
def test_what_jexl_takes_is_taken(text: str) -> None:
    assert evaluation_fault(parse_expression(text)) is None


@pytest.mark.parametrize(
    ("text", "message", "token"),
    [
        ("temperature >=", "Unexpected end of expression: temperature >=", ""),
        ("temperature = 80", "Invalid expression token: =", "="),
        ("${a} > 1", "Token { (openCurl) unexpected in expression: ${", "{"),
        ("a and b", "Token and  (identifier) unexpected in expression: a and ", "and"),
        ("-a", "Invalid expression token: -a", "-a"),
        ("a > .5", "Token 5 (literal) unexpected in expression: a > .5", "5"),
        ("a && (b", "Unexpected end of expression: a && (b", ""),
        ("f(a) ? b : c", "Token ?  (question) unexpected in expression: f(a) ? ", "?"),
        ("toString == 1", "Token toString  (undefined) unexpected in expression: toString ", "toString"),
        ("() + 1", "a part of it is empty", ""),
        ("'a", "Token a (identifier) unexpected in expression: 'a", "a"),
    ],
)
def test_what_jexl_refuses_has_its_message(text: str, message: str, token: str) -> None:
    with pytest.raises(ExpressionSyntaxError) as raised:
        parse_expression(text)
    assert (str(raised.value), raised.value.token) == (message, token)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "it is empty"),
        ("()", "it is empty"),
        ("round(a)", "Jexl Function round is not defined."),
        ("false && a|lower", "Transform lower is not defined."),
        ("a ? b :", "a part of it is empty"),
        ("a[]", "a part of it is empty"),
        ("{a:}", "a part of it is empty"),
    ],
)
def test_what_fails_when_it_is_evaluated_is_told_before(text: str, fault: str) -> None:
    assert evaluation_fault(parse_expression(text)) == fault


def test_operators_bind_as_in_jexl() -> None:
    tree = parse_expression("1 + 2 * 3 ^ 2 > 4 && !a")
    operators = [node.value for node in nodes_of(tree) if node.kind in (Syntax.BINARY, Syntax.UNARY)]
    assert operators == ["&&", ">", "+", "*", "^", "!"]


def test_numbers_and_texts_are_values() -> None:
    literals = [
        node.value for node in nodes_of(parse_expression(r"-5 + 1.5 == 'it\'s' || true")) if node.value
    ]
    assert [value for value in literals if not isinstance(value, str) or len(value) > 2] == [
        -5.0,
        1.5,
        "it's",
        True,
    ]
