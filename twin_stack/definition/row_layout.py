"""How the rows of a DynamoDB table are keyed."""

from __future__ import annotations

import re
from dataclasses import dataclass

BUCKETS = ("hour", "day", "month")
"""Stretches of time that a partition may hold."""

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")


@dataclass(frozen=True, kw_only=True)
class RowLayout:
    """How a table's rows are keyed, where a device's rows are not simply its partition.

    Rows are narrow, one for each property and instant, where `partition` or `sort_prefix` names
    `${property}`; what rows call a property stands in `attribute` of its configuration, else it is its
    name.

    Attributes:
        partition: how the partition key is written: `${device}` with any text around, `${property}`,
            and one of `${hour}`, `${day}` and `${month}` (`2026-01-31T08`, `2026-01-31`, `2026-01`, in
            UTC) where a partition holds a stretch of time.
        sort_prefix: text before the time in a sort key of kind `iso`, with `${device}` and
            `${property}`.
        value_attribute: the attribute of a narrow row that holds the value.
        device_attribute: the attribute by which a row of the component-type index names its device;
            needed where the partition key is not the device alone.
        property_attribute: the attribute by which a narrow row of the index names its property.
        first_bucket: RFC 3339 instant in UTC before which there are no rows; needed where a partition
            holds a stretch of time, for no query can ask which partitions there are.
    """

    partition: str = "${device}"
    sort_prefix: str | None = None
    value_attribute: str = "value"
    device_attribute: str | None = None
    property_attribute: str = "property"
    first_bucket: str | None = None


def layout_problem(layout: RowLayout, time_unit: str, component_type_index: str | None) -> str | None:
    """Return what does not fit together, in words; None where everything does.

    The connector refuses the same when it starts.

    Args:
        layout: How rows are keyed.
        time_unit: ``s``, ``ms``, ``us`` or ``iso``.
        component_type_index: Index of the table by component type, if it has one.
    """
    names = set(_PLACEHOLDER.findall(layout.partition))
    prefix_names = set(_PLACEHOLDER.findall(layout.sort_prefix or ""))
    index = component_type_index is not None
    problems = {
        "partition takes ${device}, ${property}, ${hour}, ${day} and ${month}, and needs ${device}": not (
            {"device"} <= names <= {"device", "property", *BUCKETS}
        ),
        "the sort prefix takes ${device} and ${property}": not prefix_names <= {"device", "property"},
        "a sort prefix is for times of kind iso: numbers have no prefix": bool(layout.sort_prefix)
        and time_unit != "iso",
        "with a sort prefix the rows of an index are not sorted by time; list the devices instead": index
        and bool(layout.sort_prefix),
        "the first bucket is needed where a partition holds a stretch of time": not names.isdisjoint(BUCKETS)
        and layout.first_bucket is None,
        "the device attribute is needed where the partition key is not the device alone": index
        and layout.partition != "${device}"
        and layout.device_attribute is None,
    }
    return next((problem for problem, is_there in problems.items() if is_there), None)
