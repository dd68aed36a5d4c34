"""A data connector that reads time series from a DynamoDB table."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Literal, Unpack

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs

from twin_stack.constructs import defaults
from twin_stack.constructs.encryption import grant_table_key
from twin_stack.constructs.environments import table_reference
from twin_stack.constructs.packaged_code import FORMER_IDS_PACKAGE, former_ids_files
from twin_stack.constructs.packaged_connector import PackagedConnector
from twin_stack.definition.devices import MAX_LISTED
from twin_stack.definition.table_key_schema import TableKeySchema, key_schema_problem
from twin_stack.twinmaker import telemetry_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct

    from twin_stack.constructs.packaged_function import FunctionOptions
    from twin_stack.definition.former_rows import FormerRows


class DynamoDbConnector(PackagedConnector):
    """A data connector that reads time series from a DynamoDB table, and optionally writes them.

    By default the table has a string partition key that identifies the device and a number sort key that
    holds the time. Every other attribute is a property, identified by its name or by ``attribute`` in the
    property's configuration. The function may query this table and write its own log, and nothing else. It
    implements ``dataReader``, ``dataReaderByEntity``, ``dataReaderByComponentType``,
    ``attributePropertyValueReaderByEntity`` and ``schemaInitializer``; with ``allow_writes`` also
    ``dataWriter``.

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
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        table: The table to read, created here or imported, also one of another region or account. A table
            of another account needs a resource policy that allows the function's role to query it. If it is
            encrypted with a customer managed key, the function is allowed to decrypt with that key, as far as
            the key policy delegates to IAM.
        partition_key: The name of the key attribute that identifies the device. Default: ``device_id``.
        sort_key: The name of the key attribute that holds the time. Default: ``timestamp``.
        time_unit: What the sort key counts since 1970, UTC: ``s``, ``ms`` or ``us``; or ``iso``, RFC 3339
            text in UTC, all of one precision. Default: ``ms``.
        key_property: The name of the component property whose value identifies the device. Default: the
            component's external id.
        component_type_index: The name of an index with partition key ``component_type_id`` and the
            table's sort key. Without it and ``devices``, a request by component type is answered for
            one device only. Default: none.
        key_schema: The keys of the rows if a device's rows are not one partition of wide rows.
            Default: one partition of wide rows for each device.
        devices: The devices by component type id, for a table without an index. Default: none.
        former_rows: The former ids of devices, attributes and component types in rows, which are read with
            those under the present ids. They are a file of the function's code, so that there may be any
            number. Default: none.
        allow_writes: Whether the function may update rows, for component types with it as
            ``dataWriter``. Default: False.
        log_retention: The retention of the function's log. Default: three months.
        log_removal_policy: The removal policy of the log group. DESTROY takes effect only if the
            context flag ``twin-stack:allowDestroy`` is true as well. Default: RETAIN.
        log_group_name: The name of the log group. Default: CloudFormation generates it.
        **options: The options of the function, see ``FunctionOptions``: ``vpc``, ``memory_size``, ``timeout``
            (at most 30 seconds), ``encryption_key`` and others. Default: 1,024 MiB and 30 seconds.

    Raises:
        ValueError: The timeout is longer than 30 seconds, the list of devices does not fit into an
            environment variable, or the settings of the key schema contradict each other.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        table: dynamodb.ITable,
        partition_key: str = telemetry_table.DEVICE_ID,
        sort_key: str = telemetry_table.TIMESTAMP,
        time_unit: Literal["s", "ms", "us", "iso"] = "ms",
        key_property: str | None = None,
        component_type_index: str | None = None,
        key_schema: TableKeySchema | None = None,
        devices: Mapping[str, Sequence[str]] | None = None,
        former_rows: FormerRows | None = None,
        allow_writes: bool = False,
        log_retention: logs.RetentionDays = defaults.LOG_RETENTION,
        log_removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        log_group_name: str | None = None,
        **options: Unpack[FunctionOptions],
    ) -> None:
        environment = {
            "TABLE_NAME": table_reference(scope, table),
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
        if devices is not None and component_type_index is not None:
            raise ValueError(
                "devices are for a table without an index, got component_type_index as well; leave one out"
            )
        environment |= _key_schema_environment(key_schema)
        if devices is not None:
            environment["DEVICES"] = _devices_json(devices)
        queried = [table.table_arn]
        if component_type_index is not None:
            environment["COMPONENT_TYPE_INDEX"] = component_type_index
            queried.append(f"{table.table_arn}/index/{component_type_index}")
        statements = [iam.PolicyStatement(actions=["dynamodb:Query"], resources=queried)]
        if allow_writes:
            statements.append(
                iam.PolicyStatement(actions=["dynamodb:UpdateItem"], resources=[table.table_arn])
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
            log_group_name=log_group_name,
            shared_packages=[FORMER_IDS_PACKAGE],
            data_files=former_ids_files(former_rows),
            **options,
        )
        grant_table_key(table, self._role, writes=allow_writes)


def _key_schema_environment(key_schema: TableKeySchema) -> dict[str, str]:
    """Return the environment variables of the settings that differ from the connector's defaults."""
    defaults_ = asdict(TableKeySchema())
    return {name.upper(): value for name, value in asdict(key_schema).items() if value != defaults_[name]}


def _devices_json(devices: Mapping[str, Sequence[str]]) -> str:
    text = json.dumps(
        {type_id: list(device_ids) for type_id, device_ids in devices.items()}, separators=(",", ":")
    )
    if len(text) > MAX_LISTED:
        raise ValueError(
            f"devices may take {MAX_LISTED} characters in the function's environment, got {len(text)}; "
            "create an index by component type and pass its name as component_type_index"
        )
    return text
