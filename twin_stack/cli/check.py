"""The verb ``check``: checks definition files without AWS."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from twin_stack.cli.checking import CheckOptions, Form, run_check
from twin_stack.cli.output import echo

app = typer.Typer()


@app.command(epilog="Example: twin check models/factory")
def check(  # noqa: PLR0917
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH...",
            help="Folders of definitions or files in them, scene documents, sources of `twin import`.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as a JSON list.")] = False,
    sarif: Annotated[bool, typer.Option("--sarif", help="Print SARIF 2.1.0, for code scanning.")] = False,
    github: Annotated[bool, typer.Option("--github", help="Print annotations of GitHub Actions.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 on warnings too.")] = False,
    explain: Annotated[
        str | None, typer.Option(metavar="CODE", help="Print what a code means, with an example, and end.")
    ] = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Check again what did not change since the last check.")
    ] = False,
) -> None:
    """Check definitions: all mistakes at once, each with file, line and column.

    Exit code 0: no errors; warnings are printed. 1: errors, with --strict also warnings. 2: wrong arguments.
    """
    if as_json + sarif + github > 1:
        raise typer.BadParameter("give one of --json, --sarif and --github")
    if explain is not None:
        if paths or as_json or sarif or github or strict:
            raise typer.BadParameter("give --explain without paths and other options")
        echo(_explanation(explain), nl=False)
        return
    if not paths:
        raise typer.BadParameter("name the folder of a definition, the one with twin.yaml")
    form: Form = "json" if as_json else "sarif" if sarif else "github" if github else "text"
    options = CheckOptions(tuple(paths), form, is_strict=strict, has_cache=not no_cache)
    raise typer.Exit(run_check(options))


def _explanation(code: str) -> str:
    from twin_stack.definition.checks.registry import all_rules
    from twin_stack.definition.checks.rule_text import explain
    from twin_stack.definition.wording import did_you_mean

    rule = all_rules().get(code.upper())
    if rule is None:
        raise typer.BadParameter(f'"{code}" is not a code; {did_you_mean(code.upper(), all_rules())}')
    return explain(rule)
