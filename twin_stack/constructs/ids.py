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

    def check(self, argument: str, value: str) -> None:
        """Refuse `value` unless it follows the rule; a token is not looked at.

        Args:
            argument: the name of the argument as the caller wrote it, for the message.
            value: what was given.

        Raises:
            ValueError: the value breaks the rule.
        """
        if Token.is_unresolved(value):
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

DESCRIPTION: Final = IdRule(
    pattern=re.compile(r".*", re.DOTALL),
    shortest=0,
    longest=512,
    words="of any kind",
)
"""CloudFormation's limit; the API alone would take 2,048."""
