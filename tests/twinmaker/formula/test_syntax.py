from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin_stack.twinmaker.formula.errors import FormulaSyntaxError
from twin_stack.twinmaker.formula.functions import FUNCTIONS
from twin_stack.twinmaker.formula.parser import parse_formula
from twin_stack.twinmaker.formula.syntax import (
    Binary,
    Call,
    Formatted,
    Index,
    Name,
    Node,
    Number,
    Slice,
    String,
    Unary,
    children,
    operands,
    write,
)

OPERATORS = ["or", "and", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "^"]
NAMES = st.sampled_from(["x", "y", "tempC", "pi", "none", "orbit"])
LEAVES = (
    st.builds(Name, NAMES)
    | st.builds(Number, st.sampled_from(["1", "2.0", ".9", "7.", "7.89e3", "3.4E-5"]))
    | st.builds(String, st.text("a'\" ${}é\n", max_size=5))
)


def _deeper(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    maybe = st.none() | inner
    arguments = st.lists(inner | st.builds(Formatted, inner, inner), max_size=3).map(tuple)
    functions = st.sampled_from(sorted(FUNCTIONS))
    methods = st.builds(lambda first, others: (first, *others), inner, arguments)
    return (
        st.builds(Unary, st.sampled_from(["-", "+", "not"]), inner)
        | st.builds(Binary, st.sampled_from(OPERATORS), inner, inner)
        | st.builds(Call, functions, arguments)
        | st.builds(Call, functions, methods, is_method=st.just(True))
        | st.builds(Index, inner, inner)
        | st.builds(Slice, inner, maybe, maybe, maybe)
    )


TREES: st.SearchStrategy[Node] = st.recursive(LEAVES, _deeper, max_leaves=12)


@given(TREES)
def test_tree_is_the_same_after_writing_and_parsing(tree: Node) -> None:
    assert parse_formula(write(tree)) == tree


@given(st.text(alphabet="xy()+-*/^%<>=!.,:[]'\"0123456789 abcdefpinort", max_size=40))
def test_any_text_is_parsed_or_refused_with_a_place(text: str) -> None:
    try:
        tree = parse_formula(text)
    except FormulaSyntaxError as error:
        assert error.offset is None or 0 <= error.offset <= len(text)
        assert error.offset is None or text.startswith(error.text, error.offset)
    else:
        assert parse_formula(write(tree)) == tree


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("(x+y)*z", "(x + y) * z"),
        ("x-(y-z)", "x - (y - z)"),
        ("((x))", "x"),
        ("(x^y)^z", "(x ^ y) ^ z"),
        ("(-x)^y", "(-x) ^ y"),
        ("!x", "not x"),
        ("(1).abs()", "(1).abs()"),
        ('"a""b"', "'a\"b'"),
        ("'a''b'", "'a''b'"),
        ("s[ : 2 ]", "s[:2]"),
        ("(x or y) and z", "(x or y) and z"),
    ],
)
def test_tree_is_written_with_the_parentheses_it_needs(text: str, written: str) -> None:
    assert write(parse_formula(text)) == written


def test_long_chain_is_written_without_recursion() -> None:
    text = " - ".join(["x"] * 512)
    assert write(parse_formula(text)) == text


def test_operands_of_a_chain_are_a_list() -> None:
    tree = parse_formula("a - b * c + d")
    assert isinstance(tree, Binary)
    assert operands(tree) == (Name("a"), [("-", parse_formula("b * c")), ("+", Name("d"))])
    power = parse_formula("a ^ b ^ c")
    assert isinstance(power, Binary)
    assert operands(power) == (Name("a"), [("^", parse_formula("b ^ c"))])


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("x", []),
        ("x + y + 2", ["x", "y", "2"]),
        ("-x", ["x"]),
        ("f(x, y: z)", ["x", "y: z"]),
        ("x.f(y)", ["x", "y"]),
        ("s[1]", ["s", "1"]),
        ("s[:y]", ["s", "y"]),
    ],
)
def test_children_are_the_parts_from_left_to_right(text: str, parts: list[str]) -> None:
    assert [write(child) for child in children(parse_formula(text))] == parts
