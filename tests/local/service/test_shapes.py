"""The constraints of botocore's models, checked and reported."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.local.service import LocalServices, ServiceError

Json = dict[str, Any]


def test_every_problem_is_named_when_a_request_breaks_several_constraints(services: LocalServices) -> None:
    with pytest.raises(ServiceError) as caught:
        services.call(
            "iottwinmaker",
            "CreateEntity",
            {
                "workspaceId": "my factory",
                "components": {"Mixer (1)": {"properties": {"x": {"value": {"integerValue": 2**31}}}}},
                "colour": "red",
            },
        )
    assert (caught.value.code, caught.value.status) == ("ValidationException", 400)
    message = caught.value.message
    assert message.startswith("5 validation errors detected: ")
    assert "Value 'null' at 'entityName' failed to satisfy constraint: Member must not be null" in message
    assert "Value 'my factory' at 'workspaceId'" in message
    assert "Value 'Mixer (1)' at 'components.key'" in message
    assert "at 'components.Mixer (1).properties.x.value.integerValue'" in message
    assert "Member at 'colour' is not known" in message


@pytest.mark.parametrize(
    ("operation", "params", "rule"),
    [
        ("CreateWorkspace", {"workspaceId": "F1", "s3Location": "arn:aws:s3:::a.b"}, "regular expression"),
        ("CreateWorkspace", {"workspaceId": "F1", "s3Location": "arn:aws:s3:::ab\n"}, "regular expression"),
        ("CreateWorkspace", {"workspaceId": "F"}, "regular expression"),
        ("CreateWorkspace", {"workspaceId": "F1", "description": "x" * 2049}, "less than or equal to 2048"),
        ("CreateWorkspace", {"workspaceId": "F1", "tags": {"a": ""}}, "greater than or equal to 1"),
        ("CreateWorkspace", {"workspaceId": 1}, "must be a string"),
        ("CreateWorkspace", {"workspaceId": "F1", "tags": ["a"]}, "must be a map"),
        ("ListWorkspaces", {"maxResults": 201}, "less than or equal to 200"),
        ("ListWorkspaces", {"maxResults": True}, "must be an integer"),
        ("UpdatePricingPlan", {"pricingMode": "FREE"}, "enum value set: [BASIC, STANDARD, TIERED_BUNDLE]"),
        ("ListEntities", {"workspaceId": "F1", "filters": [{}]}, "exactly one member set"),
    ],
)
def test_a_validation_error_is_answered_when_a_value_breaks_the_model(
    services: LocalServices, operation: str, params: Json, rule: str
) -> None:
    with pytest.raises(ServiceError) as caught:
        services.call("iottwinmaker", operation, params)
    assert caught.value.code == "ValidationException"
    assert rule in caught.value.message


def test_text_with_line_breaks_is_taken_when_the_pattern_is_any_text(services: LocalServices) -> None:
    params = {"workspaceId": "F1", "description": "one\ntwo"}
    services.call("iottwinmaker", "CreateWorkspace", params)
    workspace = services.call("iottwinmaker", "GetWorkspace", {"workspaceId": "F1"})
    assert workspace["description"] == "one\ntwo"


def test_tag_keys_of_any_alphabet_are_taken_when_they_are_letters(services: LocalServices) -> None:
    params = {"workspaceId": "F1", "tags": {"größe/ 規模": "x"}}
    assert services.call("iottwinmaker", "CreateWorkspace", params)["arn"]
    with pytest.raises(ServiceError, match="regular expression"):
        services.call("iottwinmaker", "CreateWorkspace", {"workspaceId": "F2", "tags": {"a#b": "x"}})
