"""The command ``twin``: each module holds a family of verbs, which parse arguments and print results."""

from __future__ import annotations

from twin_stack.cli.main import app, main

__all__ = ["app", "main"]
