"""Checks of arguments by the same rules as in definition files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.constructs.tokens import is_unresolved
from twin_stack.definition import schema
from twin_stack.definition.wording import did_you_mean
from twin_stack.twinmaker.data_types import MEMBER_OF_TYPE
from twin_stack.twinmaker.names import FUNCTIONS

if TYPE_CHECKING:
    from twin_stack.constructs.interfaces import IWorkspace
    from twin_stack.definition.schema import StringRule


def check_text(rule: StringRule, argument: str, value: str | None) -> None:
    """Check that a text follows a rule; None and tokens pass.

    CloudFormation's schemas have patterns without anchors, so its own validation accepts ``my factory`` as
    a workspace id.

    Args:
        rule: The rule, such as ``schema.WORKSPACE_ID``.
        argument: The argument's name as the caller writes it, for the message.
        value: The argument's value.

    Raises:
        ValueError: The value violates the rule.
    """
    if value is None or is_unresolved(value) or rule.fits(value):
        return
    raise ValueError(
        f"{argument} must be {rule.min_length} to {rule.max_length} characters, {rule.allowed}, "
        f'got "{value}"; rename it'
    )


def check_description(description: str | None, *, argument: str = "description") -> None:
    """Check that a description fits CloudFormation's limit and has one line; None and tokens pass.

    Args:
        description: The description.
        argument: The argument's name as the caller writes it, for the message.

    Raises:
        ValueError: It has more than 512 characters (the service's API accepts 2,048), or line breaks.
    """
    rule = schema.DESCRIPTION
    if description is None or is_unresolved(description) or rule.fits(description):
        return
    raise ValueError(
        f"{argument} may have {rule.max_length} characters {rule.allowed}, got {len(description)}; shorten it"
    )


def check_function_name(name: str) -> None:
    """Check that the service calls a function of this name; tokens pass.

    Args:
        name: The name of a function of a component type.

    Raises:
        ValueError: The service calls no such function.
    """
    if not is_unresolved(name) and name not in FUNCTIONS:
        raise ValueError(f'the service calls no function "{name}"; {did_you_mean(name, FUNCTIONS)}')


def check_data_type(name: str, definition: Any) -> None:
    """Check that the data type of a property, and those nested in it, are types of the service; tokens pass.

    Args:
        name: The name of the property.
        definition: A ``PropertyDefinitionProperty``, or a mapping in its place.

    Raises:
        ValueError: A data type is none of the service's.
    """
    data_type = _member(definition, "data_type", "dataType")
    while data_type is not None:
        kind = _member(data_type, "type", "type")
        if isinstance(kind, str) and not is_unresolved(kind) and kind not in MEMBER_OF_TYPE:
            raise ValueError(
                f'property "{name}" has the data type "{kind}"; {did_you_mean(kind, MEMBER_OF_TYPE)}'
            )
        data_type = _member(data_type, "nested_type", "nestedType")


def _member(properties: Any, name: str, key: str) -> Any:
    if isinstance(properties, dict):
        return properties.get(name, properties.get(key))
    return getattr(properties, name, None)


def check_same_workspace(workspace: IWorkspace, other: IWorkspace, what: str) -> None:
    """Check that something that is referred to is in the same workspace; tokens pass.

    Args:
        workspace: The workspace of what refers.
        other: The workspace of what is referred to.
        what: What is referred to, for the message, such as ``parent "zone-a"``.

    Raises:
        ValueError: It is in another workspace.
    """
    own_id, other_id = workspace.literal_workspace_id, other.literal_workspace_id
    if own_id != other_id and not is_unresolved(own_id) and not is_unresolved(other_id):
        raise ValueError(
            f'{what} is in workspace "{other_id}", not in "{own_id}"; use one of the same workspace'
        )


def check_argument_type(argument: str, value: object, expected: type) -> None:
    """Check the type of a value that type checkers do not see, such as one of a mapping.

    Args:
        argument: The argument's name as the caller writes it, for the message.
        value: The value.
        expected: The class that it must be of.

    Raises:
        ValueError: The value is of another class.
    """
    if not isinstance(value, expected):
        raise ValueError(
            f"{argument} must be a {expected.__name__} of twin_stack, got {type(value).__name__}; "
            "members in the spelling of the API belong into definition files"
        )
