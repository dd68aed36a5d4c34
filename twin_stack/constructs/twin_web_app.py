"""The page of a twin, hosted in AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from aws_cdk import Annotations, Duration, Fn, Stack
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from twin_stack.constructs.tokens import is_unresolved
from twin_stack.constructs.web_app_checks import (
    check_account,
    check_domain,
    check_oidc,
    check_origins,
    check_user_pool,
    check_web_acl,
)
from twin_stack.constructs.web_app_hosting import WebAppHosting
from twin_stack.constructs.web_app_sign_in import ExistingUserPool, NewUserPool, OidcProvider
from twin_stack.constructs.web_app_user_pool import SCOPES, SignInPool, build_client, build_user_pool
from twin_stack.constructs.web_app_users import (
    PageClient,
    RolesElsewhere,
    UserRoles,
    build_identity_pool,
    build_user_roles,
)
from twin_stack.constructs.workspace_reading import bucket_to_read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_certificatemanager as acm
    from aws_cdk import aws_cloudfront as cloudfront
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_route53 as route53
    from aws_cdk import aws_s3 as s3

    from twin_stack.constructs.interfaces import IWorkspace
    from twin_stack.constructs.web_app_sign_in import SignInMethod

_MAX_GROUP_NAME: Final = 128
_OPERATORS: Final = "-operators"
_SESSION: Final = Duration.hours(12)
"""A shift, with its handover."""


class TwinWebApp(Construct):
    """The page of this package, hosted for a team: CloudFront, sign-in, and roles that read one workspace.

    The files are in a private bucket that only the distribution reads. Its headers let the page connect to
    AWS IoT TwinMaker of the workspace's region, its bucket, the identity provider and nothing else; a page
    without ``domain_name`` in the stack of that bucket connects to all of S3. Users sign in by the code flow
    with PKCE, and an identity pool gives them the credentials of a role: all of them read the workspace and
    its scene files, and the group of operators may also acknowledge alarms.
    ``config.json`` is written by the deployment.

    The bucket of a workspace of the same stack allows the page's origin. Of another stack it does so only if
    ``domain_name`` is given, and the bucket of an imported workspace has to allow the origin already.

    The page may be in another region than the twin. For a twin in another account, users assume a
    ``WebAppRole`` in that account: ``reader_role_arn``, or ``operator_role_arn`` for operators. Their
    credentials last one hour, as those of each role that is assumed by a role, and the page renews them.

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
            The role trusts ``viewer_role``, so it is created after the page.
        operator_role_arn: The ARN of another one, with ``may_acknowledge``, which trusts ``operator_role``.
            Default: no user may acknowledge alarms of a workspace of another account.
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
        operator_role_arn: str | None = None,
        vpc: ec2.IVpc | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
    ) -> None:
        sign_in = sign_in or NewUserPool()
        check_domain(domain_name, certificate, hosted_zone)
        check_web_acl(web_acl_arn)
        check_origins("connect_origins", connect_origins)
        check_account(scope, workspace, reader_role_arn, operator_role_arn)
        if reader_role_arn is None:
            bucket_to_read(workspace)
        elif alarm_entity_ids is not None:
            raise ValueError(
                "alarm_entity_ids has no effect with reader_role_arn; pass it to the WebAppRole in the "
                "account of the workspace"
            )
        elif operators_group_name is not None and operator_role_arn is None:
            raise ValueError(
                "operators_group_name has no effect without operator_role_arn, the role that operators "
                "assume in the account of the workspace; leave it out, or pass that role as well"
            )
        if isinstance(sign_in, OidcProvider):
            check_oidc(sign_in, session, operators_group_name, alarm_entity_ids)
        if isinstance(sign_in, ExistingUserPool):
            check_user_pool(scope, sign_in)

        super().__init__(scope, construct_id)
        self._pool = _pool_of(self, sign_in)
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
                *{**self._endpoints, "s3": self._scene_files(workspace, domain_name)}.values(),
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
        self._identity_pool = build_identity_pool(self, sign_in, client)
        self._roles: UserRoles = build_user_roles(
            self,
            workspace=workspace,
            identity_pool_id=self._identity_pool.ref,
            pool=None if self._pool is None else self._pool.pool,
            claim=sign_in.operators if isinstance(sign_in, OidcProvider) else None,
            client=client,
            group_name=operators_group_name or _group_name(workspace),
            alarm_entity_ids=alarm_entity_ids,
            elsewhere=None if reader_role_arn is None else RolesElsewhere(reader_role_arn, operator_role_arn),
        )
        self._client = client.resource
        self._allow_origin(workspace)
        options: Any = {"vpc": vpc, "vpc_subnets": vpc_subnets, "security_groups": security_groups}
        hosting.deploy(
            {
                "region": region,
                "workspaceId": workspace.workspace_id,
                "endpoints": self._endpoints,
                "auth": self._auth(sign_in, client, reader_role_arn, operator_role_arn),
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
    def viewer_role(self) -> iam.Role:
        """The role of users."""
        return self._roles.viewers

    @property
    def operator_role(self) -> iam.Role | None:
        """The role of users who may acknowledge alarms; None if there are none."""
        return self._roles.operators

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
        return self._roles.group

    @property
    def identity_pool_id(self) -> str:
        """The id of the identity pool, for ``WebAppRole``."""
        return self._identity_pool.ref

    def _build_client(self, sign_in: SignInMethod, session: Duration) -> PageClient:
        """Return the page as a client of the provider; create it in a user pool."""
        if isinstance(sign_in, OidcProvider) or self._pool is None:
            assert isinstance(sign_in, OidcProvider)  # noqa: S101 (the other methods have a pool)
            provider = _without_scheme(sign_in.issuer)
            return PageClient(sign_in.issuer, provider, sign_in.client_id, sign_in.scopes, sign_in.logout_url)
        client = build_client(self, self._pool, url=self.url, session=session)
        provider, client_id = self._pool.pool.user_pool_provider_name, client.user_pool_client_id
        return PageClient(
            f"https://{provider}", provider, client_id, SCOPES, f"{self._pool.url}/logout", client
        )

    def _allow_origin(self, workspace: IWorkspace) -> None:
        """Let the page read scenes, where the workspace's bucket can be changed from here."""
        origin = f"https://{self._host}"
        # The bucket of another stack cannot refer to the distribution, which refers to that stack.
        can_refer = self._is_in_stack_of(workspace) or not is_unresolved(origin)
        if not can_refer or not workspace.allow_origin(origin):
            shown = "the page's url" if is_unresolved(origin) else origin
            Annotations.of(self).add_info_v2(
                "twin-stack:webAppOrigin",
                f'The bucket of workspace "{workspace.literal_workspace_id}" must allow the origin of '
                f"{shown} (CORS) for scenes to be shown; add it to cors_origins of the workspace.",
            )

    def _scene_files(self, workspace: IWorkspace, domain_name: str | None) -> str:
        """Return what the page connects to for scene files: their bucket, or all of S3 if it cannot be named.

        A bucket of the same stack allows the page's origin, so without a host name of its own the page would
        refer to a bucket that refers to the page.
        """
        if workspace.bucket is None:
            return self._endpoints["s3"]
        name = workspace.bucket.bucket_name
        is_circular = domain_name is None and self._is_in_stack_of(workspace) and is_unresolved(name)
        return self._endpoints["s3"] + ("" if is_circular else f"/{name}/")

    def _is_in_stack_of(self, workspace: IWorkspace) -> bool:
        return Stack.of(workspace).node.path == Stack.of(self).node.path

    def _auth(
        self,
        sign_in: SignInMethod,
        client: PageClient,
        reader_role_arn: str | None,
        operator_role_arn: str | None,
    ) -> dict[str, Any]:
        """Return the member ``auth`` of ``config.json``."""
        operators: dict[str, str] | str = "none"
        if self._roles.group is not None:
            operators = {"claim": "cognito:groups", "value": self._roles.group.group_name}
        elif self.operator_role is not None and isinstance(sign_in, OidcProvider) and sign_in.operators:
            claim = sign_in.operators
            operators = {"claim": claim.claim, "value": claim.value, "matchType": claim.match_type}
        optional = {
            "logoutUrl": client.logout_url,
            "roleArn": reader_role_arn,
            "operatorRoleArn": operator_role_arn,
        }
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
        return SignInPool(
            sign_in.user_pool,
            sign_in.sign_in_url,
            None,
            has_managed_login=sign_in.has_managed_login,
            identity_providers=sign_in.identity_providers,
        )
    return None


def _provider_origins(sign_in: SignInMethod, pool: SignInPool | None) -> list[str]:
    """Return the origins from which the page reads the discovery document and tokens."""
    if pool is not None:
        return [f"https://cognito-idp.{pool.pool.env.region}.amazonaws.com", pool.url]
    assert isinstance(sign_in, OidcProvider)  # noqa: S101 (the other methods have a pool)
    host = (
        Fn.select(0, Fn.split("/", _without_scheme(sign_in.issuer)))
        if is_unresolved(sign_in.issuer)
        else urlsplit(sign_in.issuer).netloc
    )
    return [f"https://{host}", *sign_in.token_origins]


def _without_scheme(address: str) -> str:
    if is_unresolved(address):
        return Fn.select(1, Fn.split("https://", address))
    return address.removeprefix("https://")


def _group_name(workspace: IWorkspace) -> str:
    workspace_id = workspace.literal_workspace_id
    if not is_unresolved(workspace_id):
        workspace_id = workspace_id[: _MAX_GROUP_NAME - len(_OPERATORS)]
    return f"{workspace_id}{_OPERATORS}"
