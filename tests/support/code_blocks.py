"""The fenced code blocks of README and docs, which tests run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```', re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class CodeBlock:
    """A fenced code block.

    Attributes:
        page: Path of the page in the repository.
        line: Line of the fence, counted from 1.
        language: Word after the fence.
        title: Name of the file that it shows; empty if the page gives none.
        text: What the block holds.
    """

    page: str
    line: int
    language: str
    title: str
    text: str

    def __str__(self) -> str:
        """Return the place, for the names of tests."""
        return f"{self.page}:{self.line}"


def pages() -> list[str]:
    """Return the paths of README and of all pages of docs."""
    return ["README.md", *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md"))]


def code_blocks(page: str, language: str | None = None) -> list[CodeBlock]:
    """Return the code blocks of a page, in their order.

    Args:
        page: Path of the page in the repository.
        language: Only blocks of this language.
    """
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = [
        CodeBlock(page, text.count("\n", 0, fence.start()) + 1, fence[1], fence[2] or "", fence[3])
        for fence in _FENCE.finditer(text)
    ]
    return [block for block in blocks if language in (None, block.language)]
