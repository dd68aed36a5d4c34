"""The language: trees, and the place of a mistake."""

from __future__ import annotations

import pytest

from twin_stack.twinmaker.formula.errors import MAX_NESTING, FormulaSyntaxError, NestingError
from twin_stack.twinmaker.formula.grammar import parse
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
)

X, Y, Z = Name("x"), Name("y"), Name("z")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("7.89e3", Number("7.89e3")),
        (".9", Number(".9")),
        ("-23.1", Unary("-", Number("23.1"))),
        # A doubled quote is a quote (guide, literals).
        ("'it''s'", String("it's")),
        ('"it\'s"', String("it's")),
        ('"{""temp"": ""high""}"', String('{"temp": "high"}')),
        ("''", String("")),
        ("'a\\'", String("a\\")),
        ("s[1]", Index(Name("s"), Number("1"))),
        ("s[-2]", Index(Name("s"), Unary("-", Number("2")))),
        ("s[1:4]", Slice(Name("s"), Number("1"), Number("4"), None)),
        ("s[:2]", Slice(Name("s"), None, Number("2"), None)),
        ("s[3:]", Slice(Name("s"), Number("3"), None, None)),
        ("s[::-1]", Slice(Name("s"), None, None, Unary("-", Number("1")))),
        ("s[none:2:none]", Slice(Name("s"), Name("none"), Number("2"), Name("none"))),
        ("now()", Call("now", ())),
        ("POW(x, y)", Call("POW", (X, Y))),
        ("x.pow(y)", Call("pow", (X, Y), is_method=True)),
        ("message.jp('$.a')", Call("jp", (Name("message"), String("$.a")), is_method=True)),
        ('format(x: "d")', Call("format", (Formatted(X, String("d")),))),
        ("x - y + z", Binary("+", Binary("-", X, Y), Z)),
        ("x + y * z", Binary("+", X, Binary("*", Y, Z))),
        ("(x + y) * z", Binary("*", Binary("+", X, Y), Z)),
        ("x ^ y ^ z", Binary("^", X, Binary("^", Y, Z))),
        ("-x ^ y", Unary("-", Binary("^", X, Y))),
        ("x ^ -y", Binary("^", X, Unary("-", Y))),
        ("!x == y", Binary("==", Unary("not", X), Y)),
        ("NOT x", Unary("not", X)),
        ("x OR y and z", Binary("or", X, Binary("and", Y, Z))),
        ("x < y == z", Binary("==", Binary("<", X, Y), Z)),
        ("android", Name("android")),
    ],
)
def test_formula_has_its_tree(text: str, tree: Node) -> None:
    assert parse(text) == tree


def test_names_and_calls_say_where_they_stand() -> None:
    tree = parse("  x + abs(y)")
    assert isinstance(tree, Binary)
    assert isinstance(tree.left, Name)
    assert isinstance(tree.right, Call)
    assert isinstance(tree.right.arguments[0], Name)
    assert (tree.left.offset, tree.right.offset, tree.right.arguments[0].offset) == (2, 6, 10)


@pytest.mark.parametrize(
    ("text", "offset", "mistake", "expected"),
    [
        ("", 0, "", "a value"),
        ("x +", 3, "", "a value"),
        ("x y", 2, "y", "an operator"),
        ("(x", 2, "", '")"'),
        ("f(x y", 4, "y", '")"'),
        ("s[1 2]", 4, "2", '"]"'),
        ("s[]", 2, "]", "a value"),
        ("s[1:2:3:4]", 7, ":", '"]"'),
        ("x.log", 5, "", '"("'),
        ("x.1", 1, ".1", "an operator"),
        ("x.(y)", 2, "(", "a function"),
        ("f(x, )", 5, ")", "a value"),
        ("x or", 4, "", "a value"),
        ("x & y", 2, "&", None),
        ("'abc", 0, "'", None),
        ("'abc\"", 0, "'", None),
        ("'a''", 3, "'", None),
    ],
)
def test_mistake_has_its_place(text: str, offset: int, mistake: str, expected: str | None) -> None:
    with pytest.raises(FormulaSyntaxError) as caught:
        parse(text)
    assert (caught.value.offset, caught.value.text, caught.value.expected) == (offset, mistake, expected)


@pytest.mark.parametrize("text", ["(" * (MAX_NESTING + 1) + "x", "s" + "[1" * (MAX_NESTING + 1)])
def test_brackets_that_nest_too_deep_are_refused_before_parsing(text: str) -> None:
    with pytest.raises(NestingError):
        parse(text)


def test_brackets_in_texts_do_not_nest() -> None:
    text = "(" * (MAX_NESTING + 1)
    assert parse(f"'{text}'") == String(text)
