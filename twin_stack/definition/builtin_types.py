"""The component types that AWS owns, as far as their properties are documented.

Source: the TwinMaker guide's pages on component types and on the SiteWise, Athena, video and alarm
connectors. The namespace ``com.amazon.`` is reserved.
"""

from __future__ import annotations

from functools import cache

from twin_stack.definition.schema import ComponentType
from twin_stack.twinmaker.names import RESERVED_NAMESPACE

_REQUIRED_STRING = {"dataType": "STRING", "isRequiredInEntity": True}
_KEY = {**_REQUIRED_STRING, "isExternalId": True}
_NATIVE = {"implementedBy": {"isNative": True}}
_ALARM_STATUS = {
    "dataType": {
        "type": "STRING",
        "allowedValues": [
            {"stringValue": state} for state in ("ACTIVE", "SNOOZE_DISABLED", "ACKNOWLEDGED", "NORMAL")
        ],
    },
    "isTimeSeries": True,
    "isStoredExternally": True,
}
_DOCUMENTED: dict[str, dict[str, object]] = {
    "com.amazon.iottwinmaker.alarm.basic": {
        "propertyDefinitions": {"alarm_key": _KEY, "alarm_status": _ALARM_STATUS},
        "functions": {"dataReader": {}},
    },
    "com.amazon.iottwinmaker.documents": {
        "propertyDefinitions": {"documents": {"dataType": {"type": "MAP", "nestedType": "STRING"}}},
    },
    "com.amazon.iottwinmaker.parameters": {},
    "com.amazon.iotsitewise.connector": {
        "propertyDefinitions": {"sitewiseAssetId": _KEY, "sitewiseAssetModelId": _REQUIRED_STRING},
        "functions": {"dataReader": _NATIVE, "schemaInitializer": _NATIVE, "dataWriter": _NATIVE},
    },
    "com.amazon.iotsitewise.connector.edgevideo": {
        "propertyDefinitions": {"sitewiseAssetId": _KEY},
        "functions": {"dataReader": _NATIVE, "schemaInitializer": _NATIVE},
    },
    "com.amazon.iotsitewise.alarm": {"functions": {"dataReader": _NATIVE}},
    "com.amazon.kvs.video": {"propertyDefinitions": {"KinesisVideoStreamName": _REQUIRED_STRING}},
    "com.amazon.athena.connector": {
        "propertyDefinitions": {
            "athenaDataSource": _REQUIRED_STRING,
            "athenaDatabase": _REQUIRED_STRING,
            "athenaTable": _REQUIRED_STRING,
            "athenaWorkgroup": _REQUIRED_STRING,
            "athenaExternalIdColumnName": _REQUIRED_STRING,
            "athenaComponentExternalId": _KEY,
        },
        "functions": {"tabularDataReaderByEntity": _NATIVE, "schemaInitializer": _NATIVE},
    },
}
_CLOSED = frozenset(
    {
        "com.amazon.iottwinmaker.alarm.basic",
        "com.amazon.iottwinmaker.documents",
        "com.amazon.kvs.video",
    }
)


@cache
def builtin_types() -> dict[str, ComponentType]:
    """Return the documented types by id."""
    return {
        type_id: ComponentType.model_validate({"componentTypeId": type_id, **members})
        for type_id, members in _DOCUMENTED.items()
    }


def takes_any_property(type_id: str) -> bool:
    """Return whether a type of the reserved namespace may have properties nobody documented.

    The SiteWise and Athena connectors import properties when a component is made, ``parameters`` takes any
    name, and of other types of the namespace nothing is known.

    Args:
        type_id: A component type id.
    """
    return type_id.startswith(RESERVED_NAMESPACE) and type_id not in _CLOSED
