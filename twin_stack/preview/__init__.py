"""A page of one twin in one file, made from its definition alone: for a pull request's artefacts.

Exports: preview, Preview.
"""

from __future__ import annotations

from twin_stack.preview.html import Preview, preview

__all__ = ["Preview", "preview"]
