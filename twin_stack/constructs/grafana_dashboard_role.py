"""The role by which Grafana reads a workspace."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aws_cdk import Annotations, Stack, Token
from aws_cdk import aws_iam as iam
from constructs import Construct

from twin_stack.constructs import nag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin_stack.constructs.workspace_base import IWorkspace

# STS, AssumeRole, ExternalId: 2 to 1,224 characters.
_EXTERNAL_ID: Final = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)


class GrafanaDashboardRole(Construct):
    """The role that the Grafana app for AWS IoT TwinMaker assumes ("Assume Role ARN" of its data source).

    It may read one workspace and the objects in its bucket, list workspaces, and nothing else. The app
    hands credentials of this role to the browser, under a session policy of its own: what that policy does
    not hold has no effect, so no other permission would help (grafana-iot-twinmaker-app 2.1.7,
    `pkg/plugin/twinmaker/utils.go`, `LoadPolicy`; TwinMaker guide, dashboard role).

    For scenes, the workspace's bucket needs the Grafana's origin in `cors_origins`. The session policy has
    no `kms:Decrypt`: scenes in a bucket with a key of the account cannot be read, and a warning says so.

    Example:
        ```python
        GrafanaDashboardRole(
            self, "Dashboards",
            workspace=workspace,
            principal=iam.ArnPrincipal("arn:aws:iam::111122223333:role/grafana"),
            external_id="plant-1",
        )
        ```

    Args:
        scope: parent construct.
        construct_id: id of this construct in its parent.
        workspace: the workspace to read; an imported one must know its bucket.
        principal: who may assume the role: the user or role that Grafana runs as. Needs `external_id`.
        external_id: what the data source must say as well ("External ID"), 2 to 1,224 letters, digits and
            `_+=,.@:/-` (STS).
        managed_grafana_role: instead of `principal`, the role of an Amazon Managed Grafana workspace. It is
            one role of one workspace, so `external_id` may be left out.
        video_stream_arns: ARNs of Kinesis video streams, for the app's video player. Default: none.
        video_asset_ids: ids of the SiteWise assets that say which video there is. Default: none.
        video_uploads: let the player ask for uploads from the edge, on those of `video_asset_ids` that carry
            the tag `EdgeConnectorForKVS` with the workspace's id. Default: False.

    Raises:
        ValueError: none or both of `principal` and `managed_grafana_role` are given, the principal is
            everybody or has no `external_id`, the workspace's bucket is not known, or uploads are asked for
            without assets.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workspace: IWorkspace,
        principal: iam.IPrincipal | None = None,
        external_id: str | None = None,
        managed_grafana_role: iam.IRole | None = None,
        video_stream_arns: Sequence[str] = (),
        video_asset_ids: Sequence[str] = (),
        video_uploads: bool = False,
    ) -> None:
        bucket = workspace.bucket
        if bucket is None:
            raise ValueError(
                "workspace must know its bucket, for scenes are read from it; import it by "
                "Workspace.from_workspace_attributes with bucket"
            )
        if video_uploads and not video_asset_ids:
            raise ValueError("video_uploads is for assets, got no video_asset_ids; name them")
        trusted = _trusted(principal, external_id, managed_grafana_role)

        super().__init__(scope, construct_id)
        self._role = iam.Role(
            self,
            "Role",
            assumed_by=trusted,
            external_ids=None if external_id is None else [external_id],
            description="Assumed by Grafana to read one AWS IoT TwinMaker workspace",
        )
        workspace.grant_read(self._role)
        objects = bucket.arn_for_objects("*")
        self._allow(["s3:GetObject"], [objects])
        self._allow(["iottwinmaker:ListWorkspaces"], ["*"])
        self._allow_video(video_stream_arns, video_asset_ids)
        if video_uploads:
            self._allow_uploads(workspace.literal_workspace_id, video_asset_ids)

        nag.acknowledge_wildcard_resource(
            self._role,
            f"{workspace.workspace_arn}/*",
            "Dashboards show entities, types and scenes of this one workspace, whichever it will have.",
        )
        nag.acknowledge_wildcard_resource(
            self._role, objects, "Scenes name models anywhere in the workspace's own bucket."
        )
        nag.acknowledge_wildcard_resource(
            self._role, "*", "iottwinmaker:ListWorkspaces knows no resource but *."
        )
        if bucket.encryption_key is not None:
            Annotations.of(self).add_warning_v2(
                "twin-stack:grafanaCannotDecrypt",
                "Grafana cannot show scenes of a bucket that is encrypted with a key of the account: the "
                "session policy of its TwinMaker app has no kms:Decrypt. Use S3 managed encryption.",
            )

    @property
    def role(self) -> iam.Role:
        """The role."""
        return self._role

    @property
    def role_arn(self) -> str:
        """The role's ARN: "Assume Role ARN" of the data source, `twin grafana --role-arn`."""
        return self._role.role_arn

    def _allow(self, actions: Sequence[str], resources: Sequence[str]) -> None:
        self._role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=list(resources)))

    def _allow_video(self, stream_arns: Sequence[str], asset_ids: Sequence[str]) -> None:
        if stream_arns:
            self._allow(
                ["kinesisvideo:GetDataEndpoint", "kinesisvideo:GetHLSStreamingSessionURL"], stream_arns
            )
        if asset_ids:
            self._allow(
                ["iotsitewise:GetAssetPropertyValue", "iotsitewise:GetInterpolatedAssetPropertyValues"],
                self._assets(asset_ids),
            )

    def _allow_uploads(self, workspace_id: str, asset_ids: Sequence[str]) -> None:
        # Condition and value are those of the guide's dashboard policy for uploads from the edge.
        tag = {"StringLike": {"aws:ResourceTag/EdgeConnectorForKVS": f"*{workspace_id}*"}}
        self._role.add_to_policy(
            iam.PolicyStatement(
                actions=["iotsitewise:BatchPutAssetPropertyValue"],
                resources=self._assets(asset_ids),
                conditions=tag,
            )
        )

    def _assets(self, asset_ids: Sequence[str]) -> list[str]:
        stack = Stack.of(self)
        return [
            stack.format_arn(service="iotsitewise", resource="asset", resource_name=asset_id)
            for asset_id in asset_ids
        ]


def _trusted(
    principal: iam.IPrincipal | None, external_id: str | None, managed_grafana_role: iam.IRole | None
) -> iam.IPrincipal:
    if (
        external_id is not None
        and not Token.is_unresolved(external_id)
        and not _EXTERNAL_ID.fullmatch(external_id)
    ):
        raise ValueError(
            'external_id must be 2 to 1,224 letters, digits and "_+=,.@:/-", '
            f'got "{external_id}"; choose another one'
        )
    if managed_grafana_role is not None and principal is None:
        return iam.ArnPrincipal(managed_grafana_role.role_arn)
    if principal is None or managed_grafana_role is not None:
        raise ValueError(
            "give either principal with external_id, or managed_grafana_role, "
            f"got {'neither' if principal is None else 'both'}"
        )
    if any("*" in names for names in principal.policy_fragment.principal_json.values()):
        raise ValueError("principal must be somebody, got everybody; name the role that Grafana runs as")
    if external_id is None:
        raise ValueError("principal needs external_id as well; choose one and give it to the data source")
    return principal
