"""The functions of the CDK's ``custom_resources.Provider``, which run between CloudFormation and a handler.

On AWS they are Node.js functions. ministack could run them with its own stand-in for the SDK, in three more
processes that take seconds to start. Here they do the same at once: ``onEvent`` invokes the user's function
and starts the waiter, a state machine; the waiter invokes ``isComplete`` at its interval until it no longer
fails with ``RetryError``, and ``onTimeout`` after that.
Source: ``custom-resources/lib/provider-framework/runtime`` of aws-cdk-lib.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from twin_stack.local.service import FunctionFailedError, FunctionTimedOutError
from twin_stack.twinmaker.quotas import MAX_LAMBDA_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Json = dict[str, Any]

ON_EVENT_FUNCTION: Final = "USER_ON_EVENT_FUNCTION_ARN"
"""Environment variable of all functions of the framework."""

_IS_COMPLETE_FUNCTION: Final = "USER_IS_COMPLETE_FUNCTION_ARN"
_STATE_MACHINE: Final = "WAITER_STATE_MACHINE_ARN"
_CREATE_FAILED: Final = "AWSCDK::CustomResourceProviderFramework::CREATE_FAILED"
_MISSING_ID: Final = "AWSCDK::CustomResourceProviderFramework::MISSING_PHYSICAL_ID"


class RetryError(Exception):
    """The operation is not complete. The message is the event, which ``onTimeout`` reads."""


class _HandlerError(Exception):
    """A mistake of the user's function; the message is the reason of the failure."""


class ProviderFramework:
    """The framework's functions, by the names of their handlers.

    Args:
        invoke: Invokes a function by ARN, event and seconds, and returns its result.
        start_execution: Starts a state machine by ARN and input.
        respond: Answers CloudFormation by ``ResponseURL`` and response.
    """

    def __init__(
        self,
        invoke: Callable[[str, Json, float], Any],
        start_execution: Callable[[str, str], None],
        respond: Callable[[str, Json], None],
    ) -> None:
        self._invoke = invoke
        self._start_execution = start_execution
        self._respond = respond

    def run(self, handler: str, variables: Mapping[str, str], event: Json) -> None:
        """Run a function of the framework.

        Args:
            handler: ``Handler`` of the function, such as ``framework.onEvent``.
            variables: Its environment variables.
            event: The request of CloudFormation, or the input of a task of the waiter.

        Raises:
            RetryError: The operation is not complete.
        """
        name = handler.rpartition(".")[2]
        if name == "onTimeout":
            request = json.loads(json.loads(event["Cause"])["errorMessage"])
            self._submit("FAILED", request, "Operation timed out")
            return
        if event["RequestType"] == "Delete" and event.get("PhysicalResourceId") == _CREATE_FAILED:
            self._submit("SUCCESS", event)
            return
        try:
            if name == "onEvent":
                self._start_operation(variables, event)
            else:
                self._check_completion(variables, event)
        except (_HandlerError, FunctionFailedError, FunctionTimedOutError) as error:
            if not event.get("PhysicalResourceId") and event["RequestType"] == "Create":
                event = {**event, "PhysicalResourceId": _CREATE_FAILED}
            self._submit("FAILED", event, f"Error: {error}")

    def _start_operation(self, variables: Mapping[str, str], request: Json) -> None:
        result = self._call(variables[ON_EVENT_FUNCTION], request)
        event = _response_event(request, result if isinstance(result, dict) else {})
        if _IS_COMPLETE_FUNCTION in variables:
            self._start_execution(variables[_STATE_MACHINE], json.dumps(event))
        else:
            self._submit("SUCCESS", event)

    def _check_completion(self, variables: Mapping[str, str], event: Json) -> None:
        result = self._call(variables[_IS_COMPLETE_FUNCTION], event)
        if result is None:
            raise _HandlerError("Cannot read properties of null (reading 'IsComplete')")
        result = result if isinstance(result, dict) else {}
        if not result.get("IsComplete"):
            if result.get("Data"):
                raise _HandlerError('"Data" is not allowed if "IsComplete" is "False"')
            raise RetryError(json.dumps(event))
        data = {**(event.get("Data") or {}), **(result.get("Data") or {})}
        self._submit("SUCCESS", {**event, **result, "Data": data, "NoEcho": event.get("NoEcho")})

    def _call(self, function_arn: str, event: Json) -> Any:
        try:
            return self._invoke(function_arn, event, MAX_LAMBDA_SECONDS)
        except (FunctionFailedError, FunctionTimedOutError) as error:
            raise _HandlerError(f"{error}\n\nLogs: /aws/lambda/{function_arn.rpartition(':')[2]}\n") from None

    def _submit(self, status: str, event: Json, reason: str = "") -> None:
        response = {
            "Status": status,
            "Reason": reason or status,
            "StackId": event["StackId"],
            "RequestId": event["RequestId"],
            "PhysicalResourceId": event.get("PhysicalResourceId") or _MISSING_ID,
            "LogicalResourceId": event["LogicalResourceId"],
            "NoEcho": event.get("NoEcho"),
            "Data": event.get("Data"),
        }
        self._respond(event["ResponseURL"], {k: v for k, v in response.items() if v is not None})


def _response_event(request: Json, result: Json) -> Json:
    """Return the event of the waiter: the request with what the user's function returned.

    Args:
        request: Of CloudFormation.
        result: Of the user's ``onEvent``.

    Raises:
        _HandlerError: A deletion changed the physical id.
    """
    former_id = request.get("PhysicalResourceId")
    default_id = request["RequestId"] if request["RequestType"] == "Create" else former_id
    physical_id = result.get("PhysicalResourceId") or default_id
    if request["RequestType"] == "Delete" and physical_id != former_id:
        raise _HandlerError(
            f'DELETE: cannot change the physical resource ID from "{former_id}" to "{physical_id}" during '
            "deletion"
        )
    return {**request, **result, "PhysicalResourceId": physical_id}
