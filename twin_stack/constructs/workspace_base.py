"""What each workspace offers, whether made here or imported: permissions, metrics and its attributes."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Final

from aws_cdk import Duration, Resource, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk.interfaces import aws_iottwinmaker as refs

from twin_stack.constructs import nag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct


READ_ACTIONS: Final = (
    "iottwinmaker:ExecuteQuery",
    "iottwinmaker:GetComponentType",
    "iottwinmaker:GetEntity",
    "iottwinmaker:GetPropertyValue",
    "iottwinmaker:GetPropertyValueHistory",
    "iottwinmaker:GetScene",
    "iottwinmaker:GetSyncJob",
    "iottwinmaker:GetWorkspace",
    "iottwinmaker:ListComponentTypes",
    "iottwinmaker:ListComponents",
    "iottwinmaker:ListEntities",
    "iottwinmaker:ListProperties",
    "iottwinmaker:ListScenes",
    "iottwinmaker:ListSyncJobs",
    "iottwinmaker:ListSyncResources",
    "iottwinmaker:ListTagsForResource",
)
"""Every read that can be limited to one workspace. ListWorkspaces cannot, so it is not here."""

WRITE_ACTIONS: Final = (
    "iottwinmaker:BatchPutPropertyValues",
    "iottwinmaker:CreateComponentType",
    "iottwinmaker:CreateEntity",
    "iottwinmaker:CreateScene",
    "iottwinmaker:DeleteComponentType",
    "iottwinmaker:DeleteEntity",
    "iottwinmaker:DeleteScene",
    "iottwinmaker:TagResource",
    "iottwinmaker:UntagResource",
    "iottwinmaker:UpdateComponentType",
    "iottwinmaker:UpdateEntity",
    "iottwinmaker:UpdateScene",
)
"""Every change of what is in a workspace, but not of the workspace itself or its sync jobs."""

_NAMESPACE: Final = "AWS/IoTTwinMaker"


class IWorkspace(Resource):
    """A workspace: one made by `Workspace`, or one that exists already.

    Take this type in a construct that needs a workspace.
    """

    def __init__(self, scope: Construct, construct_id: str, *, workspace_id: str) -> None:
        super().__init__(scope, construct_id, physical_name=workspace_id)
        self._literal_workspace_id = workspace_id

    @property
    def literal_workspace_id(self) -> str:
        """The id as it was given: for names and messages, where a Ref would be in the way."""
        return self._literal_workspace_id

    @property
    @abstractmethod
    def workspace_id(self) -> str:
        """The workspace's id. Of a workspace made here it is a Ref, so that users come later."""

    @property
    @abstractmethod
    def workspace_arn(self) -> str:
        """The workspace's ARN."""

    @property
    @abstractmethod
    def bucket(self) -> s3.IBucket | None:
        """The bucket that holds scenes and models; None if an import did not name it."""

    @property
    @abstractmethod
    def role(self) -> iam.IRole | None:
        """The role the service takes for this workspace; None if an import did not name it."""

    @abstractmethod
    def _allow(self, statement: iam.PolicyStatement) -> None:
        """Let the workspace's role do what `statement` says."""

    @property
    def workspace_ref(self) -> refs.WorkspaceReference:
        """The reference that generated constructs take."""
        return refs.WorkspaceReference(workspace_arn=self.workspace_arn, workspace_id=self.workspace_id)

    def grant(self, grantee: iam.IGrantable, *actions: str) -> iam.Grant:
        """Let `grantee` do `actions` on the workspace and on everything in it.

        Args:
            grantee: who.
            actions: with their prefix, such as `iottwinmaker:GetEntity`. Actions that know no
                resource (ListWorkspaces, pricing, metadata transfer jobs) have no effect here.
        """
        return iam.Grant.add_to_principal(
            grantee=grantee,
            actions=list(actions),
            resource_arns=[self.workspace_arn, f"{self.workspace_arn}/*"],
        )

    def grant_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` read the workspace: entities, types, scenes, values, queries.

        ListWorkspaces is left out: it shows all workspaces of the account. Scene files are in the
        bucket: grant them with `workspace.bucket.grant_read`.
        """
        return self.grant(grantee, *READ_ACTIONS)

    def grant_read_write(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` read the workspace and change what is in it, values included.

        The workspace itself and its sync jobs stay out of reach.
        """
        return self.grant(grantee, *READ_ACTIONS, *WRITE_ACTIONS)

    def allow_connector(self, function: lambda_.IFunction) -> None:
        """Let the service invoke `function`, and nothing else, for this workspace.

        A workspace with a role of its own gets the statement inside that role. On a role that was
        passed in, this is an ordinary CDK grant: it adds a policy to a role of this app or of this
        account, and does nothing on a role imported with `mutable=False`.

        Args:
            function: a data connector. The service calls it by its unqualified ARN.
        """
        self._allow(iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[function.function_arn]))

    def allow_sitewise_read(self, asset_ids: Sequence[str] | None = None) -> None:
        """Let the service read IoT SiteWise for this workspace, as its native connector does.

        Needed for component types that extend `com.amazon.iotsitewise.connector`. The actions are
        the reads of the service role page of the TwinMaker guide, with the names SiteWise has.

        Args:
            asset_ids: ids of the assets to read. Default: every asset of this account and region.
        """
        stack = Stack.of(self)
        assets = [
            stack.format_arn(service="iotsitewise", resource="asset", resource_name=asset_id)
            for asset_id in (asset_ids if asset_ids is not None else ["*"])
        ]
        models = stack.format_arn(service="iotsitewise", resource="asset-model", resource_name="*")
        self._allow(
            iam.PolicyStatement(
                actions=[
                    "iotsitewise:DescribeAsset",
                    "iotsitewise:DescribeAssetProperty",
                    "iotsitewise:GetAssetPropertyValue",
                    "iotsitewise:GetAssetPropertyValueHistory",
                ],
                resources=assets,
            )
        )
        self._allow(
            iam.PolicyStatement(
                actions=["iotsitewise:DescribeAssetModel", "iotsitewise:ListAssets"],
                resources=[models],
            )
        )
        self._allow(iam.PolicyStatement(actions=["iotsitewise:ListAssetModels"], resources=["*"]))
        if self.role is None:
            return
        if asset_ids is None:
            nag.acknowledge_wildcard_resource(
                self.role,
                assets[0],
                "The caller named no assets, so the workspace may read each asset of this account "
                "and region; allow_sitewise_read(asset_ids) narrows it.",
            )
        nag.acknowledge_wildcard_resource(
            self.role,
            models,
            "The native SiteWise connector describes the model of the asset it reads, and the "
            "model is known only from the asset.",
        )
        nag.acknowledge_wildcard_resource(
            self.role, "*", "iotsitewise:ListAssetModels knows no resource but *."
        )

    def metric(
        self,
        metric_name: str,
        *,
        dimensions_map: Mapping[str, str] | None = None,
        period: Duration | None = None,
        statistic: str = "Sum",
    ) -> cloudwatch.Metric:
        """A metric of the namespace AWS/IoTTwinMaker, of one entity or one component type.

        The service counts 0 or 1 with the dimensions EntityName, EntityId and WorkspaceId, or
        ComponentTypeId and WorkspaceId (guide, "Monitoring with Amazon CloudWatch metrics"); a metric has to
        name all of them. Untested in AWS [U].

        Args:
            metric_name: such as `EntityCreationFailure`.
            dimensions_map: dimensions as CloudWatch shows them. Default: none.
            period: time each point covers. Default: 5 minutes.
            statistic: how points are combined. Default: `Sum`, for the metrics are counts.
        """
        return cloudwatch.Metric(
            namespace=_NAMESPACE,
            metric_name=metric_name,
            dimensions_map=dimensions_map,
            period=period,
            statistic=statistic,
        ).attach_to(self)

    def metric_component_type_creation_failure(
        self, *, period: Duration | None = None
    ) -> cloudwatch.MathExpression:
        """How many component types of the workspace could not be created."""
        return self._sum("ComponentTypeCreationFailure", "ComponentTypeId, WorkspaceId", period)

    def metric_component_type_update_failure(
        self, *, period: Duration | None = None
    ) -> cloudwatch.MathExpression:
        """How many component types of the workspace could not be updated."""
        return self._sum("ComponentTypeUpdateFailure", "ComponentTypeId, WorkspaceId", period)

    def metric_entity_creation_failure(self, *, period: Duration | None = None) -> cloudwatch.MathExpression:
        """How many entities of the workspace could not be created."""
        return self._sum("EntityCreationFailure", "EntityId, EntityName, WorkspaceId", period)

    def metric_entity_update_failure(self, *, period: Duration | None = None) -> cloudwatch.MathExpression:
        """How many entities of the workspace could not be updated."""
        return self._sum("EntityUpdateFailure", "EntityId, EntityName, WorkspaceId", period)

    def metric_entity_deletion_failure(self, *, period: Duration | None = None) -> cloudwatch.MathExpression:
        """How many entities of the workspace could not be deleted."""
        return self._sum("EntityDeletionFailure", "EntityId, EntityName, WorkspaceId", period)

    def _sum(self, metric_name: str, dimensions: str, period: Duration | None) -> cloudwatch.MathExpression:
        """Sum over the whole workspace, by a CloudWatch Metrics Insights query: ids come and go."""
        return cloudwatch.MathExpression(
            expression=f'SELECT SUM({metric_name}) FROM SCHEMA("{_NAMESPACE}", {dimensions}) '  # noqa: S608 (of names that are checked)
            f"WHERE WorkspaceId = '{self.literal_workspace_id}'",
            using_metrics={},
            label=metric_name,
            period=period,
        )
