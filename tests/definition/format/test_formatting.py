"""Formatting puts known keys in order and keeps the meaning, the comments and the style."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.definition.format.test_dump import read, values, with_types
from tests.support.code_blocks import ROOT, code_blocks
from twin_stack.definition.findings import DefinitionError
from twin_stack.definition.format import definition_text, dump_yaml, format_text
from twin_stack.definition.format.yaml_text import comments_of
from twin_stack.definition.json_reader import JsonReader
from twin_stack.definition.json_schemas import KINDS

JSON = Path("a.json")

CASES = {
    "keys of an entity": (
        "entities",
        "e-1:\n  components: {b: {properties: {y: 1, x: 2}, componentTypeId: c}}\n  entityName: E\n",
        "e-1:\n  entityName: E\n  components: {b: {componentTypeId: c, properties: {y: 1, x: 2}}}\n",
    ),
    "ids keep their order": ("entities", "b-1: {entityName: B}\na-1: {entityName: A}\n", None),
    "bare values keep their order": (
        "entities",
        "e-1:\n  entityName: E\n  components: {c: {componentTypeId: t, properties: {m: {value: 1, a: 2}}}}\n",
        None,
    ),
    "comments move with their key": (
        "entities",
        "# file\ne-1:\n  # children\n  children: # c\n    # child\n    e-2: {entityName: E} # e\n  # name\n  entityName: E   # n\n",
        "# file\ne-1:\n  # name\n  entityName: E  # n\n  # children\n  children:  # c\n    # child\n    e-2: {entityName: E}  # e\n",
    ),
    "comment at the end of a block": (
        "entities",
        "e-1:\n    entityName: E\n    # entityName: F\n\n# next\ne-2:\n    entityName: F\n  # odd\n# last\n",
        "e-1:\n  entityName: E\n  # entityName: F\n\n# next\ne-2:\n  entityName: F\n# odd\n# last\n",
    ),
    "first comments stay first": (
        "twin",
        "# About the twin.\ntags: {a: b}\nworkspaceId: w-1\n",
        "# About the twin.\nworkspaceId: w-1\ntags: {a: b}\n",
    ),
    "indent and blank lines": (
        "component_types",
        "\n\nt:\n\n      extendsFrom:\n      - a\n      -   b\n\n\n\nu:\n      extendsFrom:   [ a,b ]\n\n\n",
        "t:\n  extendsFrom:\n    - a\n    - b\n\nu:\n  extendsFrom: [a, b]\n",
    ),
    "comment below a list without indent": (
        "component_types",
        "t:\n  extendsFrom:\n  - a\n  # about the description\n  description: d\n",
        "t:\n  # about the description\n  description: d\n  extendsFrom:\n    - a\n",
    ),
    "texts of several lines": (
        "entities",
        "e-1:\n    description: >-\n        a\n         b\n\n        c\n    entityName: a\n        b\n",
        "e-1:\n  entityName: a\n    b\n  description: >-\n    a\n     b\n\n    c\n",
    ),
    "literal text that begins with spaces": (
        "entities",
        "e-1:\n    entityName: |2+\n         a\n      b\n\n\n    tags: {}\n",
        "e-1:\n  entityName: |2+\n       a\n    b\n\n\n  tags: {}\n",
    ),
    "brackets over several lines": (
        "entities",
        "e-1: {entityName: E,\n    components: {\n  a: {componentTypeId: t},\n     b: {componentTypeId: t}\n }}\n",
        "e-1: {entityName: E,\n    components: {\n      a: {componentTypeId: t},\n      b: {componentTypeId: t}\n    }}\n",
    ),
    "comments inside of brackets": ("entities", "e-1: {\n  entityName: E, # name\n  }\n", None),
    "brackets below their key": ("scenes", "nodes:\n  - name:\n      {}\n", None),
    "quotes": ("entities", "e-1:\n  entityName: 'E'\n  description: \"d\"\n", None),
    "anchor and alias": ("component_types", "t: &t\n  description: &d a\nu: {description: *d}\nv: *t\n", None),
    "alias that would come before its anchor": (
        "entities", "e-1: {description: &d a, entityName: *d}\n", None
    ),
    "nested nodes": (
        "scenes",
        "nodes:\n- children:\n  - {components: [], name: B}\n  name: A\n  transform: {scale: [1, 1, 1], position: [0,0,0]}\nrules: {}\n",
        "rules: {}\nnodes:\n  - name: A\n    transform: {position: [0, 0, 0], scale: [1, 1, 1]}\n    children:\n      - {name: B, components: []}\n",
    ),
    "marker of the document": ("twin", "---\n# w\nworkspaceId: w-1\n...\n", "---\n# w\nworkspaceId: w-1\n"),
    "only comments": ("entities", "\n# a  \n\n# b", "# a\n\n# b\n"),
    "nothing": ("entities", "", ""),
    "empty values": ("entities", "e-1:\n  entityName:   # none\n  tags: {a: , b}\n", "e-1:\n  entityName:  # none\n  tags: {a: null, b: null}\n"),
    "key with a question mark": ("entities", "? e-1\n: entityName: E\n", "e-1:\n  entityName: E\n"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "expected"), CASES.values(), ids=list(CASES))
def test_text_is_formatted(kind: str, text: str, expected: str | None) -> None:
    formatted = format_text(text, kind)
    assert formatted == (text if expected is None else expected)
    assert format_text(formatted, kind) == formatted


JSON_CASES = {
    "keys and lists": (
        "scenes",
        '{"nodes":[{"children":[],"name":"A","transform":{"scale":[1,1,1.50],"position":[0,-0,1e3]}}],"specVersion":"1.0"}',
        '{\n  "specVersion": "1.0",\n  "nodes": [\n    {\n      "name": "A",\n      "transform": {\n'
        '        "position": [0, -0, 1e3],\n        "scale": [1, 1, 1.50]\n      },\n      "children": []\n    }\n  ]\n}\n',
    ),
    "escapes stay": ("twin", ' {"workspaceId": "\\u0061\\/{[,:\\"" } ', '{"workspaceId": "\\u0061\\/{[,:\\""}\n'),
    "scalar": ("twin", " 1 ", "1\n"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "expected"), JSON_CASES.values(), ids=list(JSON_CASES))
def test_json_is_formatted(kind: str, text: str, expected: str) -> None:
    assert format_text(text, kind, file=JSON) == expected
    assert format_text(expected, kind, file=JSON) == expected


@pytest.mark.parametrize("text", ["a: [", "a: 1\na: 2\n", "a: !t 1\n"])
def test_text_that_cannot_be_read_is_refused_with_the_finding(text: str) -> None:
    with pytest.raises(DefinitionError, match=r"TWIN00[278]"):
        format_text(text, "entities")


def test_first_line_names_the_schema_once() -> None:
    formatted = format_text("# twin\nworkspaceId: w-1\n", "twin", reference=".schemas/twin.json")
    assert formatted == "# yaml-language-server: $schema=.schemas/twin.json\n# twin\nworkspaceId: w-1\n"
    assert format_text(formatted, "twin", reference=".schemas/twin.json") == formatted
    moved = format_text(formatted, "twin", reference="../.schemas/twin.json")
    assert moved == formatted.replace("=", "=../", 1)


def test_schema_of_the_user_stays() -> None:
    text = "# yaml-language-server: $schema=https://example.com/s.json\nworkspaceId: w-1\n"
    assert format_text(text, "twin", reference=".schemas/twin.json") == text


MODEL_FILES = sorted(path for path in (ROOT / "models").glob("*/*/*.yaml"))


@pytest.mark.parametrize("block", code_blocks("docs/definition.md", "yaml"), ids=str)
def test_examples_of_the_reference_are_formatted(block: Any) -> None:
    folder = block.text.split("\n")[0].removeprefix("# ").split("/")[0]
    kind = folder if folder in KINDS else "twin"
    assert format_text(block.text, kind) == block.text


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Documents as people and programs write them, with comments and blank lines between lines."""
    value = draw(
        st.dictionaries(st.sampled_from(NAMES), draw(st.sampled_from([values, members])), max_size=5)
    )
    text = yaml.dump(
        value,
        Dumper=yaml.CSafeDumper,
        sort_keys=False,
        allow_unicode=draw(st.booleans()),
        indent=draw(st.integers(2, 5)),
        width=draw(st.sampled_from([20, 80, 10_000])),
        default_flow_style=draw(st.sampled_from([True, False, None])),
        default_style=draw(st.sampled_from([None, None, '"', "'", "|", ">"])),
        explicit_start=draw(st.booleans()),
    )
    lines = text.split("\n")
    for _ in range(draw(st.integers(0, 4))):
        position = draw(st.integers(0, len(lines) - 1))
        note = " " * draw(st.integers(0, 8)) + draw(st.sampled_from(["# note", "#", ""]))
        lines.insert(position, note)
    for _ in range(draw(st.integers(0, 3))):
        position = draw(st.integers(0, len(lines) - 1))
        lines[position] += "  # behind"
    return "\n".join(lines)


