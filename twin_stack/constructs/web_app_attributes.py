"""The hosted page of a stage, by the names, ids and ARNs of what exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_s3 as s3
from constructs import Construct

from twin_stack.constructs.twin_web_app import TwinWebApp
from twin_stack.constructs.web_app_sign_in import ExistingUserPool, NewUserPool, OidcProvider, OperatorClaim

if TYPE_CHECKING:
    from twin_stack.constructs.interfaces import IWorkspace
    from twin_stack.constructs.packaged_function import FunctionOptions
    from twin_stack.constructs.web_app_sign_in import SignInMethod


@dataclass(frozen=True, slots=True)
class WebAppAttributes:
    """A hosted page of ``TwinStack``. Without attributes, users sign in by a new user pool.

    ``user_pool_id`` and ``oidc_issuer`` exclude each other; ``mfa``, ``saml_metadata_url`` and
    ``sign_in_domain_prefix`` are of a new user pool.

    Attributes:
        domain_name: The host name of the page; needs ``certificate_arn``.
        certificate_arn: The ARN of its certificate, in us-east-1.
        hosted_zone: The id and the name of the zone that gets the records of ``domain_name``.
        web_acl_arn: The ARN of an AWS WAF web ACL for CloudFront, in us-east-1.
        countries: The countries that may load the page, by their codes of two letters. Empty: all.
        access_logs_bucket_name: The name of the bucket for CloudFront's access logs.
        connect_origins: More origins that the page may load models of scenes from.
        session: How long users of a user pool stay signed in. Default: that of ``TwinWebApp``.
        mfa: Whether a second factor is required. Default: REQUIRED.
        saml_metadata_url: The address of the metadata of the team's SAML provider.
        sign_in_domain_prefix: The beginning of the host name of the sign-in page.
        user_pool_id: The id of an existing user pool; needs ``user_pool_url``.
        user_pool_url: The address of its domain.
        has_managed_login: Whether that domain shows managed login.
        identity_providers: The names of the pool's providers that users sign in with.
        oidc_issuer: The issuer of the team's OIDC provider; needs ``oidc_client_id``.
        oidc_client_id: The id of the page's client there.
        oidc_provider_arn: The ARN of the provider in IAM. Default: it is created.
        oidc_scopes: The scopes that the page asks for. Default: those of ``OidcProvider``.
        oidc_logout_url: The address that ends the session at the provider.
        oidc_token_origins: The origins of its endpoints where they differ from the issuer's.
        oidc_operators: The claim by which users may acknowledge alarms.
    """

    domain_name: str | None = None
    certificate_arn: str | None = None
    hosted_zone: tuple[str, str] | None = None
    web_acl_arn: str | None = None
    countries: tuple[str, ...] = ()
    access_logs_bucket_name: str | None = None
    connect_origins: tuple[str, ...] = ()
    session: Duration | None = None
    mfa: cognito.Mfa = cognito.Mfa.REQUIRED
    saml_metadata_url: str | None = None
    sign_in_domain_prefix: str | None = None
    user_pool_id: str | None = None
    user_pool_url: str | None = None
    has_managed_login: bool = True
    identity_providers: tuple[str, ...] = ("COGNITO",)
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_provider_arn: str | None = None
    oidc_scopes: tuple[str, ...] | None = None
    oidc_logout_url: str | None = None
    oidc_token_origins: tuple[str, ...] = ()
    oidc_operators: OperatorClaim | None = None

    def build(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workspace: IWorkspace,
        removal_policy: RemovalPolicy,
        options: FunctionOptions,
    ) -> TwinWebApp:
        """Create the page.

        Args:
            scope: The parent construct.
            construct_id: The id of the page; its imports have ids that begin with it.
            workspace: The workspace to show.
            removal_policy: The removal policy of a new user pool.
            options: The options of all functions of the twin, of which the page takes the VPC.
        """
        imports = Construct(scope, f"{construct_id}Imports")
        network: Any = {
            name: value
            for name, value in options.items()
            if name in {"vpc", "vpc_subnets", "security_groups"}
        }
        return TwinWebApp(
            scope,
            construct_id,
            workspace=workspace,
            sign_in=self._sign_in(imports, removal_policy),
            domain_name=self.domain_name,
            certificate=None
            if self.certificate_arn is None
            else acm.Certificate.from_certificate_arn(imports, "Certificate", self.certificate_arn),
            hosted_zone=None
            if self.hosted_zone is None
            else route53.HostedZone.from_hosted_zone_attributes(
                imports, "Zone", hosted_zone_id=self.hosted_zone[0], zone_name=self.hosted_zone[1]
            ),
            web_acl_arn=self.web_acl_arn,
            geo_restriction=cloudfront.GeoRestriction.allowlist(*self.countries) if self.countries else None,
            access_logs_bucket=None
            if self.access_logs_bucket_name is None
            else s3.Bucket.from_bucket_name(imports, "AccessLogs", self.access_logs_bucket_name),
            connect_origins=self.connect_origins,
            session=self.session,
            **network,
        )

    def _sign_in(self, imports: Construct, removal_policy: RemovalPolicy) -> SignInMethod:
        if self.oidc_issuer is not None:
            options: Any = {} if self.oidc_scopes is None else {"scopes": self.oidc_scopes}
            return OidcProvider(
                issuer=self.oidc_issuer,
                client_id=str(self.oidc_client_id),
                provider=None
                if self.oidc_provider_arn is None
                else iam.OpenIdConnectProvider.from_open_id_connect_provider_arn(
                    imports, "Oidc", self.oidc_provider_arn
                ),
                logout_url=self.oidc_logout_url,
                token_origins=self.oidc_token_origins,
                operators=self.oidc_operators,
                **options,
            )
        if self.user_pool_id is not None:
            return ExistingUserPool(
                user_pool=cognito.UserPool.from_user_pool_id(imports, "UserPool", self.user_pool_id),
                sign_in_url=str(self.user_pool_url),
                has_managed_login=self.has_managed_login,
                identity_providers=self.identity_providers,
            )
        return NewUserPool(
            mfa=self.mfa,
            domain_prefix=self.sign_in_domain_prefix,
            saml_metadata=None
            if self.saml_metadata_url is None
            else cognito.UserPoolIdentityProviderSamlMetadata.url(self.saml_metadata_url),
            removal_policy=removal_policy,
        )
