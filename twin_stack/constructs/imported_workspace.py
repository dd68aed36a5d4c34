"""A workspace that exists already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsii
from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk.interfaces import aws_iottwinmaker as refs

from twin_stack.constructs.environments import Place
from twin_stack.constructs.workspace_base import WorkspaceBase

if TYPE_CHECKING:
    from constructs import Construct


@jsii.implements(refs.IWorkspaceRef)
class ImportedWorkspace(WorkspaceBase):
    """An existing workspace, which ``Workspace.from_workspace_attributes`` imports.

    Args:
        scope: The parent construct.
        construct_id: The id of the import within its parent.
        workspace_id: The id in the service.
        bucket: The workspace's bucket, if known.
        role: The workspace's role, if known.
        account: The account of the workspace. Default: that of the stack.
        region: The region of the workspace. Default: that of the stack.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workspace_id: str,
        bucket: s3.IBucket | None,
        role: iam.IRole | None,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        super().__init__(scope, construct_id, workspace_id=workspace_id, account=account, region=region)
        self._bucket = bucket
        self._role = role

    @property
    def workspace_id(self) -> str:
        """The workspace's id, as given."""
        return self.literal_workspace_id

    @property
    def workspace_arn(self) -> str:
        """The ARN of the workspace."""
        return Stack.of(self).format_arn(
            service="iottwinmaker",
            resource="workspace",
            resource_name=self.literal_workspace_id,
            account=self.env.account,
            region=self.env.region,
        )

    def claim_id(self, argument: str, value: str) -> None:
        """Note the id of something in this workspace.

        Args:
            argument: The argument's name as the caller writes it, such as ``entity_id``.
            value: Its value.

        Raises:
            ValueError: This app already gave the id to another one of the same kind, or the workspace is not
                in the account and region of the stack, so that nothing can be created in it.
        """
        own, place = Place.of_stack(self), Place(self.env.account, self.env.region)
        if place.is_elsewhere(own):
            raise ValueError(
                f'{argument} "{value}" cannot be created in workspace "{self.literal_workspace_id}" of '
                f"{place}, because the stack is of {own}; create it in a stack of the workspace's account "
                "and region"
            )
        super().claim_id(argument, value)

    @property
    def bucket(self) -> s3.IBucket | None:
        """The workspace's bucket; None if the import does not name it."""
        return self._bucket

    @property
    def role(self) -> iam.IRole | None:
        """The workspace's role; None if the import does not name it."""
        return self._role

    def _allow(self, statement: iam.PolicyStatement) -> None:
        if self._role is not None:
            self._role.add_to_principal_policy(statement)
