"""YAML in one form."""

from __future__ import annotations

from pathlib import Path

from twin_stack.definition.format.yaml_text import comments_of, format_yaml
from twin_stack.definition.yaml_reader import YamlReader


def formatted(text: str, kind: str, *, ordered: bool) -> str:
    return format_yaml(text, kind, YamlReader(Path("a.yaml"), text, None).read(), ordered=ordered)


def test_known_keys_are_put_in_order_if_it_is_asked_for_and_others_follow() -> None:
    text = "zz: 1\nconnectors:\n  b: {tableName: t, kind: dynamodb}\n  a: {}\nworkspaceId: w  # here\n"
    assert formatted(text, "twin", ordered=True) == (
        "workspaceId: w  # here\nconnectors:\n  b: {kind: dynamodb, tableName: t}\n  a: {}\nzz: 1\n"
    )
    assert formatted(text, "twin", ordered=False) == text


def test_comments_are_those_of_all_lines_and_not_of_texts() -> None:
    text = "# a\nb: '# no comment'  # c\nd: |\n  # text\ne:\n  # f\n  - g#h\n# i\n"
    assert comments_of(text) == ["# a", "# c", "# f", "# i"]
    assert comments_of("") == []
    assert comments_of(formatted(text, "entities", ordered=True)) == comments_of(text)
