"""``propertyFilters``: conditions on the values of a property.

Neither the service's model nor its pages list the operators (botocore types ``operator`` as a
string of 1 to 256 characters); these six are the ones that its Grafana plugin and samples send.
A filter applies to the points of its own property, and a point must pass all filters of it.
A filter on a property that is not selected has no points to apply to, so it is refused.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from connector_kit.errors import RequestError, UnsupportedError
from connector_kit.values import DataType, DataValue, SkipValueError, converter, unwrap

Predicate = Callable[[DataValue], bool]

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_EQUALITY = ("=", "!=")
_ORDERED_TYPES = ("DOUBLE", "INTEGER", "LONG", "STRING")


def predicate(property_filter: Mapping[str, Any], data_type: DataType) -> Predicate:
    """Convert one property filter to a predicate of a point's value.

    Strings compare by code point, numbers by value; all other types have ``=`` and ``!=`` only.

    Args:
        property_filter: ``{propertyName, operator, value}`` of the event.
        data_type: The declared type of the filter's property.

    Returns:
        A function that is true for values to keep.

    Raises:
        RequestError: If the filter's value does not have the declared type.
        UnsupportedError: If the operator is unknown, or not defined for the type.
    """
    name = property_filter["propertyName"]
    sign = property_filter.get("operator")
    allowed = tuple(OPERATORS) if data_type.type in _ORDERED_TYPES else _EQUALITY
    if sign not in allowed:
        raise UnsupportedError(
            f'the filter on property "{name}" has operator {sign!r:.40}; '
            f"a {data_type.type} property takes {', '.join(allowed)}"
        )
    try:
        ((member, operand),) = converter(data_type)(unwrap(property_filter.get("value"))).items()
    except SkipValueError as error:
        raise RequestError(
            f'the value of the filter on property "{name}" is {error.reason}; give one {data_type.type} value'
        ) from error
    compare = OPERATORS[sign]
    return lambda value: compare(value[member], operand)
