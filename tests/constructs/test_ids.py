"""Ids: whole matches, tokens let through, and the same rules as in definition files."""

from __future__ import annotations

import pytest
from aws_cdk import Aws
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from twin_stack.constructs import ids
from twin_stack.definition import schema

RULES = {
    "WorkspaceId": ids.WORKSPACE_ID,
    "SceneId": ids.SCENE_ID,
    "EntityId": ids.ENTITY_ID,
    "EntityName": ids.ENTITY_NAME,
    "ComponentTypeId": ids.COMPONENT_TYPE_ID,
    "Name": ids.NAME,
    "ComponentPath": ids.COMPONENT_PATH,
}


def refused(rule: ids.IdRule, value: str) -> bool:
    try:
        rule.check("it", value)
    except ValueError:
        return True
    return False


def refused_in_files(name: str, value: str) -> bool:
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
def test_construct_and_definition_agree_when_an_id_is_given(name: str, value: str) -> None:
    assert refused(RULES[name], value) == refused_in_files(name, value)


@pytest.mark.parametrize("name", RULES)
def test_token_is_let_through_when_the_value_comes_later(name: str) -> None:
    RULES[name].check("it", Aws.STACK_NAME)
    RULES[name].check("it", None)


def test_description_is_taken_when_it_fits_or_comes_later() -> None:
    for description in ("d" * 512, "", None, Aws.STACK_NAME * 100):
        ids.check_description(description)
