"""The verb: find the connector, make or read the event, run, judge."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin_stack.client import TwinClientError
from twin_stack.contract import Breach, Severity, check_answer, function_of
from twin_stack.invoke.events import EventRequest, make_event
from twin_stack.invoke.model import find_model
from twin_stack.invoke.targets import run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.invoke.targets import Failure


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking a connector.

    Attributes:
        event: What it was asked.
        function: The function the event is for.
        answer: What it answered; None if it failed.
        failure: Why it failed, or None.
        breaches: Rules that the answer breaks.
    """

    event: Mapping[str, Any]
    function: str
    answer: object = None
    failure: Failure | None = None
    breaches: list[Breach] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        """Whether it answered, and by the contract; warnings are none the less."""
        return self.failure is None and all(one.severity is Severity.WARNING for one in self.breaches)


def invoke(
    connector: str,
    *,
    event: str | EventRequest,
    model: Path | None = None,
    workspace: str | None = None,
    environment: Mapping[str, str] = {},
    timeout: float = 30.0,
    quiet: bool = False,
    folder: Path = Path(),
) -> Outcome:
    """Ask a connector.

    Args:
        connector: ``path/to/file.py:handler``, ``package.module:handler``, the name of a connector
            of the definition, or a Lambda function's name or ARN.
        event: A file with the event, ``-`` for the standard input; or what the event shall ask.
        model: Folder of the definition. Default: that of the app's stage, if there is one.
        workspace: Id of the deployed workspace. Default: the definition's.
        environment: Variables that the handler gets beside this process's own.
        timeout: Seconds that it may take.
        quiet: Whether to keep what the handler writes to the standard error from the terminal.
        folder: Folder of the CDK app.

    Raises:
        TwinClientError: It could not be asked; the message is one line.
        DefinitionError: The definition has mistakes.
    """
    found = find_model(folder, model)
    made = (
        read_event(event) if isinstance(event, str) else make_event(event, model=found, workspace=workspace)
    )
    ended = run(
        connector,
        made,
        model=found,
        workspace=workspace,
        environment=environment,
        timeout=timeout,
        quiet=quiet,
    )
    function = function_of(made)
    if ended.failure is not None:
        return Outcome(made, function, failure=ended.failure)
    return Outcome(made, function, answer=ended.answer, breaches=check_answer(made, ended.answer))


def read_event(file: str) -> dict[str, Any]:
    """Read an event.

    Args:
        file: Its path, or ``-`` for the standard input.

    Raises:
        TwinClientError: It cannot be read, or is no JSON object.
    """
    where = "the standard input" if file == "-" else file
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise TwinClientError(f"{where} cannot be read: {reason}; name a file with an event") from error
    try:
        event = json.loads(text)
    except json.JSONDecodeError as error:
        raise TwinClientError(
            f"{where}:{error.lineno}:{error.colno} is not JSON: {error.msg}; correct it"
        ) from error
    if not isinstance(event, dict):
        raise TwinClientError(f"{where} holds no JSON object; an event is one")
    return event
