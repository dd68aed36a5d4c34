"""Handlers of the types that call no service."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.stacks import Deployed


def test_workspace_of_grafana_is_passed_over(deploy: Callable[..., Deployed]) -> None:
    properties = {
        "AccountAccessType": "CURRENT_ACCOUNT",
        "AuthenticationProviders": ["AWS_SSO"],
        "PermissionType": "CUSTOMER_MANAGED",
    }
    stack = deploy(
        {"Grafana": {"Type": "AWS::Grafana::Workspace", "Properties": properties}},
        outputs={"Endpoint": {"Fn::GetAtt": ["Grafana", "Endpoint"]}},
    )

    assert (stack.status, stack.outputs) == ("CREATE_COMPLETE", {"Endpoint": "grafana.invalid"})
    stack.delete()
    assert stack.status == "DELETE_COMPLETE"
