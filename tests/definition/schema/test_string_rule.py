"""String types that say in words what is allowed."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from twin_stack.definition.rules.members import INVALID_NAME
from twin_stack.definition.schema.refusal import RULE_CONTEXT
from twin_stack.definition.schema.string_rule import StringRule

RULE = StringRule(INVALID_NAME, "line name", 2, 4, "[a-z]+|[0-9]+", "small letters, or digits")
ADAPTER = TypeAdapter(Annotated[str, RULE])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", False),
        ("ab", True),
        ("abcd", True),
        ("abcde", False),
        ("12", True),
        ("a1", False),
        ("ab\n", False),
    ],
)
def test_value_fits_by_length_and_by_the_whole_pattern(value: str, *, expected: bool) -> None:
    assert RULE.fits(value) is expected


def test_value_that_fits_is_returned() -> None:
    assert RULE.check("ab") == "ab"
    assert ADAPTER.validate_python("ab") == "ab"


def test_error_names_the_rule_and_says_what_is_allowed() -> None:
    with pytest.raises(PydanticCustomError) as caught:
        RULE.check("Ab")
    assert (
        caught.value.message()
        == 'line name "Ab" is not allowed, it has "A" (U+0041 LATIN CAPITAL LETTER A): 2 to 4 characters, small letters, or digits'
    )
    assert caught.value.context is not None
    assert caught.value.context[RULE_CONTEXT] is INVALID_NAME


def test_what_is_no_string_is_refused_before_the_rule() -> None:
    with pytest.raises(ValidationError) as caught:
        ADAPTER.validate_python(17)
    assert [error["type"] for error in caught.value.errors()] == ["string_type"]


def test_long_value_is_not_matched(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = StringRule(INVALID_NAME, "name", 1, 10, "(a+)+b", "letters")
    monkeypatch.setitem(slow.__dict__, "full_match", lambda _value: pytest.fail("the pattern was tried"))
    assert not slow.fits("a" * 11)


def test_editors_get_limits_and_an_anchored_pattern() -> None:
    assert ADAPTER.json_schema() == {
        "type": "string", "minLength": 2, "maxLength": 4, "pattern": "^([a-z]+|[0-9]+)$"
    }  # fmt: skip
