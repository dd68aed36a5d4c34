"""JSON becomes values with places, or one finding where it breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.readers import reads, refusal

if TYPE_CHECKING:
    from pathlib import Path


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
    message = refusal(tmp_path, text, "a.json")
    assert message.startswith(f"a.json:{place} TWIN002 is not valid JSON: {problem}")
