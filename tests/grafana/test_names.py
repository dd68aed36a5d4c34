"""Names in Grafana: valid, stable and different for different objects."""

from __future__ import annotations

import re

import pytest

from twin_stack.grafana.names import slug, uid


def test_uid_is_the_same_in_every_run() -> None:
    assert uid("type", "plant-1", "com.example.Pump") == "type-com-example-Pump-01a1a638fa"


def test_uids_differ_when_their_ids_do() -> None:
    assert uid("type", "a", "b") != uid("type", "ab", "")
    assert uid("type", "a", "bc", "x") != uid("type", "ab", "c", "x")
    assert uid("type", "a", "x") != uid("type", "b", "x")
    assert uid("type", "a.b") != uid("type", "a-b")
    assert uid("type", "a") != uid("folder", "a")


@pytest.mark.parametrize("ids", [("w" * 128, "x" * 256), ("plant", "Größe / 5"), ("plant", "...")])
def test_uid_fits_grafanas_rule(ids: tuple[str, ...]) -> None:
    assert re.fullmatch(r"[a-zA-Z0-9-]{1,40}", uid("type", *ids))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("com.example.Pump", "com-example-Pump"), ("Zone A / 1", "Zone-A-1"), ("_x_", "x"), ("ä", "")],
)
def test_slug_has_letters_digits_and_inner_dashes_only(text: str, expected: str) -> None:
    assert slug(text) == expected
