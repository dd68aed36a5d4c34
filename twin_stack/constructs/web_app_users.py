"""The users of the hosted page: the identity pool that gives them credentials, and their roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from constructs import Construct

from twin_stack.constructs.web_app_role import WebAppRole, identity_pool_principal
from twin_stack.constructs.web_app_sign_in import OidcProvider

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin_stack.constructs.interfaces import IWorkspace
    from twin_stack.constructs.web_app_sign_in import OperatorClaim, SignInMethod


class PageClient(NamedTuple):
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


class RolesElsewhere(NamedTuple):
    """The roles in the account of the workspace, if that is another one than the page's.

    Attributes:
        reader_arn: The ARN of the role of users.
        operator_arn: The ARN of the role of operators; None if no user may acknowledge alarms.
    """

    reader_arn: str
    operator_arn: str | None


class UserRoles(NamedTuple):
    """The roles of users.

    Attributes:
        viewers: The role of users.
        operators: The role of users who may acknowledge alarms; None if there are none.
        group: The group of a user pool with that role; None if an OIDC provider says who has it.
    """

    viewers: iam.Role
    operators: iam.Role | None
    group: cognito.UserPoolGroup | None


def build_identity_pool(
    scope: Construct, sign_in: SignInMethod, client: PageClient
) -> cognito.CfnIdentityPool:
    """Create the child ``IdentityPool`` of a construct, and ``Oidc`` for a new provider in IAM.

    The pool gives a role only as its role mapping says: the classic flow, by which a user may choose any role
    that trusts the pool, is off.

    Args:
        scope: The construct.
        sign_in: How users sign in.
        client: The page as a client of the provider.
    """
    options: Any = {}
    if isinstance(sign_in, OidcProvider):
        oidc = sign_in.provider or iam.OidcProviderNative(
            scope, "Oidc", url=sign_in.issuer, client_ids=[sign_in.client_id]
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
    return cognito.CfnIdentityPool(scope, "IdentityPool", allow_unauthenticated_identities=False, **options)


def build_user_roles(
    scope: Construct,
    *,
    workspace: IWorkspace,
    identity_pool_id: str,
    pool: cognito.IUserPool | None,
    claim: OperatorClaim | None,
    client: PageClient,
    group_name: str,
    alarm_entity_ids: Sequence[str] | None,
    elsewhere: RolesElsewhere | None,
) -> UserRoles:
    """Create the children ``Viewers``, ``Operators``, ``OperatorGroup`` and ``Roles`` of a construct.

    Args:
        scope: The construct.
        workspace: The workspace.
        identity_pool_id: The id of the identity pool.
        pool: The user pool; None for an OIDC provider.
        claim: The claim of operators at an OIDC provider; None if no user is one.
        client: The page as a client of the provider.
        group_name: The name of the group of operators.
        alarm_entity_ids: The ids of the entities whose alarms operators may acknowledge; None for all.
        elsewhere: The roles in another account of the workspace; None if it is in that of the page.
    """

    def build(name: str, arn: str | None, **options: Any) -> iam.Role:
        if arn is not None:
            return _build_assuming_role(Construct(scope, name), identity_pool_id, arn)
        return WebAppRole(scope, name, workspace=workspace, identity_pool_id=identity_pool_id, **options).role

    viewers = build("Viewers", elsewhere.reader_arn if elsewhere is not None else None)
    operators: iam.Role | None = None
    group: cognito.UserPoolGroup | None = None
    mapping: cognito.CfnIdentityPoolRoleAttachment.RoleMappingProperty | None = None
    has_operators = elsewhere is None or elsewhere.operator_arn is not None
    if has_operators and (pool is not None or claim is not None):
        operators = build(
            "Operators",
            elsewhere.operator_arn if elsewhere is not None else None,
            may_acknowledge=True,
            alarm_entity_ids=alarm_entity_ids,
        )
        mapping = _role_mapping(client, claim, operators.role_arn)
        if pool is not None:
            group = cognito.UserPoolGroup(
                scope,
                "OperatorGroup",
                user_pool=pool,
                group_name=group_name,
                description="May acknowledge alarms on the page of a digital twin",
                role=operators,
                precedence=0,
            )
    cognito.CfnIdentityPoolRoleAttachment(
        scope,
        "Roles",
        identity_pool_id=identity_pool_id,
        roles={"authenticated": viewers.role_arn},
        role_mappings=None if mapping is None else {"provider": mapping},
    )
    return UserRoles(viewers, operators, group)


def _build_assuming_role(scope: Construct, identity_pool_id: str, role_arn: str) -> iam.Role:
    """Create a role by which users assume a role in the account of the workspace, and nothing else."""
    role = iam.Role(
        scope,
        "Role",
        assumed_by=identity_pool_principal(identity_pool_id),
        description="Of users of the page: assumes a role in the account of the workspace",
    )
    role.add_to_policy(iam.PolicyStatement(actions=["sts:AssumeRole"], resources=[role_arn]))
    return role


def _role_mapping(
    client: PageClient, claim: OperatorClaim | None, role_arn: str
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
