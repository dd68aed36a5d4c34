"""A token for the next page, from one workspace, reads nothing of another."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest

# Used by name, as fixtures.
from tests.local.service.conftest import (  # noqa: F401
    clock,
    database,
    functions,
    make_client,
    objects,
    server,
    services,
    start,
    twinmaker,
)
from tests.support.twinmaker import FACTORY, SERIES

if TYPE_CHECKING:
    from tests.local.service.conftest import Functions

OTHER = {"workspaceId": "Other"}
WINDOW = {"startTime": "2022-01-01T00:00:00Z", "endTime": "2022-01-02T00:00:00Z"}


@pytest.fixture
def two_workspaces(twinmaker: Any, functions: Functions) -> Any:  # noqa: F811
    """Fill two workspaces with three entities each; returns the client."""
    location = twinmaker.get_workspace(**FACTORY)
    twinmaker.create_workspace(**OTHER, s3Location=location["s3Location"], role=location["role"])
    reader = {"implementedBy": {"lambda": {"arn": functions.arn("reader")}}}
    for workspace in (FACTORY, OTHER):
        twinmaker.create_component_type(
            **workspace,
            componentTypeId="meter",
            functions={"dataReader": reader},
            propertyDefinitions={"flow": SERIES},
        )
        for number in range(3):
            twinmaker.create_entity(
                **workspace,
                entityId=f"{workspace['workspaceId']}-{number:02}",
                entityName=f"Meter {number}",
                components={"m": {"componentTypeId": "meter"}},
            )
    return twinmaker


def test_token_of_a_list_shows_entities_of_the_requested_workspace_only(two_workspaces: Any) -> None:
    token = two_workspaces.list_entities(**FACTORY, maxResults=2)["nextToken"]
    try:
        answer = two_workspaces.list_entities(**OTHER, maxResults=2, nextToken=token)
    except two_workspaces.exceptions.ValidationException:
        return
    names = [summary["entityId"] for summary in answer["entitySummaries"]]
    assert names
    assert [name for name in names if not name.startswith("Other-")] == []


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b"[]", b"{}", b"\xff", b"null", b"[1" + b"0" * 5_000 + b"]"]
)
def test_token_that_was_made_up_is_refused(content: bytes, two_workspaces: Any) -> None:
    token = b64encode(content).decode()
    with pytest.raises(two_workspaces.exceptions.ValidationException, match="nextToken"):
        two_workspaces.list_entities(**FACTORY, nextToken=token)


def test_token_of_a_history_is_refused_in_another_workspace(
    two_workspaces: Any,
    functions: Functions,  # noqa: F811
) -> None:
    functions.handlers["reader"] = lambda _: {"propertyValues": [], "nextToken": "position"}
    request = {**WINDOW, "entityId": "Factory-00", "componentName": "m", "selectedProperties": ["flow"]}
    token = two_workspaces.get_property_value_history(**FACTORY, **request)["nextToken"]
    calls = len(functions.calls)
    for changed in ({**OTHER, "entityId": "Other-00"}, {**FACTORY, "entityId": "Factory-01"}):
        with pytest.raises(two_workspaces.exceptions.ValidationException, match="belongs to another request"):
            two_workspaces.get_property_value_history(**{**request, **changed, "nextToken": token})
    assert len(functions.calls) == calls, "the connector is not asked"
