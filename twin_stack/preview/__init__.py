"""A page that shows one definition, in one file: for example as an artifact of a pull request.

Exports: render_page, PlannedChange, RenderedPage.
"""

from __future__ import annotations

from twin_stack.preview.page import PlannedChange, RenderedPage, render_page

__all__ = ["PlannedChange", "RenderedPage", "render_page"]
