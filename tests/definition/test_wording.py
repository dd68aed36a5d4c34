"""Wording of messages."""

from __future__ import annotations

import pytest

from twin_stack.definition.wording import MAX_NAMES, chain, closest, did_you_mean, quote_value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("hall", '"hall"'),
        ("x" * 61, f'"{"x" * 50}..." (61 characters)'),
        (True, "true"),
        (17, "17"),
        ({}, "a mapping"),
        ([], "a list"),
        (None, "nothing"),
    ],
)
def test_value_is_quoted_as_files_spell_it(value: object, expected: str) -> None:
    assert quote_value(value) == expected


def test_long_cycle_is_shortened_in_the_middle() -> None:
    assert chain(["a", "b", "a"]) == "a -> b -> a"
    assert chain([str(number) for number in range(20)]) == "0 -> 1 -> 2 -> 3 -> 4 -> 5 -> (13 more) -> 19"


def test_similar_name_is_suggested() -> None:
    assert did_you_mean("entitys", ("entities", "scenes")) == 'did you mean "entities"?'
    assert closest("Temperature", ["temperatureSensor", "model"]) == "temperatureSensor"


def test_valid_names_are_listed_where_none_is_similar() -> None:
    assert did_you_mean("zzz", {"b", "a"}) == "use one of: a, b"
    assert did_you_mean("zzz", set()) == "none is defined"
    assert did_you_mean("zzz", range(MAX_NAMES + 1)) == "it is none of the 2,001 that are defined"  # type: ignore[arg-type]
