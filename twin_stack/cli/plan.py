"""The verb that shows what a change does to the twin: plan."""

from __future__ import annotations

from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from twin_stack.cli.output import echo, print_json, print_warning
from twin_stack.errors import TwinError, translate_os_errors

if TYPE_CHECKING:
    from collections.abc import Collection

    from twin_stack.plan.changes import Plan

app = typer.Typer()

CHANGES: Final = 2
"""Exit code of a plan with changes."""
REFUSED: Final = 3
"""Exit code of a plan that ``--fail-on`` refuses."""


class Form(StrEnum):
    """How a plan is printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    SUMMARY = "summary"


class Reason(StrEnum):
    """What ``--fail-on`` refuses."""

    DANGER = "danger"
    ATTENTION = "attention"
    REPLACE = "replace"
    REMOVE = "remove"


@app.command(epilog="Example: twin plan --from main:models/factory --to models/factory --fail-on danger")
def plan(  # noqa: PLR0917
    before: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="SIDE",
            help="Folder of a definition, or REVISION:FOLDER. "
            "Default: where the branch left the default branch.",
        ),
    ] = None,
    after: Annotated[
        str | None,
        typer.Option("--to", metavar="SIDE", help="The same. Default: the model of the app in this folder."),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="Form of the output.")] = Form.TEXT,
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
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REASON,...",
            help="Exit with 3 on any of danger, attention, replace, remove.",
        ),
    ] = None,
) -> None:
    """Show what a change of a definition does to the twin, with the risks of each change.

    Nothing is deployed, and no AWS is asked. Exit code 0: no change. 2: changes. 3: changes that --fail-on
    refuses. 1: a side cannot be read or has mistakes.
    """
    from twin_stack.output_files import replace_file
    from twin_stack.plan import make_plan
    from twin_stack.plan.costs import read_prices
    from twin_stack.plan.document import plan_document
    from twin_stack.plan.markdown import plan_markdown
    from twin_stack.plan.promise import write_plan
    from twin_stack.plan.sides import default_base, open_side
    from twin_stack.plan.summary import summary_line
    from twin_stack.plan.text import plan_text
    from twin_stack.plan.tree import svg

    reasons = _reasons(fail_on or [])
    after = after if after is not None else _model_of_app()
    if before is None:
        if not Path(after).is_dir():
            raise typer.BadParameter("give --from as well if --to is no folder")
        before = default_base(Path(after))
    with ExitStack() as stack:
        old = stack.enter_context(open_side(before))
        new = stack.enter_context(open_side(after))
        if old.definition is None and new.definition is None:
            raise TwinError(f"neither {before} nor {after} has a definition; name a folder with twin.yaml")
        if old.definition is None:
            print_warning(f"{before} does not exist, so everything is added")
        result = make_plan(
            old.definition,
            new.definition,
            before_label=old.label,
            after_label=new.label,
            prices=read_prices(prices) if prices is not None else None,
        )
        result = new.relabel(old.relabel(result))
        if out is not None:
            write_plan(out, result, new.definition)
    if image is not None:
        with translate_os_errors("name another file with --svg"):
            replace_file(image, svg(result.rows).encode())
    summary = summary_line(result)
    if as_json or form is Form.JSON:
        print_json(plan_document(result))
    elif form is Form.MARKDOWN:
        echo(plan_markdown(result, summary), nl=False)
    elif form is Form.SUMMARY:
        echo(summary)
    else:
        for line in plan_text(result, summary):
            echo(line)
    if result.changes:
        raise typer.Exit(REFUSED if _is_refused(result, reasons) else CHANGES)


def _model_of_app() -> str:
    from twin_stack.invoke.model import find_model_folder

    folder = find_model_folder(Path())
    if folder is None:
        raise typer.BadParameter("this folder has no app of twin-stack; name the definition with --to")
    return str(folder)


def _reasons(texts: Collection[str]) -> set[Reason]:
    words = [word.strip() for text in texts for word in text.split(",")]
    unknown = [word for word in words if word not in set(Reason)]
    if unknown:
        allowed = ", ".join(Reason)
        raise typer.BadParameter(f'"{unknown[0]}" is not a reason of --fail-on; use {allowed}')
    return {Reason(word) for word in words}


def _is_refused(result: Plan, reasons: set[Reason]) -> bool:
    from twin_stack.plan import Action, Level

    levels = {risk.level for risk in result.risks}
    actions = {change.action for change in result.changes}
    is_present = {
        Reason.DANGER: Level.DANGER in levels,
        Reason.ATTENTION: bool(levels & {Level.ATTENTION, Level.DANGER}),
        Reason.REPLACE: Action.REPLACED in actions,
        Reason.REMOVE: Action.REMOVED in actions,
    }
    return any(is_present[reason] for reason in reasons)
