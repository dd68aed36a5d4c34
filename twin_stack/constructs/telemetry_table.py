"""A table for the measurements of devices, as the DynamoDB connector reads them."""

from __future__ import annotations

from abc import abstractmethod
from typing import Final

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from constructs import Construct

from twin_stack.constructs.removal import effective_removal_policy

PARTITION_KEY: Final = "device_id"
SORT_KEY: Final = "timestamp"
COMPONENT_TYPE_KEY: Final = "component_type_id"
COMPONENT_TYPE_INDEX: Final = "by_component_type"


class ITelemetryTable(Construct):
    """A telemetry table: one made by `TelemetryTable`, or one that exists already.

    Take this type in a construct that needs a telemetry table.
    """

    @property
    @abstractmethod
    def table(self) -> dynamodb.ITable:
        """The table."""

    @property
    @abstractmethod
    def component_type_index(self) -> str | None:
        """Name of the index by component type; None if there is none."""

    def grant_read_data(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` Query the table and its index, never Scan it."""
        arns = [self.table.table_arn]
        if self.component_type_index is not None:
            arns.append(f"{self.table.table_arn}/index/{self.component_type_index}")
        return iam.Grant.add_to_principal(grantee=grantee, actions=["dynamodb:Query"], resource_arns=arns)

    def grant_write_data(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` put measurements, one or many at once; not change or delete any."""
        return iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["dynamodb:BatchWriteItem", "dynamodb:PutItem"],
            resource_arns=[self.table.table_arn],
        )

    def metric_consumed_read_capacity_units(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """Read capacity consumed; one unit is 4 KB read (8 KB eventually consistent)."""
        return self.table.metric_consumed_read_capacity_units(period=period, statistic=statistic)

    def metric_consumed_write_capacity_units(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """Write capacity consumed; one unit is 1 KB written."""
        return self.table.metric_consumed_write_capacity_units(period=period, statistic=statistic)

    def metric_throttled_requests(
        self, operation: str, *, period: Duration | None = None, statistic: str = "Sum"
    ) -> cloudwatch.Metric:
        """Requests of one operation that DynamoDB refused for want of capacity.

        Args:
            operation: the API's name, such as `PutItem` or `Query`.
            period: time each point covers. Default: 5 minutes.
            statistic: how points are combined. Default: `Sum`.
        """
        return self.table.metric(
            "ThrottledRequests",
            dimensions_map={"TableName": self.table.table_name, "Operation": operation},
            period=period,
            statistic=statistic,
        )


class TelemetryTable(ITelemetryTable):
    """A DynamoDB table of measurements, paid for by request.

    An item is what a device measured at one time: `device_id` (string) and `timestamp` (number,
    milliseconds since 1970, UTC) are its key, every other attribute a measurement. With
    `component_type_id` on the items, the index `by_component_type` finds all devices of a type, so
    that no question needs a Scan. Point-in-time recovery is on and the data is kept when the stack
    goes.

    Encryption is by the AWS managed key of DynamoDB, not the key DynamoDB owns: its use shows in
    CloudTrail and in the template, and readers need no permission for it.

    Example:
        ```python
        telemetry = TelemetryTable(self, "Telemetry")
        telemetry.grant_write_data(ingest_function)
        ```

    Args:
        scope: parent construct.
        construct_id: id of this construct in its parent.
        ttl_attribute: attribute with the time, in seconds since 1970, from which DynamoDB may
            delete an item; items without it stay. None: nothing expires. Default: `expires_at`.
        removal_policy: DESTROY deletes the table with the stack, but only if the context flag
            `twin-stack:allowDestroy` is true as well. A table that is kept is protected against
            deletion in the console, too. Default: RETAIN.
        point_in_time_recovery: keep 35 days of changes to go back to. Default: True.
        component_type_index: make the index by component type. It costs a second write of each
            item that has `component_type_id`, and all devices of a type share one partition of it,
            which takes about 1,000 writes of 1 KB a second: above that, do without. Default: True.
        stream: let functions follow what is written, as `AlarmEvaluator` does. Default: False.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        ttl_attribute: str | None = "expires_at",
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        point_in_time_recovery: bool = True,
        component_type_index: bool = True,
        stream: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        effective = effective_removal_policy(self, removal_policy)
        sort_key = dynamodb.Attribute(name=SORT_KEY, type=dynamodb.AttributeType.NUMBER)
        self._table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name=PARTITION_KEY, type=dynamodb.AttributeType.STRING),
            sort_key=sort_key,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=point_in_time_recovery
            ),
            time_to_live_attribute=ttl_attribute,
            stream=dynamodb.StreamViewType.NEW_IMAGE if stream else None,
            removal_policy=effective,
            deletion_protection=effective is not RemovalPolicy.DESTROY,
        )
        self._component_type_index = COMPONENT_TYPE_INDEX if component_type_index else None
        if component_type_index:
            self._table.add_global_secondary_index(
                index_name=COMPONENT_TYPE_INDEX,
                partition_key=dynamodb.Attribute(name=COMPONENT_TYPE_KEY, type=dynamodb.AttributeType.STRING),
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
        """A table of this account and region that exists already, with the keys named above.

        Args:
            scope: parent construct.
            construct_id: id of the import in its parent.
            table_name: the table's name.
            component_type_index: name of its index by component type, None if it has none.
                Default: `by_component_type`.
        """
        return _ImportedTelemetryTable(
            scope, construct_id, table_name=table_name, component_type_index=component_type_index
        )

    @property
    def table(self) -> dynamodb.Table:
        """The table."""
        return self._table

    @property
    def component_type_index(self) -> str | None:
        """Name of the index by component type; None if it was turned off."""
        return self._component_type_index


class _ImportedTelemetryTable(ITelemetryTable):
    """A table that exists already."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        table_name: str,
        component_type_index: str | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._table = dynamodb.Table.from_table_name(self, "Table", table_name)
        self._component_type_index = component_type_index

    @property
    def table(self) -> dynamodb.ITable:
        return self._table

    @property
    def component_type_index(self) -> str | None:
        return self._component_type_index
