"""Limits that YAML and JSON have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.readers import refusal

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
