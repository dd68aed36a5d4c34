"""The role that users of the hosted page get from its identity pool."""

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


class WebAppRole(Construct):
    """The role that signed-in users of one identity pool may assume: they read one workspace and its files.

    ``TwinWebApp`` creates the roles that it needs. For a twin of another account, create this one in the
    account of the twin, and pass its ARN as ``reader_role_arn``.

    Example:
        ```python
        WebAppRole(
            self, "Viewers",
            workspace=twin.workspace,
            identity_pool_id="eu-west-1:12345678-1234-1234-1234-123456789012",
            role_name="factory-viewers",
        )
        ```

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        workspace: The workspace to read; an imported one needs its bucket.
        identity_pool_id: The id of the identity pool, whose users may assume the role.
        may_acknowledge: Whether users may also write values of entities of the workspace, as the
            acknowledgement of an alarm does. Default: False.
        alarm_entity_ids: The ids of the entities whose values may be written. The service is documented to
            check the workspace and the entities of BatchPutPropertyValues; this was not tested. Default: all
            entities of the workspace.
        role_name: The name of the role. Default: CloudFormation generates it.

    Raises:
        ValueError: The workspace's bucket is not known, or ``alarm_entity_ids`` has no effect.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workspace: IWorkspace,
        identity_pool_id: str,
        may_acknowledge: bool = False,
        alarm_entity_ids: Sequence[str] | None = None,
        role_name: str | None = None,
    ) -> None:
        bucket_to_read(workspace)
        if alarm_entity_ids is not None and not may_acknowledge:
            raise ValueError(
                "alarm_entity_ids has no effect without may_acknowledge; leave it out, or set may_acknowledge"
            )
        super().__init__(scope, construct_id)
        self._role = iam.Role(
            self,
            "Role",
            assumed_by=iam.FederatedPrincipal(
                _COGNITO,
                {
                    "StringEquals": {f"{_COGNITO}:aud": identity_pool_id},
                    "ForAnyValue:StringLike": {f"{_COGNITO}:amr": "authenticated"},
                },
                "sts:AssumeRoleWithWebIdentity",
            ),
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
