"""Errors of a local service."""

from __future__ import annotations

from twin_stack.local.service.errors import ServiceError


def test_error_has_code_message_and_further_members() -> None:
    error = ServiceError("ResourceAlreadyExistsException", "it exists", resourceId="m-1")
    assert (error.code, error.message) == ("ResourceAlreadyExistsException", "it exists")
    assert error.members == {"resourceId": "m-1"}
    assert str(error) == "ResourceAlreadyExistsException: it exists"


def test_status_is_that_of_a_refused_request_until_the_model_sets_another() -> None:
    assert ServiceError("ValidationException", "no").status == 400
