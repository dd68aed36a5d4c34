"""Verbs between a definition and other forms of a twin: import and export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twin_stack.cli.options import AsJson, Definition
from twin_stack.cli.output import echo, finding_document, print_findings, print_json
from twin_stack.errors import TwinError, translate_os_errors
from twin_stack.formats.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin_stack.definition import Finding
    from twin_stack.formats.frame import WrittenDefinition
    from twin_stack.formats.kinds import Kind

app = typer.Typer()

_ATTEMPTS = 10

_IMPORTED = "; ".join(f"{kind.name}: {kind.title}" for kind in KINDS.values())
_EXPORTED = "; ".join(f"{kind.name}: {kind.title}" for kind in KINDS.values() if kind.is_exported)


def print_progress(line: str) -> None:
    """Print a line of progress to the standard error.

    Args:
        line: The line.
    """
    echo(line, err=True)


@app.command(
    "import",
    epilog="Example: twin import tmdt ../tmdt-project -o models/plant --dry-run",
)
def import_(  # noqa: PLR0917
    kind: Annotated[str, typer.Argument(metavar="KIND", help=_IMPORTED)],
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The file, folder or id to import.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder of the definition to write.")
    ],
    workspace_id: Annotated[
        str | None,
        typer.Option(
            "--workspace",
            "-w",
            help="Workspace id of the definition, if the source names none. Default: the name of the folder.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report everything and write nothing.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Write again what an import wrote; files of others stay.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a definition from another form of a twin, and report what is dropped, changed or open.

    Exit code 0: written, and `twin check` finds no errors. 1: written with errors that are listed, or nothing
    is written and the message says why. Ctrl-C leaves no unfinished folder.
    """
    from twin_stack.definition import Severity
    from twin_stack.formats.frame import write_definition
    from twin_stack.formats.kinds import ImportOptions

    reader = _kind(kind, is_exported=False).reader()
    workspace = workspace_id or output.resolve().name
    options = ImportOptions(workspace_id=workspace, client=make_client, progress=print_progress)
    with translate_os_errors("check the source, and name another folder with --output"):
        imported = reader.import_twin(source, options)
        written = write_definition(imported, output, dry_run=dry_run, force=force, progress=print_progress)
    losses = sorted(imported.losses)
    if as_json:
        print_json(_document(written, losses, is_written=not dry_run))
    else:
        print_findings([*losses, *written.findings], as_json=False)
        verb = "would write" if dry_run else "wrote"
        echo(
            f"{verb} {output}: component types {written.component_types:,}, entities {written.entities:,}, "
            f"scenes {written.scenes:,}, models and textures {written.assets:,}; notes {len(losses)}"
        )
    has_errors = any(finding.severity is Severity.ERROR for finding in written.findings)
    raise typer.Exit(1 if has_errors else 0)


@app.command(epilog="Example: twin export tmdt models/factory -o ../tmdt-project")
def export(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=_EXPORTED)],
    model: Definition,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="File or folder to write.")],
    force: Annotated[
        bool, typer.Option("--force", help="Write a folder again that an export wrote.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a definition in another form, and report what that form cannot hold.

    Exit code 0: written; what is left out is listed. 1: the definition has mistakes; nothing is written.
    """
    from twin_stack.definition import DefinitionError
    from twin_stack.formats.kinds import ExportOptions

    writer = _kind(kind, is_exported=True).writer()
    options = ExportOptions(force=force, progress=print_progress)
    try:
        with translate_os_errors("name another file with --output"):
            exported = writer.export_twin(model, output, options)
    except DefinitionError as error:
        print_findings(error.findings, as_json=as_json)
        raise typer.Exit(1) from None
    losses = sorted(exported.losses)
    if as_json:
        files = [str(file) for file in exported.files]
        print_json({"files": files, "losses": [finding_document(finding) for finding in losses]})
        return
    print_findings(losses, as_json=False)
    echo(f"wrote {output}: files {len(exported.files):,}; notes {len(losses)}")


def _kind(name: str, *, is_exported: bool) -> Kind:
    """Return a kind by its name.

    Raises:
        typer.BadParameter: There is no such kind.
    """
    names = [kind.name for kind in KINDS.values() if kind.is_exported or not is_exported]
    if name not in names:
        raise typer.BadParameter(f"{name} is not one of {', '.join(names)}", param_hint="KIND")
    return KINDS[name]


def make_client(service: str) -> Any:
    """Return a client of boto3 for the twin on this machine if it runs, else for AWS.

    Args:
        service: Boto3's name of the service.

    Raises:
        TwinError: boto3 is not installed.
    """
    from twin_stack.cli.target import prefer_local_twin

    try:
        import boto3
    except ModuleNotFoundError as error:
        raise TwinError("boto3 is not installed: pip install 'twin-stack[local]'") from error
    prefer_local_twin()
    from botocore.config import Config

    # Reading thousands of things is throttled, and the waits of a few attempts would not do.
    config = Config(retries={"mode": "standard", "total_max_attempts": _ATTEMPTS})
    return boto3.session.Session().client(service, config=config)  # type: ignore[call-overload]


def _document(
    written: WrittenDefinition, losses: Sequence[Finding], *, is_written: bool
) -> dict[str, object]:
    return {
        "folder": str(written.folder),
        "isWritten": is_written,
        "files": written.files,
        "componentTypes": written.component_types,
        "entities": written.entities,
        "scenes": written.scenes,
        "assets": written.assets,
        "losses": [finding_document(finding) for finding in losses],
        "findings": [finding_document(finding) for finding in written.findings],
    }
