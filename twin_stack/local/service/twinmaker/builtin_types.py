"""The component types that Amazon owns, as far as their documentation describes them.

Ids, properties and flags follow the user guide's pages on component types, alarms, video,
parameters and Athena. The types of dynamic scenes (`com.amazon.iottwinmaker.3d.*`) and of the
SiteWise sync are not here: their definitions are not published, and what makes them (the scene
composer, sync jobs) does not run locally.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.local.service.twinmaker.inheritance import resolve

if TYPE_CHECKING:
    from twin_stack.local.service.twinmaker.context import Json

OWNER = "AmazonOwnedTypesWorkspace"
NAMESPACE = "com.amazon."
SITEWISE = "com.amazon.iotsitewise.connector"

_NATIVE = {"implementedBy": {"isNative": True}, "scope": "ENTITY"}


def _text(**flags: Any) -> Json:
    return {"dataType": {"type": "STRING"}, **flags}


def _series(data_type: str) -> Json:
    return {"dataType": {"type": data_type}, "isTimeSeries": True}


_DECLARED: dict[str, Json] = {
    SITEWISE: {
        "description": "Connector for the measurements of an AWS IoT SiteWise asset",
        "propertyDefinitions": {
            "sitewiseAssetId": _text(isExternalId=True, isRequiredInEntity=True),
            "sitewiseAssetModelId": _text(isRequiredInEntity=True),
        },
        "functions": {
            "schemaInitializer": {**_NATIVE, "requiredProperties": ["sitewiseAssetModelId"]},
            "dataReader": _NATIVE,
            "dataWriter": _NATIVE,
            "attributePropertyValueReaderByEntity": _NATIVE,
        },
    },
    "com.amazon.iotsitewise.connector.edgevideo": {
        "description": "Video of an edge connector for Kinesis Video Streams",
        "extendsFrom": [SITEWISE],
        "propertyDefinitions": {
            "KinesisVideoStreamName": _series("STRING"),
            "VideoUploadRequest": _series("STRING"),
            "VideoUploadedTimeRange": _series("DOUBLE"),
            "CachedVideoAgeOutOnEdge": _series("DOUBLE"),
        },
    },
    "com.amazon.iottwinmaker.alarm.basic": {
        "description": "Abstract alarm component type",
        "propertyDefinitions": {
            "alarm_key": _text(isExternalId=True, isRequiredInEntity=True),
            "alarm_status": {
                "dataType": {
                    "type": "STRING",
                    "allowedValues": [
                        {"stringValue": status}
                        for status in ("ACTIVE", "SNOOZE_DISABLED", "ACKNOWLEDGED", "NORMAL")
                    ],
                },
                "isTimeSeries": True,
                "isStoredExternally": True,
            },
        },
        "functions": {"dataReader": {}},
    },
    "com.amazon.iottwinmaker.documents": {
        "description": "Titles and URLs of documents",
        "propertyDefinitions": {"documents": {"dataType": {"type": "MAP", "nestedType": {"type": "STRING"}}}},
    },
    "com.amazon.iottwinmaker.parameters": {
        "description": "Static keys and values; each is a property defined on the entity",
    },
    "com.amazon.kvs.video": {
        "description": "Video of an Amazon Kinesis video stream",
        "propertyDefinitions": {"KinesisVideoStreamName": _text(isRequiredInEntity=True)},
    },
    "com.amazon.athena.connector": {
        "description": "Tabular data of Amazon Athena",
        "propertyDefinitions": {
            **{
                name: _text(isRequiredInEntity=True)
                for name in (
                    "athenaDataSource",
                    "athenaDatabase",
                    "athenaTable",
                    "athenaWorkgroup",
                    "athenaExternalIdColumnName",
                )
            },
            "athenaComponentExternalId": _text(isExternalId=True, isRequiredInEntity=True),
        },
        "functions": {"tabularDataReaderByEntity": _NATIVE},
    },
}


def _resolve_all() -> dict[str, Json]:
    resolved: dict[str, Json] = {}
    for type_id, declared in _DECLARED.items():
        parents = {parent: resolved[parent] for parent in declared.get("extendsFrom", ())}
        resolved[type_id] = {
            **resolve(declared, parents),
            "description": declared["description"],
            "extendsFrom": list(parents),
        }
    return resolved


BUILTIN_TYPES: dict[str, Json] = _resolve_all()
"""Resolved component types by id, in the form `inheritance.resolve` gives."""
