"""Plain YAML is read as libyaml reads it, with the same places, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.soak import repetitions
from twin_stack.definition import plain_yaml
from twin_stack.definition.document_builder import MAX_DEPTH
from twin_stack.definition.findings import DefinitionError
from twin_stack.definition.plain_yaml import read_plain
from twin_stack.definition.source import LocatedList, LocatedMap
from twin_stack.definition.yaml_reader import YamlReader

FILE = Path("a.yaml")

ENTITY = """\
# the hall
machine-1:
  entityName: Machine 1
  description: "a text: with a colon"

  components:
    place: # where it stands
      componentTypeId: com.example.Place
      properties:
        hall: 'north'
        row: 7
        x: -7.5
        note:
"""


def described(value: Any) -> Any:
    """Return a value with its types and places."""
    if isinstance(value, LocatedList):
        return (
            [described(item) for item in value],
            value.file,
            value.mark,
            value.value_marks,
            value.size,
            value.depth,
        )
    if not isinstance(value, LocatedMap):
        return type(value), value
    places = value.file, value.mark, value.key_marks, value.value_marks, value.size, value.depth
    return [(key, described(member)) for key, member in value.items()], places


def assert_is_read_alike(text: str) -> bool:
    """Compare both readers; return whether the text is plain."""
    root = read_plain(FILE, text)
    if root is None:
        return False
    assert described(root) == described(YamlReader(FILE, text, None).read())
    return True


@pytest.mark.parametrize(
    "text",
    [
        ENTITY,
        ENTITY.replace("\n", "\r\n"),
        ENTITY.rstrip("\n"),
        "a: 1",
        "a: x # comment\nb:   y  \n",
        'a: ""\nb: \'\'\nc:\nd: "# no comment"\n',
        "a:\n  b:\n    c: 1\n  d: 2\ne: 3\n",
        "a:\n   b: 1\nc:\n     d: 1\n",
        "null: null\ntrue: True\n17: 017\n$ROOT: 1.\nk: 1e3\n",
        "a: arn:aws:s3:::b\nb: 2025-06-15\nc: 12:30:45\nd: x, [y] {z} & *w | > % @ `\n",
        f"a: {'x' * 99}\nb: {'x' * 100}\nc: {'x' * 1_000}\n",
        "a: {}\nb: []\nc: [ ]\nd: { }\n",
        "a: {b: 1, c: 'x, y', d: \"{z}\"} # c\ne:\n  f: [1, -2.5, x y , true, null, {g: [h]}]  \n",
        "a: {componentTypeId: com.e.T, properties: {level: 3, model: P-9}}\r\nb: 1\r\n",
        f"a: {{{'k' * 99}: {'x' * 300}}}\n",
        "a: " + "[" * 8 + "]" * 8 + "\n",
        "a: Zürich 東\nü: 1\n",
    ],
)
def test_plain_text_is_read_with_all_places(text: str) -> None:
    assert assert_is_read_alike(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "x\n",
        "a: [1,\n  2]\n",
        "a: {b: 1,}\n",
        "a: {b}\n",
        "a: {b: }\n",
        "a: {b:1}\n",
        "a: {b: 1, b: 2}\n",
        "a: {b: 1} c\n",
        "a: {b: 1}#c\n",
        "a: [1]]\n",
        "a: {b: x:y}\n",
        "a: [x: y]\n",
        "a: " + "[" * 9 + "]" * 9 + "\n",
        "[a]\n",
        "- a\n",
        "a:\n- b\n",
        "a: |\n  b: 1\n",
        "a: b\n  c: d\n",
        "a: b\n  c\n",
        "a:\n  b: 1\n c: 2\n",
        "  a: 1\nb: 2\n",
        "a: 1\na: 2\n",
        "a: &x 1\nb: *x\n",
        "a: !!str 1\n",
        "a: 1\n---\nb: 2\n",
        "a: 1e999\n",
        "a: ~\n",
        "a: b: c\n",
        'a: "x\\n"\n',
        'a: "x\n  y"\n',
        "a: 'it''s'\n",
        "a:\n\tb: 1\n",
        "<<: 1\n",
        "? a\n: b\n",
        "# a\rb: 1\n",
        "a: x\x85b: 1\n",
        "# \u2028a: 1\n",
        '# \x01\na: "x"\n',
        "".join(f"{' ' * depth}a:\n" for depth in range(MAX_DEPTH + 1)),
    ],
)
def test_anything_else_is_left_to_libyaml(text: str) -> None:
    assert read_plain(FILE, text) is None


def test_file_with_too_many_values_is_left_to_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_yaml, "MAX_VALUES", 4_000)
    lines = [f"k{number}: 1\n" for number in range(2_000)]
    assert read_plain(FILE, "".join(lines[1:])) is not None
    assert read_plain(FILE, "".join(lines)) is None


def test_lines_are_counted_over_stretches_of_text(monkeypatch: pytest.MonkeyPatch) -> None:
    for length in range(1, 40):
        monkeypatch.setattr(plain_yaml, "_STRETCH", length)
        assert assert_is_read_alike(ENTITY)
        assert assert_is_read_alike(ENTITY.replace("\n", "\r\n"))


FLOW = st.text(alphabet="ab1 :,,{}{}[][]'\"#-?.&*!\t", max_size=14)
KEYS = st.sampled_from(["a", "b", "com.example.T", "$ROOT", "17", "null", "a-", "a b", '"a"', "-a", "é"])
SCALARS = st.one_of(
    st.sampled_from(
        ["", "x", "1", "-1.50", "1e400", "~", "null", "'q'", '"q"', '""', "x: y", "x:y", "x #y", "x#y", "# x"]
    ),
    st.sampled_from(["[1]", "{a: 1}", "&x y", "*x", "!t x", "|", ">-", "- x", "? x", "%x", "@x", "`x", "x:"]),
    st.builds("{{{}}}".format, FLOW),
    st.builds("{{a: {}, b: 1}} # c".format, FLOW),
    st.builds("[{}]".format, FLOW),
    st.builds("[a, {}, {{b: 1}}]".format, FLOW),
    st.text(alphabet="ab1. :#-'\"[]{},&*!|>%@`?<=~+$/\\\té\x85\u2028\ufeff\U0001f600", max_size=8),
)
LINES = st.one_of(
    st.tuples(st.integers(0, 4), KEYS, st.sampled_from([":", ": ", ":  ", ":\t"]), SCALARS, st.just("")).map(
        lambda parts: " " * parts[0] + "".join(parts[1:])
    ),
    st.tuples(st.integers(0, 4), SCALARS).map(lambda parts: " " * parts[0] + parts[1]),
    st.sampled_from(["", "  ", "# comment", "   # comment", "\t", "---", "...", "a: 1 # c"]),
)


@given(st.lists(LINES, max_size=8), st.sampled_from(["\n", "\n", "\r\n", "\r"]))
@example(["a:", "  b: 1", "", "c: 2"], "\n")
@settings(max_examples=repetitions(200, 50_000))
def test_no_text_is_read_in_another_way(lines: list[str], line_end: str) -> None:
    text = line_end.join(lines)
    try:
        assert_is_read_alike(text)
    except DefinitionError:
        pytest.fail(f"libyaml refuses {text!r}")


MEMBERS = st.recursive(
    st.sampled_from(["", "x", "1", "'q: r'", '"# s"', "x y", "x:y", "-1.5", "x # c"]),
    lambda inner: st.dictionaries(st.sampled_from("abcdef"), inner, min_size=1, max_size=4),
    max_leaves=12,
)


def written(members: Any, indent: str, step: str) -> str:
    """Return mappings as plain YAML."""
    lines = ""
    for key, value in members.items():
        is_map = isinstance(value, dict)
        lines += f"{indent}{key}:" + ("\n" if is_map else f" {value}\n")
        lines += written(value, indent + step, step) if is_map else "\n# c\n" * (value == "1")
    return lines


@given(st.dictionaries(st.sampled_from("abcdef"), MEMBERS, min_size=1), st.sampled_from([" ", "  ", "    "]))
@settings(max_examples=repetitions(40, 5_000))
def test_nested_mappings_are_plain(members: dict[str, Any], step: str) -> None:
    assert assert_is_read_alike(written(members, "", step))
