"""Runs a connector: a handler in a process of its own, or a Lambda function by the API."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from twin_stack.client import TwinClientError, make_client
from twin_stack.client.errors import translate_errors
from twin_stack.definition.findings import did_you_mean
from twin_stack.package_data import asset_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.schema import Connector
    from twin_stack.invoke.model import Model

_RUNNER = Path(__file__).with_name("runner.py")
_PACKAGED = {"dynamodb": "dynamodb_connector", "sitewise": "sitewise_connector"}


class Failure(NamedTuple):
    """Why a connector did not answer.

    Attributes:
        code: What the service's callers see: ``ConnectorFailureException`` or
            ``ConnectorTimeoutException``.
        message: The connector's own message.
        trace: Lines of the traceback; none where it is not the handler's own.
    """

    code: str
    message: str
    trace: tuple[str, ...] = ()


class Ended(NamedTuple):
    """An answer, or why there is none."""

    answer: object = None
    failure: Failure | None = None


def run(
    connector: str,
    event: Mapping[str, Any],
    *,
    model: Model | None,
    workspace: str | None,
    environment: Mapping[str, str],
    timeout: float,
    quiet: bool,
) -> Ended:
    """Ask a connector; see ``invoke``.

    Raises:
        TwinClientError: There is no such connector, or AWS could not be asked.
    """
    is_arn = connector.startswith("arn:")
    if ":" in connector and not is_arn:
        _require_file(connector)
        return _run_handler(connector, event, environment, timeout=timeout, quiet=quiet)
    known = model.definition.connectors if model is not None else {}
    named = known.get(connector)
    if named is None or named.arn is not None:
        if environment:
            raise TwinClientError(
                "--env is for handlers that run here; a deployed function has its own environment"
            )
        function = connector if named is None else str(named.arn)
        return _call_function(function, event, known=known)
    assert model is not None  # noqa: S101 (it knows the connector)
    if named.kind not in _PACKAGED:
        raise TwinClientError(
            f'"{connector}" is part of AWS IoT TwinMaker itself; there is no function to invoke'
        )
    needed = {"dynamodb": "TABLE_NAME"}.get(named.kind, "PROPERTY_ALIAS" if named.property_alias else None)
    settings = dict(environment)
    if needed is not None and needed not in environment:
        settings = {**_deployed_settings(connector, model, workspace), **environment}
    handler = f"{_PACKAGED[named.kind]}.handler:handler"
    return _run_handler(handler, event, settings, timeout=timeout, quiet=quiet)


def _require_file(connector: str) -> None:
    path, _, _ = connector.rpartition(":")
    if path.endswith(".py") and not Path(path).is_file():
        raise TwinClientError(f"there is no file {path}; name a handler as path/to/file.py:handler")


def _run_handler(
    handler: str, event: Mapping[str, Any], environment: Mapping[str, str], *, timeout: float, quiet: bool
) -> Ended:
    """Run a handler in a process of its own, as Lambda does: it may hang, end or print what it likes."""
    # -P: the runner's own folder is no place to import from.
    command = [sys.executable, "-P", str(_RUNNER), handler, str(asset_path("lambdas")), str(timeout)]
    try:
        done = subprocess.run(  # noqa: S603 (the user's own handler)
            command,
            input=json.dumps(event),
            env={**os.environ, **environment, "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if quiet else None,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        message = f"{handler}: no answer after {timeout:g} s"
        return Ended(failure=Failure("ConnectorTimeoutException", message))
    try:
        result = json.loads(done.stdout)
    except ValueError:
        message = f"{handler}: the process ended with exit code {done.returncode} and without an answer"
        return Ended(failure=Failure("ConnectorFailureException", message))
    if "answer" in result:
        return Ended(result["answer"])
    return Ended(failure=_failure(result))


def _failure(error: Mapping[str, Any]) -> Failure:
    message = ": ".join(str(error[key]) for key in ("errorType", "errorMessage") if error.get(key))
    trace = error.get("stackTrace") or ()
    return Failure("ConnectorFailureException", message, tuple(str(line).rstrip() for line in trace))


def _call_function(function: str, event: Mapping[str, Any], *, known: Mapping[str, Connector]) -> Ended:
    """Invoke a deployed function by the Lambda API."""
    client = make_client("lambda")
    from botocore.exceptions import ClientError  # noqa: PLC0415 (an extra)

    with translate_errors():
        try:
            answer = client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "ResourceNotFoundException" or not known:
                raise
            raise TwinClientError(
                f'there is no connector "{function}" in the definition, and no Lambda function of that '
                f"name in this account and region; {did_you_mean(function, known)}"
            ) from error
    payload = json.loads(answer["Payload"].read() or b"null")
    if not answer.get("FunctionError"):
        return Ended(payload)
    raised = payload if isinstance(payload, dict) else {"errorMessage": str(payload)}
    if "Task timed out" in str(raised.get("errorMessage")):
        return Ended(failure=Failure("ConnectorTimeoutException", str(raised["errorMessage"])))
    return Ended(failure=_failure(raised))


def _deployed_settings(name: str, model: Model, workspace: str | None) -> Mapping[str, str]:
    """The environment of the deployed connector: what `twin.yaml` says, and the names AWS gave."""
    uses = (
        (type_id, function_name)
        for type_id, one in model.definition.component_types.items()
        for function_name, function in one.functions.items()
        if function.connector == name
    )
    found = next(uses, None)
    if found is None:
        raise TwinClientError(
            f'no component type uses the connector "{name}"; give its table by --env TABLE_NAME=...'
        )
    type_id, function_name = found
    with translate_errors():
        deployed = make_client("iottwinmaker").get_component_type(
            workspaceId=workspace or model.workspace_id, componentTypeId=type_id
        )
        arn = deployed["functions"][function_name]["implementedBy"]["lambda"]["arn"]
        configured = make_client("lambda").get_function_configuration(FunctionName=arn)
    variables: Mapping[str, str] = configured.get("Environment", {}).get("Variables", {})
    return variables
