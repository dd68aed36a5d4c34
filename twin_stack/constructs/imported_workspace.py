"""A workspace that exists already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsii
from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk.interfaces import aws_iottwinmaker as refs

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
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workspace_id: str,
        bucket: s3.IBucket | None,
        role: iam.IRole | None,
    ) -> None:
        super().__init__(scope, construct_id, workspace_id=workspace_id)
        self._bucket = bucket
        self._role = role

    @property
    def workspace_id(self) -> str:
        """The workspace's id, as given."""
        return self.literal_workspace_id

    @property
    def workspace_arn(self) -> str:
        """The ARN of the workspace in this account and region."""
        return Stack.of(self).format_arn(
            service="iottwinmaker", resource="workspace", resource_name=self.literal_workspace_id
        )

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
