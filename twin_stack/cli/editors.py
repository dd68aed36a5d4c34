"""Verbs for editors: fmt, lsp."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from twin_stack.cli.options import AsJson
from twin_stack.cli.output import echo, finding_document, print_json
from twin_stack.errors import TwinError, translate_os_errors

app = typer.Typer()


@app.command(epilog="Example: twin fmt models/factory")
def fmt(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Folders of definitions, or files of them.")
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a file would change.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Format definition files: order of keys, indent, blank lines. Comments and the meaning stay.

    The first line of a YAML file names its JSON Schema, for editors. A file that cannot be read is left as
    it is. Exit code 0: formatted. 1: a file has mistakes, or with --check would change.
    """
    from twin_stack.definition.format.files import format_paths

    with translate_os_errors("check that you may write there"):
        files = list(format_paths(paths, check=check))
    changed = [file for file in files if file.status == "changed"]
    kept = [file for file in files if file.status == "kept"]
    if as_json:
        documents = [
            {
                "file": str(file.path),
                "status": file.status,
                "findings": [finding_document(finding) for finding in file.findings],
            }
            for file in files
        ]
        print_json(documents)
    else:
        for file in kept:
            for finding in file.findings:
                echo(str(finding))
        verb = "would be formatted" if check else "formatted"
        for file in changed:
            echo(f"{file.path} {verb}")
        unchanged = len(files) - len(changed) - len(kept)
        echo(f"{len(changed)} files {verb}, {unchanged} unchanged, {len(kept)} left as they are")
    raise typer.Exit(1 if kept or (check and changed) else 0)


@app.command(epilog="Example: twin lsp")
def lsp(
    stdio: Annotated[  # noqa: ARG001 (editors give it)
        bool, typer.Option("--stdio", help="Use standard input and output, which is the only way.")
    ] = True,
) -> None:
    """Serve an editor by the Language Server Protocol: mistakes while typing, completion, rename.

    Editors start it; see docs/editors.md.
    """
    try:
        from twin_stack.lsp.server import serve
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        raise TwinError(f"{package} is not installed: pip install 'twin-stack[lsp]'") from error
    serve()
