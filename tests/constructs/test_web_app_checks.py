"""Arguments of the hosted page that require or exclude each other."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import Duration, Environment, Stack
from aws_cdk import aws_cognito as cognito

from tests.constructs.web_app import make, named
from tests.support.refusal import refusal
from twin_stack import ExistingUserPool, OidcProvider, Workspace

OIDC = OidcProvider(issuer="https://login.example.com/plant", client_id="twin")


@pytest.mark.slow
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
        (
            {"sign_in": OidcProvider("https://l.example.com", "twin", logout_url="l.example.com/leave")},
            "logout_url must be an https address",
        ),
        ({"sign_in": OIDC, "session": Duration.hours(1)}, "are settings of a user pool"),
        (
            {"operator_role_arn": "arn:aws:iam::444455556666:role/o"},
            "operator_role_arn needs reader_role_arn",
        ),
        ({"sign_in": OIDC, "operators_group_name": "leads"}, "are settings of a user pool"),
        ({"sign_in": OIDC, "alarm_entity_ids": ["a"]}, "alarm_entity_ids has no effect without operators"),
    ],
)
def test_wrong_arguments_are_refused(options: dict[str, Any], message: str) -> None:
    assert message in refusal(lambda stack: make(stack, **options))


@pytest.mark.parametrize(
    ("pool_id", "url", "message"),
    [
        (
            "eu-west-1_AbCdEfGhI",
            "plant.auth.eu-west-1.amazoncognito.com",
            "sign_in_url must be https origins",
        ),
        ("eu-west-1_AbCdEfGhI", "https://login.example.com/", "sign_in_url must be https origins"),
        ("eu-west-2_AbCdEfGhI", "https://login.example.com", "is not in region eu-west-1 of the page"),
    ],
)
def test_an_existing_pool_that_the_page_cannot_use_is_refused(pool_id: str, url: str, message: str) -> None:
    def build(stack: Stack) -> None:
        page_stack = Stack(stack, "Pages", env=Environment(account="111122223333", region="eu-west-1"))
        pool = cognito.UserPool.from_user_pool_id(page_stack, "Staff", pool_id)
        make(page_stack, sign_in=ExistingUserPool(pool, url))

    assert message in refusal(build)


def test_a_pool_without_providers_lets_no_user_sign_in() -> None:
    def build(stack: Stack) -> None:
        pool = cognito.UserPool.from_user_pool_id(stack, "Staff", "eu-west-1_AbCdEfGhI")
        make(stack, sign_in=ExistingUserPool(pool, "https://login.example.com", identity_providers=()))

    assert "identity_providers is empty" in refusal(build)


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
