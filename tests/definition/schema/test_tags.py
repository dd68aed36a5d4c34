"""Tags: what the service takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.service_limits import allows, api, cloudformation
from twin_stack.definition import schema


@given(value=st.text(alphabet="aZ0é٣-_.:/=+@ \u00a0#\n\t", max_size=6))
def test_tag_key_is_allowed_when_the_service_takes_it(value: str) -> None:
    (pattern,) = cloudformation("Entity", "properties", "Tags", "patternProperties")
    assert pattern == f"^{api('TagKey')['pattern']}$"
    regex = pytest.importorskip("regex", reason="Python's re has no Unicode classes")
    taken = len(value) >= 1 and regex.fullmatch(api("TagKey")["pattern"], value)
    assert allows(schema.TagKey, value) == bool(taken)


@pytest.mark.parametrize(("length", "allowed"), [(0, False), (1, True), (128, True), (129, False)])
def test_tag_key_has_the_length_of_the_api(length: int, *, allowed: bool) -> None:
    assert (api("TagKey")["min"], api("TagKey")["max"]) == (1, 128)
    assert allows(schema.TagKey, "a" * length) == allowed
