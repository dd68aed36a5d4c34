"""Files become plain values that know their place; YAML by the rules of version 1.2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.definition import DefinitionError
from twin_stack.definition.files import read
from twin_stack.definition.source import LocatedList, LocatedMap, at, locate

if TYPE_CHECKING:
    from pathlib import Path


def reads(folder: Path, text: str | bytes, name: str = "a.yaml") -> Any:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path)


def refusal(folder: Path, text: str | bytes, name: str = "a.yaml") -> str:
    with pytest.raises(DefinitionError) as caught:
        reads(folder, text, name)
    return str(caught.value).removeprefix(f"{folder}/")


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
    found = reads(tmp_path, f"a: {text}\n")["a"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("key", ["no", "17", "null", "1.5", "true"])
def test_key_is_text(key: str, tmp_path: Path) -> None:
    assert list(reads(tmp_path, f"{key}: x\n")) == [key]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            '{"a": [1, -2.5, 1e3, true, false, null, "x\\n\\u00e9"]}',
            [1, -2.5, 1000.0, True, False, None, "x\né"],
        ),
        ('\ufeff{"a": {}}', {}),
        (' \r\n{ "a"\t:[ ] } \n', []),
        ('{"a": "\\ud83d\\ude00"}', "😀"),
    ],
)
def test_json_is_read_whole(text: str, value: object, tmp_path: Path) -> None:
    assert reads(tmp_path, text, "a.json")["a"] == value


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_every_value_and_key_knows_its_place(name: str, tmp_path: Path) -> None:
    root = reads(tmp_path, '{"é": 1,\n "b": [10,\n  {"c": 2}]}', name)
    assert isinstance(root, LocatedMap)
    assert isinstance(root["b"], LocatedList)
    places = [
        at(root),
        at(root, "é", of_key=True),
        at(root, "é"),
        at(root["b"], 0),
        locate(root, ("b", 1, "c")),
        locate(root, ("b", 1, "missing")),
        locate(root, ("b", 7)),
    ]
    assert [place[1:] for place in places] == [(1, 1), (1, 2), (1, 7), (2, 8), (3, 9), (3, 3), (2, 7)]


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


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("", "1:1", "expected a value, got the end of the line"),
        ('{"a": 1', "1:8", 'expected "," or "}", got the end of the line'),
        ('{"a" 1}', "1:6", 'expected ":", got "1}"'),
        ("{a: 1}", "1:2", 'expected a key in double quotes, got "a: 1}"'),
        ("{\n 'a': 1}", "2:2", "expected a key in double quotes, got \"'a': 1}\""),
        ('{"a": [1 2]}', "1:10", 'expected "," or "]", got "2]}"'),
        ('{"a": 01}', "1:8", 'expected "," or "}", got "1}"'),
        ('{"a": NaN}', "1:7", 'expected a value, got "NaN}"'),
        ('{"a": 1,}', "1:9", 'expected a key in double quotes, got "}"'),
        ('{"a": 1} x', "1:10", 'expected the end of the file, got "x"'),
        ('{"a": "x', "1:7", "unterminated string starting at"),
        ('{"a": "\n"}', "1:8", "invalid control character at"),
        ('{"a": "\\q"}', "1:8", "invalid \\escape"),
        ('{"a": "\\ud800"}', "1:7", "half of a surrogate pair"),
    ],
)
def test_json_is_refused_where_it_breaks(text: str, place: str, problem: str, tmp_path: Path) -> None:
    found = refusal(tmp_path, text, "a.json")
    assert found.startswith(f"a.json:{place} TWIN002 is not valid JSON: {problem}")


def test_aliases_count_with_what_they_stand_for(tmp_path: Path) -> None:
    deep = "a0: &a0 " + "[" * 60 + "]" * 60 + "\na1: " + "[" * 60 + "*a0" + "]" * 60 + "\n"
    assert "TWIN007 is nested deeper than 100 levels" in refusal(tmp_path, deep)
    wide = f"a: &a [{'x, ' * 1000}]\nb: [{'*a, ' * 500}]\n"
    assert "TWIN007 holds more than 400,000 values" in refusal(tmp_path, wide)
    long = f'a: &a "{"x" * 100_000}"\nb: [{"*a, " * 500}]\n'
    assert "TWIN007 holds more than 400,000 values" in refusal(tmp_path, long)
    inside = f'a: &a ["{"x" * 100_000}"]\nb: [{"*a, " * 500}]\n'
    assert "TWIN007 holds more than 400,000 values" in refusal(tmp_path, inside)
