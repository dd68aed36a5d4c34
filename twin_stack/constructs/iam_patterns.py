"""Text in IAM's patterns."""

from __future__ import annotations

import re

from aws_cdk import Token


def escape_wildcards(text: str) -> str:
    """Return the pattern with which ``StringLike`` of IAM matches exactly one text.

    Args:
        text: Any text. Text with tokens is returned unchanged, because its ``$`` belongs to them.
    """
    return text if Token.is_unresolved(text) else re.sub(r"[*?$]", r"${\g<0>}", text)
