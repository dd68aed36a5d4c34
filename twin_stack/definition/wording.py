"""Wording of messages: quoted values, long lists and suggestions."""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from twin_stack.terminal_text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence


def quote_value(value: object) -> str:
    """Return a value as messages show it: spelled as in the files, and shortened where it is long.

    Args:
        value: Any value that was read. Containers are named, not listed: an alias makes them huge.
    """
    if isinstance(value, str):
        quoted = f'"{value}"' if len(value) <= 60 else f'"{value[:50]}..." ({len(value)} characters)'
        return printable(quoted)
    if isinstance(value, bool):
        return "true" if value else "false"
    named = ((dict, "a mapping"), (list, "a list"), (type(None), "nothing"))
    return next((name for kind, name in named if isinstance(value, kind)), repr(value))


def chain(names: Sequence[str], show: Callable[[str], str] = str) -> str:
    """Return the names along a cycle as text, shortened in the middle where it is long.

    Args:
        names: Names in the order of the cycle.
        show: Return the text for a name.
    """
    head, tail = (names, []) if len(names) <= 12 else (names[:6], names[-1:])
    gap = [f"({len(names) - 7:,} more)"] if tail else []
    return " -> ".join([*map(show, head), *gap, *map(show, tail)])


_CONTROL_NAMES = {"\t": "TAB", "\n": "LINE FEED", "\r": "CARRIAGE RETURN"}  # Unicode has no names for them


def name_character(character: str) -> str:
    """Return a character with its code point and its name in Unicode.

    Args:
        character: One character.
    """
    name = unicodedata.name(character, _CONTROL_NAMES.get(character, "no name"))
    return f"{quote_value(character)} (U+{ord(character):04X} {name})"


def list_some(names: Sequence[str], most: int) -> str:
    """Return names as a list, with the number of those that are not shown.

    Args:
        names: At least one name.
        most: Most names to show.
    """
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most:,} more" if len(names) > most else shown


MAX_NAMES = 2_000
"""Most names that a misspelt name is compared with: a comparison takes about 5 us."""


def closest(name: str, valid: Collection[str]) -> str | None:
    """Return the valid name that is most similar to a misspelt one, None if none is similar.

    Args:
        name: What was written.
        valid: Every valid name.
    """
    if len(valid) > MAX_NAMES or len(name) > 256:
        return None
    return _closest(name, frozenset(valid))


@lru_cache(maxsize=64)  # a name that is misspelt once is often misspelt in each entity
def _closest(name: str, valid: frozenset[str]) -> str | None:
    candidates = sorted(candidate for candidate in valid if abs(len(candidate) - len(name)) <= 8)
    for match in difflib.get_close_matches(name, candidates, n=3, cutoff=0.6):
        if _is_plausible(name, match):
            return match
    containing = [
        candidate for candidate in candidates if len(name) > 1 and name.lower() in candidate.lower()
    ]
    return containing[0] if len(containing) == 1 else None


_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_NOTHING = re.compile(r"[^A-Za-z0-9]")


def _is_plausible(name: str, match: str) -> bool:
    """Return whether two similar names differ by a slip, and not by a word."""
    plain, other_plain = (_NOTHING.sub("", text).lower() for text in (name, match))
    if _are_similar(plain, other_plain, 0.85):
        return True
    words, others = sorted((_WORDS.findall(name), _WORDS.findall(match)), key=len)
    rest = iter(others)
    return all(any(_are_similar(word.lower(), other.lower(), 0.6) for other in rest) for word in words)


def _are_similar(word: str, other: str, cutoff: float) -> bool:
    if word.isdigit() or other.isdigit():
        return word.isdigit() and other.isdigit()
    is_cut = min(len(word), len(other)) > 2 and (word.startswith(other) or other.startswith(word))
    return is_cut or difflib.SequenceMatcher(None, word, other).ratio() >= cutoff


def did_you_mean(name: str, valid: Collection[str]) -> str:
    """Return the remedy for a name that is not defined.

    Args:
        name: What was written.
        valid: Every valid name.

    Returns:
        ``did you mean "..."?`` where a valid name is similar, else the list of valid names.
    """
    if not valid:
        return "none is defined"
    if len(valid) > MAX_NAMES:
        return f"it is none of the {len(valid):,} that are defined"
    if match := closest(name, valid):
        return f'did you mean "{match}"?'
    listed = ", ".join(sorted(valid)[:12]) + (", ..." if len(valid) > 12 else "")
    return f"use one of: {listed}"
