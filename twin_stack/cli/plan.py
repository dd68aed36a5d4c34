"""The verb that shows what a change does to the twin: plan."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from twin_stack.cli.output import echo, print_json, print_warning
from twin_stack.cli.plan_options import Form, PlanCommand, is_refused, parse_acceptances, parse_reasons
from twin_stack.errors import TwinError, translate_os_errors

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from twin_stack.formats.frame import ImportedTwin
    from twin_stack.plan.acceptance import Acceptance
    from twin_stack.plan.changes import Plan
    from twin_stack.plan.sides import Side

app = typer.Typer()

LIVE: Final = "workspace://"
"""Begin of a side that is a live workspace; its id follows."""
CHANGES: Final = 2
"""Exit code of a plan with changes."""
REFUSED: Final = 3
"""Exit code of a plan that ``--fail-on`` refuses."""


@app.command(
    cls=PlanCommand,
    epilog="Example: twin plan --from main:models/factory --to models/factory --fail-on danger",
)
def plan(  # noqa: PLR0917
    before: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="SIDE",
            help="Folder of a definition, REVISION:FOLDER, cdk.out, or workspace://ID. "
            "Default: where the branch left the default branch.",
        ),
    ] = None,
    after: Annotated[
        str | None,
        typer.Option("--to", metavar="SIDE", help="The same. Default: the model of the app in this folder."),
    ] = None,
    form: Annotated[Form | None, typer.Option("--format", help="Form of the output. Default: text.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, as --format json.")] = False,
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
    mask: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Mask the values of members and properties of this name, beside those of `sensitive` in "
            "twin.yaml; * stands for any text.",
        ),
    ] = None,
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

    Nothing is deployed, and AWS is asked for workspace://ID only, here or in the account. Exit code 0: no
    change. 2: changes. 3: changes that --fail-on refuses. 1: an argument is wrong, or a side cannot be read
    or has mistakes.
    """
    from twin_stack.plan.sides import default_base

    if as_json and form not in (None, Form.JSON):
        raise typer.BadParameter("give --json or --format, not both")
    reasons = parse_reasons(fail_on or [])
    new_acceptances = parse_acceptances(accepted or [], reason)
    after = after if after is not None else _model_of_app()
    repository = None
    if before is None:
        if not Path(after).is_dir():
            raise typer.BadParameter("give --from as well if --to is no folder")
        repository = Path(after)
        before = default_base(repository)
    with ExitStack() as stack:
        old, new = (stack.enter_context(_open_side(text, repository)) for text in (before, after))
        _print_progress("compare the two sides")
        result = _accept(_plan_of(old, new, prices, mask or []), new_acceptances)
        if out is not None:
            from twin_stack.plan.promise import write_plan

            write_plan(out, result, new.definition)
    if image is not None:
        _write_image(image, result)
    _show(result, Form.JSON if as_json else form or Form.TEXT)
    if result.changes or result.resources:
        raise typer.Exit(REFUSED if is_refused(result, reasons) else CHANGES)


@contextmanager
def _open_side(text: str, repository: Path | None) -> Iterator[Side]:
    """Read a side: a live workspace, a synthesized stack, or what ``twin_stack.plan.sides`` reads."""
    from twin_stack.formats.template import find_template, is_synthesized
    from twin_stack.plan.sides import Side, open_side

    _print_progress(f"read {text}")
    if not text.startswith(LIVE) and not is_synthesized(Path(text)):
        with open_side(text, repository=repository) as side:
            yield side
        return
    from twin_stack.cli.formats import print_progress
    from twin_stack.definition import load
    from twin_stack.formats.frame import write_definition

    with tempfile.TemporaryDirectory(prefix="twin-plan-") as temporary:
        folder = Path(temporary, "definition")
        imported = _import_side(text)
        write_definition(imported, folder, progress=print_progress)
        for loss in sorted(imported.losses):
            echo(str(loss), err=True)
        template = None if text.startswith(LIVE) else find_template(Path(text))
        yield Side(text, load(folder), folder, template)


def _import_side(text: str) -> ImportedTwin:
    """Return the twin of a live workspace, a cloud assembly or a template."""
    from twin_stack.cli.formats import make_client, print_progress
    from twin_stack.formats.kinds import ImportOptions
    from twin_stack.formats.template import read_synthesized
    from twin_stack.formats.workspace import import_twin

    if not text.startswith(LIVE):
        return read_synthesized(Path(text))
    workspace_id = text.removeprefix(LIVE)
    options = ImportOptions(workspace_id=workspace_id, client=make_client, progress=print_progress)
    return import_twin(workspace_id, options)


def is_terminal() -> bool:
    """Return whether a user reads the standard error."""
    return sys.stderr.isatty()


def _print_progress(line: str) -> None:
    """Print a line of progress to the standard error, where that is a terminal."""
    if is_terminal():
        echo(line, err=True)


def _plan_of(old: Side, new: Side, prices: Path | None, masked: Collection[str]) -> Plan:
    from twin_stack.plan import make_plan
    from twin_stack.plan.costs import read_prices

    if new.definition is None:
        raise TwinError(f"{new.label} has no definition; name a folder with twin.yaml")
    if old.definition is None:
        print_warning(f"{old.label} does not exist, so everything is added")
    result = make_plan(
        old.definition,
        new.definition,
        before_label=old.label,
        after_label=new.label,
        prices=read_prices(prices) if prices is not None else None,
        masked=masked,
        templates=(old.template, new.template)
        if old.template is not None and new.template is not None
        else None,
    )
    return new.relabel(old.relabel(result))


def _accept(result: Plan, new_acceptances: Sequence[Acceptance]) -> Plan:
    from twin_stack.plan.acceptance import FILE, accept, add_acceptances, read_acceptances

    if new_acceptances:
        add_acceptances(Path(FILE), new_acceptances)
    result, unused = accept(result, read_acceptances(Path(FILE)))
    for item in unused:
        print_warning(f"{FILE} accepts {item.code} of {item.id}, no risk of this change; remove the entry")
    return result


def _write_image(file: Path, result: Plan) -> None:
    from twin_stack.output_files import replace_file
    from twin_stack.plan.tree import svg

    with translate_os_errors("name another file with --svg"):
        replace_file(file, svg(result.rows).encode())


def _show(result: Plan, form: Form) -> None:
    from importlib.metadata import version

    from twin_stack.plan.document import plan_document
    from twin_stack.plan.findings import plan_annotations, plan_sarif
    from twin_stack.plan.markdown import plan_markdown
    from twin_stack.plan.summary import summary_line
    from twin_stack.plan.text import plan_text

    summary = summary_line(result)
    match form:
        case Form.JSON:
            print_json(plan_document(result))
        case Form.MARKDOWN:
            echo(plan_markdown(result, summary), nl=False)
        case Form.SARIF:
            print_json(plan_sarif(result, Path(result.after), Path(), version("twin-stack")))
        case Form.GITHUB:
            for line in plan_annotations(result, Path(result.after), Path()):
                echo(line)
        case Form.SUMMARY:
            echo(summary)
        case Form.TEXT:
            for line in plan_text(result, summary):
                echo(line)


def _model_of_app() -> str:
    from twin_stack.invoke.model import find_model_folder

    folder = find_model_folder(Path())
    if folder is None:
        raise typer.BadParameter("this folder has no app of twin-stack; name the definition with --to")
    return str(folder)
