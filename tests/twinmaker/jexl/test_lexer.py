"""Tokens of expressions, as jexl has them."""

from __future__ import annotations

import pytest

from twin_stack.twinmaker.jexl.errors import ExpressionSyntaxError
from twin_stack.twinmaker.jexl.lexer import PRECEDENCE, tokenize


def tokens(text: str) -> list[tuple[str, object]]:
    return [(token.type, token.value) for token in tokenize(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", 5.0),
        ("2.5", 2.5),
        ("-5", -5.0),
        ("- 5", -5.0),
        ("true", True),
        ("false", False),
        ("'a b'", "a b"),
        ('"a"', "a"),
        (r"'it\'s'", "it's"),
        (r'"a\\b"', r"a\b"),
        ("''", ""),
    ],
)
def test_literal_has_its_value(text: str, expected: object) -> None:
    ((kind, value),) = tokens(text)
    assert (kind, value, type(value)) == ("literal", expected, type(expected))


@pytest.mark.parametrize("operator", PRECEDENCE)
def test_operator_between_two_operands_is_one_token(operator: str) -> None:
    assert tokens(f"a {operator} b") == [("identifier", "a"), ("binaryOp", operator), ("identifier", "b")]


def test_signs_have_the_types_of_jexl() -> None:
    assert " ".join(kind for kind, _ in tokens("!a.b[{c:d}]|e(f,g)?h")) == (
        "unaryOp identifier dot identifier openBracket openCurl identifier colon identifier closeCurl "
        "closeBracket pipe identifier openParen identifier comma identifier closeParen question identifier"
    )


def test_minus_negates_behind_an_operator_and_subtracts_behind_an_operand() -> None:
    assert tokens("a-5") == [("identifier", "a"), ("binaryOp", "-"), ("literal", 5.0)]
    assert tokens("a==-5") == [("identifier", "a"), ("binaryOp", "=="), ("literal", -5.0)]
    for before in ("(", "[", "!", "?", ":"):
        assert tokens(f"a{before}-5")[-1] == ("literal", -5.0), before
    assert tokens("a)-5")[-2:] == [("binaryOp", "-"), ("literal", 5.0)]


def test_minus_at_the_end_is_an_operator_without_an_operand() -> None:
    assert tokens("-") == [("binaryOp", "-")]
    assert tokens("a==-") == [("identifier", "a"), ("binaryOp", "=="), ("binaryOp", "-")]


def test_word_is_no_operator_inside_of_a_name() -> None:
    assert tokens("inlet") == [("identifier", "inlet")]
    assert tokens("truest") == [("identifier", "truest")]
    assert tokens("in in in") == [("binaryOp", "in")] * 3


def test_number_does_not_begin_with_its_point() -> None:
    assert tokens(".5") == [("dot", "."), ("literal", 5.0)]


def test_names_have_letters_of_latin_and_cyrillic() -> None:
    for name in ("größe", "Температура", "$a_1", "a1"):
        assert tokens(name) == [("identifier", name)]


def test_name_that_each_object_of_javascript_has_is_of_no_type() -> None:
    for name in ("toString", "constructor", "__proto__"):
        assert tokens(name) == [("undefined", name)]


def test_space_belongs_to_the_token_before_it() -> None:
    assert [token.raw for token in tokenize("  a  ==\t'b c'\u00a0")] == ["a  ", "==\t", "'b c'\u00a0"]
    assert tokenize(" \n") == tokenize("") == []


@pytest.mark.parametrize(
    ("text", "token"), [("a = 1", "="), ("a & b", "&"), ("-a", "-a"), ("東", "東"), ("a; b", ";")]
)
def test_what_is_no_token_is_named(text: str, token: str) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        tokenize(text)
    assert f"Invalid expression token: {token}" in str(caught.value)
