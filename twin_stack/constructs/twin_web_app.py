"""The page of a twin, hosted in AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from aws_cdk import Annotations, Duration, Fn, Stack, Token
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from constructs import Construct

from twin_stack.constructs.web_app_checks import (
    check_account,
    check_domain,
    check_oidc,
    check_origins,
    check_user_pool,
    check_web_acl,
)
from twin_stack.constructs.web_app_hosting import WebAppHosting
from twin_stack.constructs.web_app_role import WebAppRole
from twin_stack.constructs.web_app_sign_in import ExistingUserPool, NewUserPool, OidcProvider
from twin_stack.constructs.web_app_user_pool import SCOPES, SignInPool, build_client, build_user_pool
from twin_stack.constructs.workspace_reading import bucket_to_read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_certificatemanager as acm
    from aws_cdk import aws_cloudfront as cloudfront
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_route53 as route53
    from aws_cdk import aws_s3 as s3

    from twin_stack.constructs.interfaces import IWorkspace
    from twin_stack.constructs.web_app_sign_in import OperatorClaim, SignInMethod

_MAX_GROUP_NAME: Final = 128
_OPERATORS: Final = "-operators"
_SESSION: Final = Duration.hours(12)
"""A shift, with its handover."""


class _Client(NamedTuple):
    """The page as a client of the provider.

    Attributes:
        issuer: The issuer of the tokens.
        provider: The key of the provider's tokens in the identity pool.
        client_id: The page's client.
        scopes: The scopes that the page asks for.
        logout_url: The address that ends the session at the provider; None if there is none.
        resource: The client in a user pool; None at an OIDC provider.
    """

    issuer: str
    provider: str
    client_id: str
    scopes: Sequence[str]
    logout_url: str | None
    resource: cognito.UserPoolClient | None = None


class TwinWebApp(Construct):
    """The page of this package, hosted for a team: CloudFront, sign-in, and roles that read one workspace.

    The files are in a private bucket that only the distribution reads. Its headers let the page connect to
    AWS IoT TwinMaker of the workspace's region, its bucket, the identity provider and nothing else. Users
    sign in by the code flow with PKCE, and an identity pool gives them the credentials of a role: all of them
    read the workspace and its scene files, and the group of operators may also acknowledge alarms.
    ``config.json`` is written by the deployment.

    The bucket of a workspace of the same stack allows the page's origin. Of another stack it does so only if
    ``domain_name`` is given, and the bucket of an imported workspace has to allow the origin already.

    The page may be in another region than the twin. For a twin in another account, a ``WebAppRole`` in that
    account is passed as ``reader_role_arn``. Its users can read, not acknowledge.

    Example:
        ```python
        page = TwinWebApp(
            self, "Page",
            workspace=workspace,
            domain_name="twin.example.com",
            certificate=certificate,  # in us-east-1
            hosted_zone=zone,
        )
        CfnOutput(self, "PageUrl", value=page.url)
        ```

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        workspace: The workspace to show; an imported one needs its bucket, unless ``reader_role_arn`` is
            given.
        sign_in: How users sign in. Default: ``NewUserPool()``.
        domain_name: The host name of the page, such as ``twin.example.com``. Needs ``certificate``. Default:
            the host name that CloudFront generates.
        certificate: The certificate of ``domain_name``, which CloudFront reads in us-east-1.
        hosted_zone: The zone of ``domain_name``, which gets its records. Default: they exist elsewhere.
        web_acl_arn: The ARN of an AWS WAF web ACL for CloudFront, in us-east-1. Default: none.
        geo_restriction: The countries that may load the page. Default: all.
        access_logs_bucket: The bucket for CloudFront's access logs, which must allow ACLs. Default: no logs.
        session: How long users stay signed in with a user pool, one hour to ten years. Default: 12 hours.
        operators_group_name: The name of the group of operators in the user pool. Default: the id of the
            workspace with ``-operators``.
        alarm_entity_ids: The ids of the entities whose alarms operators may acknowledge, as for
            ``WebAppRole``. Default: all entities.
        connect_origins: More origins that the page may load models of scenes from. Default: none.
        reader_role_arn: The ARN of a ``WebAppRole`` in the account of the workspace, if that is another one.
        vpc: The VPC of the function that copies the files. Default: no VPC.
        vpc_subnets: The subnets in the VPC. Default: the private subnets.
        security_groups: The security groups of the function. Default: a new one.

    Raises:
        ValueError: Arguments require or exclude each other.
        TwinError: The page is not built.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workspace: IWorkspace,
        sign_in: SignInMethod | None = None,
        domain_name: str | None = None,
        certificate: acm.ICertificate | None = None,
        hosted_zone: route53.IHostedZone | None = None,
        web_acl_arn: str | None = None,
        geo_restriction: cloudfront.GeoRestriction | None = None,
        access_logs_bucket: s3.IBucket | None = None,
        session: Duration | None = None,
        operators_group_name: str | None = None,
        alarm_entity_ids: Sequence[str] | None = None,
        connect_origins: Sequence[str] = (),
        reader_role_arn: str | None = None,
        vpc: ec2.IVpc | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
    ) -> None:
        sign_in = sign_in or NewUserPool()
        check_domain(domain_name, certificate, hosted_zone)
        check_web_acl(web_acl_arn)
        check_origins("connect_origins", connect_origins)
        check_account(scope, workspace, reader_role_arn)
        if reader_role_arn is None:
            bucket_to_read(workspace)
        elif operators_group_name is not None or alarm_entity_ids is not None:
            raise ValueError(
                "operators_group_name and alarm_entity_ids have no effect with reader_role_arn, whose users "
                "only read; leave them out"
            )
        if isinstance(sign_in, OidcProvider):
            check_oidc(sign_in, session, operators_group_name, alarm_entity_ids)
        if isinstance(sign_in, ExistingUserPool):
            check_user_pool(scope, sign_in)

        super().__init__(scope, construct_id)
        self._pool = _pool_of(self, sign_in)
        self._operator_group: cognito.UserPoolGroup | None = None
        self._roles: dict[str, iam.Role] = {}
        region = workspace.env.region
        self._endpoints = {
            "control": f"https://api.iottwinmaker.{region}.amazonaws.com",
            "data": f"https://data.iottwinmaker.{region}.amazonaws.com",
            "s3": f"https://s3.{region}.amazonaws.com",
            "identity": f"https://cognito-identity.{Stack.of(self).region}.amazonaws.com",
        }
        if reader_role_arn is not None:
            self._endpoints["sts"] = f"https://sts.{region}.amazonaws.com"
        hosting = WebAppHosting(
            self,
            "Hosting",
            connect_sources=[
                *{**self._endpoints, "s3": self._scene_files(workspace)}.values(),
                *_provider_origins(sign_in, self._pool),
                *connect_origins,
            ],
            domain_name=domain_name,
            certificate=certificate,
            hosted_zone=hosted_zone,
            web_acl_arn=web_acl_arn,
            geo_restriction=geo_restriction,
            access_logs_bucket=access_logs_bucket,
        )
        self._bucket, self._distribution, self._host = hosting.bucket, hosting.distribution, hosting.host
        client = self._build_client(sign_in, session or _SESSION)
        self._identity_pool = self._build_identity_pool(
            sign_in, client, allows_basic_flow=reader_role_arn is not None
        )
        self._client = client.resource
        if reader_role_arn is None:
            group_name = operators_group_name or _group_name(workspace)
            self._attach_roles(workspace, sign_in, client, group_name, alarm_entity_ids)
        self._allow_origin(workspace)
        options: Any = {"vpc": vpc, "vpc_subnets": vpc_subnets, "security_groups": security_groups}
        hosting.deploy(
            {
                "region": region,
                "workspaceId": workspace.workspace_id,
                "endpoints": self._endpoints,
                "auth": self._auth(sign_in, client, reader_role_arn),
            },
            {name: value for name, value in options.items() if value is not None},
        )

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"https://{self._host}/"

    @property
    def distribution(self) -> cloudfront.Distribution:
        """The distribution."""
        return self._distribution

    @property
    def bucket(self) -> s3.Bucket:
        """The bucket of the page's files."""
        return self._bucket

    @property
    def viewer_role(self) -> iam.Role | None:
        """The role of users; None if it is in the account of the workspace."""
        return self._roles.get("Viewers")

    @property
    def operator_role(self) -> iam.Role | None:
        """The role of users who may acknowledge alarms; None if there are none."""
        return self._roles.get("Operators")

    @property
    def user_pool_client(self) -> cognito.UserPoolClient | None:
        """The page's client of the user pool; None if users sign in by an OIDC provider."""
        return self._client

    @property
    def user_pool(self) -> cognito.IUserPool | None:
        """The user pool; None if users sign in by an OIDC provider."""
        return None if self._pool is None else self._pool.pool

    @property
    def operator_group(self) -> cognito.UserPoolGroup | None:
        """The group of the user pool whose users may acknowledge alarms; None if there is no such group."""
        return self._operator_group

    @property
    def identity_pool_id(self) -> str:
        """The id of the identity pool, for ``WebAppRole``."""
        return self._identity_pool.ref

    def _build_client(self, sign_in: SignInMethod, session: Duration) -> _Client:
        """Return the page as a client of the provider; create it in a user pool."""
        if isinstance(sign_in, OidcProvider) or self._pool is None:
            assert isinstance(sign_in, OidcProvider)  # noqa: S101 (the other methods have a pool)
            provider = _without_scheme(sign_in.issuer)
            return _Client(sign_in.issuer, provider, sign_in.client_id, sign_in.scopes, sign_in.logout_url)
        client = build_client(self, self._pool, url=self.url, session=session)
        provider, client_id = self._pool.pool.user_pool_provider_name, client.user_pool_client_id
        return _Client(f"https://{provider}", provider, client_id, SCOPES, f"{self._pool.url}/logout", client)

    def _build_identity_pool(
        self, sign_in: SignInMethod, client: _Client, *, allows_basic_flow: bool
    ) -> cognito.CfnIdentityPool:
        options: Any = {}
        if isinstance(sign_in, OidcProvider):
            oidc = sign_in.provider or iam.OidcProviderNative(
                self, "Oidc", url=sign_in.issuer, client_ids=[sign_in.client_id]
            )
            options["open_id_connect_provider_arns"] = [oidc.open_id_connect_provider_arn]
        else:
            options["cognito_identity_providers"] = [
                cognito.CfnIdentityPool.CognitoIdentityProviderProperty(
                    client_id=client.client_id,
                    provider_name=client.provider,
                    # A user who was disabled or signed out everywhere gets no credentials any more.
                    server_side_token_check=True,
                )
            ]
        return cognito.CfnIdentityPool(
            self,
            "IdentityPool",
            allow_unauthenticated_identities=False,
            # With it, the page gets a token for a role of another account.
            allow_classic_flow=allows_basic_flow or None,
            **options,
        )

    def _attach_roles(
        self,
        workspace: IWorkspace,
        sign_in: SignInMethod,
        client: _Client,
        group_name: str,
        alarm_entity_ids: Sequence[str] | None,
    ) -> None:
        viewers = WebAppRole(self, "Viewers", workspace=workspace, identity_pool_id=self._identity_pool.ref)
        self._roles["Viewers"] = viewers.role
        mapping: cognito.CfnIdentityPoolRoleAttachment.RoleMappingProperty | None = None
        claim = sign_in.operators if isinstance(sign_in, OidcProvider) else None
        if self._pool is not None or claim is not None:
            operators = WebAppRole(
                self,
                "Operators",
                workspace=workspace,
                identity_pool_id=self._identity_pool.ref,
                may_acknowledge=True,
                alarm_entity_ids=alarm_entity_ids,
            )
            self._roles["Operators"] = operators.role
            mapping = _role_mapping(client, claim, operators.role_arn)
            if self._pool is not None:
                self._operator_group = cognito.UserPoolGroup(
                    self,
                    "OperatorGroup",
                    user_pool=self._pool.pool,
                    group_name=group_name,
                    description="May acknowledge alarms on the page of a digital twin",
                    role=operators.role,
                    precedence=0,
                )
        cognito.CfnIdentityPoolRoleAttachment(
            self,
            "Roles",
            identity_pool_id=self._identity_pool.ref,
            roles={"authenticated": viewers.role_arn},
            role_mappings=None if mapping is None else {"provider": mapping},
        )

    def _allow_origin(self, workspace: IWorkspace) -> None:
        """Let the page read scenes, where the workspace's bucket can be changed from here."""
        origin = f"https://{self._host}"
        is_same_stack = Stack.of(workspace).node.path == Stack.of(self).node.path
        # The bucket of another stack cannot refer to the distribution, which refers to that stack.
        can_refer = is_same_stack or not Token.is_unresolved(origin)
        if not can_refer or not workspace.allow_origin(origin):
            shown = "the page's url" if Token.is_unresolved(origin) else origin
            Annotations.of(self).add_info_v2(
                "twin-stack:webAppOrigin",
                f'The bucket of workspace "{workspace.literal_workspace_id}" must allow the origin of '
                f"{shown} (CORS) for scenes to be shown; add it to cors_origins of the workspace.",
            )

    def _scene_files(self, workspace: IWorkspace) -> str:
        """Return what the page connects to for scene files: their bucket, or all of S3 if it is not known."""
        bucket = workspace.bucket
        return self._endpoints["s3"] + ("" if bucket is None else f"/{bucket.bucket_name}/")

    def _auth(self, sign_in: SignInMethod, client: _Client, reader_role_arn: str | None) -> dict[str, Any]:
        """Return the member ``auth`` of ``config.json``."""
        operators: dict[str, str] | str = "none"
        if self._operator_group is not None:
            operators = {"claim": "cognito:groups", "value": self._operator_group.group_name}
        elif self.operator_role is not None and isinstance(sign_in, OidcProvider) and sign_in.operators:
            claim = sign_in.operators
            operators = {"claim": claim.claim, "value": claim.value, "matchType": claim.match_type}
        optional = {"logoutUrl": client.logout_url, "roleArn": reader_role_arn}
        return {
            "issuer": client.issuer,
            "clientId": client.client_id,
            "identityPoolId": self._identity_pool.ref,
            "provider": client.provider,
            "scopes": " ".join(client.scopes),
            "operators": operators,
            **{name: value for name, value in optional.items() if value is not None},
        }


