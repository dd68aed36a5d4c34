"""The Grafana of a stage."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from twin_stack.definition.schema.stage_grafana import StageGrafana

PRINCIPAL = "arn:aws:iam::111122223333:role/grafana"


@pytest.mark.parametrize(
    "members",
    [
        {"principalArn": PRINCIPAL, "externalId": "plant-1"},
        {"principalArn": "arn:aws-cn:iam::111122223333:user/a/grafana", "externalId": "plant-1"},
        {"managedRoleArn": PRINCIPAL},
        {"managedRoleArn": PRINCIPAL, "workspace": False},
        {"workspace": True},
    ],
)
def test_stage_has_one_grafana(members: dict[str, Any]) -> None:
    settings = StageGrafana.model_validate(members)
    assert (settings.principal_arn, settings.managed_role_arn, settings.external_id, settings.workspace) == (
        members.get("principalArn"),
        members.get("managedRoleArn"),
        members.get("externalId"),
        members.get("workspace", False),
    )


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({}, "0 of principalArn, managedRoleArn and workspace are given, expected exactly 1"),
        (
            {"managedRoleArn": PRINCIPAL, "workspace": True},
            "2 of principalArn, managedRoleArn and workspace are given, expected exactly 1",
        ),
        (
            {
                "principalArn": PRINCIPAL,
                "externalId": "plant-1",
                "managedRoleArn": PRINCIPAL,
                "workspace": True,
            },
            "3 of principalArn, managedRoleArn and workspace are given, expected exactly 1",
        ),
        ({"principalArn": PRINCIPAL}, "principalArn and externalId require each other"),
        ({"workspace": True, "externalId": "plant-1"}, "principalArn and externalId require each other"),
    ],
)
def test_members_that_contradict_each_other_are_refused(members: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        StageGrafana.model_validate(members)
