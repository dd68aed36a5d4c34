"""The two sides that ``plan`` and ``preview --plan`` compare."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from twin_stack.cli.output import echo, print_warning
from twin_stack.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from twin_stack.definition import TwinDefinition
    from twin_stack.formats.frame import ImportedTwin
    from twin_stack.plan.changes import Plan
    from twin_stack.plan.rule import Template
    from twin_stack.plan.sides import Side

LIVE: Final = "workspace://"
"""Start of a side that is a live workspace; its id follows."""

Before = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="SIDE",
        help="Folder of a definition, REVISION:FOLDER, cdk.out, or workspace://ID. "
        "Default: where the branch left the default branch.",
    ),
]
After = Annotated[
    str | None,
    typer.Option("--to", metavar="SIDE", help="The same. Default: the model of the app in this folder."),
]
Mask = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="Mask the values of members and properties of this name, beside those of `sensitive` in "
        "twin.yaml; * stands for any text.",
    ),
]


@contextmanager
def open_sides(before: str | None, after: str | None) -> Iterator[tuple[Side, Side]]:
    """Read both sides, and keep their files until the block ends.

    Args:
        before: The side before the change. Default: where the branch left the default branch.
        after: The side after it. Default: the model of the app in this folder.

    Raises:
        typer.BadParameter: A side is left out and has no default.
        TwinError: A side cannot be read.
    """
    from twin_stack.plan.sides import default_base

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
        yield old, new


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


def definition_of(side: Side) -> TwinDefinition:
    """Return the definition of a side.

    Args:
        side: The side after a change.

    Raises:
        TwinError: It has none.
    """
    if side.definition is None:
        raise TwinError(f"{side.label} has no definition; name a folder with twin.yaml")
    return side.definition


def plan_of(
    old: Side,
    new: Side,
    masked: Collection[str],
    prices: Path | None = None,
    templates: tuple[Template, Template] | None = None,
) -> Plan:
    """Return the plan of two sides.

    Args:
        old: The side before the change.
        new: The side after it.
        masked: Names of members and properties whose values are masked.
        prices: A price file. Default: that of the package.
        templates: The templates of the stacks before and after. Default: those of the sides, if both have
            one.

    Raises:
        TwinError: The side after the change has no definition.
    """
    from twin_stack.plan import make_plan
    from twin_stack.plan.costs import read_prices

    definition = definition_of(new)
    if old.definition is None:
        print_warning(f"{old.label} does not exist, so everything is added")
    if templates is None and old.template is not None and new.template is not None:
        templates = (old.template, new.template)
    result = make_plan(
        old.definition,
        definition,
        before_label=old.label,
        after_label=new.label,
        prices=read_prices(prices) if prices is not None else None,
        masked=masked,
        templates=templates,
    )
    return new.relabel(old.relabel(result))


def _model_of_app() -> str:
    from twin_stack.invoke.model import find_model_folder

    folder = find_model_folder(Path())
    if folder is None:
        raise typer.BadParameter("this folder has no app of twin-stack; name the definition with --to")
    return str(folder)
