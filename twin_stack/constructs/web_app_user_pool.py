"""The user pool of the hosted page, its sign-in page and the page's client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from aws_cdk import Aws, Duration, Fn, RemovalPolicy
from aws_cdk import aws_cognito as cognito

from twin_stack.constructs import nag
from twin_stack.constructs.removal import effective_removal_policy

if TYPE_CHECKING:
    from constructs import Construct

    from twin_stack.constructs.web_app_sign_in import NewUserPool

SCOPES: Final = ("openid", "email")
"""What the page asks a user pool for. A code flow returns a refresh token without a scope for it."""

_SAML_EMAIL: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"
"""The attribute of assertions with the address. Source: Cognito developer guide, SAML attribute mapping."""

_MIN_PASSWORD: Final = 12
_ID_LENGTH: Final = 8
_ROTATION_GRACE: Final = Duration.seconds(30)
"""How long a former refresh token is valid, for an answer that did not reach the page."""


class SignInPool(NamedTuple):
    """A user pool that users of the page sign in with.

    Attributes:
        pool: The pool.
        url: The address of its sign-in page.
        saml: The SAML provider that users sign in with; None for users of the pool.
        has_managed_login: Whether each client needs a style of managed login.
        identity_providers: The names of the providers that users sign in with.
    """

    pool: cognito.IUserPool
    url: str
    saml: cognito.UserPoolIdentityProviderSaml | None
    has_managed_login: bool
    identity_providers: tuple[str, ...]


def build_user_pool(scope: Construct, options: NewUserPool) -> SignInPool:
    """Create the children ``UserPool``, ``SignInDomain`` and, with its metadata, ``Saml`` of a construct.

    Args:
        scope: The construct.
        options: The options of the pool.
    """
    # A pool that refuses its deletion would stop a rollback, so a failed creation leaves it as well.
    effective = effective_removal_policy(scope, options.removal_policy, is_filled_while_created=True)
    pool = cognito.UserPool(
        scope,
        "UserPool",
        self_sign_up_enabled=False,
        sign_in_aliases=cognito.SignInAliases(email=True),
        sign_in_case_sensitive=False,
        auto_verify=cognito.AutoVerifiedAttrs(email=True),
        account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
        mfa=options.mfa,
        mfa_second_factor=None
        if options.mfa is cognito.Mfa.OFF
        else cognito.MfaSecondFactor(otp=True, sms=False),
        password_policy=cognito.PasswordPolicy(
            min_length=_MIN_PASSWORD,
            require_digits=True,
            require_lowercase=True,
            require_symbols=True,
            require_uppercase=True,
            temp_password_validity=Duration.days(7),
        ),
        # The plan with managed login.
        feature_plan=cognito.FeaturePlan.ESSENTIALS,
        removal_policy=effective,
        deletion_protection=effective is not RemovalPolicy.DESTROY,
    )
    domain = pool.add_domain(
        "SignInDomain",
        cognito_domain=cognito.CognitoDomainOptions(
            domain_prefix=options.domain_prefix or _domain_prefix(scope)
        ),
        managed_login_version=cognito.ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    )
    nag.acknowledge(
        pool,
        "COG8",
        "The plan Plus, with threat protection, has a price of its own; a pool with that plan can be passed "
        "as ExistingUserPool.",
    )
    if options.mfa is not cognito.Mfa.REQUIRED:
        nag.acknowledge(pool, "COG2", f"The caller chose a second factor that is {options.mfa.name}.")
    saml = (
        None
        if options.saml_metadata is None
        else cognito.UserPoolIdentityProviderSaml(
            scope,
            "Saml",
            user_pool=pool,
            metadata=options.saml_metadata,
            attribute_mapping=cognito.AttributeMapping(email=cognito.ProviderAttribute.other(_SAML_EMAIL)),
        )
    )
    providers = ("COGNITO",) if saml is None else (saml.provider_name,)
    return SignInPool(pool, domain.base_url(), saml, has_managed_login=True, identity_providers=providers)


def build_client(
    scope: Construct, sign_in: SignInPool, *, url: str, session: Duration
) -> cognito.UserPoolClient:
    """Create the page's client of a user pool: public, code flow with PKCE.

    Args:
        scope: The construct that gets the children ``Client`` and ``SignInStyle``.
        sign_in: The user pool.
        url: The address of the page.
        session: How long a user stays signed in without signing in again.
    """
    pool, saml = sign_in.pool, sign_in.saml
    provider = cognito.UserPoolClientIdentityProvider
    client = cognito.UserPoolClient(
        scope,
        "Client",
        user_pool=pool,
        generate_secret=False,
        # Without any, Cognito adds one that excludes the rotation of refresh tokens.
        auth_flows=cognito.AuthFlow(user_srp=True),
        o_auth=cognito.OAuthSettings(
            flows=cognito.OAuthFlows(authorization_code_grant=True),
            scopes=[cognito.OAuthScope.custom(name) for name in SCOPES],
            callback_urls=[url],
            logout_urls=[url],
        ),
        supported_identity_providers=[provider.custom(name) for name in sign_in.identity_providers],
        prevent_user_existence_errors=True,
        enable_token_revocation=True,
        access_token_validity=Duration.hours(1),
        id_token_validity=Duration.hours(1),
        refresh_token_validity=session,
        refresh_token_rotation_grace_period=_ROTATION_GRACE,
    )
    if saml is not None:
        client.node.add_dependency(saml)
    if sign_in.has_managed_login:
        cognito.CfnManagedLoginBranding(
            scope,
            "SignInStyle",
            user_pool_id=pool.user_pool_id,
            client_id=client.user_pool_client_id,
            use_cognito_provided_values=True,
        )
    return client


def _domain_prefix(scope: Construct) -> str:
    """Return a prefix that is unique in the region: the id of a stack contains a UUID."""
    unique = Fn.select(2, Fn.split("/", Aws.STACK_ID))
    return f"twin-{scope.node.addr[-_ID_LENGTH:]}-{unique}"
