"""The root command: its verbs, its options, and what each exit code means."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from twin_stack.cli.exit_codes import BUG, INTERRUPTED
from twin_stack.cli.output import echo
from twin_stack.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Iterable

_EXIT_CODES = (
    "Exit codes: 0 success; 1 the command failed or found errors, and says what to do; 2 wrong arguments; "
    f"{BUG} a bug, with a traceback; {INTERRUPTED} interrupted by Ctrl-C."
)


class _Group(TyperGroup):
    """A group of commands that prints a ``TwinError`` without a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen command.

        Args:
            ctx: The parsed command line.

        Returns:
            What the command returns.

        Raises:
            typer.Exit: The command raised a ``TwinError`` (exit code 1), or was interrupted (130).
        """
        try:
            return super().invoke(ctx)
        except TwinError as error:
            echo(error.report(), err=True)
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None


def make_app(families: Iterable[str]) -> typer.Typer:
    """Return the root command.

    Args:
        families: Modules whose verbs it has, in the order of the help text.
    """
    app = typer.Typer(
        cls=_Group,
        help="Define a digital twin, run it on this machine, and read it here or in AWS.",
        epilog=_EXIT_CODES,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for family in families:
        app.add_typer(import_module(f"twin_stack.cli.{family}").app)
    app.callback()(_root)
    return app


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        from importlib.metadata import version

        echo(f"twin-stack {version('twin-stack')}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_print_version),
    ] = False,
) -> None:
    """Take the options of the root command."""
