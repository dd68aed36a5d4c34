"""The data connectors that a definition declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.constructs.data_connector import DataConnector
from twin_stack.constructs.dynamodb_connector import DynamoDbConnector
from twin_stack.constructs.existing import connector_table
from twin_stack.constructs.sitewise_connector import SiteWiseConnector
from twin_stack.constructs.sitewise_references import (
    referenced_assets,
    referenced_models,
    types_with_connector,
)
from twin_stack.definition import sitewise
from twin_stack.definition.devices import listed_devices
from twin_stack.definition.former_ids import first_connector_name
from twin_stack.definition.former_rows import former_rows_of_connector
from twin_stack.twinmaker.names import DATA_WRITER, SCHEMA_INITIALIZER

if TYPE_CHECKING:
    from aws_cdk import RemovalPolicy
    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_logs as logs
    from constructs import Construct

    from twin_stack.constructs.interfaces import IDataConnector, ITelemetryTable
    from twin_stack.constructs.packaged_function import FunctionOptions
    from twin_stack.definition import schema
    from twin_stack.definition.twin_definition import TwinDefinition


def build_connector(
    scope: Construct,
    name: str,
    *,
    definition: TwinDefinition,
    workspace_id: str,
    telemetry_table: ITelemetryTable | None,
    log_retention: logs.RetentionDays,
    removal_policy: RemovalPolicy,
    log_group_name: str | None,
    options: FunctionOptions,
) -> IDataConnector:
    """Create one data connector of a definition.

    Args:
        scope: The parent construct.
        name: The connector's name in ``twin.yaml``. The first name that it had is the id of its construct.
        definition: A checked definition.
        workspace_id: The literal id of the workspace, for aliases of SiteWise properties.
        telemetry_table: The twin's own table; required by connectors that name no table.
        log_retention: The retention of the connector's log.
        removal_policy: The removal policy of the connector's log.
        log_group_name: The name of the connector's log group. None: CloudFormation generates it.
        options: The options of the connector's function.
    """
    connector = definition.connectors[name]
    construct_id = first_connector_name(definition, name)
    if connector.kind == "lambda":
        return DataConnector.from_function_arn(scope, construct_id, str(connector.arn))
    allow_writes = bool(types_with_connector(definition, name, DATA_WRITER))
    if connector.kind == "dynamodb":
        table, index = _table(scope, name, connector, telemetry_table)
        return DynamoDbConnector(
            scope,
            construct_id,
            table=table,
            partition_key=connector.partition_key,
            sort_key=connector.sort_key,
            time_unit=connector.time_unit,
            key_property=connector.key_property,
            component_type_index=index,
            key_schema=connector.key_schema,
            devices=listed_devices(name, connector, definition.entities, definition.resolved_types)
            if connector.list_devices
            else None,
            former_rows=former_rows_of_connector(definition, name),
            allow_writes=allow_writes,
            log_retention=log_retention,
            log_removal_policy=removal_policy,
            log_group_name=log_group_name,
            **options,
        )
    readable_types = types_with_connector(definition, name)
    alias_template = sitewise.ALIAS_TEMPLATE.replace("${workspaceId}", workspace_id)
    return SiteWiseConnector(
        scope,
        construct_id,
        asset_ids=None if connector.manages_assets else referenced_assets(definition, readable_types),
        property_alias=alias_template if connector.manages_assets else connector.property_alias,
        asset_model_ids=referenced_models(
            definition, types_with_connector(definition, name, SCHEMA_INITIALIZER)
        ),
        allow_writes=allow_writes,
        log_retention=log_retention,
        log_removal_policy=removal_policy,
        log_group_name=log_group_name,
        **options,
    )


def _table(
    scope: Construct, name: str, connector: schema.Connector, telemetry_table: ITelemetryTable | None
) -> tuple[dynamodb.ITable, str | None]:
    """Return the table that a connector reads, and the name of its index by component type."""
    if telemetry_table is not None and connector.reads_telemetry_table:
        return telemetry_table.table, telemetry_table.component_type_index
    return connector_table(scope, f"{name}Table", connector), connector.component_type_index
