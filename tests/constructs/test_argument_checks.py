"""Arguments follow the same rules as definition files; tokens pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aws_cdk import Aws
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from twin_stack.constructs.argument_checks import check_description, check_text
from twin_stack.definition import schema

if TYPE_CHECKING:
    from twin_stack.definition.schema import StringRule

RULES = {
    "WorkspaceId": schema.WORKSPACE_ID,
    "SceneId": schema.SCENE_ID,
    "EntityId": schema.ENTITY_ID,
    "EntityName": schema.ENTITY_NAME,
    "ComponentTypeId": schema.COMPONENT_TYPE_ID,
    "Name": schema.NAME,
    "ComponentPath": schema.COMPONENT_PATH,
}


def is_refused(rule: StringRule, value: str) -> bool:
    try:
        check_text(rule, "argument", value)
    except ValueError:
        return True
    return False


def is_refused_in_files(name: str, value: str) -> bool:
    try:
        TypeAdapter(getattr(schema, name)).validate_python(value)
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize("name", RULES)
@given(value=st.text(alphabet="aZ0_-.:/ $ü\n", max_size=8))
@example(value="a" * 128)
@example(value="a" * 129)
@example(value="a" * 256)
@example(value="a" * 257)
@example(value="factory\n")
@example(value="0b6e1c9c-3b7a-4e0e-8f39-0c1a5a3f9d10")
def test_arguments_and_definition_files_follow_the_same_rule(name: str, value: str) -> None:
    assert is_refused(RULES[name], value) == is_refused_in_files(name, value)


@pytest.mark.parametrize("name", RULES)
def test_tokens_and_none_pass(name: str) -> None:
    check_text(RULES[name], "argument", Aws.STACK_NAME)
    check_text(RULES[name], "argument", None)


def test_message_names_the_argument_and_the_rule() -> None:
    with pytest.raises(ValueError) as caught:
        check_text(schema.WORKSPACE_ID, "workspace_id", "my factory")

    assert str(caught.value) == (
        "workspace_id must be 2 to 128 characters, letters a-z without accents, "
        'digits, "-" and "_", not beginning with a dash, '
        'ending with a letter or digit, got "my factory"; rename it'
    )


@pytest.mark.parametrize("description", ["d" * 512, "", None, Aws.STACK_NAME * 100])
def test_description_passes_that_fits_or_is_a_token(description: str | None) -> None:
    check_description(description)


@pytest.mark.parametrize("description", ["d" * 513, "two\nlines"])
def test_description_is_refused_that_is_too_long_or_has_line_breaks(description: str) -> None:
    with pytest.raises(
        ValueError, match=r"^description may have 512 characters in one line, got \d+; shorten it$"
    ):
        check_description(description)
