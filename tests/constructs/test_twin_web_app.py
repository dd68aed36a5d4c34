"""The hosted page: its settings, how users sign in, and what each of them may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, Duration, RemovalPolicy, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_s3 as s3

from tests.constructs.examples import existing_workspace
from tests.constructs.statements import flat, of_role
from tests.constructs.web_app import CERTIFICATE, WEB_ACL, config_json, directives, make, named, write_page
from tests.support.templates import Synthesized, cdk_context, synthesize
from twin_stack import (
    ExistingUserPool,
    NewUserPool,
    OidcProvider,
    OperatorClaim,
    TwinError,
    TwinWebApp,
    Workspace,
)
from twin_stack.constructs import web_app_hosting

if TYPE_CHECKING:
    from pathlib import Path

OIDC = OidcProvider(issuer="https://login.example.com/plant", client_id="twin")


@pytest.fixture(autouse=True)
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_page(tmp_path / "page")
    monkeypatch.setattr(web_app_hosting, "built_page", lambda: folder)


def made(**options: Any) -> Synthesized:
    return synthesize(lambda stack: make(stack, **options), copies_files=True)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """A page without options."""
    folder = write_page(tmp_path_factory.mktemp("plain") / "page")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web_app_hosting, "built_page", lambda: folder)
        return made()


def role_of(result: Synthesized, name: str) -> dict[str, list[str]]:
    (role_id,) = [item for item in result.all_of("AWS::IAM::Role") if item.startswith(f"Page{name}Role")]
    return of_role(result.resources, role_id)


def distribution(result: Synthesized) -> dict[str, Any]:
    config: dict[str, Any] = result.properties("AWS::CloudFront::Distribution")["DistributionConfig"]
    return config


@pytest.mark.slow
def test_settings_name_the_workspace_and_how_to_sign_in(plain: Synthesized) -> None:
    result = plain

    pool, domain = result.id_of("AWS::Cognito::UserPool"), result.id_of("AWS::Cognito::UserPoolDomain")
    client = result.id_of("AWS::Cognito::UserPoolClient")
    assert config_json(result) == {
        "region": "<AWS::Region>",
        "workspaceId": f"<{result.id_of('AWS::IoTTwinMaker::Workspace')}>",
        "endpoints": {
            "control": "https://api.iottwinmaker.<AWS::Region>.amazonaws.com",
            "data": "https://data.iottwinmaker.<AWS::Region>.amazonaws.com",
            "s3": "https://s3.<AWS::Region>.amazonaws.com",
            "identity": "https://cognito-identity.<AWS::Region>.amazonaws.com",
        },
        "auth": {
            "issuer": f"https://<{pool}.ProviderName>",
            "clientId": f"<{client}>",
            "identityPoolId": f"<{result.id_of('AWS::Cognito::IdentityPool')}>",
            "provider": f"<{pool}.ProviderName>",
            "scopes": "openid email",
            "operators": {
                "claim": "cognito:groups",
                "value": f"<{result.id_of('AWS::Cognito::UserPoolGroup')}>",
            },
            "logoutUrl": f"https://<{domain}>.auth.<AWS::Region>.amazoncognito.com/logout",
        },
    }


@pytest.mark.slow
def test_users_cannot_sign_up_and_a_pool_is_kept(plain: Synthesized) -> None:
    result = plain
    pool = result.one("AWS::Cognito::UserPool")

    assert pool["Properties"]["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["Properties"]["MfaConfiguration"] == "ON"
    assert pool["Properties"]["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
    assert pool["Properties"]["DeletionProtection"] == "ACTIVE"
    assert (pool["DeletionPolicy"], pool["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert result.properties("AWS::Cognito::UserPoolDomain")["ManagedLoginVersion"] == 2
    assert result.properties("AWS::Cognito::ManagedLoginBranding")["UseCognitoProvidedValues"] is True


@pytest.mark.slow
@pytest.mark.parametrize("has_second_key", [False, True])
def test_pool_goes_with_both_keys_only(has_second_key: bool) -> None:
    result = synthesize(
        lambda stack: make(stack, sign_in=NewUserPool(removal_policy=RemovalPolicy.DESTROY)),
        context={"twin-stack:allowDestroy": has_second_key},
    )
    pool = result.one("AWS::Cognito::UserPool")

    assert pool["DeletionPolicy"] == ("Delete" if has_second_key else "Retain")
    assert pool["Properties"].get("DeletionProtection") == ("INACTIVE" if has_second_key else "ACTIVE")
    assert len(result.warnings) == (0 if has_second_key else 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mfa", "configuration"),
    [(cognito.Mfa.REQUIRED, "ON"), (cognito.Mfa.OPTIONAL, "OPTIONAL"), (cognito.Mfa.OFF, "OFF")],
)
def test_second_factor_is_a_setting(mfa: cognito.Mfa, configuration: str) -> None:
    pool = made(sign_in=NewUserPool(mfa=mfa)).properties("AWS::Cognito::UserPool")

    assert pool["MfaConfiguration"] == configuration


@pytest.mark.slow
def test_client_is_public_and_uses_the_code_flow_alone() -> None:
    result = made(session=Duration.hours(8))
    client = result.properties("AWS::Cognito::UserPoolClient")

    url = f"https://<{result.id_of('AWS::CloudFront::Distribution')}.DomainName>/"
    assert client["GenerateSecret"] is False
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["ExplicitAuthFlows"] == ["ALLOW_USER_SRP_AUTH"]
    assert client["RefreshTokenRotation"]["Feature"] == "ENABLED"
    assert client["RefreshTokenValidity"] == 8 * 60
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert [*map(flat, client["CallbackURLs"]), *map(flat, client["LogoutURLs"])] == [url, url]


@pytest.mark.slow
def test_users_read_exactly_this_workspace_and_its_files(plain: Synthesized) -> None:
    result = plain
    workspace, bucket = result.id_of("AWS::IoTTwinMaker::Workspace"), "TwinBucket"
    allowed = role_of(result, "Viewers")

    (objects,) = allowed.pop("s3:GetObject")
    assert objects.startswith(f"<{bucket}")
    assert objects.endswith(".Arn>/*")
    assert "iottwinmaker:GetPropertyValueHistory" in allowed
    for action, resources in allowed.items():
        assert action.startswith(("iottwinmaker:Get", "iottwinmaker:List")), action
        assert resources == [f"<{workspace}.Arn>", f"<{workspace}.Arn>/*"], action


@pytest.mark.slow
def test_operators_may_write_values_of_entities_and_nothing_else(plain: Synthesized) -> None:
    result = plain
    arn = f"<{result.id_of('AWS::IoTTwinMaker::Workspace')}.Arn>"
    allowed = role_of(result, "Operators")

    assert allowed.pop("iottwinmaker:BatchPutPropertyValues") == [arn, f"{arn}/entity/*"]
    assert allowed.pop("iottwinmaker:GetWorkspace") == [arn], "writing values depends on it"
    assert allowed == role_of(result, "Viewers")


@pytest.mark.slow
def test_operators_acknowledge_alarms_of_named_entities() -> None:
    result = made(alarm_entity_ids=["press-1", "press-2"])
    arn = f"<{result.id_of('AWS::IoTTwinMaker::Workspace')}.Arn>"

    resources = role_of(result, "Operators")["iottwinmaker:BatchPutPropertyValues"]
    assert resources == [arn, f"{arn}/entity/press-1", f"{arn}/entity/press-2"]


@pytest.mark.slow
def test_only_signed_in_users_of_this_identity_pool_get_a_role(plain: Synthesized) -> None:
    result = plain
    pool = result.id_of("AWS::Cognito::IdentityPool")
    trusted = [
        statement
        for name, role in result.all_of("AWS::IAM::Role").items()
        if name.startswith(("PageViewers", "PageOperators"))
        for statement in role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    ]

    assert len(trusted) == 2
    for statement in trusted:
        assert statement["Principal"] == {"Federated": "cognito-identity.amazonaws.com"}
        assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
        assert statement["Condition"] == {
            "StringEquals": {"cognito-identity.amazonaws.com:aud": {"Ref": pool}},
            "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"},
        }
    settings = result.properties("AWS::Cognito::IdentityPool")
    assert settings["AllowUnauthenticatedIdentities"] is False
    assert "AllowClassicFlow" not in settings
    assert settings["CognitoIdentityProviders"][0]["ServerSideTokenCheck"] is True


@pytest.mark.slow
def test_users_of_the_group_get_the_role_of_operators(plain: Synthesized) -> None:
    result = plain
    group = result.properties("AWS::Cognito::UserPoolGroup")
    attachment = result.properties("AWS::Cognito::IdentityPoolRoleAttachment")

    assert group["GroupName"] == "factory-operators"
    assert flat(group["RoleArn"]).startswith("<PageOperatorsRole")
    assert set(attachment["Roles"]) == {"authenticated"}
    assert flat(attachment["Roles"]["authenticated"]).startswith("<PageViewersRole")
    (mapping,) = attachment["RoleMappings"].values()
    assert (mapping["Type"], mapping["AmbiguousRoleResolution"]) == ("Token", "AuthenticatedRole")
    client = result.id_of("AWS::Cognito::UserPoolClient")
    assert flat(mapping["IdentityProvider"]).endswith(f".ProviderName>:<{client}>")


@pytest.mark.slow
def test_saml_provider_replaces_users_of_the_pool() -> None:
    metadata = cognito.UserPoolIdentityProviderSamlMetadata.url("https://login.example.com/metadata")
    result = made(sign_in=NewUserPool(saml_metadata=metadata))

    saml = result.id_of("AWS::Cognito::UserPoolIdentityProvider")
    client = result.one("AWS::Cognito::UserPoolClient")
    assert client["Properties"]["SupportedIdentityProviders"] == [{"Ref": saml}]
    assert saml in client["DependsOn"]


@pytest.mark.slow
def test_existing_pool_gets_a_client_and_a_group() -> None:
    def build(stack: Stack) -> None:
        pool = cognito.UserPool.from_user_pool_id(stack, "Staff", "eu-west-1_AbCdEfGhI")
        page = make(
            stack,
            sign_in=ExistingUserPool(
                pool,
                "https://login.example.com",
                has_managed_login=False,
                identity_providers=("CorporateSaml", "COGNITO"),
            ),
            operators_group_name="shift-leads",
        )
        assert page.user_pool is pool

    result = synthesize(build, copies_files=True)

    assert result.all_of("AWS::Cognito::UserPool") == {}
    assert result.all_of("AWS::Cognito::ManagedLoginBranding") == {}
    client = result.properties("AWS::Cognito::UserPoolClient")
    assert client["UserPoolId"] == "eu-west-1_AbCdEfGhI"
    assert client["SupportedIdentityProviders"] == ["CorporateSaml", "COGNITO"]
    assert result.properties("AWS::Cognito::UserPoolGroup")["GroupName"] == "shift-leads"
    assert config_json(result)["auth"]["logoutUrl"] == "https://login.example.com/logout"
    assert "https://login.example.com" in directives(result)["connect-src"]


def test_oidc_provider_needs_no_user_pool() -> None:
    result = synthesize(lambda stack: make(stack, sign_in=OIDC), copies_files=True)

    assert result.all_of("AWS::Cognito::UserPool") == {}
    assert result.all_of("AWS::Cognito::UserPoolClient") == {}
    provider = result.properties("AWS::IAM::OIDCProvider")
    assert (provider["Url"], provider["ClientIdList"]) == ("https://login.example.com/plant", ["twin"])
    assert len(result.properties("AWS::Cognito::IdentityPool")["OpenIdConnectProviderARNs"]) == 1
    auth = config_json(result)["auth"]
    assert auth["issuer"] == "https://login.example.com/plant"
    assert auth["provider"] == "login.example.com/plant"
    assert auth["scopes"] == "openid email offline_access"
    assert "logoutUrl" not in auth
    assert auth["operators"] == "none"
    connect = directives(result)["connect-src"]
    assert "https://login.example.com" in connect
    assert not [source for source in connect if "cognito-idp" in source]
    # Without a claim, no user is an operator.
    assert "RoleMappings" not in result.properties("AWS::Cognito::IdentityPoolRoleAttachment")
    assert not [name for name in result.resources if name.startswith("PageOperators")]


def test_claim_of_an_oidc_provider_makes_operators() -> None:
    provider = OidcProvider(
        issuer="https://login.example.com", client_id="twin", operators=OperatorClaim("role", "operator")
    )
    result = made(sign_in=provider)

    (mapping,) = result.properties("AWS::Cognito::IdentityPoolRoleAttachment")["RoleMappings"].values()
    (rule,) = mapping["RulesConfiguration"]["Rules"]
    assert mapping["Type"] == "Rules"
    assert mapping["IdentityProvider"] == "login.example.com"
    assert (rule["Claim"], rule["MatchType"], rule["Value"]) == ("role", "Equals", "operator")
    assert flat(rule["RoleARN"]).startswith("<PageOperatorsRole")
    assert config_json(result)["auth"]["operators"] == {
        "claim": "role",
        "value": "operator",
        "matchType": "Equals",
    }


@pytest.mark.slow
def test_host_name_has_its_certificate_and_records() -> None:
    result = synthesize(lambda stack: make(stack, **named(stack)))
    config = distribution(result)

    assert config["Aliases"] == ["twin.example.com"]
    assert config["ViewerCertificate"] == {
        "AcmCertificateArn": CERTIFICATE,
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SslSupportMethod": "sni-only",
    }
    records = result.all_of("AWS::Route53::RecordSet").values()
    assert sorted(record["Properties"]["Type"] for record in records) == ["A", "AAAA"]
    assert {record["Properties"]["Name"] for record in records} == {"twin.example.com."}
    assert result.properties("AWS::Cognito::UserPoolClient")["CallbackURLs"] == ["https://twin.example.com/"]


@pytest.mark.slow
def test_url_names_the_host() -> None:
    def build(stack: Stack) -> None:
        assert make(stack, **named(stack)).url == "https://twin.example.com/"

    assert synthesize(build).resources


@pytest.mark.slow
def test_firewall_logs_and_countries_are_options() -> None:
    def build(stack: Stack) -> None:
        make(
            stack,
            web_acl_arn=WEB_ACL,
            geo_restriction=cloudfront.GeoRestriction.allowlist("CH", "DE"),
            access_logs_bucket=s3.Bucket.from_bucket_name(stack, "Logs", "cloudfront-logs"),
        )

    config = distribution(synthesize(build))

    assert config["WebACLId"] == WEB_ACL
    assert config["Restrictions"]["GeoRestriction"] == {
        "Locations": ["CH", "DE"],
        "RestrictionType": "whitelist",
    }
    assert flat(config["Logging"]["Bucket"]).startswith("cloudfront-logs.s3.")


@pytest.mark.slow
def test_bucket_of_the_same_stack_lets_the_page_read_scenes(plain: Synthesized) -> None:
    result = plain
    (rule,) = [
        rule
        for name, bucket in result.all_of("AWS::S3::Bucket").items()
        if name.startswith("Twin")
        for rule in bucket["Properties"]["CorsConfiguration"]["CorsRules"]
    ]

    host = f"<{result.id_of('AWS::CloudFront::Distribution')}.DomainName>"
    assert [flat(origin) for origin in rule["AllowedOrigins"]] == [f"https://{host}"]
    assert rule["AllowedMethods"] == ["GET", "HEAD"]


@pytest.mark.slow
def test_page_of_an_imported_workspace_says_which_origin_its_bucket_must_allow() -> None:
    app = App(context=cdk_context(), builtin_cloud_formation_validation=False)
    stack = Stack(app, "Test")
    make(stack, workspace=existing_workspace(stack), **named(stack))

    messages = app.synth().get_stack_by_name("Test").messages

    (message,) = [str(item.entry.data) for item in messages if "CORS" in str(item.entry.data)]
    assert 'The bucket of workspace "factory" must allow the origin of https://twin.example.com' in message


@pytest.mark.slow
@pytest.mark.parametrize("has_host_name", [False, True])
def test_page_in_a_stack_of_its_own(has_host_name: bool) -> None:
    app = App(context=cdk_context(), builtin_cloud_formation_validation=False)
    workspace = Workspace(Stack(app, "Twin"), "Twin", workspace_id="factory")
    stack = Stack(app, "Pages")
    TwinWebApp(stack, "Page", workspace=workspace, **(named(stack) if has_host_name else {}))

    assembly = app.synth()

    (bucket,) = [
        resource["Properties"]
        for resource in assembly.get_stack_by_name("Twin").template["Resources"].values()
        if resource["Type"] == "AWS::S3::Bucket"
    ]
    messages = [str(item.entry.data) for item in assembly.get_stack_by_name("Pages").messages]
    if has_host_name:
        (rule,) = bucket["CorsConfiguration"]["CorsRules"]
        assert rule["AllowedOrigins"] == ["https://twin.example.com"]
    else:
        assert "CorsConfiguration" not in bucket
        assert [message for message in messages if "CORS" in message]


@pytest.mark.slow
def test_name_of_the_group_fits_when_that_of_the_workspace_is_long() -> None:
    result = synthesize(lambda stack: make(stack, workspace=Workspace(stack, "Twin", workspace_id="f" * 128)))

    assert len(result.properties("AWS::Cognito::UserPoolGroup")["GroupName"]) == 128


def test_a_page_that_is_not_built_says_how_to_build_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_app_hosting, "built_page", lambda: None)

    with pytest.raises(TwinError, match="make page"):
        made()
