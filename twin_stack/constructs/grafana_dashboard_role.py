"""The role with which Grafana reads a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Annotations, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from twin_stack.constructs import nag
from twin_stack.constructs.iam_patterns import escape_wildcards
from twin_stack.constructs.sitewise_connector import MAX_ASSETS
from twin_stack.constructs.tokens import is_unresolved
from twin_stack.constructs.workspace_reading import allow_viewing, bucket_to_read
from twin_stack.twinmaker.patterns import ROLE_EXTERNAL_ID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin_stack.constructs.interfaces import IWorkspace


# STS, AssumeRole, ExternalId: 2 to 1,224 characters.


class GrafanaDashboardRole(Construct):
    """The role that the Grafana app for AWS IoT TwinMaker assumes ("Assume Role ARN" of its data source).

    It may read one workspace and the objects in its bucket and list workspaces, and nothing else. The app
    passes credentials of this role to the browser under a session policy of its own: permissions outside of
    that policy would have no effect (grafana-iot-twinmaker-app 2.1.7, ``pkg/plugin/twinmaker/utils.go``,
    ``LoadPolicy``; TwinMaker guide, dashboard role).

    To show scenes, the workspace's bucket needs the origin of Grafana in ``cors_origins``. The session policy
    has no ``kms:Decrypt``: scenes in a bucket with a customer managed key cannot be read, and a warning says
    so.

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
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        workspace: The workspace to read; an imported one needs its bucket.
        principal: The user or role that Grafana runs as, which may assume the role. Needs ``external_id``.
        external_id: The external id that the data source passes ("External ID"), 2 to 1,224 letters, digits
            and ``_+=,.@:/-`` (STS).
        managed_grafana_role: In place of ``principal``, the role of an Amazon Managed Grafana workspace. It
            belongs to one workspace only, so ``external_id`` is optional.
        video_stream_arns: The ARNs of Kinesis video streams, for the app's video player. Default: none.
        video_asset_ids: The ids of the SiteWise assets that list the available video. Default: none.
        video_uploads: Whether the player may request uploads from the edge, for those of
            ``video_asset_ids`` whose tag ``EdgeConnectorForKVS`` contains the workspace's id. Default: False.

    Raises:
        ValueError: Neither or both of ``principal`` and ``managed_grafana_role`` are given, the principal is
            ``*`` or has no ``external_id``, the workspace's bucket is not known, or ``video_uploads`` is
            given without assets.
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
        bucket_to_read(workspace)
        if video_uploads and not video_asset_ids:
            raise ValueError("video_uploads needs video_asset_ids, got none; pass the assets to upload for")
        trusted = _trusted_principal(principal, external_id, managed_grafana_role)

        super().__init__(scope, construct_id)
        self._role = iam.Role(
            self,
            "Role",
            assumed_by=trusted,
            external_ids=None if external_id is None else [external_id],
            description="Assumed by Grafana to read one AWS IoT TwinMaker workspace",
        )
        bucket = allow_viewing(self._role, workspace)
        self._allow(["iottwinmaker:ListWorkspaces"], ["*"])
        self._allow_video(video_stream_arns, video_asset_ids)
        if video_uploads:
            self._allow_uploads(workspace.literal_workspace_id, video_asset_ids)

        nag.acknowledge_wildcard_resource(
            self._role, "*", "iottwinmaker:ListWorkspaces does not support resource-level permissions."
        )
        if bucket.encryption_key is not None:
            Annotations.of(self).add_warning_v2(
                "twin-stack:grafanaCannotDecrypt",
                "Grafana cannot show scenes of a bucket that is encrypted with a customer managed key: the "
                "session policy of its TwinMaker app has no kms:Decrypt. Use S3 managed encryption.",
            )

    @property
    def role(self) -> iam.Role:
        """The role."""
        return self._role

    @property
    def role_arn(self) -> str:
        """The ARN of the role, for "Assume Role ARN" of the data source and ``twin grafana --role-arn``."""
        return self._role.role_arn

    def allow_reading_assets(self, asset_ids: Sequence[str] | None, alias_prefix: str) -> None:
        """Allow Grafana's data source for AWS IoT SiteWise to read values of assets by alias.

        It looks for the property of an alias, and then reads by asset (``pkg/sitewise/api/util.go`` of the
        plugin).

        Args:
            asset_ids: The ids of the assets, at least one; None if they are not known at synthesis. Then, and
                with more than ``MAX_ASSETS``, the role may read all assets of the account and region.
            alias_prefix: The beginning of their aliases, such as ``/plant/``.
        """
        stack = Stack.of(self)
        series = stack.format_arn(service="iotsitewise", resource="time-series", resource_name="*")
        self._role.add_to_policy(
            iam.PolicyStatement(
                actions=["iotsitewise:BatchGetAssetPropertyValueHistory", "iotsitewise:DescribeTimeSeries"],
                resources=[series],
                conditions={
                    "StringLike": {"iotsitewise:propertyAlias": f"{escape_wildcards(alias_prefix)}*"}
                },
            )
        )
        if asset_ids is not None and len(asset_ids) > MAX_ASSETS:
            asset_ids = None
        assets = self._assets(asset_ids if asset_ids is not None else ["*"])
        self._allow(
            [
                "iotsitewise:BatchGetAssetPropertyValueHistory",
                "iotsitewise:DescribeAssetProperty",
                "iotsitewise:DescribeTimeSeries",
            ],
            assets,
        )
        nag.acknowledge_wildcard_resource(
            self._role,
            series,
            "SiteWise generates the ids of time series; the condition allows only aliases of the twin.",
        )
        if asset_ids is None:
            nag.acknowledge_wildcard_resource(
                self._role, assets[0], "The twin has more assets than a policy can name. Reads only."
            )

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
        # Source of the condition: TwinMaker guide, dashboard policy for uploads from the edge.
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


def _trusted_principal(
    principal: iam.IPrincipal | None, external_id: str | None, managed_grafana_role: iam.IRole | None
) -> iam.IPrincipal:
    if external_id is not None and not is_unresolved(external_id) and not ROLE_EXTERNAL_ID.fits(external_id):
        raise ValueError(
            'external_id must be 2 to 1,224 letters, digits and "_+=,.@:/-", '
            f'got "{external_id}"; choose another external id'
        )
    if managed_grafana_role is not None and principal is None:
        return iam.ArnPrincipal(managed_grafana_role.role_arn)
    if principal is None or managed_grafana_role is not None:
        raise ValueError(
            "pass either principal with external_id, or managed_grafana_role, "
            f"got {'neither' if principal is None else 'both'}"
        )
    if any("*" in identifiers for identifiers in principal.policy_fragment.principal_json.values()):
        raise ValueError("principal must not be '*'; pass the role that Grafana runs as")
    if external_id is None:
        raise ValueError("principal needs external_id; choose one and enter it in the data source as well")
    return principal
