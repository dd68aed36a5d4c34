"""Verbs that read a definition or a template, and reach no AWS: architecture, preview, grafana."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from twin_stack.cli.options import AsJson, Definition
from twin_stack.cli.output import echo, print_findings, print_json, print_warning
from twin_stack.cli.sides import After, Before, Mask, definition_of, open_sides, plan_of
from twin_stack.errors import TwinError, translate_os_errors
from twin_stack.output_files import replace_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin_stack.definition.findings import Finding
    from twin_stack.preview import RenderedPage

app = typer.Typer()


@app.command(epilog="Example: twin architecture cdk.out/my-factory-twin.template.json > architecture.md")
def architecture(
    template: Annotated[Path, typer.Argument(help="CloudFormation template of a twin's stack, as JSON.")],
) -> None:
    """Draw a stack as a Mermaid diagram, with the access of each arrow, and list its permissions.

    Prints Markdown as GitHub renders it.
    """
    from twin_stack.architecture import document

    echo(document(_read_template(template)))


def _read_template(file: Path) -> dict[str, Any]:
    """Return a template.

    Args:
        file: Its file.

    Raises:
        TwinError: The file cannot be read, or holds no template.
    """
    remedy = "name a file that `make synth` writes"
    try:
        template: Any = json.loads(file.read_bytes())
    except OSError as error:
        raise TwinError(f"cannot draw {file}: {error.strerror}; {remedy}") from error
    except ValueError as error:
        raise TwinError(f"cannot draw {file}: it is not JSON; {remedy}") from error
    resources: Any = template.get("Resources") if isinstance(template, dict) else None
    if not isinstance(resources, dict) or not all(
        isinstance(item, dict) and isinstance(item.get("Type"), str) for item in resources.values()
    ):
        raise TwinError(f"cannot draw {file}: it is not the template of a stack; {remedy}")
    return cast("dict[str, Any]", template)


@app.command(epilog="Example: twin preview models/factory -o page.html")
def preview(  # noqa: PLR0917
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="File to write.")],
    model: Annotated[
        Path | None,
        typer.Argument(help="Folder of a definition, the one with twin.yaml; with --plan, give --to."),
    ] = None,
    with_plan: Annotated[
        bool, typer.Option("--plan", help="Show a change, with both states of the twin.")
    ] = False,
    before: Before = None,
    after: After = None,
    mask: Mask = None,
    as_json: AsJson = False,
) -> None:
    """Write one HTML file that shows a definition without a server: scene, entities, sample values.

    With --plan the file shows the twin before and after a change, with what is added, changed, moved and
    removed marked in scene and tree, and a list of the changes.

    Exit code 0: written; what one file cannot hold is a warning, beside those of the check. 1: the definition
    has mistakes; nothing is written.
    """
    if with_plan:
        if model is not None:
            raise typer.BadParameter(f"write --to {model} for the side after the change")
        _preview_change(before, after, mask or [], output, as_json=as_json)
        return
    if before is not None or after is not None or mask:
        raise typer.BadParameter("--from, --to and --mask belong to a change; give --plan as well")
    if model is None:
        raise typer.BadParameter("name the folder of a definition, or give --plan")
    from twin_stack.definition import check as check_definition

    definition, findings = check_definition(model)
    if definition is None:
        print_findings(findings, as_json=as_json)
        raise typer.Exit(1)
    from twin_stack.preview import render_page

    _write_page(output, render_page(definition), findings, as_json=as_json)


def _preview_change(
    before: str | None, after: str | None, masked: Sequence[str], output: Path, *, as_json: bool
) -> None:
    from twin_stack.plan.acceptance import FILE, accept, read_acceptances
    from twin_stack.plan.masking import Masking
    from twin_stack.plan.review import review_document
    from twin_stack.preview import PlannedChange, render_page

    with open_sides(before, after) as (old, new):
        plan, _ = accept(plan_of(old, new, masked), read_acceptances(Path(FILE)))
        masking = Masking.of(masked, old.definition, new.definition)
        change = PlannedChange(old.definition, review_document(plan), masking.hides)
        rendered = render_page(definition_of(new), change)
    _write_page(output, rendered, (), as_json=as_json)


def _write_page(output: Path, rendered: RenderedPage, findings: Sequence[Finding], *, as_json: bool) -> None:
    with translate_os_errors("name another file with --output"):
        replace_file(output, rendered.html.encode())
        size = output.stat().st_size
    if as_json:
        warnings = [*map(str, findings), *rendered.problems]
        print_json({"file": str(output), "bytes": size, "warnings": warnings})
        return
    for finding in findings:
        echo(str(finding), err=True)
    for problem in rendered.problems:
        print_warning(problem)
    echo(f"wrote {output}, {size / 1_000_000:.1f} MB; open it in a browser")


@app.command(epilog="Example: twin grafana models/factory -o grafana --region eu-west-1")
def grafana(  # noqa: PLR0917
    model: Definition,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder to write to.")],
    version: Annotated[
        str,
        typer.Option(
            "--grafana",
            metavar="VERSION",
            help="Version, or managed; below 13.1, scenes are shown.",
        ),
    ] = "13.1",
    page: Annotated[
        str | None, typer.Option(metavar="URL", help="URL of a page that shows the scenes.")
    ] = None,
    role_arn: Annotated[
        str | None,
        typer.Option(help="ARN of the dashboard role. Default: Grafana reads TWINMAKER_ROLE_ARN."),
    ] = None,
    external_id: Annotated[
        str | None,
        typer.Option(help="External id of that role. Default: Grafana reads TWINMAKER_EXTERNAL_ID."),
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="Region of the workspace. Default: Grafana reads AWS_REGION.")
    ] = None,
    workspace_id: Annotated[
        str | None, typer.Option("--workspace", "-w", help="Workspace id. Default: the definition's.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite files that twin did not generate.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write Grafana dashboards for a definition, with data source and settings to show them.

    `docker compose up` in the folder starts a Grafana. Exit code 0: written. 1: the definition has mistakes,
    or the folder has files that twin did not generate; nothing is written.
    """
    from twin_stack.definition import check as check_definition

    definition, findings = check_definition(model)
    if definition is None:
        print_findings(findings, as_json=as_json)
        raise typer.Exit(1)
    try:
        from twin_stack.grafana import Settings, generate, write
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        raise TwinError(f"{package} is not installed: pip install 'twin-stack[grafana]'") from error
    settings = Settings(version=version, page=page, role_arn=role_arn, external_id=external_id, region=region)
    workspace = workspace_id or definition.workspace_id
    files = generate(definition, settings, workspace_id=workspace)
    with translate_os_errors("name another folder with --output"):
        result = write(output, workspace, files, force=force)
    if as_json:
        print_json(asdict(result))
        return
    for path in result.written:
        echo(f"wrote {output / path}")
    for path in result.removed:
        echo(f"removed {output / path}, which an earlier run wrote")
    for path in result.kept:
        print_warning(f"{output / path} was written by an earlier run and changed since; it is kept")
    echo(f"{len(result.written)} files written, {len(result.unchanged)} unchanged")
