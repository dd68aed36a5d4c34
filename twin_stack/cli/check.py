"""The verb ``check``: what files say is checked before AWS is asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from twin_stack.cli.output import echo, finding_document, print_findings, print_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.formats.checked_path import CheckedPath

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
    checked = {path: _check_path(path) if no_cache else _check_cached(path) for path in dict.fromkeys(paths)}
    if as_json:
        print_json(_documents(checked))
    elif sarif:
        _print_sarif(checked)
    elif github:
        _print_annotations(checked)
    else:
        _print_text(checked)
    has_failed = any(
        strict or finding.severity == "error" for result in checked.values() for finding in result.findings
    )
    raise typer.Exit(1 if has_failed else 0)


def _check_path(path: Path) -> CheckedPath:
    from twin_stack.formats.check_path import check_path

    return check_path(path)


def _check_cached(path: Path) -> CheckedPath:
    from twin_stack.formats.check_cache import check_cached

    return check_cached(path, _check_path)


def _explanation(code: str) -> str:
    from twin_stack.definition.checks.registry import all_rules
    from twin_stack.definition.checks.rule_text import explain
    from twin_stack.definition.wording import did_you_mean

    rule = all_rules().get(code.upper())
    if rule is None:
        raise typer.BadParameter(f'"{code}" is not a code; {did_you_mean(code.upper(), all_rules())}')
    return explain(rule)


def _documents(checked: Mapping[Path, CheckedPath]) -> list[dict[str, object]]:
    documents = []
    for result in checked.values():
        documents += [finding_document(finding) for finding in result.findings]
        documents += [{**finding_document(finding), "ignored": reason} for finding, reason in result.ignored]
    return documents


def _print_sarif(checked: Mapping[Path, CheckedPath]) -> None:
    from importlib.metadata import version

    from twin_stack.definition.finding_formats import sarif_document

    findings = [finding for result in checked.values() for finding in result.findings]
    print_json(sarif_document(findings, Path.cwd(), version("twin-stack")))


def _print_annotations(checked: Mapping[Path, CheckedPath]) -> None:
    from twin_stack.definition.finding_formats import github_annotations

    for result in checked.values():
        for line in github_annotations(result.findings, Path.cwd()):
            echo(line)


def _print_text(checked: Mapping[Path, CheckedPath]) -> None:
    for path, result in checked.items():
        print_findings(result.findings, as_json=False)
        errors = sum(finding.severity == "error" for finding in result.findings)
        ignored = f", {len(result.ignored)} ignored" if result.ignored else ""
        elsewhere = f", {result.elsewhere} in other files" if result.elsewhere else ""
        if errors:
            echo(f"{errors} mistake{'' if errors == 1 else 's'} in {path}{ignored}{elsewhere}")
        else:
            echo(f"{path}: {result.summary}, no mistakes{ignored}{elsewhere}")
