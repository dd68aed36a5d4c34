"""What the service accepts as an id or a name: the rules of the definition files, for arguments in code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from aws_cdk import Token

from twin_stack.definition import schema


@dataclass(frozen=True)
class IdRule:
    """One kind of id, checked whole.

    CloudFormation writes the patterns without anchors, so its own validation lets `my factory` pass.

    Attributes:
        rule: The rule.
    """

    rule: schema.StringRule

    def check(self, argument: str, value: str | None) -> None:
        """Refuse `value` unless it follows the rule; None and tokens are not looked at.

        Args:
            argument: the name of the argument as the caller wrote it, for the message.
            value: what was given.

        Raises:
            ValueError: the value breaks the rule.
        """
        if value is None or Token.is_unresolved(value) or self.rule.fits(value):
            return
        raise ValueError(
            f"{argument} must be {self.rule.min_length} to {self.rule.max_length} characters, "
            f'{self.rule.allowed}, got "{value}"; rename it'
        )


WORKSPACE_ID: Final = IdRule(schema.WORKSPACE_ID)
SCENE_ID: Final = IdRule(schema.SCENE_ID)
ENTITY_ID: Final = IdRule(schema.ENTITY_ID)
ENTITY_NAME: Final = IdRule(schema.ENTITY_NAME)
COMPONENT_TYPE_ID: Final = IdRule(schema.COMPONENT_TYPE_ID)
NAME: Final = IdRule(schema.NAME)
"""Names of components, properties, functions and property groups."""
COMPONENT_PATH: Final = IdRule(schema.COMPONENT_PATH)


def check_description(description: str | None, *, argument: str = "description") -> None:
    """Refuse a description that is too long or has line breaks; None and tokens are not looked at.

    Args:
        description: what was given.
        argument: the name of the argument as the caller wrote it, for the message.

    Raises:
        ValueError: it has more than CloudFormation's 512 characters (the API alone would take 2,048), or
            more than one line.
    """
    rule = schema.DESCRIPTION
    if description is None or Token.is_unresolved(description) or rule.fits(description):
        return
    raise ValueError(
        f"{argument} may have {rule.max_length} characters {rule.allowed}, got {len(description)}; shorten it"
    )
