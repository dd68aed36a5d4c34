"""DynamoDB's wire form of attribute values, and columns of it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from dynamodb_connector.shapes import WireItem, WireValue

_SCALAR_TYPES = ("N", "S", "BOOL")


def extract_column(items: Sequence[WireItem], attribute: str) -> Sequence[Any]:
    """Return the values of an attribute, one an item; None where an item has none.

    Args:
        items: The items.
        attribute: The attribute's name.
    """
    kind = next(iter(items[0].get(attribute, ())), "") if items else ""
    if kind in _SCALAR_TYPES:
        try:
            # Nearly every column has one type and no gaps.
            return list(map(itemgetter(kind), map(itemgetter(attribute), items)))
        except KeyError:
            pass
    return [None if (wire := item.get(attribute)) is None else from_wire(wire) for item in items]


def from_wire(wire: WireValue) -> Any:
    """Convert an attribute value from DynamoDB's wire form.

    Numbers stay text: the declared type decides the Python type, and parsing the text loses nothing
    and is faster than ``Decimal``. A null is None. Bytes stay bytes, which no data type accepts.

    Args:
        wire: For example ``{"N": "1.5"}``.
    """
    (kind,) = wire
    convert_nested = _NESTED_TYPES.get(kind)
    return wire[kind] if convert_nested is None else convert_nested(wire[kind])


_NESTED_TYPES: dict[str, Callable[[Any], Any]] = {
    "L": lambda members: [from_wire(member) for member in members],
    "M": lambda members: {name: from_wire(member) for name, member in members.items()},
    "NULL": lambda _: None,
}


def to_wire(content: Any) -> WireValue:
    """Convert a value to DynamoDB's wire form.

    Args:
        content: Text, number, bool, or a list or map of these.
    """
    if isinstance(content, bool):
        return {"BOOL": content}
    if isinstance(content, int | float):
        return {"N": repr(content)}
    if isinstance(content, Mapping):
        return {"M": {name: to_wire(member) for name, member in content.items()}}
    if isinstance(content, list):
        return {"L": [to_wire(member) for member in content]}
    return {"S": str(content)}
