"""The component types that AWS owns, as far as they are documented.

Source, where nothing else is said: guide, "Using and creating component types" with its examples, and the
pages of the Athena, SiteWise and video connectors. Facts that follow from what AWS's own clients do are
marked [I], open ones [U]. The types of dynamic scenes are in ``dynamic_scene_types``. Not here, since no
definition of them is published: the types that a SiteWise sync job creates.
"""

from __future__ import annotations

from typing import Any, Final

from twin_stack.twinmaker.dynamic_scene_types import DYNAMIC_SCENE_TYPES, FIXED_DYNAMIC_SCENE_TYPES
from twin_stack.twinmaker.names import (
    ALARM_KEY,
    ALARM_STATES,
    ALARM_STATUS,
    ATHENA_CONNECTOR,
    ATTRIBUTE_READER,
    BASIC_ALARM,
    DATA_READER,
    DATA_WRITER,
    DOCUMENTS,
    EDGE_VIDEO,
    KINESIS_VIDEO,
    PARAMETERS,
    RESERVED_NAMESPACE,
    SCHEMA_INITIALIZER,
    SITEWISE_ALARM,
    SITEWISE_ASSET_ID,
    SITEWISE_ASSET_MODEL_ID,
    SITEWISE_CONNECTOR,
    TABULAR,
    TABULAR_READER,
    VIDEO_STREAM_NAME,
)

Json = dict[str, Any]

_NATIVE: Final[Json] = {"implementedBy": {"isNative": True}}


def _string(**flags: bool) -> Json:
    return {"dataType": {"type": "STRING"}, **flags}


def _time_series(data_type: str) -> Json:
    return {"dataType": {"type": data_type}, "isTimeSeries": True}


BUILTIN_TYPES: Final[dict[str, Json]] = {
    SITEWISE_CONNECTOR: {
        "description": "IoT SiteWise connector for syncing asset properties",
        "propertyDefinitions": {
            SITEWISE_ASSET_ID: _string(isExternalId=True, isRequiredInEntity=True),
            SITEWISE_ASSET_MODEL_ID: _string(isRequiredInEntity=True),
        },
        "functions": {
            DATA_READER: _NATIVE,
            DATA_WRITER: _NATIVE,
            # [I] Attributes of an asset are imported as values stored externally that are no time series.
            ATTRIBUTE_READER: _NATIVE,
            # [I] A subtype that fixes the model's id gets the model's properties.
            SCHEMA_INITIALIZER: {**_NATIVE, "requiredProperties": [SITEWISE_ASSET_MODEL_ID]},
        },
    },
    EDGE_VIDEO: {
        "description": "Video of the edge connector for Kinesis Video Streams",
        # [I] The console asks for an asset and its model, and the workspace role has to describe both.
        "extendsFrom": [SITEWISE_CONNECTOR],
        # Source: App Kit's video player, which reads these properties.
        "propertyDefinitions": {
            VIDEO_STREAM_NAME: _time_series("STRING"),
            "VideoUploadRequest": _time_series("STRING"),
            "VideoUploadedTimeRange": _time_series("DOUBLE"),
            "CachedVideoAgeOutOnEdge": _time_series("DOUBLE"),
        },
    },
    SITEWISE_ALARM: {
        # Properties such as alarm_status and alarm_threshold are imported; the guide's examples read and
        # write them. Which properties the type itself has is not documented [U].
        "description": "Alarm of IoT SiteWise",
        "functions": {DATA_READER: _NATIVE, DATA_WRITER: _NATIVE},
    },
    BASIC_ALARM: {
        "description": "Abstract alarm component type",
        "propertyDefinitions": {
            ALARM_KEY: _string(isExternalId=True, isRequiredInEntity=True),
            ALARM_STATUS: {
                "dataType": {
                    "type": "STRING",
                    "allowedValues": [{"stringValue": state} for state in ALARM_STATES],
                },
                "isTimeSeries": True,
                "isStoredExternally": True,
            },
        },
        "functions": {DATA_READER: {}},
    },
    DOCUMENTS: {
        "description": "Titles and URLs of documents",
        "propertyDefinitions": {"documents": {"dataType": {"type": "MAP", "nestedType": {"type": "STRING"}}}},
    },
    PARAMETERS: {
        "description": "Static keys and values; the entity defines the properties",
    },
    KINESIS_VIDEO: {
        "description": "Video of an Amazon Kinesis video stream",
        "propertyDefinitions": {VIDEO_STREAM_NAME: _string(isRequiredInEntity=True)},
    },
    # Source: guide, "Using the Athena tabular data connector JSON reference".
    ATHENA_CONNECTOR: {
        "description": "Athena connector for syncing tabular data",
        "propertyGroups": {"tabularPropertyGroup": {"groupType": TABULAR, "propertyNames": []}},
        "propertyDefinitions": {
            "athenaDataSource": _string(isRequiredInEntity=True),
            "athenaDatabase": _string(isRequiredInEntity=True),
            "athenaTable": _string(isRequiredInEntity=True),
            "athenaWorkgroup": _string(isRequiredInEntity=True),
            "athenaExternalIdColumnName": _string(isRequiredInEntity=True),
            "athenaComponentExternalId": _string(isExternalId=True, isRequiredInEntity=True),
        },
        "functions": {TABULAR_READER: _NATIVE},
    },
    **DYNAMIC_SCENE_TYPES,
}
"""Members of the built-in types as a request would give them, by id; parents first."""

_FIXED_PROPERTIES: Final = frozenset({BASIC_ALARM, DOCUMENTS, KINESIS_VIDEO}) | FIXED_DYNAMIC_SCENE_TYPES


def accepts_undeclared_properties(type_id: str) -> bool:
    """Return whether components of a type of AWS can have properties that are not documented.

    The SiteWise and Athena connectors import properties, ``parameters`` takes any name, and the properties
    of other types of the namespace are not documented.

    Args:
        type_id: Id of any component type; False for one that AWS does not own.
    """
    return type_id.startswith(RESERVED_NAMESPACE) and type_id not in _FIXED_PROPERTIES
