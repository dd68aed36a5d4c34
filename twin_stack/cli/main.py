"""The root command: its verbs, its options, and what each exit code means."""

from __future__ import annotations

import sys
import traceback
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from twin_stack.cli import (
    check,
    client,
    definition,
    editors,
    formats,
    invoke,
    lifecycle,
    local,
    plan,
    simulate,
)
from twin_stack.cli.output import echo
from twin_stack.errors import TwinError

BUG = 70
"""Exit code of a bug: ``EX_SOFTWARE`` of BSD's ``sysexits.h``."""

_EXIT_CODES = (
    "Exit codes: 0 success; 1 the command failed or found errors, and says what to do; 2 wrong arguments; "
    f"{BUG} a bug, with a traceback; 130 interrupted by Ctrl-C."
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
            raise typer.Exit(130) from None


app = typer.Typer(
    cls=_Group,
    help="Define a digital twin, run it on this machine, and read it here or in AWS.",
    epilog=_EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for family in (check, definition, editors, formats, local, client, simulate, invoke, lifecycle, plan):
    app.add_typer(family.app)


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        from importlib.metadata import version

        echo(f"twin-stack {version('twin-stack')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_print_version),
    ] = False,
) -> None:
    """Take the options of the root command."""


def main() -> None:
    """Run the command line; a bug ends with its traceback and exit code 70."""
    try:
        app()
    except Exception:  # noqa: BLE001 (everything that is not a TwinError is a bug)
        echo(traceback.format_exc(), err=True, nl=False)
        sys.exit(BUG)
