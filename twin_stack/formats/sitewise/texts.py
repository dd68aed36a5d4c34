"""Names and ids of a definition, made of texts that may hold any character. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Container

_LETTERS: Final = {
    "ß": "ss",
    "Ø": "O",
    "ø": "o",
    "Æ": "AE",
    "æ": "ae",
    "Œ": "OE",
    "œ": "oe",
    "Ł": "L",
    "ł": "l",
}
"""Letters that Unicode does not decompose."""
_OTHER_IN_NAME: Final = re.compile(r"[^A-Za-z0-9_]+")
_OTHER_IN_TYPE: Final = re.compile(r"[^A-Za-z0-9_.:-]+")
_OTHER_IN_ENTITY_NAME: Final = re.compile(r"[^A-Za-z0-9_. -]+")
_OTHER_IN_ID: Final = re.compile(r"[^A-Za-z0-9_.:-]+")


def plain_name(text: str) -> str:
    """Return a name of a property, component or part: letters, digits and underscores.

    Args:
        text: Any text.
    """
    return _OTHER_IN_NAME.sub("_", _plain_letters(text)).strip("_") or "unnamed"


def plain_type_id(text: str) -> str:
    """Return an id of a component type.

    Args:
        text: Any text.
    """
    return _OTHER_IN_TYPE.sub("_", _plain_letters(text)).strip("_") or "unnamed"


def plain_entity_id(text: str) -> str:
    """Return an id of an entity, which begins and ends with a letter or a digit.

    Args:
        text: Any text.
    """
    return _with_plain_ends(_OTHER_IN_ID.sub("-", _plain_letters(text)))


def plain_entity_name(text: str) -> str:
    """Return a name of an entity, as CloudFormation takes it.

    Args:
        text: Any text.
    """
    return _with_plain_ends(_OTHER_IN_ENTITY_NAME.sub("-", _plain_letters(text)))


def unused(text: str, taken: Container[str]) -> str:
    """Return a text that is not taken: with the least number at its end that makes it new.

    Args:
        text: The text.
        taken: Texts that are taken.
    """
    candidate, number = text, 1
    while candidate in taken:
        number += 1
        candidate = f"{text}-{number}"
    return candidate


def _plain_letters(text: str) -> str:
    """Return a text with letters without accents, where Unicode has them."""
    replaced = "".join(_LETTERS.get(character, character) for character in text)
    decomposed = unicodedata.normalize("NFKD", replaced)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _with_plain_ends(text: str) -> str:
    stripped = re.sub(r"^[^A-Za-z0-9]+|[^A-Za-z0-9]+$", "", text)
    return stripped if len(stripped) > 1 else f"{stripped or 'unnamed'}-1"
