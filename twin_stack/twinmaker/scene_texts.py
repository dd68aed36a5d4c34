"""Expressions and Markdown texts of scenes: what takes too long, and where links lead."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from twin_stack.twinmaker.scenes import scene_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRINGS: Final = re.compile(r'"(?:\\"|[^"])*"|\'(?:\\\'|[^\'])*\'')
_RELATIVE_NAME: Final = re.compile(r"""^\s*\.|(?:[^\w$\s)\]}"']|\bin)\s*\.(?!\d)""")
"""A name without an owner, such as ``.x`` in ``list[.x > 1]``: jexl evaluates the filter for each item."""
_LINKS: Final = (
    re.compile(r"\]\(\s*<?([^)\s>]+)"),
    re.compile(r"^ {0,3}\[[^\]\n]+\]:\s*<?([^\s>]+)", re.MULTILINE),
    re.compile(r"<([a-zA-Z][a-zA-Z0-9+.-]*:[^<>\s]*)>"),
    re.compile(r"""\bhref\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE),
)
"""Targets of Markdown: inline, of a reference, and bare; and of HTML."""
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


def utf16_length(text: str) -> int:
    """Return the length of a text as JavaScript counts it.

    Args:
        text: Any text.
    """
    return len(text) + sum(character > "\uffff" for character in text)


def expression_excess(expression: str) -> str | None:
    """Return which limit an expression of a scene's rule exceeds; None if it exceeds none.

    ``viewer/src/scene/limits.ts`` does the same.

    Args:
        expression: An expression in the language of jexl.
    """
    limits = scene_facts().limits
    if utf16_length(expression) > limits.expression_length:
        return f"it has more than {limits.expression_length} characters"
    code = _STRINGS.sub('""', expression)
    if _depth(code) > limits.expression_depth:
        return f"it has more than {limits.expression_depth} nested brackets and conditions"
    if _RELATIVE_NAME.search(code):
        return 'it has a name that begins with ".", as a filter of a list does'
    return None


def _depth(code: str) -> int:
    """Return the depth of nested brackets and conditions: each condition nests the rest of an expression."""
    depth = deepest = conditions = 0
    for character in code:
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth -= 1
        elif character == "?":
            conditions += 1
    return deepest + conditions


def link_scheme(target: str) -> str | None:
    r"""Return the scheme of a link as a browser reads it, in lower case; None for a link without one.

    Args:
        target: Target of the link.

    Example:
        >>> link_scheme(" java\tscript&#58;alert(1)")
        'javascript'
    """
    # A browser skips white space and control characters, and Markdown replaces entities.
    text = "".join(character for character in html.unescape(target) if character > " ")
    match = _SCHEME.match(text)
    return match[1].lower() if match else None


def markdown_links(text: str) -> Iterator[str]:
    """Yield the targets of links of a Markdown text.

    Args:
        text: The text.
    """
    for pattern in _LINKS:
        yield from pattern.findall(text)
