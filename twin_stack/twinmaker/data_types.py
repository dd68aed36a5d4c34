"""Data types, the members of a value, and the members of a property definition.

Source: botocore, ``Type``, ``DataType``, ``DataValue``, ``PropertyDefinitionRequest`` and
``PropertyDefinitionResponse``; the limits are those of its shapes.
"""

from __future__ import annotations

from typing import Final

MEMBER_OF_TYPE: Final = {
    "RELATIONSHIP": "relationshipValue",
    "STRING": "stringValue",
    "LONG": "longValue",
    "BOOLEAN": "booleanValue",
    "INTEGER": "integerValue",
    "DOUBLE": "doubleValue",
    "LIST": "listValue",
    "MAP": "mapValue",
}
"""Member of a data value by data type."""
EXPRESSION_MEMBER: Final = "expression"
"""Member of a value that is computed of a parameter; it fits every data type."""
VALUE_MEMBERS: Final = (*MEMBER_OF_TYPE.values(), EXPRESSION_MEMBER)
NUMBER_TYPES: Final = ("DOUBLE", "INTEGER", "LONG")
SINGLE_VALUE_TYPES: Final = (*NUMBER_TYPES, "BOOLEAN", "STRING")
"""Data types of values that are not made of others and are no reference."""
INTEGER_BITS: Final = {"INTEGER": 32, "LONG": 64}
"""Size of the whole numbers."""
SITEWISE_TYPES: Final = {
    "STRING": "STRING",
    "INTEGER": "INTEGER",
    "DOUBLE": "DOUBLE",
    "BOOLEAN": "BOOLEAN",
    "JSON": "STRING",
}
"""Data type of TwinMaker by data type of IoT SiteWise."""
SITEWISE_VALUE_MEMBERS: Final = ("stringValue", "integerValue", "doubleValue", "booleanValue")
"""Members of a value of IoT SiteWise. Source: botocore, ``Variant``."""
DATA_TYPE_MEMBERS: Final = ("type", "nestedType", "allowedValues", "unitOfMeasure", "relationship")

REQUEST_FLAGS: Final = ("isTimeSeries", "isRequiredInEntity", "isExternalId", "isStoredExternally")
"""Boolean members of a property definition that a request gives; each is false by default."""
FLAGS: Final = (*REQUEST_FLAGS, "isImported", "isFinal", "isInherited")
"""Boolean members of a property definition that an answer has."""
DEFINITION_REQUEST_MEMBERS: Final = (
    "dataType",
    *REQUEST_FLAGS,
    "defaultValue",
    "configuration",
    "displayName",
)
"""Members of a property definition in a request."""
DEFINITION_RESPONSE_MEMBERS: Final = ("dataType", *FLAGS, "defaultValue", "configuration", "displayName")
"""Members of a property definition in an answer."""
PROPERTY_MEMBERS: Final = frozenset({"value", "definition", "updateType", "areAllPropertyValuesReturned"})
"""Members of a component's property. Source: botocore, ``PropertyRequest`` and ``PropertyResponse``."""

MAX_MEMBERS: Final = 50
"""Members of a list, of a map, and of ``allowedValues``."""
MAX_STRING: Final = 256
"""Characters of a ``stringValue``; the shortest has one."""
MAX_EXPRESSION: Final = 316
"""Characters of an ``expression``."""
