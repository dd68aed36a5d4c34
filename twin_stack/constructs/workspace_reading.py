"""What a viewer of a twin reads: its workspace, and the scene files in the workspace's bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import aws_iam as iam

from twin_stack.constructs import nag
from twin_stack.constructs.workspace_base import READ_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_s3 as s3

    from twin_stack.constructs.interfaces import IWorkspace

PAGE_ACTIONS: Final = (
    "iottwinmaker:GetComponentType",
    "iottwinmaker:GetEntity",
    "iottwinmaker:GetPropertyValue",
    "iottwinmaker:GetPropertyValueHistory",
    "iottwinmaker:ListComponentTypes",
    "iottwinmaker:ListComponents",
    "iottwinmaker:ListEntities",
    "iottwinmaker:ListProperties",
    "iottwinmaker:ListScenes",
)
"""The operations that the page calls in one workspace, without the acknowledgement of alarms."""


def bucket_to_read(workspace: IWorkspace) -> s3.IBucket:
    """Return the bucket from which scenes are read.

    Args:
        workspace: The workspace.

    Raises:
        ValueError: The workspace was imported without its bucket.
    """
    bucket = workspace.bucket
    if bucket is None:
        raise ValueError(
            "workspace has no bucket, from which scenes are read; import it with "
            "Workspace.from_workspace_attributes(bucket)"
        )
    return bucket


def allow_viewing(
    role: iam.Role, workspace: IWorkspace, *, actions: Sequence[str] = READ_ACTIONS
) -> s3.IBucket:
    """Allow a role to read one workspace and the objects in its bucket.

    Args:
        role: The role.
        workspace: The workspace, whose bucket is known.
        actions: The actions on the workspace and its content.

    Returns:
        The bucket.
    """
    bucket = bucket_to_read(workspace)
    objects = bucket.arn_for_objects("*")
    workspace.grant(role, *actions)
    role.add_to_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=[objects]))
    nag.acknowledge_wildcard_resource(
        role,
        f"{workspace.workspace_arn}/*",
        "Viewers show all entities, component types and scenes of this one workspace.",
    )
    nag.acknowledge_wildcard_resource(
        role, objects, "Scenes may refer to models anywhere in the workspace's own bucket."
    )
    return bucket