def _pool_of(scope: Construct, sign_in: SignInMethod) -> SignInPool | None:
    if isinstance(sign_in, NewUserPool):
        return build_user_pool(scope, sign_in)
    if isinstance(sign_in, ExistingUserPool):
        return SignInPool(sign_in.user_pool, sign_in.sign_in_url, None, sign_in.has_managed_login)
    return None


def _provider_origins(sign_in: SignInMethod, pool: SignInPool | None) -> list[str]:
    """Return the origins from which the page reads the discovery document and tokens."""
    if pool is not None:
        return [f"https://cognito-idp.{pool.pool.env.region}.amazonaws.com", pool.url]
    assert isinstance(sign_in, OidcProvider)  # noqa: S101 (the other methods have a pool)
    host = (
        Fn.select(0, Fn.split("/", _without_scheme(sign_in.issuer)))
        if Token.is_unresolved(sign_in.issuer)
        else urlsplit(sign_in.issuer).netloc
    )
    return [f"https://{host}", *sign_in.token_origins]


def _without_scheme(address: str) -> str:
    if Token.is_unresolved(address):
        return Fn.select(1, Fn.split("https://", address))
    return address.removeprefix("https://")


def _role_mapping(
    client: _Client, claim: OperatorClaim | None, role_arn: str
) -> cognito.CfnIdentityPoolRoleAttachment.RoleMappingProperty:
    """Return how the identity pool recognises operators: by a claim, or by the role of their group."""
    kind = cognito.CfnIdentityPoolRoleAttachment
    if claim is None:
        return kind.RoleMappingProperty(
            type="Token",
            ambiguous_role_resolution="AuthenticatedRole",
            identity_provider=f"{client.provider}:{client.client_id}",
        )
    rule = kind.MappingRuleProperty(
        claim=claim.claim, match_type=claim.match_type, value=claim.value, role_arn=role_arn
    )
    return kind.RoleMappingProperty(
        type="Rules",
        ambiguous_role_resolution="AuthenticatedRole",
        identity_provider=client.provider,
        rules_configuration=kind.RulesConfigurationTypeProperty(rules=[rule]),
    )


def _group_name(workspace: IWorkspace) -> str:
    workspace_id = workspace.literal_workspace_id
    if not Token.is_unresolved(workspace_id):
        workspace_id = workspace_id[: _MAX_GROUP_NAME - len(_OPERATORS)]
    return f"{workspace_id}{_OPERATORS}"
