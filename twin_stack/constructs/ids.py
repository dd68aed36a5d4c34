"""What the service accepts as an id or a name, checked whole.

The rules are the stricter of the API model's and the CloudFormation schema's. Both write them as
patterns without anchors, so CloudFormation's own validation lets `my factory` pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from aws_cdk import Token


@dataclass(frozen=True, kw_only=True)
class IdRule:
    """One kind of id: its pattern, its length in characters, and both in words."""

    pattern: re.Pattern[str]
    shortest: int
    longest: int
    words: str

    def check(self, argument: str, value: str | None) -> None:
        """Refuse `value` unless it follows the rule; None and tokens are not looked at.

        Args:
            argument: the name of the argument as the caller wrote it, for the message.
            value: what was given.

        Raises:
            ValueError: the value breaks the rule.
        """
        if value is None or Token.is_unresolved(value):
            return
        if not self.shortest <= len(value) <= self.longest or not self.pattern.fullmatch(value):
            raise ValueError(
                f"{argument} must be {self.shortest} to {self.longest} characters, {self.words}, "
                f'got "{value}"; rename it'
            )


_PLAIN_ENDS: Final = 'letters, digits, "_" and "-", ending with a letter or digit'

WORKSPACE_ID: Final = IdRule(
    pattern=re.compile(r"[a-zA-Z_0-9][a-zA-Z_\-0-9]*[a-zA-Z0-9]"),
    shortest=2,
    longest=128,
    words=f'{_PLAIN_ENDS}, not starting with "-"',
)

SCENE_ID: Final = WORKSPACE_ID

ENTITY_ID: Final = IdRule(
    pattern=re.compile(r"[a-zA-Z0-9][a-zA-Z_\-0-9.:]*[a-zA-Z0-9]"),
    shortest=2,
    longest=128,
    words='letters, digits, "_", "-", "." and ":", starting and ending with a letter or digit',
)

ENTITY_NAME: Final = IdRule(
    pattern=re.compile(r"[a-zA-Z_0-9\-.][a-zA-Z_0-9\-. ]*[a-zA-Z0-9]"),
    shortest=2,
    longest=256,
    words=(
        'letters, digits, "_", "-", "." and spaces, not starting with a space, ending with a letter or digit'
    ),
)

COMPONENT_TYPE_ID: Final = IdRule(
    pattern=re.compile(r"[a-zA-Z_.\-0-9:]+"),
    shortest=1,
    longest=256,
    words='letters, digits, "_", "-", "." and ":"',
)

NAME: Final = IdRule(
    pattern=re.compile(r"[a-zA-Z_\-0-9]+"),
    shortest=1,
    longest=256,
    words='letters, digits, "_" and "-"',
)
"""Names of components, properties, functions and property groups."""

COMPONENT_PATH: Final = IdRule(
    pattern=re.compile(r"[a-zA-Z_\-0-9/]+"),
    shortest=1,
    longest=256,
    words='letters, digits, "_", "-" and "/"',
)

LONGEST_DESCRIPTION: Final = 512
"""In characters. CloudFormation's limit; the API alone would take 2,048."""


def check_description(description: str | None, *, argument: str = "description") -> None:
    """Refuse a description that is too long; None and tokens are not looked at.

    Args:
        description: what was given.
        argument: the name of the argument as the caller wrote it, for the message.

    Raises:
        ValueError: it has more than 512 characters.
    """
    if description is None or Token.is_unresolved(description):
        return
    if len(description) > LONGEST_DESCRIPTION:
        raise ValueError(
            f"{argument} may have {LONGEST_DESCRIPTION} characters, got {len(description)}; shorten it"
        )
