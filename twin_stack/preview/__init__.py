"""A page that shows one definition, in one file: for example as an artifact of a pull request.

Exports: render_page, RenderedPage.
"""

from __future__ import annotations

from twin_stack.preview.page import RenderedPage, render_page

__all__ = ["RenderedPage", "render_page"]
