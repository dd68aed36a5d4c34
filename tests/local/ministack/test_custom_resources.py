"""Failed creations of custom resources, on a stand-in for ministack; flow tests cover the rest."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from twin_stack.local.ministack.custom_resources import delete_after_failed_creation


def make(responses: list[dict[str, Any]]) -> tuple[Any, list[tuple[str, Any]]]:
    """ministack's module, whose functions give these responses, and the requests that they got."""
    requests: list[tuple[str, Any]] = []
    module: Any = SimpleNamespace(_pending={})

    def register(token: str) -> threading.Event:
        event = threading.Event()
        module._pending[token] = {"event": event, "result": None}
        return event

    def invoke(request_type: str, logical_id: str, *, physical_id: str | None = None) -> str:
        requests.append((request_type, physical_id))
        token = f"{logical_id}-{len(requests)}"
        module.register_token(token)
        response = responses[len(requests) - 1]
        module._pending.pop(token)["result"] = response
        if response["Status"] == "FAILED":
            raise RuntimeError(response["Reason"])
        return str(response["PhysicalResourceId"])

    module.register_token, module.invoke_custom_resource = register, invoke
    delete_after_failed_creation(module)
    return module, requests


def failure(reason: str, **more: Any) -> dict[str, Any]:
    return {"Status": "FAILED", "Reason": reason, **more}


def test_resource_whose_creation_fails_is_deleted_by_the_id_of_the_response() -> None:
    module, requests = make(
        [failure("full", PhysicalResourceId="thing"), {"Status": "SUCCESS", "PhysicalResourceId": "thing"}]
    )

    with pytest.raises(RuntimeError, match=r"^full$"):
        module.invoke_custom_resource("Create", "Thing")
    assert requests == [("Create", None), ("Delete", "thing")]


def test_reason_of_a_deletion_that_fails_as_well_is_reported() -> None:
    module, _ = make([failure("full", PhysicalResourceId="thing"), failure("stuck")])

    with pytest.raises(RuntimeError, match=r"^full; the deletion failed as well: stuck$"):
        module.invoke_custom_resource("Create", "Thing")


@pytest.mark.parametrize(
    ("request_type", "response"),
    [("Create", failure("full")), ("Update", failure("full", PhysicalResourceId="thing"))],
)
def test_nothing_is_deleted_without_an_id_or_after_an_update(request_type: str, response: Any) -> None:
    module, requests = make([response])

    with pytest.raises(RuntimeError, match=r"^full$"):
        module.invoke_custom_resource(request_type, "Thing")
    assert [kind for kind, _ in requests] == [request_type]
