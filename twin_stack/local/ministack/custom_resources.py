"""ministack's custom resources: functions of the CDK's provider framework, and failed creations."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from twin_stack.local.cloudformation.provider_framework import (
    ON_EVENT_FUNCTION,
    ProviderFramework,
    RetryError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Json = dict[str, Any]


def run_provider_framework(
    lambda_svc: Any, stepfunctions: Any, custom_resource: Any, invoke: Callable[[str, Json, float], Any]
) -> None:
    """Run functions of the CDK's provider framework in this process; their waiter runs in ministack.

    Args:
        lambda_svc: ministack's module of this name.
        stepfunctions: ministack's module of this name.
        custom_resource: ministack's module of this name.
        invoke: Invokes a function by ARN, event and seconds, and returns its result.
    """
    framework = ProviderFramework(
        invoke,
        partial(_start_execution, stepfunctions),
        lambda url, response: custom_resource.deliver_response(url.rpartition("/")[2], response),
    )
    execute = lambda_svc._execute_function_dispatch

    def execute_function(function: Json, config: Json, event: Json, *rest: Any) -> Json:
        variables = (config.get("Environment") or {}).get("Variables") or {}
        handler = str(config.get("Handler"))
        if ON_EVENT_FUNCTION not in variables or not handler.startswith("framework."):
            result: Json = execute(function, config, event, *rest)
            return result
        try:
            framework.run(handler, variables, event)
        except RetryError as error:
            body = {"errorType": "Error", "errorMessage": str(error)}
            return {"error": True, "function_error": "Unhandled", "body": body}
        return {"body": None}

    lambda_svc._execute_function_dispatch = execute_function


def delete_after_failed_creation(custom_resource: Any) -> None:
    """Delete a custom resource whose creation failed, as CloudFormation does when it rolls back.

    The deletion gets the physical id of the failed response. It is made at once, because ministack forgets
    the id; so it is made as well for a stack that is not to be rolled back.

    Args:
        custom_resource: ministack's module of this name.
    """
    invoke, register = custom_resource.invoke_custom_resource, custom_resource.register_token
    of_thread = threading.local()

    def register_token(token: str) -> Any:
        answered = register(token)
        of_thread.pending = custom_resource._pending[token]
        return answered

    def invoke_custom_resource(request_type: str, *resource: Any, **options: Any) -> Any:
        of_thread.pending = {}
        try:
            return invoke(request_type, *resource, **options)
        except RuntimeError as failure:
            physical_id = (of_thread.pending.get("result") or {}).get("PhysicalResourceId")
            if request_type == "Create" and physical_id:
                try:
                    invoke("Delete", *resource, **options, physical_id=physical_id)
                except (RuntimeError, TimeoutError) as error:
                    raise RuntimeError(f"{failure}; the deletion failed as well: {error}") from failure
            raise

    custom_resource.register_token = register_token
    custom_resource.invoke_custom_resource = invoke_custom_resource


def _start_execution(stepfunctions: Any, state_machine_arn: str, event: str) -> None:
    stepfunctions._start_execution({"stateMachineArn": state_machine_arn, "input": event})
