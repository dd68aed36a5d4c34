from __future__ import annotations

import json

from twin_stack.preview.encoding import compact_json, data_url


def test_json_is_compact_and_safe_inside_a_script() -> None:
    value = {"text": "</script><!-- \u2028 \u2029 ü"}
    text = compact_json(value)

    assert "<" not in text
    assert "\u2028" not in text
    assert "\u2029" not in text
    assert "ü" in text
    assert json.loads(text) == value
    assert compact_json({"a": [1, 2]}) == '{"a":[1,2]}'


def test_data_url_holds_the_content_in_base64() -> None:
    assert data_url("text/javascript", b"export {}") == "data:text/javascript;base64,ZXhwb3J0IHt9"
