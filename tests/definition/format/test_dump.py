"""Values that are written as YAML are read back as they were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin_stack.definition.format import dump_yaml
from twin_stack.definition.yaml_reader import YamlReader

ODD_TEXTS = [
    "", " ", "~", "null", "NULL", "true", "False", "yes", "no", "on", "2025-06-15", "12:30:45", "1e3", "1e+16", "007",
    "0x1F", "0o17", ".inf", "-.INF", ".nan", "1_000", "+5", "-5", ".5", "5.", "-", "--- ", "---", "...", "- a", "? a",
    ": a", "a: b", "a:", "a :b", "a #b", "a#b", "# a", "&a", "*a", "!a", "| a", "> a", "%a", "@a", "`a`", "'a'", '"a"',
    "{a}", "[a]", "a, b", "${row.id}", "${Parameters.x}", "<<", "=", "a\nb", "a\r\nb", "\ta", "a\t", " a", "a ", "a\\b",
    "\u0085", "\u2028", "\ufeff", "\x7f", "\x00", "\x1b[31m", "é", "٣", "\U0001f600", "http://a/b#c", "C:\\x", "a" * 1010,
]  # fmt: skip

texts = st.one_of(st.sampled_from(ODD_TEXTS), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
numbers = st.one_of(st.integers(-(10**38), 10**38), st.floats(allow_nan=False, allow_infinity=False))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=20,
)


def read(text: str) -> Any:
    return YamlReader(Path("a.yaml"), text, None).read()


def with_types(value: Any) -> Any:
    """Return a value in which 1, 1.0 and True differ."""
    if isinstance(value, dict):
        return [(key, with_types(member)) for key, member in value.items()]
    if isinstance(value, list):
        return [with_types(member) for member in value]
    return (type(value).__name__, repr(value))


@given(values)
def test_value_is_read_back_as_it_was(value: Any) -> None:
    assert with_types(read(dump_yaml(value))) == with_types(value)


def test_odd_text_is_read_back_as_value_and_as_key() -> None:
    values = [{text: text, "list": [text, [text], {text: None}]} for text in ODD_TEXTS]
    assert [with_types(read(dump_yaml(value))) for value in values] == [with_types(value) for value in values]


@pytest.mark.parametrize(
    "text", ["no", "2025-06-15", "12:30:45", "a, b", "${row.id}", "it's", "http://a/b#c", "1_000"]
)
def test_text_that_yaml_1_2_reads_as_text_has_no_quotes(text: str) -> None:
    assert dump_yaml({"a": text}) == f"a: {text}\n"


@pytest.mark.parametrize(
    ("value", "document"),
    [
        ({}, "{}\n"),
        ([], "[]\n"),
        ("a", "a\n"),
        (None, "null\n"),
        ({"a": [[0, 1.5], [2]]}, "a:\n  - [0, 1.5]\n  - [2]\n"),
        ([[["a"], "b"], {"k": {"l": 1}, "m": {}}], "- - - a\n  - b\n- k:\n    l: 1\n  m: {}\n"),
        ({"k" * 1001: {"a": 1}}, "? " + "k" * 1001 + "\n:\n  a: 1\n"),
    ],
)
def test_containers_are_in_block_style_and_lists_of_numbers_in_one_line(value: Any, document: str) -> None:
    assert dump_yaml(value) == document


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 10**40, "\ud800"])
def test_value_without_a_form_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="no form"):
        dump_yaml({"a": value})


@pytest.mark.parametrize("value", [{1: "a"}, {"a": object()}, {"a": b"x"}])
def test_other_types_are_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        dump_yaml(value)
