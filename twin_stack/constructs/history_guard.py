"""A custom resource that refuses a deployment which would leave a twin without its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import CfnResource, CustomResource, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from twin_stack.constructs import defaults, nag
from twin_stack.constructs.packaged_function import FunctionOptions, check_function_options, packaged_function
from twin_stack.constructs.removal import effective_removal_policy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Unpack

    from aws_cdk import aws_logs as logs
    from constructs import IConstruct

    from twin_stack.definition.twin_definition import TwinDefinition

RESOURCE_TYPE: Final = "Custom::TwinHistoryGuard"
TIMEOUT: Final = Duration.minutes(1)
MEMORY_MIB: Final = 256


class HistoryGuard(Construct):
    """A check before each update: a table with rows is not replaced or removed by accident.

    The template names what holds the history. When an update changes that, a function looks whether the
    former table contains rows, and fails the update before the table, the workspace and SiteWise assets
    change. The function may count rows of tables whose names end in ``-telemetry``, and not read them.

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        data_name: The data name of the twin.
        table_name: The name of the twin's own table; None if it has none.
        readable_tables: The names of existing tables that it reads.
        attaches_table: Whether its telemetry is in a table that is not its own, such as a restored one.
        manages_assets: Whether it manages SiteWise assets.
        removal_policy: The removal policy of the twin's data. With DESTROY, and the context flag
            ``twin-stack:allowDestroy``, nothing is refused. Default: RETAIN.
        log_retention: The retention of the function's log. Default: three months.
        log_group_name: The name of the log group. Default: CloudFormation generates it.
        **options: The options of the function, see ``FunctionOptions``. In a VPC it needs a way to DynamoDB,
            to CloudFormation, and to Amazon S3, where CloudFormation takes answers.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        data_name: str,
        table_name: str | None,
        readable_tables: Sequence[str],
        attaches_table: bool,
        manages_assets: bool,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        log_retention: logs.RetentionDays = defaults.LOG_RETENTION,
        log_group_name: str | None = None,
        **options: Unpack[FunctionOptions],
    ) -> None:
        check_function_options(options)
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        # Names of former tables are not known, but they end as that of the present one.
        tables = stack.format_arn(service="dynamodb", resource="table", resource_name="*-telemetry")
        function, role = packaged_function(
            self,
            package="history_guard",
            shared_packages=["aws_client", "custom_resource"],
            description="Refuses updates that would leave a twin without its history",
            environment={},
            policy="Look",
            statements=[
                iam.PolicyStatement(
                    actions=["dynamodb:Scan"],
                    resources=[tables],
                    conditions={"StringEquals": {"dynamodb:Select": "COUNT"}},
                ),
                # Whether an update undoes a failed deployment, which is not refused.
                iam.PolicyStatement(actions=["cloudformation:DescribeStacks"], resources=[stack.stack_id]),
            ],
            log_retention=log_retention,
            log_removal_policy=removal_policy,
            log_group_name=log_group_name,
            memory_size=MEMORY_MIB,
            timeout=TIMEOUT,
            options=options,
        )
        nag.acknowledge_wildcard_resource(
            role, tables, "Tables of former data names; the condition allows to count rows, not to read them."
        )
        if "encryption_key" in options:
            # The twin's table has the same key.
            options["encryption_key"].grant(role, "kms:Decrypt")
        may_be_lost = effective_removal_policy(self, removal_policy) is RemovalPolicy.DESTROY
        resource = CustomResource(
            self,
            "Resource",
            resource_type=RESOURCE_TYPE,
            service_token=function.function_arn,
            service_timeout=TIMEOUT.plus(Duration.minutes(1)),
            properties={
                "DataName": data_name,
                "TableName": table_name or "",
                "ReadableTables": sorted(set(readable_tables)),
                "AttachesTable": attaches_table,
                "ManagesAssets": manages_assets,
                "AllowLoss": may_be_lost,
            },
        )
        self._resource: CfnResource = resource.node.default_child  # type: ignore[assignment]

    @property
    def resource(self) -> CfnResource:
        """The resource that what holds history depends on."""
        return self._resource

    def precede(self, *holders: IConstruct | None) -> None:
        """Check before resources of the same twin change.

        Args:
            holders: L2s of what holds history; None and those of other scopes are left out.
        """
        twin = self.node.scope
        for holder in holders:
            resource = holder.node.default_child if holder is not None else None
            if isinstance(resource, CfnResource) and twin in (node := resource.node).scopes:
                node.add_dependency(self._resource)


def existing_table_names(definition: TwinDefinition) -> list[str]:
    """Return the names of the tables that a twin reads and does not create.

    Args:
        definition: A checked definition.
    """
    return [
        connector.table_name or str(connector.table_arn).rpartition("/")[2]
        for connector in definition.connectors.values()
        if connector.kind == "dynamodb" and not connector.reads_telemetry_table
    ]
