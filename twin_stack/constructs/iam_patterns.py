"""Text in IAM's patterns."""

from __future__ import annotations

import re
from typing import Final

from twin_stack.constructs.tokens import TOKEN

_PARTS: Final = re.compile(rf"(?P<token>{TOKEN.pattern})|(?P<placeholder>\$\{{[^}}]*\}})|[*?$]")
"""What needs care in a text: tokens, placeholders of a template, and characters with a meaning in IAM."""


def escape_wildcards(text: str) -> str:
    """Return the pattern with which ``StringLike`` of IAM matches exactly one text.

    Args:
        text: Any text. Tokens in it are kept; their values must not contain ``*``, ``?`` or ``$``.
    """
    return _PARTS.sub(lambda part: part[0] if part["token"] else re.sub(r"[*?$]", r"${\g<0>}", part[0]), text)


def template_pattern(template: str) -> str:
    """Return the pattern with which ``StringLike`` of IAM matches every text that a template gives.

    Args:
        template: A text with placeholders such as ``${entityId}``. Tokens in it are kept.
    """
    return _PARTS.sub(
        lambda part: part[0] if part["token"] else "*" if part["placeholder"] else f"${{{part[0]}}}", template
    )
