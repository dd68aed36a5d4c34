"""The error of a validator that names the rule that is violated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from typing import LiteralString

    from twin_stack.definition.rule import Rule

RULE_CONTEXT = "rule"
"""Key of the rule in the context of a pydantic error."""
MEMBERS_CONTEXT = "members"
"""Key of the indexes of wrong members in the context of the error of a list."""


def refusal(rule: Rule, template: LiteralString, **values: Any) -> PydanticCustomError:
    """Return an error for a validator to raise; it becomes a finding of the rule.

    Args:
        rule: The rule that is violated.
        template: The message, with ``{name}`` for each of the values.
        values: Values of the message by name.
    """
    return PydanticCustomError(rule.code, template, {**values, RULE_CONTEXT: rule})
