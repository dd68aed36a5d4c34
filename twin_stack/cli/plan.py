"""The verb that shows what a change does to the twin: plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from twin_stack.cli.output import echo, print_warning
from twin_stack.cli.plan_options import (
    Form,
    PlanCommand,
    is_refused,
    parse_acceptances,
    parse_files,
    parse_reasons,
)
from twin_stack.cli.sides import After, Before, Mask, open_sides, plan_of
from twin_stack.errors import translate_os_errors
from twin_stack.terminal_text import json_text, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from twin_stack.plan.acceptance import Acceptance
    from twin_stack.plan.changes import Plan
    from twin_stack.plan.rule import Template

app = typer.Typer()

CHANGES: Final = 2
"""Exit code of a plan with changes."""
REFUSED: Final = 3
"""Exit code of a plan that ``--fail-on`` refuses."""


@app.command(
    cls=PlanCommand,
    epilog="Example: twin plan --from main:models/factory --to models/factory --fail-on danger",
)
def plan(  # noqa: PLR0917
    before: Before = None,
    after: After = None,
    form: Annotated[Form | None, typer.Option("--format", help="Form of the output. Default: text.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, as --format json.")] = False,
    templates: Annotated[
        tuple[Path, Path] | None,
        typer.Option(
            metavar="BEFORE AFTER",
            help="Synthesized stacks of two definitions, each a cdk.out or a template: "
            "the plan then also shows what CloudFormation does to their resources.",
        ),
    ] = None,
    write: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FORMAT=FILE", help="Also write the plan in a format of --format to a file; repeatable."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="File to write, to which `twin up --plan FILE` and `cdk deploy -c plan=FILE` are held.",
        ),
    ] = None,
    image: Annotated[
        Path | None,
        typer.Option(
            "--svg", metavar="FILE", help="Image to write of the entities that the change concerns."
        ),
    ] = None,
    prices: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Price file. Default: a dated list of Frankfurt.")
    ] = None,
    accepted: Annotated[
        list[str] | None,
        typer.Option("--accept", metavar="CODE:ID", help="Accept a risk, in accepted-risks.yaml."),
    ] = None,
    mask: Mask = None,
    reason: Annotated[str | None, typer.Option(help="Why the risks of --accept are accepted.")] = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REASON,...",
            help="Exit with 3 on any of danger, attention, replace, remove, breaking.",
        ),
    ] = None,
) -> None:
    """Show what a change of a definition does to the twin, with the risks of each change.

    Nothing is deployed, and AWS is called for workspace://ID only, here or in the account. Exit code 0: no
    change. 2: changes. 3: changes that --fail-on refuses. 1: an argument is wrong, or a side cannot be read
    or has mistakes.
    """
    if as_json and form not in (None, Form.JSON):
        raise typer.BadParameter("give --json or --format, not both")
    reasons = parse_reasons(fail_on or [])
    files = parse_files(write or [])
    new_acceptances = parse_acceptances(accepted or [], reason)
    with open_sides(before, after) as (old, new):
        has_templates = templates is not None or (old.template is not None and new.template is not None)
        result = plan_of(old, new, mask or [], prices, _read_templates(templates))
        result = _accept(result, new_acceptances, has_templates=has_templates)
        if out is not None:
            from twin_stack.plan.promise import write_plan

            write_plan(out, result, new.definition)
    if image is not None:
        _write_image(image, result)
    for file_form, file in files:
        _write_output(file, _render(result, file_form))
    echo(_render(result, Form.JSON if as_json else form or Form.TEXT), nl=False)
    if not result.is_empty:
        raise typer.Exit(REFUSED if is_refused(result, reasons) else CHANGES)


def _accept(result: Plan, new_acceptances: Sequence[Acceptance], *, has_templates: bool) -> Plan:
    from twin_stack.plan.acceptance import FILE, accept, add_acceptances, read_acceptances
    from twin_stack.plan.rules.resources import RESOURCE_CODES

    if new_acceptances:
        add_acceptances(Path(FILE), new_acceptances)
    result, unused = accept(result, read_acceptances(Path(FILE)))
    for item in unused:
        if item.code in RESOURCE_CODES and not has_templates:
            continue  # a risk of two templates
        print_warning(f"{FILE} accepts {item.code} of {item.id}, no risk of this change; remove the entry")
    return result


def _read_templates(paths: tuple[Path, Path] | None) -> tuple[Template, Template] | None:
    from twin_stack.formats.template import find_template

    return (find_template(paths[0]), find_template(paths[1])) if paths is not None else None


def _write_image(file: Path, result: Plan) -> None:
    from twin_stack.output_files import replace_file
    from twin_stack.plan.picture import svg

    with translate_os_errors("name another file with --svg"):
        replace_file(file, svg(result.rows).encode())


def _write_output(file: Path, text: str) -> None:
    from twin_stack.output_files import replace_file

    with translate_os_errors("name another file with --write"):
        replace_file(file, printable(text, keep="\n\t").encode())


def _render(result: Plan, form: Form) -> str:
    """Return a plan in a form, with the end of its last line."""
    from importlib.metadata import version

    from twin_stack.plan.document import plan_document
    from twin_stack.plan.findings import plan_annotations, plan_sarif
    from twin_stack.plan.markdown import plan_markdown
    from twin_stack.plan.summary import summary_line
    from twin_stack.plan.text import plan_text

    summary = summary_line(result)
    match form:
        case Form.JSON:
            return f"{json_text(plan_document(result))}\n"
        case Form.MARKDOWN:
            return plan_markdown(result, summary)
        case Form.SARIF:
            return f"{json_text(plan_sarif(result, Path(result.after), Path(), version('twin-stack')))}\n"
        case Form.GITHUB:
            return _join(plan_annotations(result, Path(result.after), Path()))
        case Form.SUMMARY:
            return f"{summary}\n"
        case Form.TEXT:
            return _join(plan_text(result, summary))


def _join(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
