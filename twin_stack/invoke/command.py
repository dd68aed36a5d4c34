"""The ``twin invoke`` command: build or read the event, run the connector, check its answer."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin_stack.client import TwinClientError
from twin_stack.contract import Severity, Violation, check_answer, function_of
from twin_stack.invoke.events import EventRequest, build_event
from twin_stack.invoke.model import find_model
from twin_stack.invoke.targets import run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.invoke.targets import Failure


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one invocation.

    Attributes:
        event: The event that the connector got.
        function: The function that the event is for.
        answer: The connector's answer; None if it failed.
        failure: The failure, or None.
        violations: Rules that the answer breaks.
        log: What the handler wrote to its standard error and output.
    """

    event: Mapping[str, Any]
    function: str
    answer: object = None
    failure: Failure | None = None
    violations: list[Violation] = field(default_factory=list)
    log: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the connector answered by the contract; the answer may have warnings."""
        return self.failure is None and all(
            violation.severity is Severity.WARNING for violation in self.violations
        )


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
    """Invoke a connector with one event and check its answer.

    Args:
        connector: ``path/to/file.py:handler``, ``package.module:handler``, the name of a connector
            of the definition, or a Lambda function's name or ARN.
        event: File with the event, ``-`` for the standard input; or the request to build it from.
        model: Folder of the definition. Default: that of the app's stage, if there is one.
        workspace: Id of the deployed workspace. Default: the definition's.
        environment: Variables of the handler beside those of this process.
        timeout: Time limit in seconds.
        quiet: Whether to discard the handler's standard error.
        folder: Folder of the CDK app.

    Raises:
        TwinClientError: If the connector cannot be invoked; the message is one line.
        DefinitionError: If the definition has mistakes.
    """
    loaded_model = find_model(folder, model)
    if isinstance(event, str):
        connector_event = read_event(event)
    else:
        connector_event = build_event(event, model=loaded_model, workspace=workspace)
    result = run(
        connector,
        connector_event,
        model=loaded_model,
        workspace=workspace,
        environment=environment,
        timeout=timeout,
        quiet=quiet,
    )
    function = function_of(connector_event)
    if result.failure is not None:
        return Outcome(connector_event, function, failure=result.failure, log=result.log)
    violations = check_answer(connector_event, result.answer)
    return Outcome(connector_event, function, answer=result.answer, violations=violations, log=result.log)


def read_event(file: str) -> dict[str, Any]:
    """Read an event from a file.

    Args:
        file: Path of the file, or ``-`` for the standard input.

    Raises:
        TwinClientError: If the file cannot be read or has no JSON object.
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
