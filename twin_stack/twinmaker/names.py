"""Names that the services give: ids, functions, built-in component types, alarm states, principals."""

from __future__ import annotations

from typing import Final

SERVICE_PRINCIPAL: Final = "iottwinmaker.amazonaws.com"
"""Who assumes the workspace role. Source: guide, service role page."""

DELETION_MARKER_PREFIX: Final = "DO_NOT_DELETE_WORKSPACE_"
"""Start of the key of the object that the service keeps in a workspace's bucket; the workspace id follows.

Source: guide, service role page.
"""

ROOT: Final = "$ROOT"
"""Id of the parent of the topmost entities. Source: botocore, ``ParentEntityId``."""

# Component types of AWS. Source: guide, "Using and creating component types" and the connectors' pages.

RESERVED_NAMESPACE: Final = "com.amazon."
"""Start of the ids of the component types that AWS owns."""
BUILTIN_TYPES_OWNER: Final = "AmazonOwnedTypesWorkspace"
"""Workspace id in the ARNs of the built-in types. Source: ARNs printed in the guide's examples."""
BUILTIN_TYPES_ACCOUNT: Final = "iotrociaccount"
"""Account in the ARNs of the built-in types.

Source: answers of ListComponentTypes that users printed in 2022, in which own types come before those of AWS.
"""
SITEWISE_CONNECTOR: Final = "com.amazon.iotsitewise.connector"
EDGE_VIDEO: Final = "com.amazon.iotsitewise.connector.edgevideo"
SITEWISE_ALARM: Final = "com.amazon.iotsitewise.alarm"
BASIC_ALARM: Final = "com.amazon.iottwinmaker.alarm.basic"
DOCUMENTS: Final = "com.amazon.iottwinmaker.documents"
PARAMETERS: Final = "com.amazon.iottwinmaker.parameters"
KINESIS_VIDEO: Final = "com.amazon.kvs.video"
ATHENA_CONNECTOR: Final = "com.amazon.athena.connector"

# Functions of a component type. Source: guide, "Creating functions" and "Data connector interface".

DATA_READER: Final = "dataReader"
DATA_READER_BY_ENTITY: Final = "dataReaderByEntity"
DATA_READER_BY_COMPONENT_TYPE: Final = "dataReaderByComponentType"
HISTORY_READERS: Final = (DATA_READER, DATA_READER_BY_ENTITY, DATA_READER_BY_COMPONENT_TYPE)
"""Functions that read time series."""
ENTITY_HISTORY_READERS: Final = (DATA_READER_BY_ENTITY, DATA_READER)
"""Functions that read the time series of one component of an entity, the special one first."""
TYPE_HISTORY_READERS: Final = (DATA_READER_BY_COMPONENT_TYPE, DATA_READER)
"""Functions that read the time series of all components of a type, the special one first."""
ATTRIBUTE_READER: Final = "attributePropertyValueReaderByEntity"
"""Function that reads a property stored externally that is no time series."""
TABULAR_READER: Final = "tabularDataReaderByEntity"
"""Native function of the Athena connector; a Lambda function for it is not documented."""
DATA_WRITER: Final = "dataWriter"
SCHEMA_INITIALIZER: Final = "schemaInitializer"
FUNCTIONS: Final = (*HISTORY_READERS, ATTRIBUTE_READER, TABULAR_READER, DATA_WRITER, SCHEMA_INITIALIZER)
"""Every function that the service calls."""
ENTITY_SCOPE: Final = "ENTITY"
WORKSPACE_SCOPE: Final = "WORKSPACE"
TABULAR: Final = "TABULAR"
"""The only type of a property group. Source: botocore, ``GroupType``."""

# Alarms. Source: guide, "Example component types", alarm.

ALARM_KEY: Final = "alarm_key"
"""Property that identifies an alarm in the outside system."""
ALARM_STATUS: Final = "alarm_status"
"""Property with the state of an alarm."""
ALARM_ACTIVE: Final = "ACTIVE"
ALARM_SNOOZED: Final = "SNOOZE_DISABLED"
ALARM_ACKNOWLEDGED: Final = "ACKNOWLEDGED"
ALARM_NORMAL: Final = "NORMAL"
ALARM_NOTE: Final = "alarmNote"
"""Property with the note of the operator who acknowledges an alarm.

This name is this package's own: AWS documents no property for a note. A type keeps notes if it declares it.
"""
ALARM_STATES: Final = (ALARM_ACTIVE, ALARM_SNOOZED, ALARM_ACKNOWLEDGED, ALARM_NORMAL)

# Properties and configuration of the SiteWise connector. Source: guide, SiteWise connector.

SITEWISE_ASSET_ID: Final = "sitewiseAssetId"
SITEWISE_ASSET_MODEL_ID: Final = "sitewiseAssetModelId"
SITEWISE_PROPERTY_ID: Final = "sitewisePropertyId"
"""Key of a property's ``configuration`` with the SiteWise property that it reads."""
SITEWISE_ASSET_EXTERNAL_ID: Final = "sitewiseAssetExternalId"
"""Property of this package's own connector: the external id of an asset in place of its id."""
SITEWISE_PROPERTY_EXTERNAL_ID: Final = "sitewisePropertyExternalId"
"""Key of a property's ``configuration`` of this package's own connector: the external id of a property."""
SITEWISE_PROPERTY_ALIAS: Final = "sitewisePropertyAlias"
"""Key of a property's ``configuration`` of this package's own connector: a template of the alias."""
VIDEO_STREAM_NAME: Final = "KinesisVideoStreamName"
