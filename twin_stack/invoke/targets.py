"""Invocation of a connector: a handler in a separate process, or a Lambda function through the API."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from twin_stack.client import TwinClientError, make_client
from twin_stack.client.errors import translate_errors
from twin_stack.definition.wording import did_you_mean
from twin_stack.package_data import asset_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twin_stack.definition.schema import Connector
    from twin_stack.invoke.model import Model

_RUNNER = Path(__file__).with_name("runner.py")
_PACKAGED = {"dynamodb": "dynamodb_connector", "sitewise": "sitewise_connector"}


class Failure(NamedTuple):
    """The failure of a connector.

    Attributes:
        code: The error that the service's callers get: ``ConnectorFailureException`` or
            ``ConnectorTimeoutException``.
        message: The connector's own message.
        trace: Lines of the traceback; empty if the handler did not raise.
    """

    code: str
    message: str
    trace: tuple[str, ...] = ()


class InvocationResult(NamedTuple):
    """The result of an invocation.

    Attributes:
        answer: The connector's answer; None if it failed.
        failure: The failure, or None.
        log: What the handler wrote to its standard error and output.
    """

    answer: object = None
    failure: Failure | None = None
    log: str = ""


def run(
    connector: str,
    event: Mapping[str, Any],
    *,
    model: Model | None,
    workspace: str | None,
    environment: Mapping[str, str],
    timeout: float,
    quiet: bool,
) -> InvocationResult:
    """Invoke a connector with an event; the arguments are those of ``invoke``.

    Raises:
        TwinClientError: If there is no such connector, or the call to AWS fails.
    """
    is_arn = connector.startswith("arn:")
    if ":" in connector and not is_arn:
        _require_file(connector)
        return _run_handler(connector, event, environment, timeout=timeout, quiet=quiet)
    connectors = model.definition.connectors if model is not None else {}
    defined = connectors.get(connector)
    if defined is None or defined.arn is not None:
        if environment:
            raise TwinClientError(
                "--env is for handlers that run here; a deployed function has its own environment"
            )
        function = connector if defined is None else str(defined.arn)
        return _call_function(function, event, connectors=connectors)
    assert model is not None  # noqa: S101 (the connector is in its definition)
    if defined.kind not in _PACKAGED:
        raise TwinClientError(
            f'"{connector}" is part of AWS IoT TwinMaker itself; there is no function to invoke'
        )
    alias_setting = "PROPERTY_ALIAS" if defined.property_alias else None
    required = {"dynamodb": "TABLE_NAME"}.get(defined.kind, alias_setting)
    settings = dict(environment)
    if required is not None and required not in environment:
        settings = {**_read_deployed_environment(connector, model, workspace), **environment}
    handler = f"{_PACKAGED[defined.kind]}.handler:handler"
    return _run_handler(handler, event, settings, timeout=timeout, quiet=quiet)


def _require_file(connector: str) -> None:
    path, _, _ = connector.rpartition(":")
    if path.endswith(".py") and not Path(path).is_file():
        raise TwinClientError(f"there is no file {path}; name a handler as path/to/file.py:handler")


def _run_handler(
    handler: str, event: Mapping[str, Any], environment: Mapping[str, str], *, timeout: float, quiet: bool
) -> InvocationResult:
    """Run a handler in a separate process, as Lambda does, because it may hang, exit or print."""
    # -P keeps the runner's own folder off the import path.
    command = [sys.executable, "-P", str(_RUNNER), handler, str(asset_path("lambdas")), str(timeout)]
    # Not the terminal itself, which would obey what a handler logs of its data; and no pipe, which a process
    # that the handler has started could keep open.
    with tempfile.TemporaryFile() as log:
        result = _run_process(command, handler, event, environment, log=log, timeout=timeout)
        log.seek(0)
        return result._replace(log="" if quiet else log.read().decode("utf-8", "replace"))


def _run_process(
    command: Sequence[str],
    handler: str,
    event: Mapping[str, Any],
    environment: Mapping[str, str],
    *,
    log: IO[bytes],
    timeout: float,
) -> InvocationResult:
    try:
        process = subprocess.run(  # noqa: S603 (the user's own handler)
            command,
            input=json.dumps(event),
            env={**os.environ, **environment, "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        message = f"{handler}: no answer after {timeout:g} s"
        return InvocationResult(failure=Failure("ConnectorTimeoutException", message))
    try:
        result = json.loads(process.stdout)
    except ValueError:
        message = f"{handler}: the process ended with exit code {process.returncode} and without an answer"
        return InvocationResult(failure=Failure("ConnectorFailureException", message))
    if "answer" in result:
        return InvocationResult(result["answer"])
    return InvocationResult(failure=_failure(result))


def _failure(error: Mapping[str, Any]) -> Failure:
    message = ": ".join(str(error[key]) for key in ("errorType", "errorMessage") if error.get(key))
    trace = error.get("stackTrace") or ()
    return Failure("ConnectorFailureException", message, tuple(str(line).rstrip() for line in trace))


def _call_function(
    function: str, event: Mapping[str, Any], *, connectors: Mapping[str, Connector]
) -> InvocationResult:
    """Invoke a deployed function through the Lambda API."""
    client = make_client("lambda")
    from botocore.exceptions import ClientError  # noqa: PLC0415 (an extra)

    with translate_errors():
        try:
            answer = client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "ResourceNotFoundException" or not connectors:
                raise
            raise TwinClientError(
                f'there is no connector "{function}" in the definition, and no Lambda function of that '
                f"name in this account and region; {did_you_mean(function, connectors)}"
            ) from error
    payload = json.loads(answer["Payload"].read() or b"null")
    if not answer.get("FunctionError"):
        return InvocationResult(payload)
    raised = payload if isinstance(payload, dict) else {"errorMessage": str(payload)}
    if "Task timed out" in str(raised.get("errorMessage")):
        return InvocationResult(failure=Failure("ConnectorTimeoutException", str(raised["errorMessage"])))
    return InvocationResult(failure=_failure(raised))


def _read_deployed_environment(name: str, model: Model, workspace: str | None) -> Mapping[str, str]:
    """Return the environment variables of a deployed connector, with the resource names that AWS gave."""
    users = (
        (type_id, function_name)
        for type_id, component_type in model.definition.component_types.items()
        for function_name, function in component_type.functions.items()
        if function.connector == name
    )
    first_user = next(users, None)
    if first_user is None:
        raise TwinClientError(
            f'no component type uses the connector "{name}"; give its table by --env TABLE_NAME=...'
        )
    type_id, function_name = first_user
    with translate_errors():
        deployed = make_client("iottwinmaker").get_component_type(
            workspaceId=workspace or model.workspace_id, componentTypeId=type_id
        )
        arn = deployed["functions"][function_name]["implementedBy"]["lambda"]["arn"]
        configured = make_client("lambda").get_function_configuration(FunctionName=arn)
    variables: Mapping[str, str] = configured.get("Environment", {}).get("Variables", {})
    return variables
