"""Items of a large file are those of the reader with places, and so are mistakes."""

from __future__ import annotations

import json
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin_stack.definition.files import read
from twin_stack.definition.findings import DefinitionError
from twin_stack.definition.source import at
from twin_stack.formats import json_items
from twin_stack.formats.json_items import JsonItem, JsonItems

if TYPE_CHECKING:
    from pathlib import Path

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("items") / "items.json"


def items(file: Path, text: str) -> list[JsonItem]:
    file.write_text(text, encoding="utf-8")
    return list(JsonItems(file))


@given(
    lists=st.dictionaries(st.text("abc", min_size=1, max_size=3), st.lists(JSON, max_size=4), max_size=3),
    indent=st.sampled_from([None, 1]),
    ascii_only=st.booleans(),
    block=st.integers(1, 40),
)
def test_items_are_those_of_the_reader_with_places(
    file: Path, lists: dict[str, list[Any]], indent: int | None, ascii_only: bool, block: int
) -> None:
    text = json.dumps(lists, indent=indent, ensure_ascii=ascii_only)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_items, "_BLOCK", block)
        streamed = items(file, text)
    whole = read(file)
    assert [(item.section, item.index, item.value) for item in streamed] == [
        (section, index, value) for section, values in whole.items() for index, value in enumerate(values)
    ]
    for item in streamed:
        assert item.section is not None
        assert item.place == at(whole[item.section], item.index)
        assert item.located() == item.value


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(file: Path) -> None:
    text = json.dumps(
        {"entities": [{"entityId": f"e-{number}", "text": "x" * 200} for number in range(20_000)]}
    )
    file.write_text(text)
    tracemalloc.start()
    try:
        count = sum(1 for _ in JsonItems(file))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 20_000
    assert peak < len(text)


def test_list_without_a_key_and_members_that_are_no_list(file: Path) -> None:
    assert [(item.section, item.index, item.value) for item in items(file, ' [1, {"a": 2}] ')] == [
        (None, 0, 1),
        (None, 1, {"a": 2}),
    ]
    assert [(item.section, item.index, item.value) for item in items(file, '{"a": 1, "b": []}')] == [
        ("a", None, 1)
    ]


def test_place_of_a_key_is_found_in_the_item(file: Path) -> None:
    [item] = items(file, '{"entities": [\n  {"entityId": "e-1",\n   "x": {"path": 1}}]}')
    assert item.place_of("x", "path")[1:] == (3, 10)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"a": [1, 2',
        '{"a": [1 2]}',
        '{"a": [1,]}',
        '{"a" [1]}',
        '{"a": [1]} x',
        '{"a": [1],}',
        "{a: 1}",
        '{"a": [NaN]}',
        '{"a": [\n{"b": 1,\n "b": 2}]}',
        '{"a": ["\\ud800"]}',
        '{"a": ["\t"]}',
        '{"a": [1e999]}',
        '{"a": [' + "[" * 200 + "]" * 200 + "]}",
    ],
)
@pytest.mark.parametrize("block", [4, 1 << 20])
def test_mistake_has_the_finding_of_the_reader_with_places(
    file: Path, monkeypatch: pytest.MonkeyPatch, text: str, block: int
) -> None:
    monkeypatch.setattr(json_items, "_BLOCK", block)
    with pytest.raises(DefinitionError) as streamed:
        items(file, text)
    with pytest.raises(DefinitionError) as whole:
        read(file)
    assert streamed.value.findings[0].location == whole.value.findings[0].location
    assert streamed.value.findings[0].code == whole.value.findings[0].code


def test_file_that_is_not_utf8_is_refused(file: Path) -> None:
    file.write_bytes(b'{"a": ["\xe9"]}')
    with pytest.raises(DefinitionError, match="TWIN001 is not UTF-8"):
        list(JsonItems(file))


def test_file_that_is_no_container_is_refused(file: Path) -> None:
    with pytest.raises(DefinitionError, match="1:1 TWIN004 the file holds 17"):
        items(file, " 17")


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="TWIN001 cannot be read"):
        list(JsonItems(tmp_path / "missing.json"))
