"""Letters without accents, as the ids and names of the service need them."""

from __future__ import annotations

import unicodedata
from typing import Final

LETTERS: Final = {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
    "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H", "\u0131": "i",
    "\u2010": "-", "\u2011": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
}  # fmt: skip
"""Letters and dashes that Unicode does not decompose, with what is written instead of them."""

_TABLE = str.maketrans(LETTERS)


def without_accents(text: str) -> str:
    """Return a text whose letters have lost their accents; characters without such a form stay.

    Letters are decomposed (NFKD of Unicode) and lose their accents, so that ``ü`` becomes ``u``; ``LETTERS``
    has the others.

    Args:
        text: Any text.
    """
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", text.translate(_TABLE))
    return "".join(map(_without_accent, composed))


def _without_accent(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character)
    plain = "".join(part for part in decomposed if not unicodedata.combining(part))
    return plain if plain.isascii() else character