NAMES = [
    "entityName",
    "components",
    "children",
    "tags",
    "nodes",
    "rules",
    "z",
    "workspaceId",
    "properties",
    "description",
]
members = st.recursive(
    st.one_of(st.integers(), st.sampled_from(["a", "a b " * 30, "a\nb\n", "\n a\n\n"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)),
    max_leaves=15,
)  # fmt: skip


@given(documents(), st.sampled_from(KINDS))
def test_formatting_keeps_meaning_and_comments_and_is_idempotent(text: str, kind: str) -> None:
    try:
        value = read(text)
    except DefinitionError:
        return  # an inserted line broke the document
    formatted = format_text(text, kind)
    again = read(formatted)
    assert again == value
    assert sorted(comments_of(formatted)) == sorted(comments_of(text))
    assert format_text(formatted, kind) == formatted


@given(values, st.sampled_from(KINDS))
def test_generated_file_is_formatted_already(value: Any, kind: str) -> None:
    text = definition_text(value, kind)
    assert read(text) == value
    assert format_text(text, kind) == text


@given(values)
def test_dumped_value_is_formatted_already_but_for_the_order_of_known_keys(value: Any) -> None:
    text = dump_yaml({"zz-1": value})
    assert with_types(read(text)) == with_types({"zz-1": value})


@given(values, st.sampled_from(KINDS), st.sampled_from([None, 1, 4]))
def test_formatting_json_keeps_the_meaning_and_is_idempotent(
    value: Any, kind: str, indent: int | None
) -> None:
    text = json.dumps(value, indent=indent)
    formatted = format_text(text, kind, file=JSON)
    assert JsonReader(JSON, formatted, None).read() == value
    assert format_text(formatted, kind, file=JSON) == formatted


@pytest.mark.parametrize("path", MODEL_FILES, ids=lambda path: path.relative_to(ROOT / "models").as_posix())
def test_model_is_formatted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert format_text(text, path.parent.name, reference=f"../.schemas/{path.parent.name}.json") == text
