"""Limits that YAML and JSON have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.readers import reads, refusal
from twin_stack.definition import document_builder
from twin_stack.definition.document_builder import mark_after, value_size

if TYPE_CHECKING:
    from pathlib import Path


def test_aliases_count_with_what_they_stand_for(tmp_path: Path) -> None:
    deep = "a0: &a0 " + "[" * 60 + "]" * 60 + "\na1: " + "[" * 60 + "*a0" + "]" * 60 + "\n"
    assert "TWIN007 is nested deeper than 100 levels" in refusal(tmp_path, deep)
    wide = f"a: &a [{'x, ' * 1000}]\nb: [{'*a, ' * 500}]\n"
    assert "TWIN007 holds more than 400,000 values" in refusal(tmp_path, wide)
    long = f'a: &a "{"x" * 100_000}"\nb: [{"*a, " * 500}]\n'
    assert "TWIN007 holds more than 400,000 values" in refusal(tmp_path, long)
    inside = f'a: &a ["{"x" * 100_000}"]\nb: [{"*a, " * 500}]\n'
    assert "TWIN007 holds more than 400,000 values" in refusal(tmp_path, inside)


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_values_are_counted_alike_in_both_languages(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The mapping, its key, the list and its three members.
    text = '{"a": [1, 2, 3]}'
    monkeypatch.setattr(document_builder, "MAX_VALUES", 6)
    assert reads(tmp_path, text, name) == {"a": [1, 2, 3]}
    monkeypatch.setattr(document_builder, "MAX_VALUES", 5)
    assert refusal(tmp_path, text, name).startswith(f"{name}:1:14 TWIN007 holds more than 5 values")


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_deepest_nesting_is_allowed_and_one_more_is_not(name: str, tmp_path: Path) -> None:
    value = reads(tmp_path, "[" * 100 + "]" * 100, name)
    for _ in range(99):
        (value,) = value
    assert value == []
    assert refusal(tmp_path, "[" * 101 + "]" * 101, name).startswith(f"{name}:1:101 TWIN007 is nested deeper")


def test_long_text_counts_for_several_values() -> None:
    assert [value_size("x" * length) for length in (0, 99, 100, 250)] == [1, 1, 2, 3]
    assert value_size(5) == 1


@pytest.mark.parametrize(
    ("text", "mark"), [("", (1, 1)), ("ab", (1, 3)), ("a\n", (2, 1)), ("a\n\nbc", (3, 3))]
)
def test_mark_is_that_of_the_next_character(text: str, mark: tuple[int, int]) -> None:
    assert mark_after(text) == mark


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_whole_number_is_exact_up_to_forty_digits(name: str, tmp_path: Path) -> None:
    exact, longer = "1" * 40, "1" * 41
    read = reads(tmp_path, f'{{"a": {exact}, "b": {longer}}}', name)
    assert read["a"] == int(exact)
    assert isinstance(read["b"], float)
