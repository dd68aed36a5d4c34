"""YAML becomes values by the rules of version 1.2, or one finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.readers import reads, refusal
from twin_stack.definition.source import at

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("true", True),
        ("False", False),
        ("tRUE", "tRUE"),
        ("null", None),
        ("~", None),
        ("", None),
        ("2025-06-15", "2025-06-15"),
        ("12:30:45", "12:30:45"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("017", 17),
        ("+5", 5),
        ("-5", -5),
        ("1.5", 1.5),
        ("1.", 1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ('"17"', "17"),
        ("'true'", "true"),
        ("|-\n  17", "17"),
        ("٣", "٣"),
        ("9" * 19, int("9" * 19)),
    ],
)
def test_scalar_has_the_kind_of_yaml_1_2(text: str, value: object, tmp_path: Path) -> None:
    scalar = reads(tmp_path, f"a: {text}\n")["a"]
    assert (scalar, type(scalar)) == (value, type(value))


@pytest.mark.parametrize("key", ["no", "17", "null", "1.5", "true"])
def test_key_is_text(key: str, tmp_path: Path) -> None:
    assert list(reads(tmp_path, f"{key}: x\n")) == [key]


def test_alias_stands_where_it_is_used(tmp_path: Path) -> None:
    root = reads(tmp_path, "a: &x {k: 1}\nb: *x\n")
    assert root["b"] == {"k": 1}
    assert at(root, "b")[1:] == (2, 4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [\n", "a.yaml:2:1 TWIN002 is not valid YAML: did not find expected node content; check indentation, quotes "
         "and brackets here"),
        ("a:\n\tb: 1\n", "a.yaml:2:1 TWIN002 is not valid YAML: found character that cannot start any token; indent with "
         "spaces, not tabs"),
        ("a:\n\tb: 1", "a.yaml:2:1 TWIN002 is not valid YAML: found character that cannot start any token; indent with "
         "spaces, not tabs"),
        ("a: b\n  c: d\n", "a.yaml:2:4 TWIN002 is not valid YAML: mapping values are not allowed in this context; check "
         "indentation, quotes and brackets here"),
        ('é: "\x01"\n', "a.yaml:1:5 TWIN002 is not valid YAML: control characters are not allowed; remove it, or escape "
         "it in double quotes"),
        ("&a [*a]\n", 'a.yaml:1:5 TWIN002 alias "*a" has no finished anchor before it; define "&a" first, outside of '
         "itself"),
        ("a: 1\na: 2\n", 'a.yaml:2:1 TWIN008 key "a" is duplicated, first in line 1, column 1; keep one of them'),
        ("? [a]\n: 1\n", "a.yaml:1:3 TWIN004 a key is a list, not text; quote it"),
        ("a: !!str 1\n", 'a.yaml:1:4 TWIN007 holds the tag "tag:yaml.org,2002:str"; remove it; quote a value to make it '
         "text"),
        ("a: {<<: {b: 1}}\n", 'a.yaml:1:5 TWIN007 holds the merge key "<<", which YAML 1.2 does not have; write the '
         "members out"),
        ("a: 1\n---\nb: 2\n", "a.yaml:2:1 TWIN007 holds a second document; put it in a file of its own"),
        ("a: 1e999\n", 'a.yaml:1:4 TWIN005 number "1e999" is too large; leave it out, or quote it as text'),
        (b"a: \xe9\n", "a.yaml:1:4 TWIN001 is not UTF-8 (byte 0xe9); save the file as UTF-8"),
    ],
)  # fmt: skip
def test_yaml_is_refused_in_one_line(text: str | bytes, expected: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, text) == expected
