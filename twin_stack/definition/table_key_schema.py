"""Keys of the rows of a DynamoDB table."""

from __future__ import annotations

import re
from dataclasses import dataclass

BUCKETS = ("hour", "day", "month")
"""Time buckets that a partition may hold."""

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")


@dataclass(frozen=True, kw_only=True)
class TableKeySchema:
    """The keys of a table's rows, where a device's rows are not simply its partition.

    Rows are narrow, one for each property and instant, where `partition` or `sort_prefix` contains
    `${property}`. The name of a property in rows is `attribute` of its configuration, by default the
    property's name.

    Attributes:
        partition: Template of the partition key: `${device}` with any text around, `${property}`, and one
            of `${hour}`, `${day}` and `${month}` (`2026-01-31T08`, `2026-01-31`, `2026-01`, in UTC) where a
            partition holds a time bucket.
        sort_prefix: Text before the time in a sort key of kind `iso`, with `${device}` and `${property}`.
        value_attribute: Attribute of a narrow row that holds the value.
        device_attribute: Attribute by which a row of the component-type index identifies its device;
            required where the partition key is not the device alone.
        property_attribute: Attribute by which a narrow row of the index names its property.
        first_bucket: RFC 3339 instant in UTC before which there are no rows; required where a partition
            holds a time bucket, because no query can list the partitions of a table.
    """

    partition: str = "${device}"
    sort_prefix: str | None = None
    value_attribute: str = "value"
    device_attribute: str | None = None
    property_attribute: str = "property"
    first_bucket: str | None = None


def key_schema_problem(
    key_schema: TableKeySchema, time_unit: str, component_type_index: str | None
) -> str | None:
    """Return why settings contradict each other, in words; None where they do not.

    The connector refuses the same settings when it starts.

    Args:
        key_schema: How rows are keyed.
        time_unit: ``s``, ``ms``, ``us`` or ``iso``.
        component_type_index: Index of the table by component type, if it has one.
    """
    names = set(_PLACEHOLDER.findall(key_schema.partition))
    prefix_names = set(_PLACEHOLDER.findall(key_schema.sort_prefix or ""))
    has_index = component_type_index is not None
    has_prefix = bool(key_schema.sort_prefix)
    problems = {
        "partition takes ${device}, ${property}, ${hour}, ${day} and ${month}, and needs ${device}": not (
            {"device"} <= names <= {"device", "property", *BUCKETS}
        ),
        "the sort prefix takes ${device} and ${property}": not prefix_names <= {"device", "property"},
        "a sort prefix is for times of kind iso: numbers have no prefix": has_prefix and time_unit != "iso",
        "with a sort prefix the rows of an index are not sorted by time; list the devices instead": has_index
        and has_prefix,
        "the first bucket is required where a partition holds a time bucket": not names.isdisjoint(BUCKETS)
        and key_schema.first_bucket is None,
        "the device attribute is required where the partition key is not the device alone": has_index
        and key_schema.partition != "${device}"
        and key_schema.device_attribute is None,
    }
    return next((problem for problem, is_present in problems.items() if is_present), None)
