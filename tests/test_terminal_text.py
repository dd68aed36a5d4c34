"""Text of others in a terminal."""

from __future__ import annotations

import json

import pytest

from tests.support.hostile_texts import HOSTILE_TEXTS, obeyed_characters
from twin_stack.terminal_text import json_text, printable


def test_control_characters_are_escaped() -> None:
    assert printable("a\nb\x1b") == "a\\nb\\x1b"
    assert printable("a\nb\x1b\tc\r", keep="\n\t") == "a\nb\\x1b\tc\\r"


def test_letters_of_all_languages_are_kept() -> None:
    text = "Käse °C ΔT 温度 \U0001f525 — →"
    assert printable(text) == text
    assert json.dumps(text, ensure_ascii=False) == json_text(text)


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS)
def test_json_means_the_same_with_escapes(text: str) -> None:
    document = {text: [text, 1.5, None]}
    written = json_text(document)
    assert json.loads(written) == document
    assert obeyed_characters(written) == []


def test_half_of_a_surrogate_pair_is_escaped() -> None:
    assert printable("\ud800") == "\\ud800"
    assert json_text("\ud800\x7f\x80\xad\xa0") == r'"\ud800\u007f\u0080\u00ad\u00a0"'
