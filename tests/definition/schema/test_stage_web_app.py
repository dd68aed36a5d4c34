"""The hosted page of a stage; what contradicts itself is in ``tests/test_settings.py``."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from twin_stack.definition.schema.stage_web_app import StageWebApp

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/5f0e4b8c-0000-4000-8000-000000000001"
POOL = {"id": "eu-west-1_AbCdEfGhI", "url": "https://plant.auth.eu-west-1.amazoncognito.com"}
OIDC = {"issuer": "https://login.example.com", "clientId": "page"}


@pytest.mark.parametrize(
    ("name", "is_inside"),
    [
        ("example.com", True),
        ("twin.example.com", True),
        ("a.b.example.com", True),
        ("badexample.com", False),
        ("example.com.org", False),
    ],
)
def test_host_name_is_the_one_of_its_zone_or_below_it(name: str, is_inside: bool) -> None:
    members = {
        "domainName": name,
        "certificateArn": CERTIFICATE,
        "hostedZone": {"id": "Z0123456789ABC", "name": "example.com"},
    }
    if is_inside:
        assert StageWebApp.model_validate(members).domain_name == name
    else:
        with pytest.raises(ValidationError, match="is not in the hosted zone"):
            StageWebApp.model_validate(members)


@pytest.mark.parametrize(
    "members",
    [
        {"mfa": "off", "samlMetadataUrl": "https://saml.example.com/metadata", "sessionHours": 8},
        {"userPool": POOL, "sessionHours": 8},
        {"oidc": {**OIDC, "scopes": ["openid", "email"]}},
        {"oidc": OIDC},
        {},
    ],
    ids=["new user pool", "existing user pool", "own scopes", "provider", "defaults"],
)
def test_each_way_to_sign_in_has_its_settings(members: dict[str, Any]) -> None:
    page = StageWebApp.model_validate(members)
    assert (page.user_pool is not None, page.oidc is not None) == ("userPool" in members, "oidc" in members)
    assert page.session_hours == members.get("sessionHours")


@pytest.mark.parametrize("method", [{"userPool": POOL}, {"oidc": OIDC}], ids=["user pool", "provider"])
@pytest.mark.parametrize(
    ("name", "value"),
    [("mfa", "off"), ("samlMetadataUrl", "https://saml.example.com/m"), ("signInDomainPrefix", "plant")],
)
def test_settings_of_a_new_user_pool_are_refused_with_another_way(
    method: dict[str, Any], name: str, value: str
) -> None:
    message = f"{next(iter(method))} and {name} exclude each other"
    with pytest.raises(ValidationError, match=message):
        StageWebApp.model_validate({**method, name: value})
