"""Names and ids that are made of any text."""

from __future__ import annotations

import pytest

from twin_stack.definition.schema import COMPONENT_TYPE_ID, ENTITY_ID, ENTITY_NAME, NAME
from twin_stack.formats.sitewise.texts import (
    plain_entity_id,
    plain_entity_name,
    plain_name,
    plain_type_id,
    unused,
)

TEXTS = [
    "Wind Speed",
    "Straße Øst",
    "a",
    "",
    "東京",
    "--x--",
    "a/b\\c",
    "ﬁn",
    "Ærø (°C)",
    "1.2.3",
    "a\nb",
    "_",
]


def test_any_text_becomes_a_name_that_the_definition_takes() -> None:
    for text in TEXTS:
        assert NAME.fits(plain_name(text)), text
        assert ENTITY_ID.fits(plain_entity_id(text)), text
        assert ENTITY_NAME.fits(plain_entity_name(text)), text
        assert COMPONENT_TYPE_ID.fits(plain_type_id(text)), text


@pytest.mark.parametrize(
    ("text", "name", "entity_id", "entity_name"),
    [
        ("Wind Speed", "Wind_Speed", "Wind-Speed", "Wind Speed"),
        ("Straße Øst", "Strasse_Ost", "Strasse-Ost", "Strasse Ost"),
        ("Ærø (°C)", "AEro_C", "AEro-C", "AEro -C"),
        ("a:b.c", "a_b_c", "a:b.c", "a-b.c"),
        ("--x--", "x", "x-1", "x-1"),
        ("東京", "unnamed", "unnamed-1", "unnamed-1"),
    ],
)
def test_letters_lose_their_accents_and_other_characters_are_replaced(
    text: str, name: str, entity_id: str, entity_name: str
) -> None:
    assert (plain_name(text), plain_entity_id(text), plain_entity_name(text)) == (
        name,
        entity_id,
        entity_name,
    )


def test_id_of_a_type_keeps_its_points_and_colons() -> None:
    assert plain_type_id("com.example:Über Pumpe_") == "com.example:Uber_Pumpe"


def test_text_that_is_taken_gets_the_least_number_that_makes_it_new() -> None:
    assert unused("a", set()) == "a"
    assert unused("a", {"a", "a-2", "a-4"}) == "a-3"
