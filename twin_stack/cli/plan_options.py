"""What the verb ``plan`` takes: its options as values, and the exit codes of wrong ones."""

from __future__ import annotations

from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer
from typer.core import TyperCommand
from typer.exceptions import TyperException

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from twin_stack.plan.acceptance import Acceptance
    from twin_stack.plan.changes import Plan


_WRONG_ARGUMENTS: Final = 2
"""Exit code that the framework gives wrong arguments."""


class PlanCommand(TyperCommand):
    """A command whose wrong arguments end with 1, because 2 means that there are changes."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """Parse the arguments.

        Args:
            arguments: As those of the base class.
            options: As those of the base class.
        """
        with _wrong_arguments_end_with_1():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: Any) -> Any:
        """Run the command.

        Args:
            ctx: The parsed arguments.
        """
        with _wrong_arguments_end_with_1():
            return super().invoke(ctx)


@contextmanager
def _wrong_arguments_end_with_1() -> Iterator[None]:
    try:
        yield
    except typer.Exit:
        raise
    except TyperException as error:
        if getattr(error, "exit_code", None) == _WRONG_ARGUMENTS:
            error.exit_code = 1
        raise


class Form(StrEnum):
    """How a plan is printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    SUMMARY = "summary"
    GITHUB = "github"
    SARIF = "sarif"


class Reason(StrEnum):
    """What ``--fail-on`` refuses."""

    DANGER = "danger"
    ATTENTION = "attention"
    REPLACE = "replace"
    REMOVE = "remove"
    BREAKING = "breaking"


def parse_reasons(texts: Collection[str]) -> set[Reason]:
    """Return the reasons of ``--fail-on``.

    Args:
        texts: Its values; each is one reason, or several with commas.

    Raises:
        typer.BadParameter: One is not a reason.
    """
    words = [word.strip() for text in texts for word in text.split(",")]
    unknown = [word for word in words if word not in set(Reason)]
    if unknown:
        allowed = ", ".join(Reason)
        raise typer.BadParameter(f'"{unknown[0]}" is not a reason of --fail-on; use {allowed}')
    return {Reason(word) for word in words}


def parse_files(texts: Collection[str]) -> list[tuple[Form, Path]]:
    """Return the files of ``--write``, each with the form that it gets.

    Args:
        texts: Its values, such as ``markdown=plan.md``.

    Raises:
        typer.BadParameter: One names no form or no file.
    """
    files = []
    for text in texts:
        form, _, file = text.partition("=")
        if form not in set(Form) or not file:
            raise typer.BadParameter(
                f'"{text}" is not FORMAT=FILE of --write; FORMAT is one of {", ".join(Form)}'
            )
        files.append((Form(form), Path(file)))
    return files


def parse_acceptances(texts: Collection[str], reason: str | None) -> list[Acceptance]:
    """Return the risks of ``--accept``.

    Args:
        texts: Its values, such as ``PLAN010:pump-1``.
        reason: The value of ``--reason``.

    Raises:
        typer.BadParameter: One is no risk, or one of the two options is missing.
    """
    from twin_stack.plan.acceptance import Acceptance
    from twin_stack.plan.registry import risk_rules

    if bool(texts) != bool(reason and reason.strip()):
        raise typer.BadParameter("give --accept and --reason together")
    acceptances = []
    for text in texts:
        code, colon, thing_id = text.partition(":")
        if not colon or code not in risk_rules() or not thing_id:
            raise typer.BadParameter(f'"{text}" is no risk; write CODE:ID such as PLAN010:pump-1')
        acceptances.append(Acceptance(code, thing_id, str(reason)))
    return acceptances


def is_refused(plan: Plan, reasons: Collection[Reason]) -> bool:
    """Return whether a plan has something that ``--fail-on`` refuses.

    Args:
        plan: The plan. Accepted risks do not count.
        reasons: What is refused.
    """
    from twin_stack.plan import Action, Level

    levels = {risk.level for risk in plan.open_risks}
    actions = {change.action for change in plan.changes}
    is_present = {
        Reason.DANGER: Level.DANGER in levels,
        Reason.ATTENTION: bool(levels & {Level.ATTENTION, Level.DANGER}),
        Reason.REPLACE: Action.REPLACED in actions | {change.action for change in plan.resources},
        Reason.REMOVE: Action.REMOVED in actions,
        Reason.BREAKING: any(risk.is_breaking for risk in plan.open_risks),
    }
    return any(is_present[reason] for reason in reasons)
