"""Letters without accents."""

from __future__ import annotations

import pytest

from twin_stack.definition.transliteration import LETTERS, without_accents


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Büro Süd", "Buro Sud"),
        ("Straße Ærø Łódź İzmir", "Strasse AEro Lodz Izmir"),
        ("crème brûlée", "creme brulee"),
        ("A\u2013B", "A-B"),
        ("会議室", "会議室"),
        ("Pump 1", "Pump 1"),
        ("が", "が"),
    ],
)
def test_letters_lose_their_accents_and_others_stay(text: str, expected: str) -> None:
    assert without_accents(text) == expected


def test_table_has_plain_letters_only() -> None:
    assert LETTERS
    assert all(value.isascii() for value in LETTERS.values())
