"""What constructs accept: workspaces, data connectors and telemetry tables, created or imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from aws_cdk import IResource
from constructs import IConstruct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import Duration
    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_s3 as s3
    from aws_cdk.interfaces import aws_iottwinmaker as refs
    from constructs import Construct


class IWorkspace(IResource, Protocol):
    """A workspace: one created by ``Workspace``, or an imported one.

    Constructs that need one accept this type. A class of your own extends ``WorkspaceBase``.
    """

    @property
    def literal_workspace_id(self) -> str:
        """The id as it was given, for names and messages that cannot contain a Ref."""

    @property
    def workspace_id(self) -> str:
        """The workspace's id. A Ref if this app creates the workspace, so that users depend on it."""

    @property
    def workspace_arn(self) -> str:
        """The ARN of the workspace."""

    @property
    def bucket(self) -> s3.IBucket | None:
        """The bucket with scenes and models; None if the import does not name it."""

    @property
    def role(self) -> iam.IRole | None:
        """The role that the service assumes for this workspace; None if the import does not name it."""

    def claim_id(self, argument: str, value: str) -> None:
        """Note the id of something in this workspace, or refuse it when it is already in use."""

    @property
    def workspace_ref(self) -> refs.WorkspaceReference:
        """The reference to the workspace that generated constructs accept."""

    def grant(self, grantee: iam.IGrantable, *actions: str) -> iam.Grant:
        """Grant actions on the workspace and its content."""

    def grant_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant reads of the workspace: entities, component types, scenes, values and queries."""

    def grant_read_write(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant reads of the workspace and changes of its content, including values."""

    def allow_origin(self, origin: str) -> bool:
        """Let a web origin show scenes; return whether the workspace's own bucket could be changed."""

    def allow_connector(
        self, function: lambda_.IFunction, *, consumer: Construct | None = None
    ) -> IConstruct | None:
        """Allow the service to invoke one function for this workspace."""

    def allow_sitewise_read(
        self,
        asset_ids: Sequence[str] | None = None,
        *,
        data_name: str | None = None,
        consumer: Construct | None = None,
    ) -> None:
        """Allow the service to read IoT SiteWise for this workspace, for its native connector."""

    def metric(
        self,
        metric_name: str,
        *,
        dimensions_map: Mapping[str, str] | None = None,
        period: Duration | None = None,
        statistic: str = "Sum",
    ) -> cloudwatch.Metric:
        """Return a metric of the namespace AWS/IoTTwinMaker, of one entity or one component type."""

    def metric_component_type_creation_failure(
        self, *, period: Duration | None = None
    ) -> cloudwatch.MathExpression:
        """Return the number of component types of the workspace that could not be created."""

    def metric_component_type_update_failure(
        self, *, period: Duration | None = None
    ) -> cloudwatch.MathExpression:
        """Return the number of component types of the workspace that could not be updated."""

    def metric_entity_creation_failure(self, *, period: Duration | None = None) -> cloudwatch.MathExpression:
        """Return the number of entities of the workspace that could not be created."""

    def metric_entity_update_failure(self, *, period: Duration | None = None) -> cloudwatch.MathExpression:
        """Return the number of entities of the workspace that could not be updated."""

    def metric_entity_deletion_failure(self, *, period: Duration | None = None) -> cloudwatch.MathExpression:
        """Return the number of entities of the workspace that could not be deleted."""


class IDataConnector(IConstruct, Protocol):
    """A data connector: one created by this package, or an existing function.

    Constructs that need one accept this type. A class of your own extends ``DataConnectorBase``.
    """

    @property
    def function(self) -> lambda_.IFunction:
        """The Lambda function."""

    @property
    def function_arn(self) -> str:
        """The ARN of the function, as component types refer to it."""

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The principal of the function, so that grants accept the connector."""

    def grant_invoke(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant the permission to invoke the connector."""

    def metric(
        self,
        metric_name: str,
        *,
        dimensions_map: Mapping[str, str] | None = None,
        period: Duration | None = None,
        statistic: str | None = None,
    ) -> cloudwatch.Metric:
        """Return a metric of the function, of the namespace AWS/Lambda."""

    def metric_errors(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """Return the metric of failed invocations. Callers of the service see ConnectorFailureException."""

    def metric_throttles(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """Return the metric of invocations that Lambda rejected for lack of concurrency."""

    def metric_duration(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """Return the metric of the duration of invocations, in milliseconds."""

    def metric_invocations(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """Return the metric of invocations."""


class ITelemetryTable(IConstruct, Protocol):
    """A telemetry table: one created by ``TelemetryTable``, or an existing table.

    Constructs that need one accept this type. A class of your own extends ``TelemetryTableBase``.
    """

    @property
    def table(self) -> dynamodb.ITable:
        """The table."""

    @property
    def component_type_index(self) -> str | None:
        """The name of the index by component type; None if there is none."""

    @property
    def table_arn(self) -> str:
        """The ARN of the table."""

    @property
    def table_name(self) -> str:
        """The name of the table."""

    @property
    def table_stream_arn(self) -> str | None:
        """The ARN of the table's stream; None if there is none, or the import does not name it."""

    @property
    def encryption_key(self) -> kms.IKey | None:
        """The table's customer managed key; None if there is none, or the import does not name it."""

    def grant(self, grantee: iam.IGrantable, *actions: str) -> iam.Grant:
        """Grant actions on the table and its index, without its key."""

    def grant_read_data(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant the permission to Query the table and its index, not to Scan them."""

    def grant_write_data(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant the permission to put rows, one or many at once, not to update or delete rows."""

    def grant_read_write_data(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant the permissions of ``grant_read_data`` and ``grant_write_data``."""

    def grant_stream_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant the permission to read the table's stream, not to list the streams of the account."""

    def metric(
        self,
        metric_name: str,
        *,
        dimensions_map: Mapping[str, str] | None = None,
        period: Duration | None = None,
        statistic: str | None = None,
    ) -> cloudwatch.Metric:
        """Return a metric of the namespace AWS/DynamoDB."""

    def metric_consumed_read_capacity_units(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """Return the metric of consumed read capacity; one unit reads 4 KB (8 KB eventually consistent)."""

    def metric_consumed_write_capacity_units(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """Return the metric of consumed write capacity; one unit writes 1 KB."""

    def metric_throttled_requests(
        self, operation: str, *, period: Duration | None = None, statistic: str = "Sum"
    ) -> cloudwatch.Metric:
        """Return the metric of requests of one operation that DynamoDB throttled."""
