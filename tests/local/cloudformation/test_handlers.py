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


def test_page_to_sign_in_is_passed_over(deploy: Callable[..., Deployed]) -> None:
    pool = {"Type": "AWS::Cognito::UserPool", "Properties": {}}
    style = {
        "Type": "AWS::Cognito::ManagedLoginBranding",
        "Properties": {"UserPoolId": {"Ref": "Pool"}, "UseCognitoProvidedValues": True},
    }
    provider = {
        "Type": "AWS::Cognito::UserPoolIdentityProvider",
        "Properties": {
            "UserPoolId": {"Ref": "Pool"},
            "ProviderName": "staff",
            "ProviderType": "SAML",
            "ProviderDetails": {"MetadataURL": "https://login.example.com/metadata"},
        },
    }
    stack = deploy(
        {"Pool": pool, "Style": style, "Provider": provider},
        outputs={"Provider": {"Ref": "Provider"}},
    )

    assert (stack.status, stack.outputs) == ("CREATE_COMPLETE", {"Provider": "staff"})
    stack.delete()
    assert stack.status == "DELETE_COMPLETE"
