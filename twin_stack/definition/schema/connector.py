"""Data connectors of ``twin.yaml``."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator
from pydantic.alias_generators import to_camel

from twin_stack.definition.rules.members import MISSING_KEY, UNKNOWN_KEY, VALUE_NOT_ALLOWED
from twin_stack.definition.schema.existing import IndexName, KeyArn, TableArn  # noqa: TC001
from twin_stack.definition.schema.names import LambdaArn, Name  # noqa: TC001
from twin_stack.definition.schema.refusal import refusal
from twin_stack.definition.schema.shape import Shape
from twin_stack.definition.table_key_schema import TableKeySchema, key_schema_problem
from twin_stack.twinmaker import telemetry_table
from twin_stack.twinmaker.patterns import TABLE_NAME
from twin_stack.twinmaker.quotas import MAX_SITEWISE_ALIAS

if TYPE_CHECKING:
    from collections.abc import Mapping

AttributeName = Annotated[str, Field(min_length=1, max_length=255)]
"""Name of an attribute of a DynamoDB table."""

TableName = Annotated[
    str,
    Field(
        min_length=TABLE_NAME.min_length,
        max_length=TABLE_NAME.max_length,
        pattern=f"^{TABLE_NAME.pattern}$",
    ),
]
"""Name of a DynamoDB table."""

UTC_TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$"
DYNAMODB_SETTINGS = frozenset(
    {
        "table_name",
        "table_arn",
        "encryption_key_arn",
        "partition_key",
        "sort_key",
        "component_type_index",
        "time_unit",
        "key_property",
        "partition",
        "sort_prefix",
        "value_attribute",
        "device_attribute",
        "property_attribute",
        "first_bucket",
        "list_devices",
    }
)
MEMBERS_OF_KIND: Mapping[str, frozenset[str]] = {
    "dynamodb": DYNAMODB_SETTINGS,
    "sitewise": frozenset({"assets", "property_alias"}),
    "sitewise-native": frozenset(),
    "lambda": frozenset({"arn"}),
}
"""Members of a connector beside ``kind``, by its kind."""


class Connector(Shape):
    """A source of values that TwinMaker does not store.

    Attributes:
        kind: ``dynamodb`` and ``sitewise`` are the readers of this project, ``lambda`` is an existing
            function, ``sitewise-native`` the service's own ``com.amazon.iotsitewise.connector``.
        arn: ARN of the function, for ``lambda``.
        table_name: An existing DynamoDB table, for ``dynamodb``; if absent, the twin creates its own.
        table_arn: ARN of an existing table, instead of its name.
        encryption_key_arn: The customer managed key that encrypts an existing table.
        partition_key: Attribute that identifies the device, for ``dynamodb``.
        sort_key: Attribute that holds the time, for ``dynamodb``.
        component_type_index: Index of an existing table for reads by component type.
        time_unit: What the sort key counts since 1970 in UTC, or ``iso`` where it is RFC 3339 text.
        key_property: Property whose value identifies the device, where it is not the external id.
        partition: Template of the partition key, with ``${device}``, ``${property}`` and one of
            ``${hour}``, ``${day}``, ``${month}``.
        sort_prefix: Text before the time in a sort key of kind ``iso``.
        value_attribute: Attribute of the value where a row holds one property.
        device_attribute: Attribute by which a row of the index identifies its device.
        property_attribute: Attribute by which a row of the index names its property.
        first_bucket: Time before which there are no rows; required where a partition holds a time bucket.
        list_devices: Pass the devices of each component type to the connector, where no index lists them.
        assets: ``managed`` creates asset models and assets for what the connector reads, for ``sitewise``;
            ``existing`` ones are named by the components. ``sitewise-native`` always manages them.
        property_alias: For ``sitewise``: template of the alias of every property whose configuration
            names no SiteWise property. A property's configuration cannot hold an alias, because
            CloudFormation allows no "/" in it; SiteWise takes 2,048 characters.
    """

    kind: Literal["dynamodb", "sitewise", "sitewise-native", "lambda"]
    arn: LambdaArn | None = None
    table_name: TableName | None = None
    table_arn: TableArn | None = None
    encryption_key_arn: KeyArn | None = None
    partition_key: AttributeName = telemetry_table.DEVICE_ID
    sort_key: AttributeName = telemetry_table.TIMESTAMP
    component_type_index: IndexName | None = None
    time_unit: Literal["s", "ms", "us", "iso"] = "ms"
    key_property: Name | None = None
    partition: Annotated[str, Field(min_length=1, max_length=2048)] = "${device}"
    sort_prefix: Annotated[str, Field(min_length=1, max_length=1024)] | None = None
    value_attribute: AttributeName = "value"
    device_attribute: AttributeName | None = None
    property_attribute: AttributeName = "property"
    first_bucket: Annotated[str, Field(pattern=UTC_TIME)] | None = None
    list_devices: bool = False
    assets: Literal["managed", "existing"] = "existing"
    property_alias: Annotated[str, Field(min_length=1, max_length=MAX_SITEWISE_ALIAS)] | None = None

    @property
    def key_schema(self) -> TableKeySchema:
        """Keys of the rows of a DynamoDB table."""
        return TableKeySchema(**{field.name: getattr(self, field.name) for field in fields(TableKeySchema)})

    @property
    def reads_telemetry_table(self) -> bool:
        """Whether it reads the twin's own table rather than one that it names."""
        return self.kind == "dynamodb" and self.table_name is None and self.table_arn is None

    @property
    def manages_assets(self) -> bool:
        """Whether the twin creates the SiteWise assets that are read."""
        return self.kind == "sitewise-native" or self.assets == "managed"

    @model_validator(mode="after")
    def _check_members_of_kind(self) -> Connector:
        set_fields = self.model_fields_set - {"kind"}
        wrong = sorted(to_camel(name) for name in set_fields - MEMBERS_OF_KIND[self.kind])
        if wrong:
            raise refusal(
                UNKNOWN_KEY,
                "{wrong} does not belong to a connector of kind {kind}",
                wrong=", ".join(wrong),
                kind=self.kind,
            )
        if self.kind == "lambda" and self.arn is None:
            raise refusal(MISSING_KEY, 'a connector of kind "lambda" needs "arn"')
        if self.manages_assets and self.property_alias is not None:
            raise refusal(
                VALUE_NOT_ALLOWED,
                "propertyAlias is for existing assets; managed ones get their aliases from the twin",
            )
        if self.kind == "dynamodb":
            problem = self._key_schema_problem(set_fields)
            if problem is not None:
                raise refusal(VALUE_NOT_ALLOWED, "{problem}", problem=problem)
        return self

    def _key_schema_problem(self, set_fields: set[str]) -> str | None:
        if self.table_name is not None and self.table_arn is not None:
            return "tableName and tableArn exclude each other; give one"
        if self.reads_telemetry_table and not set_fields <= {"key_property"}:
            return "keys and index can be named for an existing table only"
        if self.component_type_index is not None and self.list_devices:
            return "componentTypeIndex and listDevices exclude each other; give one"
        return key_schema_problem(self.key_schema, self.time_unit, self.component_type_index)
