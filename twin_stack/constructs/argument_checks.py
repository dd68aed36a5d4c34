"""Checks of arguments by the same rules as in definition files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Token

from twin_stack.definition import schema

if TYPE_CHECKING:
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
    if value is None or Token.is_unresolved(value) or rule.fits(value):
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
    if description is None or Token.is_unresolved(description) or rule.fits(description):
        return
    raise ValueError(
        f"{argument} may have {rule.max_length} characters {rule.allowed}, got {len(description)}; shorten it"
    )
