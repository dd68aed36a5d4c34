"""JSON in one form."""

from __future__ import annotations

import json

import pytest

from twin_stack.definition.format.json_text import format_json


def formatted(text: str, kind: str = "twin", *, ordered: bool = False) -> str:
    return format_json(text, kind, json.loads(text), ordered=ordered)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[ ]", "[]\n"),
        ('{"a":{ }}', '{\n  "a": {}\n}\n'),
        ('{"a":1,"b":"x"}', '{"a": 1, "b": "x"}\n'),
        ("[1,[2,3]]", "[\n  1,\n  [2, 3]\n]\n"),
        (r'"\u00e4 {[,:\" "', '"\\u00e4 {[,:\\" "\n'),
        ("1.50E+3", "1.50E+3\n"),
    ],
)
def test_what_holds_no_container_is_in_one_line_as_it_is_written(text: str, expected: str) -> None:
    assert formatted(text) == expected


def test_list_that_is_too_long_for_a_line_has_one_for_each_item() -> None:
    fits, too_long = f'["{"x" * 96}"]', f'["{"x" * 97}"]'
    assert formatted(fits) == f"{fits}\n"
    assert formatted(too_long) == f'[\n  "{"x" * 97}"\n]\n'


def test_known_keys_are_put_in_order_if_it_is_asked_for_and_others_follow() -> None:
    text = '{"zz": 1, "connectors": {"b": {"tableName": "t", "kind": "dynamodb"}, "a": null}, "workspaceId": "w"}'
    ordered = json.loads(formatted(text, ordered=True), object_pairs_hook=list)
    assert [key for key, _ in ordered] == ["workspaceId", "connectors", "zz"]
    assert [key for key, _ in dict(ordered)["connectors"]] == ["b", "a"], "names keep their order"
    assert [key for key, _ in dict(dict(ordered)["connectors"])["b"]] == ["kind", "tableName"]
    kept = json.loads(formatted(text), object_pairs_hook=list)
    assert [key for key, _ in kept] == ["zz", "connectors", "workspaceId"]
