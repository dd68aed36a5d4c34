"""The command ``twin``: one function a verb, everything else elsewhere."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 (typer reads the annotations)
from typing import Annotated

import typer

from twin_stack.definition import Finding, Severity, check

app = typer.Typer(
    help="Work with the definition of a digital twin.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _twin() -> None:
    """Keep `check` a verb of its own while it is the only one."""


@app.command("check", epilog="Example: twin check models/factory")
def check_(
    path: Annotated[Path, typer.Argument(help="Folder of a definition, the one with twin.yaml.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as a JSON list.")] = False,
) -> None:
    """Check a definition: every mistake at once, each with file, line and column.

    Exit code 0: no errors (warnings are printed). 1: errors.
    """
    definition, findings = check(path)
    if as_json:
        print(json.dumps([_plain(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            print(finding)
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    if not as_json:
        if definition is None:
            print(f"{errors} mistake{'' if errors == 1 else 's'} in {path}")
        else:
            print(
                f"{path}: {len(definition.component_types)} component types, "
                f"{len(definition.entities)} entities, {len(definition.scenes)} scenes, no mistakes"
            )
    raise typer.Exit(1 if errors else 0)


def _plain(finding: Finding) -> dict[str, object]:
    place = finding.location
    return {
        "file": str(place.file),
        "line": place.line,
        "column": place.column,
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
        "remedy": finding.remedy,
    }


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
