"""The hosted page of a stage."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from twin_stack.definition.rules.members import VALUE_NOT_ALLOWED
from twin_stack.definition.rules.web_app import WEB_APP_ADDRESS, WEB_APP_ELSEWHERE, WEB_APP_SIGN_IN
from twin_stack.definition.schema.refusal import refusal
from twin_stack.definition.schema.shape import Shape, Unique
from twin_stack.definition.schema.string_rule import StringRule
from twin_stack.twinmaker import patterns

_HostName = Annotated[
    str, StringRule(VALUE_NOT_ALLOWED, "host name", *patterns.HOST_NAME, "such as twin.example.com")
]
_Origin = Annotated[
    str,
    StringRule(VALUE_NOT_ALLOWED, "origin", *patterns.HTTPS_ORIGIN, "such as https://models.example.com"),
]
_Url = Annotated[
    str, StringRule(VALUE_NOT_ALLOWED, "address", *patterns.HTTPS_URL, "beginning with https://")
]
_Text = Annotated[str, Field(min_length=1, max_length=2048)]


class HostedZone(Shape):
    """The hosted zone of Route 53 that gets the records of the page's host name.

    Attributes:
        id: Id of the zone.
        name: Name of the zone, such as ``example.com``.
    """

    id: Annotated[
        str,
        StringRule(VALUE_NOT_ALLOWED, "hosted zone id", *patterns.HOSTED_ZONE_ID, "such as Z0123456789ABC"),
    ]
    name: _HostName


class StageUserPool(Shape):
    """An existing user pool that users of the page sign in with.

    Attributes:
        id: Id of the pool.
        url: Address of its domain, such as ``https://plant.auth.eu-west-1.amazoncognito.com``.
        managed_login: Whether the domain shows managed login; false for the classic hosted UI.
        identity_providers: Names of the pool's providers that users sign in with; ``COGNITO`` stands for the
            pool's own users, who are the default.
    """

    id: Annotated[
        str,
        StringRule(VALUE_NOT_ALLOWED, "user pool id", *patterns.USER_POOL_ID, "such as eu-west-1_AbCdEfGhI"),
    ]
    url: _Origin
    managed_login: bool = True
    identity_providers: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=32)]], Unique, Field(min_length=1)
    ] = Field(default=["COGNITO"])


class StageOperatorClaim(Shape):
    """The claim by which users of an OIDC provider may acknowledge alarms.

    Attributes:
        claim: Name of the claim.
        value: Value that an operator has.
        match_type: How Cognito compares.
    """

    claim: _Text
    value: _Text
    match_type: Literal["Equals", "Contains", "StartsWith"] = "Equals"


class StageOidc(Shape):
    """The team's OpenID Connect provider.

    Attributes:
        issuer: The issuer.
        client_id: Id of the page's client at the provider.
        provider_arn: The provider in IAM, which exists once for each issuer and account. Default: it is
            created.
        scopes: Scopes that the page asks for. Default: those of ``OidcProvider``.
        logout_url: Address that ends the session at the provider.
        token_origins: Origins of the provider's endpoints where they differ from the issuer's.
        operators: The claim by which users may acknowledge alarms. Default: no user may.
    """

    issuer: Annotated[
        str,
        StringRule(VALUE_NOT_ALLOWED, "issuer", *patterns.HTTPS_ADDRESS, "beginning with https://, no query"),
    ]
    client_id: _Text
    provider_arn: (
        Annotated[
            str,
            StringRule(
                VALUE_NOT_ALLOWED,
                "OIDC provider ARN",
                *patterns.OIDC_PROVIDER_ARN,
                "such as arn:aws:iam::111122223333:oidc-provider/login.example.com",
            ),
        ]
        | None
    ) = None
    scopes: Annotated[list[_Text], Unique] | None = None
    logout_url: _Url | None = None
    token_origins: Annotated[list[_Origin], Unique] = Field(default=[])
    operators: StageOperatorClaim | None = None

    @model_validator(mode="after")
    def _check_scopes(self) -> Self:
        if self.scopes is not None and "openid" not in self.scopes:
            raise refusal(
                VALUE_NOT_ALLOWED,
                'scopes lack "openid", without which there is no ID token: {scopes}',
                scopes=", ".join(self.scopes),
            )
        return self


class StageWebApp(Shape):
    """The page of the twin, hosted in AWS. Without members, everything has its default.

    Attributes:
        domain_name: Host name of the page; needs ``certificate_arn``. Default: the one of CloudFront.
        certificate_arn: Its certificate, in us-east-1.
        hosted_zone: The zone that gets the records of ``domain_name``. Default: they exist elsewhere.
        web_acl_arn: Web ACL of AWS WAF for CloudFront, in us-east-1.
        countries: Countries that may load the page, by their codes of ISO 3166-1. Default: all.
        access_logs_bucket: Name of the bucket for CloudFront's access logs, which must allow ACLs.
        connect_origins: More origins that the page may load models of scenes from.
        session_hours: Hours after which users of a user pool sign in again, up to ten years. Default: 12.
        mfa: Whether users of a new user pool need a second factor. Default: ``required``.
        saml_metadata_url: Metadata of the team's SAML provider, with which users sign in then.
        sign_in_domain_prefix: Beginning of the host name of a new user pool's sign-in page.
        user_pool: An existing user pool.
        oidc: The team's OpenID Connect provider.
    """

    domain_name: _HostName | None = None
    certificate_arn: (
        Annotated[
            str,
            StringRule(
                WEB_APP_ELSEWHERE,
                "certificate ARN",
                *patterns.CERTIFICATE_ARN,
                "in us-east-1, such as arn:aws:acm:us-east-1:111122223333:certificate/5f0e4b8c",
            ),
        ]
        | None
    ) = None
    hosted_zone: HostedZone | None = None
    web_acl_arn: (
        Annotated[
            str,
            StringRule(
                WEB_APP_ELSEWHERE,
                "web ACL ARN",
                *patterns.WEB_ACL_ARN,
                "in us-east-1, such as arn:aws:wafv2:us-east-1:111122223333:global/webacl/plant/5f0e4b8c",
            ),
        ]
        | None
    ) = None
    countries: Annotated[list[Annotated[str, Field(pattern=r"^[A-Z]{2}$")]], Unique] = Field(default=[])
    access_logs_bucket: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")] | None = None
    connect_origins: Annotated[list[_Origin], Unique] = Field(default=[])
    session_hours: Annotated[int, Field(ge=1, le=87_600)] | None = None
    mfa: Literal["required", "optional", "off"] | None = None
    saml_metadata_url: _Url | None = None
    sign_in_domain_prefix: (
        Annotated[
            str,
            StringRule(
                VALUE_NOT_ALLOWED,
                "sign-in domain prefix",
                *patterns.SIGN_IN_PREFIX,
                'lower-case letters, digits and "-", without aws, amazon and cognito',
            ),
        ]
        | None
    ) = None
    user_pool: StageUserPool | None = None
    oidc: StageOidc | None = None

    @model_validator(mode="after")
    def _check_address(self) -> Self:
        if (self.domain_name is None) != (self.certificate_arn is None):
            missing = "domainName" if self.domain_name is None else "certificateArn"
            raise refusal(
                WEB_APP_ADDRESS,
                "domainName and certificateArn require each other, and {missing} is missing",
                missing=missing,
            )
        if self.hosted_zone is None:
            return self
        if self.domain_name is None:
            raise refusal(
                WEB_APP_ADDRESS, "hostedZone gets the records of domainName, and domainName is missing"
            )
        if not f".{self.domain_name}".endswith(f".{self.hosted_zone.name}"):
            raise refusal(
                WEB_APP_ADDRESS,
                'domainName "{name}" is not in the hosted zone "{zone}"',
                name=self.domain_name,
                zone=self.hosted_zone.name,
            )
        return self

    @model_validator(mode="after")
    def _check_sign_in(self) -> Self:
        if self.user_pool is not None and self.oidc is not None:
            raise refusal(WEB_APP_SIGN_IN, "userPool and oidc exclude each other")
        method = "oidc" if self.oidc is not None else "userPool" if self.user_pool is not None else None
        of_new_pool = {
            "mfa": self.mfa,
            "samlMetadataUrl": self.saml_metadata_url,
            "signInDomainPrefix": self.sign_in_domain_prefix,
        }
        if self.oidc is not None and self.session_hours is not None:
            raise refusal(
                WEB_APP_SIGN_IN,
                "oidc and sessionHours exclude each other: the provider decides how long a session lasts",
            )
        for name, value in of_new_pool.items():
            if method is not None and value is not None:
                raise refusal(
                    WEB_APP_SIGN_IN,
                    "{method} and {name} exclude each other: {name} is a setting of a new user pool",
                    method=method,
                    name=name,
                )
        return self
