"""A DynamoDB table for telemetry, in the form that the DynamoDB connector reads."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from twin_stack.constructs.encryption import grant_table_key
from twin_stack.constructs.removal import effective_removal_policy
from twin_stack.twinmaker.telemetry_table import (
    COMPONENT_TYPE_ID,
    COMPONENT_TYPE_INDEX,
    DEVICE_ID,
    EXPIRES,
    TIMESTAMP,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twin_stack.constructs.interfaces import ITelemetryTable


class TelemetryTableBase(Construct):
    """The base of telemetry tables: grants and metrics of an ``ITelemetryTable``."""

    @property
    @abstractmethod
    def table(self) -> dynamodb.ITable:
        """The table."""

    @property
    @abstractmethod
    def component_type_index(self) -> str | None:
        """The name of the index by component type; None if there is none."""

    @property
    def table_arn(self) -> str:
        """The ARN of the table."""
        return self.table.table_arn

    @property
    def table_name(self) -> str:
        """The name of the table."""
        return self.table.table_name

    @property
    def table_stream_arn(self) -> str | None:
        """The ARN of the table's stream; None if there is none, or the import does not name it."""
        return self.table.table_stream_arn

    @property
    def encryption_key(self) -> kms.IKey | None:
        """The table's customer managed key; None if there is none, or the import does not name it."""
        return self.table.encryption_key

    def grant(self, grantee: iam.IGrantable, *actions: str) -> iam.Grant:
        """Grant actions on the table and its index, without its key.

        Args:
            grantee: The principal that gets the permission.
            actions: The actions with their prefix, such as ``dynamodb:GetItem``.
        """
        arns = [self.table_arn]
        if self.component_type_index is not None:
            arns.append(f"{self.table_arn}/index/{self.component_type_index}")
        return self._grant(grantee, actions, arns)

    def grant_read_data(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant the permission to Query the table and its index, not to Scan them.

        Like all grants of data, it includes the use of the table's customer managed key.

        Args:
            grantee: The principal that gets the permission.
        """
        return self._with_key(self.grant(grantee, "dynamodb:Query"), grantee, writes=False)

    def grant_write_data(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant the permission to put rows, one or many at once, not to update or delete rows.

        Args:
            grantee: The principal that gets the permission.
        """
        actions = ["dynamodb:BatchWriteItem", "dynamodb:PutItem"]
        return self._with_key(self._grant(grantee, actions, [self.table_arn]), grantee, writes=True)

    def grant_read_write_data(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant the permissions of ``grant_read_data`` and ``grant_write_data``.

        Args:
            grantee: The principal that gets the permission.
        """
        return self.grant_read_data(grantee).combine(self.grant_write_data(grantee))

    def grant_stream_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant the permission to read the table's stream, not to list the streams of the account.

        Args:
            grantee: The principal that gets the permission.

        Raises:
            ValueError: The table has no stream, or the import does not name it.
        """
        if self.table_stream_arn is None:
            raise ValueError("the telemetry table has no stream; create it with stream=True")
        actions = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
        stream = iam.Grant.add_to_principal(
            grantee=grantee, actions=actions, resource_arns=[self.table_stream_arn]
        )
        return self._with_key(stream, grantee, writes=False)

    def _grant(self, grantee: iam.IGrantable, actions: Sequence[str], arns: Sequence[str]) -> iam.Grant:
        if isinstance(self.table, dynamodb.Table):
            # Also for a principal of another account, which needs a resource policy.
            return iam.Grant.add_to_principal_or_resource(
                grantee=grantee, actions=list(actions), resource_arns=list(arns), resource=self.table
            )
        return iam.Grant.add_to_principal(grantee=grantee, actions=list(actions), resource_arns=list(arns))

    def _with_key(self, grant: iam.Grant, grantee: iam.IGrantable, *, writes: bool) -> iam.Grant:
        key_grant = grant_table_key(self.table, grantee, writes=writes)
        return grant if key_grant is None else grant.combine(key_grant)

    def metric(
        self,
        metric_name: str,
        *,
        dimensions_map: Mapping[str, str] | None = None,
        period: Duration | None = None,
        statistic: str | None = None,
    ) -> cloudwatch.Metric:
        """Return a metric of the namespace AWS/DynamoDB.

        Args:
            metric_name: The name, such as ``ReturnedItemCount``.
            dimensions_map: The dimensions. Default: ``TableName``.
            period: The period of each point. Default: 5 minutes.
            statistic: The statistic over a period. Default: the CDK's.
        """
        return self.table.metric(
            metric_name,
            dimensions_map={**dimensions_map} if dimensions_map is not None else None,
            period=period,
            statistic=statistic,
        )

    def metric_consumed_read_capacity_units(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """Return the metric of consumed read capacity; one unit reads 4 KB (8 KB eventually consistent)."""
        return self.table.metric_consumed_read_capacity_units(period=period, statistic=statistic)

    def metric_consumed_write_capacity_units(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """Return the metric of consumed write capacity; one unit writes 1 KB."""
        return self.table.metric_consumed_write_capacity_units(period=period, statistic=statistic)

    def metric_throttled_requests(
        self, operation: str, *, period: Duration | None = None, statistic: str = "Sum"
    ) -> cloudwatch.Metric:
        """Return the metric of requests of one operation that DynamoDB throttled.

        Args:
            operation: The API's name of the operation, such as ``PutItem`` or ``Query``.
            period: The period of each point. Default: 5 minutes.
            statistic: The statistic over a period. Default: ``Sum``.
        """
        return self.table.metric(
            "ThrottledRequests",
            dimensions_map={"TableName": self.table.table_name, "Operation": operation},
            period=period,
            statistic=statistic,
        )


class TelemetryTable(TelemetryTableBase):
    """A DynamoDB table of telemetry in on-demand mode.

    A row contains the values that a device measured at one time: ``device_id`` (string) and ``timestamp``
    (number, milliseconds since 1970, UTC) are its key, every other attribute is a value. With
    ``component_type_id`` in the rows, the index ``by_component_type`` finds all devices of a component type
    without a Scan. Point-in-time recovery is on, and the table is retained when the stack is deleted.

    The table is encrypted with DynamoDB's AWS managed key rather than the AWS owned key: its use appears in
    CloudTrail and in the template, and readers need no permission for it. With ``encryption_key``, the grants
    include its use.

    Example:
        ```python
        telemetry = TelemetryTable(self, "Telemetry")
        telemetry.grant_write_data(ingest_function)
        ```

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        table_name: The name of the table. With a literal name, ``cdk deploy --import-existing-resources``
            takes back a retained table. Default: CloudFormation generates it.
        ttl_attribute: The attribute with the time, in seconds since 1970, from which DynamoDB may delete a
            row; rows without it are kept. None: rows do not expire. Default: ``expires_at``.
        removal_policy: The removal policy of the table. DESTROY takes effect only if the context flag
            ``twin-stack:allowDestroy`` is true as well. Default: RETAIN, except when the creation of the
            table is rolled back.
        deletion_protection: Whether DynamoDB refuses to delete the table, also by hand. CloudFormation cannot
            roll the creation of such a table back, so turn it on when the table exists. Default: False.
        point_in_time_recovery: Whether the last 35 days can be restored. Default: True.
        component_type_index: Whether to create the index by component type. It costs a second write for each
            row that has ``component_type_id``, and all devices of a component type share one partition of the
            index, which takes about 1,000 writes of 1 KB a second: turn it off above that. Default: True.
        stream: Whether the table has a stream, which ``AlarmEvaluator`` needs. Default: False.
        encryption_key: The customer managed key of the table. Default: DynamoDB's AWS managed key.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        table_name: str | None = None,
        ttl_attribute: str | None = EXPIRES,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        deletion_protection: bool = False,
        point_in_time_recovery: bool = True,
        component_type_index: bool = True,
        stream: bool = False,
        encryption_key: kms.IKey | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        sort_key = dynamodb.Attribute(name=TIMESTAMP, type=dynamodb.AttributeType.NUMBER)
        self._table = dynamodb.Table(
            self,
            "Table",
            table_name=table_name,
            partition_key=dynamodb.Attribute(name=DEVICE_ID, type=dynamodb.AttributeType.STRING),
            sort_key=sort_key,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.AWS_MANAGED
            if encryption_key is None
            else dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=encryption_key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=point_in_time_recovery
            ),
            time_to_live_attribute=ttl_attribute,
            stream=dynamodb.StreamViewType.NEW_IMAGE if stream else None,
            removal_policy=effective_removal_policy(self, removal_policy),
            deletion_protection=deletion_protection,
        )
        self._component_type_index = COMPONENT_TYPE_INDEX if component_type_index else None
        if component_type_index:
            self._table.add_global_secondary_index(
                index_name=COMPONENT_TYPE_INDEX,
                partition_key=dynamodb.Attribute(name=COMPONENT_TYPE_ID, type=dynamodb.AttributeType.STRING),
                sort_key=sort_key,
                projection_type=dynamodb.ProjectionType.ALL,
            )

    @staticmethod
    def from_table_name(
        scope: Construct,
        construct_id: str,
        table_name: str,
        *,
        component_type_index: str | None = COMPONENT_TYPE_INDEX,
    ) -> ITelemetryTable:
        """Import an existing table of this account and region with the keys of this construct.

        Args:
            scope: The parent construct.
            construct_id: The id of the import within its parent.
            table_name: The name of the table.
            component_type_index: The name of its index by component type; None if it has none.
                Default: ``by_component_type``.
        """
        return TelemetryTable.from_table_attributes(
            scope, construct_id, table_name=table_name, component_type_index=component_type_index
        )

    @staticmethod
    def from_table_arn(
        scope: Construct,
        construct_id: str,
        table_arn: str,
        *,
        component_type_index: str | None = COMPONENT_TYPE_INDEX,
    ) -> ITelemetryTable:
        """Import an existing table with the keys of this construct by its ARN.

        Args:
            scope: The parent construct.
            construct_id: The id of the import within its parent.
            table_arn: The ARN of the table.
            component_type_index: The name of its index by component type; None if it has none.
                Default: ``by_component_type``.
        """
        return TelemetryTable.from_table_attributes(
            scope, construct_id, table_arn=table_arn, component_type_index=component_type_index
        )

    @staticmethod
    def from_table_attributes(
        scope: Construct,
        construct_id: str,
        *,
        table_arn: str | None = None,
        table_name: str | None = None,
        table_stream_arn: str | None = None,
        encryption_key: kms.IKey | None = None,
        component_type_index: str | None = COMPONENT_TYPE_INDEX,
    ) -> ITelemetryTable:
        """Import an existing table with the keys of this construct, such as a restored one.

        Args:
            scope: The parent construct.
            construct_id: The id of the import within its parent.
            table_arn: The ARN of the table; exactly one of ``table_arn`` and ``table_name`` is required.
            table_name: The name of a table of this account and region.
            table_stream_arn: The ARN of its stream, which ``AlarmEvaluator`` needs. Default: no stream.
            encryption_key: The customer managed key that encrypts the table. Default: none.
            component_type_index: The name of its index by component type; None if it has none.
                Default: ``by_component_type``.

        Raises:
            ValueError: Neither or both of ``table_arn`` and ``table_name`` are given.
        """
        if (table_arn is None) == (table_name is None):
            raise ValueError(
                f"exactly one of table_arn and table_name is required, got {table_arn!r} and {table_name!r}"
            )
        return _ImportedTelemetryTable(
            scope,
            construct_id,
            table_arn=table_arn,
            table_name=table_name,
            table_stream_arn=table_stream_arn,
            encryption_key=encryption_key,
            component_type_index=component_type_index,
        )

    @property
    def table(self) -> dynamodb.Table:
        """The table."""
        return self._table

    @property
    def component_type_index(self) -> str | None:
        """The name of the index by component type; None if it is turned off."""
        return self._component_type_index


class _ImportedTelemetryTable(TelemetryTableBase):
    """An existing table."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        table_arn: str | None,
        table_name: str | None,
        table_stream_arn: str | None,
        encryption_key: kms.IKey | None,
        component_type_index: str | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._table = dynamodb.Table.from_table_attributes(
            self,
            "Table",
            table_arn=table_arn,
            table_name=table_name,
            table_stream_arn=table_stream_arn,
            encryption_key=encryption_key,
            global_indexes=[component_type_index] if component_type_index is not None else None,
        )
        self._component_type_index = component_type_index

    @property
    def table(self) -> dynamodb.ITable:
        return self._table

    @property
    def component_type_index(self) -> str | None:
        return self._component_type_index
