"""propertyFilters: which points of a property may be in the answer.

Neither the service's model nor its pages list the operators (botocore types ``operator`` as a
string of 1 to 256 characters); these six are the ones that its Grafana plugin and samples send.
A filter limits the points of the property it names, and all filters of a property hold together.
A filter on a property that is not selected cannot be applied to its points, so it is refused.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from connector_kit.errors import RequestError, UnsupportedError
from connector_kit.values import DataType, DataValue, SkipValueError, converter, plain

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
    """Turn one property filter into a test of a point's value.

    Strings compare by code point, numbers by value; every other type only by ``=`` and ``!=``.

    Args:
        property_filter: ``{propertyName, operator, value}`` of the event.
        data_type: The declared type of the property it names.

    Returns:
        A function that is true for values to keep.

    Raises:
        RequestError: If the value is not one of the declared type.
        UnsupportedError: If the operator is unknown, or has no meaning for the type.
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
        ((member, operand),) = converter(data_type)(plain(property_filter.get("value"))).items()
    except SkipValueError as error:
        raise RequestError(
            f'the value of the filter on property "{name}" is {error.reason}; give one {data_type.type} value'
        ) from error
    compare = OPERATORS[sign]
    return lambda value: compare(value[member], operand)
