"""What workspaces have in common, created or imported: attributes, permissions and metrics."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from typing import TYPE_CHECKING, Final, cast

from aws_cdk import Duration, Names, Resource, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk.interfaces import aws_iottwinmaker as refs

from twin_stack.constructs import nag
from twin_stack.constructs.tokens import is_unresolved
from twin_stack.twinmaker.data_tag import DATA_TAG

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct, IConstruct


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
"""Every read action that supports a workspace as its resource. ListWorkspaces does not."""

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
"""Every action that changes the content of a workspace, but not the workspace itself or its sync jobs."""

_NAMESPACE: Final = "AWS/IoTTwinMaker"
_MAX_POLICY_ID: Final = 100
"""Characters of a construct id in the name of a policy. IAM allows 128 for the name."""


class WorkspaceBase(Resource):
    """The base of workspaces, created or imported: permissions and metrics of an ``IWorkspace``.

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        workspace_id: The id in the service.
        account: The account of an imported workspace. Default: that of the stack.
        region: The region of an imported workspace. Default: that of the stack.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workspace_id: str,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        super().__init__(scope, construct_id, physical_name=workspace_id, account=account, region=region)
        self._literal_workspace_id = workspace_id
        self._content_ids: set[tuple[str, str]] = set()

    @property
    def literal_workspace_id(self) -> str:
        """The id as it was given, for names and messages that cannot contain a Ref."""
        return self._literal_workspace_id

    def claim_id(self, argument: str, value: str) -> None:
        """Note the id of something in this workspace.

        Args:
            argument: The argument's name as the caller writes it, such as ``entity_id``.
            value: Its value.

        Raises:
            ValueError: This app already gave the id to another one of the same kind.
        """
        if is_unresolved(value):
            return
        if (argument, value) in self._content_ids:
            raise ValueError(
                f'{argument} "{value}" is used twice in workspace "{self._literal_workspace_id}"; rename one'
            )
        self._content_ids.add((argument, value))

    @property
    @abstractmethod
    def workspace_id(self) -> str:
        """The workspace's id. A Ref if this app creates the workspace, so that users depend on it."""

    @property
    @abstractmethod
    def workspace_arn(self) -> str:
        """The ARN of the workspace."""

    @property
    @abstractmethod
    def bucket(self) -> s3.IBucket | None:
        """The bucket with scenes and models; None if the import does not name it."""

    @property
    @abstractmethod
    def role(self) -> iam.IRole | None:
        """The role that the service assumes for this workspace; None if the import does not name it."""

    def allow_origin(self, origin: str) -> bool:  # noqa: ARG002 (a workspace with a bucket of its own uses it)
        """Let a web origin show scenes.

        Args:
            origin: The origin, such as ``https://twin.example.com``.

        Returns:
            Whether that was possible. If not, the bucket's CORS rules are those of its owner.
        """
        return False

    @abstractmethod
    def _allow(self, statement: iam.PolicyStatement) -> None:
        """Add a statement to the permissions of the workspace's role."""

    def _allow_for(self, consumer: Construct, statement: iam.PolicyStatement) -> IConstruct | None:
        """Allow the service what a consumer needs, and return what holds the statement; None without a role.

        A consumer in another stack brings a policy of its own: in the stack of the role, the statement would
        make that stack depend on the consumer's, which depends on it.
        """
        if self.role is None:
            return None
        stack = Stack.of(consumer)
        if stack is Stack.of(self):
            self._allow(statement)
            return self.role
        policy_id = f"PermissionsOf{Names.unique_resource_name(self)}"
        policy = self._policy(stack, policy_id)
        policy.add_statements(statement)
        return policy

    def _policy(self, scope: IConstruct, policy_id: str) -> iam.Policy:
        """Return a policy of the workspace's role.

        IAM identifies the policies of a role by their names, and the CDK's name is equal in stacks in which
        the paths are. So a policy of another stack than the workspace's has the stack in its name.
        """
        node = scope.node
        policy = node.try_find_child(policy_id)
        if policy is None:
            stack = Stack.of(scope)
            name = None
            if stack is not Stack.of(self):
                digest = hashlib.sha256(f"{stack.node.path}\0{node.path}".encode()).hexdigest()[:8]
                name = f"{policy_id[:_MAX_POLICY_ID]}-{digest}"
            policy = iam.Policy(
                cast("Construct", scope),
                policy_id,
                policy_name=name,
                roles=[cast("iam.IRole", self.role)],
            )
        assert isinstance(policy, iam.Policy)  # noqa: S101 (no other construct has this id)
        return policy

    @property
    def workspace_ref(self) -> refs.WorkspaceReference:
        """The reference to the workspace that generated constructs accept."""
        return refs.WorkspaceReference(workspace_arn=self.workspace_arn, workspace_id=self.workspace_id)

    def grant(self, grantee: iam.IGrantable, *actions: str) -> iam.Grant:
        """Grant actions on the workspace and its content.

        Args:
            grantee: The principal that gets the permission.
            actions: The actions with their prefix, such as ``iottwinmaker:GetEntity``. Actions without
                resource-level permissions (ListWorkspaces, pricing, metadata transfer jobs) have no effect.
        """
        return iam.Grant.add_to_principal(
            grantee=grantee,
            actions=list(actions),
            resource_arns=[self.workspace_arn, f"{self.workspace_arn}/*"],
        )

    def grant_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant reads of the workspace: entities, component types, scenes, values and queries.

        ListWorkspaces is not included, because it lists all workspaces of the account. Scene files are in the
        bucket: grant them with ``workspace.bucket.grant_read``.

        Args:
            grantee: The principal that gets the permission.
        """
        return self.grant(grantee, *READ_ACTIONS)

    def grant_read_write(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant reads of the workspace and changes of its content, including values.

        Changes of the workspace itself and of its sync jobs are not included.

        Args:
            grantee: The principal that gets the permission.
        """
        return self.grant(grantee, *READ_ACTIONS, *WRITE_ACTIONS)

    def allow_connector(
        self, function: lambda_.IFunction, *, consumer: Construct | None = None
    ) -> IConstruct | None:
        """Allow the service to invoke one function for this workspace.

        The permission is a policy of its own beside the function: when a connector is replaced by another,
        CloudFormation adds the new permission before component types use the new function, and removes the
        former one after that. It has no effect on a role imported with ``mutable=False``.

        Args:
            function: A data connector. The service calls it by its unqualified ARN.
            consumer: The construct that needs the permission, in whose stack the policy is. Default: the
                workspace.

        Returns:
            What holds the permission, to depend on; None if the workspace's role is not known.
        """
        if self.role is None:
            return None
        stack = Stack.of(consumer or self)
        node = function.node
        scope = node.scope if Stack.of(function) is stack else None
        name = node.id if scope is not None else Names.unique_resource_name(function)
        workspace = "" if is_unresolved(self.literal_workspace_id) else self.literal_workspace_id
        policy = self._policy(scope or stack, f"{name}InvokedBy{workspace}")
        policy.add_statements(
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[function.function_arn])
        )
        return policy

    def allow_sitewise_read(
        self,
        asset_ids: Sequence[str] | None = None,
        *,
        data_name: str | None = None,
        consumer: Construct | None = None,
    ) -> None:
        """Allow the service to read IoT SiteWise for this workspace, for its native connector.

        Component types that extend ``com.amazon.iotsitewise.connector`` need it. The actions are the reads on
        the service role page of the TwinMaker guide, by the names that SiteWise uses.

        Args:
            asset_ids: The ids of the assets to read. Default: every asset of this account and region.
            data_name: The data name of a twin, whose own assets are read only. Default: the assets of all.
            consumer: The construct that needs the permission, as for ``allow_connector``. Default: the
                workspace.
        """
        consumer = consumer or self
        stack = Stack.of(consumer)
        assets = [
            stack.format_arn(service="iotsitewise", resource="asset", resource_name=asset_id)
            for asset_id in (asset_ids if asset_ids is not None else ["*"])
        ]
        models = stack.format_arn(service="iotsitewise", resource="asset-model", resource_name="*")
        self._allow_for(
            consumer,
            iam.PolicyStatement(
                actions=[
                    "iotsitewise:DescribeAsset",
                    "iotsitewise:DescribeAssetProperty",
                    "iotsitewise:GetAssetPropertyValue",
                    "iotsitewise:GetAssetPropertyValueHistory",
                ],
                resources=assets,
                conditions={"StringEquals": {f"aws:ResourceTag/{DATA_TAG}": data_name}}
                if data_name
                else None,
            ),
        )
        self._allow_for(
            consumer,
            iam.PolicyStatement(
                actions=["iotsitewise:DescribeAssetModel", "iotsitewise:ListAssets"],
                resources=[models],
            ),
        )
        holder = self._allow_for(
            consumer, iam.PolicyStatement(actions=["iotsitewise:ListAssetModels"], resources=["*"])
        )
        if holder is None:
            return
        if asset_ids is None:
            nag.acknowledge_wildcard_resource(
                holder,
                assets[0],
                "SiteWise generates the ids of assets; a condition allows those of the twin only, by tag."
                if data_name
                else "The caller passed no asset_ids, so the workspace may read every asset of this account "
                "and region; allow_sitewise_read(asset_ids) narrows it.",
            )
        nag.acknowledge_wildcard_resource(
            holder,
            models,
            "The native SiteWise connector describes the model of each asset that it reads; the ids of "
            "models are not known here.",
        )
        nag.acknowledge_wildcard_resource(
            holder, "*", "ListAssetModels does not support resource-level permissions."
        )

    def metric(
        self,
        metric_name: str,
        *,
        dimensions_map: Mapping[str, str] | None = None,
        period: Duration | None = None,
        statistic: str = "Sum",
    ) -> cloudwatch.Metric:
        """Return a metric of the namespace AWS/IoTTwinMaker, of one entity or one component type.

        The service publishes 0 or 1 with the dimensions EntityName, EntityId and WorkspaceId, or
        ComponentTypeId and WorkspaceId (guide, "Monitoring with Amazon CloudWatch metrics"); a metric needs
        all of them. Not tested in AWS.

        Args:
            metric_name: The name, such as ``EntityCreationFailure``.
            dimensions_map: The dimensions as CloudWatch shows them. Default: none.
            period: The period of each point. Default: 5 minutes.
            statistic: The statistic over a period. Default: ``Sum``, because the metrics are counts.
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
        """Return the number of component types of the workspace that could not be created."""
        return self._sum("ComponentTypeCreationFailure", "ComponentTypeId, WorkspaceId", period)

    def metric_component_type_update_failure(
        self, *, period: Duration | None = None
    ) -> cloudwatch.MathExpression:
        """Return the number of component types of the workspace that could not be updated."""
        return self._sum("ComponentTypeUpdateFailure", "ComponentTypeId, WorkspaceId", period)

    def metric_entity_creation_failure(self, *, period: Duration | None = None) -> cloudwatch.MathExpression:
        """Return the number of entities of the workspace that could not be created."""
        return self._sum("EntityCreationFailure", "EntityId, EntityName, WorkspaceId", period)

    def metric_entity_update_failure(self, *, period: Duration | None = None) -> cloudwatch.MathExpression:
        """Return the number of entities of the workspace that could not be updated."""
        return self._sum("EntityUpdateFailure", "EntityId, EntityName, WorkspaceId", period)

    def metric_entity_deletion_failure(self, *, period: Duration | None = None) -> cloudwatch.MathExpression:
        """Return the number of entities of the workspace that could not be deleted."""
        return self._sum("EntityDeletionFailure", "EntityId, EntityName, WorkspaceId", period)

    def _sum(self, metric_name: str, dimensions: str, period: Duration | None) -> cloudwatch.MathExpression:
        """Return the sum over the workspace, by a Metrics Insights query because entity ids change."""
        return cloudwatch.MathExpression(
            expression=f'SELECT SUM({metric_name}) FROM SCHEMA("{_NAMESPACE}", {dimensions}) '  # noqa: S608 (all names are checked)
            f"WHERE WorkspaceId = '{self.literal_workspace_id}'",
            using_metrics={},
            label=metric_name,
            period=period,
        )
