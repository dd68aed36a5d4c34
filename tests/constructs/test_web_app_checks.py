"""Arguments of the hosted page that require or exclude each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import Duration

from tests.constructs.web_app import make, named
from tests.support.refusal import refusal
from twin_stack import OidcProvider, Workspace

if TYPE_CHECKING:
    from aws_cdk import Stack

OIDC = OidcProvider(issuer="https://login.example.com/plant", client_id="twin")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"domain_name": "twin.example.com"}, "domain_name and certificate require each other"),
        ({"web_acl_arn": "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/1"}, "in us-east-1, got"),
        ({"connect_origins": ["http://models.example.com"]}, 'got "http://models.example.com"'),
        ({"connect_origins": ["https://*.example.com"]}, 'got "https://*.example.com"'),
        ({"sign_in": OidcProvider("http://login.example.com", "twin")}, "issuer must be an https address"),
        ({"sign_in": OidcProvider("https://l.example.com", "twin", scopes=("email",))}, 'contain "openid"'),
        (
            {"sign_in": OidcProvider("https://l.example.com", "twin", token_origins=("l.example.com",))},
            "token_origins must be https origins",
        ),
        ({"sign_in": OIDC, "session": Duration.hours(1)}, "are settings of a user pool"),
        ({"sign_in": OIDC, "operators_group_name": "leads"}, "are settings of a user pool"),
        ({"sign_in": OIDC, "alarm_entity_ids": ["a"]}, "alarm_entity_ids has no effect without operators"),
    ],
)
def test_wrong_arguments_are_refused(options: dict[str, Any], message: str) -> None:
    assert message in refusal(lambda stack: make(stack, **options))


def test_a_zone_of_another_name_is_refused() -> None:
    def build(stack: Stack) -> None:
        make(stack, **{**named(stack), "domain_name": "twin.example.org"})

    assert 'domain_name "twin.example.org" is not in hosted_zone "example.com"' in refusal(build)


def test_a_zone_without_host_name_is_refused() -> None:
    def build(stack: Stack) -> None:
        make(stack, hosted_zone=named(stack)["hosted_zone"])

    assert "hosted_zone needs domain_name" in refusal(build)


def test_a_workspace_without_a_known_bucket_is_refused() -> None:
    def build(stack: Stack) -> None:
        make(stack, workspace=Workspace.from_workspace_id(stack, "W", "factory"))

    assert "workspace has no bucket" in refusal(build)
