"""What is written at a place of unfinished text."""

from __future__ import annotations

import pytest

from tests.lsp.definitions import split
from twin_stack.lsp.cursor import Cursor, cursor_at


def cursor(text: str) -> Cursor:
    return cursor_at(*split(text))


@pytest.mark.parametrize(
    ("text", "path", "key", "prefix"),
    [
        ("|", (), None, ""),
        ("work|", (), None, "work"),
        ("workspaceId: my|-twin", (), "workspaceId", "my"),
        ("a:\n  b:\n    c: d|\n", ("a", "b"), "c", "d"),
        ("a:\n  b: 1\n  |\nc: 2\n", ("a",), None, ""),
        ("a:\n  b:\n    c: 1\n|", (), None, ""),
        ("'a b':\n  \"c\": |", ("a b",), "c", ""),
        ("a: # why\n  b|", ("a",), None, "b"),
        ("a: 1 # why\nb|", (), None, "b"),
        ("# a:\nb:\n  # c:\n  d|", ("b",), None, "d"),
        ("a: {b: {c: d|", ("a", "b"), "c", "d"),
        ("a: {b: {c: d}, e|", ("a",), None, "e"),
        ("a: {b: 'x, y', c: |", ("a",), "c", ""),
        ("a: {b: 1,\n    c: {d: |\n", ("a", "c"), "d", ""),
        ("uri: s3://a|", (), "uri", "s3://a"),
        ('a: "x|', (), "a", "x"),
        ("a: x, y|", (), "a", "x, y"),
        ("com:example|", (), None, "com:example"),
        ("a: {b: ']',\n  c: |", ("a",), "c", ""),
    ],
)
def test_path_and_key_are_those_of_the_mapping_around(
    text: str, path: tuple[str, ...], key: str | None, prefix: str
) -> None:
    place = cursor(text)
    assert (place.path, place.key, place.prefix, place.is_item) == (path, key, prefix, False)


@pytest.mark.parametrize(
    ("text", "path", "prefix"),
    [
        ("a:\n  - b|", ("a", None), "b"),
        ("a:\n- |", ("a", None), ""),
        ("a: [b, c|", ("a", None), "c"),
        ("a: {b: [|", ("a", "b", None), ""),
        ("a:\n  - b\n  - - c|", ("a", None, None), "c"),
    ],
)
def test_item_of_a_list_has_no_key(text: str, path: tuple[str | None, ...], prefix: str) -> None:
    place = cursor(text)
    assert (place.path, place.key, place.prefix, place.is_item) == (path, None, prefix, True)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a:\n  - b: |", ("a", None)),
        ("a:\n  - b: 1\n    c: |", ("a", None)),
        ("a:\n  - b: 1\n  - c: |", ("a", None)),
        ("a:\n- b: 1\n  c:\n    d: |", ("a", None, "c")),
        ("a:\n  - b:\n      - c: 1\n    d: |", ("a", None)),
        ("a:\n  - {b: 1, c: |", ("a", None)),
        ("a: [x, {b: |", ("a", None)),
    ],
)
def test_member_of_an_item_is_below_the_item(text: str, path: tuple[str | None, ...]) -> None:
    place = cursor(text)
    assert (place.path, place.is_item) == (path, False)
    assert place.key in ("b", "c", "d")


@pytest.mark.parametrize(
    ("text", "siblings"),
    [
        ("a: 1\nb: 'x'\n|\nc: 2\n", {"a": "1", "b": "x", "c": "2"}),
        ("o:\n  a: 1\n  |\np: 2\n", {"a": "1"}),
        ("o:\n  a:\n    deep: 1\n  b: 2\n  |", {"b": "2"}),
        ("- a: 1\n  |\n- b: 2\n", {"a": "1"}),
        ("- z: 0\n- a: 1\n  b: |\n  c: 2\n", {"a": "1", "c": "2"}),
        ("{a: 1, b: \"x\", c|", {"a": "1", "b": "x"}),
        ("{a: {z: 1}, b: 2, c: |", {"a": "", "b": "2"}),
    ],
)  # fmt: skip
def test_siblings_are_the_scalars_of_the_same_mapping(text: str, siblings: dict[str, str]) -> None:
    assert cursor(text).siblings == siblings


def test_brackets_that_are_closed_or_quoted_above_are_none_of_the_place() -> None:
    assert cursor("a: [1,\n  2]\nb: '{['\nc: |").path == ()
    assert cursor("a: {b: [1],\n  c: |").path == ("a",)


def test_skeleton_has_the_members_that_choose_a_schema() -> None:
    assert cursor("nodes:\n- components:\n  - type: Light\n    |").skeleton([]) == {
        "nodes": [{"components": [{"type": "Light"}]}]
    }
    assert cursor("kind: lambda\n|").skeleton([]) == {"kind": "lambda"}


def test_skeleton_has_the_root_keys_that_are_in_the_document() -> None:
    lines, line, column = split("forEach: {csv: a.csv}\nentities: []\nentity:\n  entity|\n")
    assert cursor_at(lines, line, column).skeleton(lines) == {"entity": {}, "forEach": {}, "entities": []}
    items, line, column = split("- entityName: A\n  |")
    assert cursor_at(items, line, column).skeleton(["nodes:"]) == [{"entityName": "A"}]


def test_place_behind_the_last_line_is_empty() -> None:
    place = cursor_at(["a: 1"], 0, 99)
    assert (place.key, place.prefix) == ("a", "1")
