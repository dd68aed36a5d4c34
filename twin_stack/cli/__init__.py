"""The command ``twin``: each module holds a family of verbs, which parse arguments and print results.

``app`` is imported on first access: ``twin check`` needs no parser of all verbs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.cli.start import FAMILIES, main

if TYPE_CHECKING:
    import typer

    app: typer.Typer

__all__ = ["app", "main"]

if not TYPE_CHECKING:  # type checkers would accept any name

    def __getattr__(name: str) -> Any:
        """Import the root command on first access.

        Raises:
            AttributeError: There is no such name.
        """
        if name != "app":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from twin_stack.cli.root import make_app

        globals()[name] = make_app(FAMILIES)
        return globals()[name]
