"""The functions of the CDK's provider framework, called with requests of CloudFormation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from twin_stack.local.cloudformation.provider_framework import ProviderFramework, RetryError
from twin_stack.local.service import FunctionFailedError

ON_EVENT = "arn:aws:lambda:us-east-1:000000000000:function:on-event"
IS_COMPLETE = "arn:aws:lambda:us-east-1:000000000000:function:is-complete"
SYNCHRONOUS = {"USER_ON_EVENT_FUNCTION_ARN": ON_EVENT}
ASYNCHRONOUS = {
    **SYNCHRONOUS,
    "USER_IS_COMPLETE_FUNCTION_ARN": IS_COMPLETE,
    "WAITER_STATE_MACHINE_ARN": "arn:aws:states:us-east-1:000000000000:stateMachine:waiter",
}
URL = "http://localhost/_ministack/cfn-response/token"


def request(request_type: str, **more: Any) -> dict[str, Any]:
    return {
        "RequestType": request_type,
        "RequestId": "request-1",
        "ResponseURL": URL,
        "StackId": "stack-1",
        "LogicalResourceId": "Thing",
        **more,
    }


class Framework:
    """The framework with a function that returns what it is given, and what it did."""

    def __init__(self, *results: Any) -> None:
        self._results = list(results)
        self.invoked: list[tuple[str, Any]] = []
        self.executions: list[Any] = []
        self.responses: list[dict[str, Any]] = []

    def run(self, handler: str, variables: dict[str, str], event: dict[str, Any]) -> None:
        framework = ProviderFramework(self._invoke, self._start, self._respond)
        framework.run(f"framework.{handler}", variables, event)

    def _invoke(self, function_arn: str, event: Any, seconds: float) -> Any:
        assert seconds == 900
        self.invoked.append((function_arn, event))
        result = self._results.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    def _start(self, state_machine_arn: str, event: str) -> None:
        self.executions.append((state_machine_arn, json.loads(event)))

    def _respond(self, url: str, response: dict[str, Any]) -> None:
        assert url == URL
        self.responses.append(response)


def test_resource_without_a_physical_id_gets_the_one_of_its_request() -> None:
    framework = Framework(None)
    framework.run("onEvent", SYNCHRONOUS, request("Create"))

    assert framework.responses == [
        {
            "Status": "SUCCESS",
            "Reason": "SUCCESS",
            "StackId": "stack-1",
            "RequestId": "request-1",
            "PhysicalResourceId": "request-1",
            "LogicalResourceId": "Thing",
        }
    ]


def test_data_and_no_echo_of_the_handler_are_answered() -> None:
    framework = Framework({"PhysicalResourceId": "thing", "Data": {"Size": 1}, "NoEcho": True})
    framework.run("onEvent", SYNCHRONOUS, request("Update", PhysicalResourceId="former"))

    (response,) = framework.responses
    assert (response["PhysicalResourceId"], response["Data"], response["NoEcho"]) == (
        "thing",
        {"Size": 1},
        True,
    )


def test_waiter_starts_with_what_the_handler_returned() -> None:
    framework = Framework({"PhysicalResourceId": "thing", "Token": 7})
    framework.run("onEvent", ASYNCHRONOUS, request("Create"))

    assert framework.responses == []
    assert framework.executions == [
        (
            ASYNCHRONOUS["WAITER_STATE_MACHINE_ARN"],
            {**request("Create"), "PhysicalResourceId": "thing", "Token": 7},
        )
    ]


def test_deletion_cannot_change_the_physical_id() -> None:
    framework = Framework({"PhysicalResourceId": "other"})
    framework.run("onEvent", ASYNCHRONOUS, request("Delete", PhysicalResourceId="thing"))

    (response,) = framework.responses
    assert response["Status"] == "FAILED"
    assert response["Reason"] == (
        'Error: DELETE: cannot change the physical resource ID from "thing" to "other" during deletion'
    )


def test_creation_that_fails_gets_a_marker_whose_deletion_calls_no_function() -> None:
    framework = Framework(FunctionFailedError("boom"))
    framework.run("onEvent", ASYNCHRONOUS, request("Create"))

    (failed,) = framework.responses
    assert failed["Status"] == "FAILED"
    assert failed["Reason"] == "Error: boom\n\nLogs: /aws/lambda/on-event\n"
    marker = "AWSCDK::CustomResourceProviderFramework::CREATE_FAILED"
    assert failed["PhysicalResourceId"] == marker

    framework.run("onEvent", ASYNCHRONOUS, request("Delete", PhysicalResourceId=marker))

    assert framework.responses[1]["Status"] == "SUCCESS"
    assert len(framework.invoked) == 1


def test_incomplete_operation_is_retried_with_the_same_event() -> None:
    event = request("Create", PhysicalResourceId="thing")
    framework = Framework({"IsComplete": False})
    with pytest.raises(RetryError) as retry:
        framework.run("isComplete", ASYNCHRONOUS, event)

    assert json.loads(str(retry.value)) == event
    assert framework.responses == []
    assert framework.invoked == [(IS_COMPLETE, event)]


def test_complete_operation_answers_the_data_of_both_handlers() -> None:
    framework = Framework({"IsComplete": True, "Data": {"Size": 2, "Polls": 3}})
    event = request("Create", PhysicalResourceId="thing", Data={"Size": 1, "Name": "one"}, NoEcho=True)
    framework.run("isComplete", ASYNCHRONOUS, event)

    (response,) = framework.responses
    assert response["Data"] == {"Size": 2, "Name": "one", "Polls": 3}
    assert (response["Status"], response["NoEcho"]) == ("SUCCESS", True)


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (
            {"IsComplete": False, "Data": {"Size": 1}},
            'Error: "Data" is not allowed if "IsComplete" is "False"',
        ),
        (None, "Error: Cannot read properties of null (reading 'IsComplete')"),
        (FunctionFailedError("boom"), "Error: boom\n\nLogs: /aws/lambda/is-complete\n"),
    ],
)
def test_mistake_of_the_second_handler_fails_with_the_physical_id(result: Any, reason: str) -> None:
    framework = Framework(result)
    framework.run("isComplete", ASYNCHRONOUS, request("Create", PhysicalResourceId="thing"))

    (response,) = framework.responses
    assert (response["Status"], response["Reason"]) == ("FAILED", reason)
    assert response["PhysicalResourceId"] == "thing"


def test_timeout_fails_the_operation_of_the_last_attempt() -> None:
    event = request("Update", PhysicalResourceId="thing")
    cause = json.dumps({"errorType": "Error", "errorMessage": json.dumps(event)})
    framework = Framework()
    framework.run("onTimeout", ASYNCHRONOUS, {"Error": "Error", "Cause": cause})

    (response,) = framework.responses
    assert (response["Status"], response["Reason"]) == ("FAILED", "Operation timed out")
    assert response["PhysicalResourceId"] == "thing"
