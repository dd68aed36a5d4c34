"""The role by which users of the hosted page read a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import aws_iam as iam
from constructs import Construct

from twin_stack.constructs import nag
from twin_stack.constructs.workspace_reading import PAGE_ACTIONS, allow_viewing, bucket_to_read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin_stack.constructs.interfaces import IWorkspace

_COGNITO: Final = "cognito-identity.amazonaws.com"


def identity_pool_principal(identity_pool_id: str) -> iam.FederatedPrincipal:
    """Return the signed-in users of an identity pool, to whom the pool gives a role.

    Args:
        identity_pool_id: The id of the pool.
    """
    return iam.FederatedPrincipal(
        _COGNITO,
        {
            "StringEquals": {f"{_COGNITO}:aud": identity_pool_id},
            "ForAnyValue:StringLike": {f"{_COGNITO}:amr": "authenticated"},
        },
        "sts:AssumeRoleWithWebIdentity",
    )


class WebAppRole(Construct):
    """The role by which signed-in users of the page read one workspace and its files.

    ``TwinWebApp`` creates the roles that it needs. For a twin of another account, create this one in the
    account of the twin, once for the page's ``viewer_role`` and, with ``may_acknowledge``, once for its
    ``operator_role``, and pass their ARNs as ``reader_role_arn`` and ``operator_role_arn``.

    Example:
        ```python
        WebAppRole(
            self, "Viewers",
            workspace=twin.workspace,
            trusted_role_arn="arn:aws:iam::111122223333:role/Pages-PageViewersRole-1A2B3C",
            role_name="factory-viewers",
        )
        ```

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        workspace: The workspace to read; an imported one needs its bucket.
        identity_pool_id: The id of the identity pool that gives users the role.
        trusted_role_arn: The ARN of a role of the page in another account, in place of ``identity_pool_id``.
        may_acknowledge: Whether users may also write values of entities of the workspace, as the
            acknowledgement of an alarm does. Default: False.
        alarm_entity_ids: The ids of the entities whose values may be written. The service is documented to
            check the workspace and the entities of BatchPutPropertyValues; this was not tested. Default: all
            entities of the workspace.
        role_name: The name of the role. Default: CloudFormation generates it.

    Raises:
        ValueError: The workspace's bucket is not known, ``alarm_entity_ids`` has no effect, or there is not
            one of ``identity_pool_id`` and ``trusted_role_arn``.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workspace: IWorkspace,
        identity_pool_id: str | None = None,
        trusted_role_arn: str | None = None,
        may_acknowledge: bool = False,
        alarm_entity_ids: Sequence[str] | None = None,
        role_name: str | None = None,
    ) -> None:
        bucket_to_read(workspace)
        if alarm_entity_ids is not None and not may_acknowledge:
            raise ValueError(
                "alarm_entity_ids has no effect without may_acknowledge; leave it out, or set may_acknowledge"
            )
        if trusted_role_arn is not None and identity_pool_id is None:
            principal: iam.PrincipalBase = iam.ArnPrincipal(trusted_role_arn)
        elif identity_pool_id is not None and trusted_role_arn is None:
            principal = identity_pool_principal(identity_pool_id)
        else:
            raise ValueError(
                "identity_pool_id and trusted_role_arn exclude each other, and one is needed; pass the role "
                "of the page for a page in another account, its identity pool otherwise"
            )
        super().__init__(scope, construct_id)
        self._role = iam.Role(
            self,
            "Role",
            assumed_by=principal,
            role_name=role_name,
            description="Of users of the page: reads one AWS IoT TwinMaker workspace"
            + (" and acknowledges its alarms" if may_acknowledge else ""),
        )
        bucket = allow_viewing(self._role, workspace, actions=PAGE_ACTIONS)
        if bucket.encryption_key is not None:
            bucket.encryption_key.grant_decrypt(self._role)
        if may_acknowledge:
            self._allow_acknowledgement(workspace.workspace_arn, alarm_entity_ids)

    @property
    def role(self) -> iam.Role:
        """The role."""
        return self._role

    @property
    def role_arn(self) -> str:
        """The ARN of the role."""
        return self._role.role_arn

    def _allow_acknowledgement(self, workspace_arn: str, entity_ids: Sequence[str] | None) -> None:
        # Source of the resource types: service authorization reference, BatchPutPropertyValues.
        entities = [
            f"{workspace_arn}/entity/{name}" for name in (["*"] if entity_ids is None else entity_ids)
        ]
        self._role.add_to_policy(
            iam.PolicyStatement(
                actions=["iottwinmaker:BatchPutPropertyValues"], resources=[workspace_arn, *entities]
            )
        )
        # Writing values depends on reading the workspace. Source: as above, "Dependent actions"; viewers may
        # do the other two, GetComponentType and GetEntity.
        self._role.add_to_policy(
            iam.PolicyStatement(actions=["iottwinmaker:GetWorkspace"], resources=[workspace_arn])
        )
        if entity_ids is None:
            nag.acknowledge_wildcard_resource(
                self._role,
                entities[0],
                "Operators acknowledge alarms of all entities of this one workspace; alarm_entity_ids "
                "narrows it.",
            )
