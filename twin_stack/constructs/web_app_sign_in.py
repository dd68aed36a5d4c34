"""How users sign in to the hosted page: by a new user pool, an existing one or the team's OIDC provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aws_cdk import RemovalPolicy
from aws_cdk import aws_cognito as cognito

if TYPE_CHECKING:
    from aws_cdk import aws_iam as iam


@dataclass(frozen=True, slots=True)
class NewUserPool:
    """Sign in by a user pool of Amazon Cognito that is created with the page.

    Administrators create its users, who cannot sign up. Passwords have at least twelve characters of all
    kinds, and the second factor is an authenticator app.

    Attributes:
        mfa: Whether a second factor is required. Default: REQUIRED.
        domain_prefix: The beginning of the host name of the sign-in page, which is unique in the region.
            Default: derived from the id of the stack.
        saml_metadata: The metadata of the team's SAML provider. With it, users sign in there only. Default:
            none, users of the pool.
        removal_policy: The removal policy of the pool. With RETAIN, Cognito refuses to delete it, too.
            DESTROY takes effect only if the context flag ``twin-stack:allowDestroy`` is true as well.
            Default: RETAIN.
    """

    mfa: cognito.Mfa = cognito.Mfa.REQUIRED
    domain_prefix: str | None = None
    saml_metadata: cognito.UserPoolIdentityProviderSamlMetadata | None = None
    removal_policy: RemovalPolicy = RemovalPolicy.RETAIN


@dataclass(frozen=True, slots=True)
class ExistingUserPool:
    """Sign in by an existing user pool, which has a domain; the page gets an app client of its own.

    Attributes:
        user_pool: The user pool, created or imported.
        sign_in_url: The address of its domain, such as ``https://plant.auth.eu-west-1.amazoncognito.com``.
        has_managed_login: Whether the domain shows managed login, for which each client needs a style. False
            for the classic hosted UI. Default: True.
        identity_providers: The names of the pool's providers that users sign in with, such as
            ``CorporateSaml``; ``COGNITO`` stands for users of the pool itself. Default: ``COGNITO``.
    """

    user_pool: cognito.IUserPool
    sign_in_url: str
    has_managed_login: bool = True
    identity_providers: tuple[str, ...] = ("COGNITO",)


@dataclass(frozen=True, slots=True)
class OperatorClaim:
    """The claim of the ID token by which users of an OIDC provider are operators.

    Attributes:
        claim: The name of the claim, such as ``groups``.
        value: The value that an operator has.
        match_type: How Cognito compares: ``Contains`` is also true for a longer text that contains the value.
            Default: ``Equals``.
    """

    claim: str
    value: str
    match_type: Literal["Equals", "Contains", "StartsWith"] = "Equals"


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """Sign in by the team's OpenID Connect provider, without a user pool.

    The page is a public client there: code flow with PKCE, the page's address as redirect URI, and a refresh
    token for renewal. The provider's token endpoint must allow the page's origin (CORS).

    Attributes:
        issuer: The issuer, such as ``https://login.example.com/plant``. Its discovery document names all
            other endpoints.
        client_id: The id of the page's client at the provider.
        provider: The provider in IAM, which exists once for each issuer and account. Default: it is created.
        scopes: The scopes that the page asks for. Default: ``openid``, ``email``, ``offline_access``.
        logout_url: The address that ends the session at the provider. Default: sign-out ends the session of
            the page only.
        token_origins: The origins of the provider's endpoints where they differ from the issuer's, such as
            ``https://oauth2.googleapis.com``. Default: none.
        operators: The claim by which users may acknowledge alarms. Default: no user may.
    """

    issuer: str
    client_id: str
    provider: iam.IOpenIdConnectProvider | None = None
    scopes: tuple[str, ...] = ("openid", "email", "offline_access")
    logout_url: str | None = None
    token_origins: tuple[str, ...] = ()
    operators: OperatorClaim | None = None


SignInMethod = NewUserPool | ExistingUserPool | OidcProvider
