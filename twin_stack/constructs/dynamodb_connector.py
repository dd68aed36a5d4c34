"""A data connector that reads time series from a DynamoDB table."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs

from twin_stack.constructs import defaults
from twin_stack.definition.devices import MAX_LISTED
from twin_stack.definition.table_key_schema import TableKeySchema, key_schema_problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct
from twin_stack.constructs.packaged_connector import PackagedConnector


class DynamoDbConnector(PackagedConnector):
    """Reads time series from a DynamoDB table, and writes them if it may.

    The table has a string partition key that names the device and a number sort key that holds the
    time; every other attribute is a property, by its name or by `attribute` in the property's
    configuration. The function may Query that table and write its own log, nothing more. Implements
    `dataReader`, `dataReaderByEntity`, `dataReaderByComponentType`,
    `attributePropertyValueReaderByEntity` and `schemaInitializer`, and with `allow_writes` `dataWriter`.

    Example:
        ```python
        telemetry = TelemetryTable(self, "Telemetry")
        connector = DynamoDbConnector(
            self,
            "Connector",
            table=telemetry.table,
            component_type_index=telemetry.component_type_index,
        )
        ```

    Args:
        scope: parent construct.
        construct_id: id of this construct in its parent.
        table: the table to read; an imported one as well. If it is encrypted with a key of the
            account, the function may decrypt with that key, as far as the key's policy leaves it
            to IAM.
        partition_key: name of the key attribute that names the device. Default: `device_id`.
        sort_key: name of the key attribute that holds the time. Default: `timestamp`.
        time_unit: what the sort key counts since 1970, UTC: `s`, `ms` or `us`; or `iso`, RFC 3339 text
            in UTC, all of one precision. Default: `ms`.
        key_property: name of the component property whose value names the device. Default: the
            component's external id.
        component_type_index: name of an index with partition key `component_type_id` and the
            table's sort key; without it and `devices` a request by component type is answered for
            one device only. Default: none.
        layout: how rows are keyed, where a device's rows are not one partition of wide rows.
            Default: they are.
        devices: devices by component type id, for a table without such an index. Default: none.
        allow_writes: let the function update rows too, for types that have it as `dataWriter`.
            Default: False.
        log_retention: how long log entries are kept. Default: three months.
        log_removal_policy: of the log group. DESTROY needs the context flag
            `twin-stack:allowDestroy` as well. Default: RETAIN.
        memory_size: in MiB. Default: 1,024.
        timeout: at most 30 seconds. Default: 30 seconds.

    Raises:
        ValueError: the timeout is longer than 30 seconds, the list of devices longer than a function
            can be given, or the layout cannot be.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        table: dynamodb.ITable,
        partition_key: str = "device_id",
        sort_key: str = "timestamp",
        time_unit: Literal["s", "ms", "us", "iso"] = "ms",
        key_property: str | None = None,
        component_type_index: str | None = None,
        key_schema: TableKeySchema | None = None,
        devices: Mapping[str, Sequence[str]] | None = None,
        allow_writes: bool = False,
        log_retention: logs.RetentionDays = defaults.LOG_RETENTION,
        log_removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        memory_size: int = defaults.CONNECTOR_MEMORY_MIB,
        timeout: Duration = defaults.CONNECTOR_TIMEOUT,
    ) -> None:
        environment = {
            "TABLE_NAME": table.table_name,
            "PARTITION_KEY": partition_key,
            "SORT_KEY": sort_key,
            "TIME_UNIT": time_unit,
        }
        if key_property is not None:
            environment["KEY_PROPERTY"] = key_property
        key_schema = key_schema or TableKeySchema()
        problem = key_schema_problem(key_schema, time_unit, component_type_index)
        if problem is not None:
            raise ValueError(problem)
        environment |= _key_schema_environment(key_schema)
        if devices is not None:
            environment["DEVICES"] = _devices_text(devices)
        queried = [table.table_arn]
        if component_type_index is not None:
            environment["COMPONENT_TYPE_INDEX"] = component_type_index
            queried.append(f"{table.table_arn}/index/{component_type_index}")
        statements = [iam.PolicyStatement(actions=["dynamodb:Query"], resources=queried)]
        if allow_writes:
            statements.append(
                iam.PolicyStatement(actions=["dynamodb:UpdateItem"], resources=[table.table_arn])
            )
        if table.encryption_key is not None:
            writes = ["kms:Encrypt", "kms:GenerateDataKey"] if allow_writes else []
            statements.append(
                iam.PolicyStatement(
                    actions=["kms:Decrypt", *writes], resources=[table.encryption_key.key_arn]
                )
            )
        super().__init__(
            scope,
            construct_id,
            package="dynamodb_connector",
            description="Answers AWS IoT TwinMaker from a DynamoDB table",
            environment=environment,
            statements=statements,
            log_retention=log_retention,
            log_removal_policy=log_removal_policy,
            memory_size=memory_size,
            timeout=timeout,
        )


def _key_schema_environment(key_schema: TableKeySchema) -> dict[str, str]:
    """The variables of what is not the connector's default."""
    given, usual = asdict(key_schema), asdict(TableKeySchema())
    return {name.upper(): text for name, text in given.items() if text != usual[name]}


def _devices_text(devices: Mapping[str, Sequence[str]]) -> str:
    text = json.dumps({type_id: list(listed) for type_id, listed in devices.items()}, separators=(",", ":"))
    if len(text) > MAX_LISTED:
        raise ValueError(
            f"devices take {len(text)} characters, {MAX_LISTED} fit into the function's environment; "
            "give the table an index and name it in component_type_index"
        )
    return text
