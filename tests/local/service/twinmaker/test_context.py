"""Helpers that the parts of the TwinMaker service share."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.local.service import Scope
from twin_stack.local.service.resources import Resource
from twin_stack.local.service.twinmaker.context import (
    invalid,
    not_found,
    page_size,
    status_of,
    workspace_arn,
)

ERROR = {"code": "INTERNAL_FAILURE", "message": "the connector failed"}


@pytest.mark.parametrize(
    ("state", "body", "status"),
    [
        ("ACTIVE", {}, {"state": "ACTIVE", "error": {}}),
        ("ACTIVE", {"error": ERROR}, {"state": "ERROR", "error": ERROR}),
        ("CREATING", {"error": ERROR}, {"state": "CREATING", "error": {}}),
        ("DELETING", {}, {"state": "DELETING", "error": {}}),
    ],
)
def test_failure_is_reported_once_the_resource_has_settled(state: str, body: Any, status: Any) -> None:
    assert status_of(Resource("e", body, state, 0.0, 0.0)) == status


def test_page_has_the_requested_or_the_default_size() -> None:
    assert [page_size(params) for params in ({}, {"maxResults": 0}, {"maxResults": 7})] == [25, 25, 7]


def test_arn_is_of_the_workspace_or_of_what_is_in_it() -> None:
    scope = Scope("123456789012", "us-east-1")
    arn = "arn:aws:iottwinmaker:us-east-1:123456789012:workspace/Factory"
    assert workspace_arn(scope, "Factory") == arn
    assert workspace_arn(scope, "Factory", "entity/Pump") == f"{arn}/entity/Pump"


def test_errors_have_the_codes_of_the_service() -> None:
    assert (invalid("no").code, invalid("no").message) == ("ValidationException", "no")
    error = not_found("entity", "pump")
    assert (error.code, error.message) == ("ResourceNotFoundException", "entity 'pump' does not exist")
