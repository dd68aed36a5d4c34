"""The members that ``DefinitionBuilder`` takes, for type checkers: the names of definition files.

A test compares them with the schemas, which check the values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

ByName = Mapping[str, Mapping[str, Any]]
Texts = Mapping[str, str]

# The names are the service's: as annotations of a class they would break Python's own convention.
BulkMembers = TypedDict(  # noqa: UP013
    "BulkMembers",
    {"onDrift": str, "adopt": bool, "requestsPerSecond": int, "maxEntities": int},
    total=False,
)
"""Members of the settings of the ``bulk`` engine."""

TwinMembers = TypedDict(  # noqa: UP013
    "TwinMembers",
    {
        "workspaceId": str,
        "description": str,
        "connectors": ByName,
        "ingest": ByName,
        "engine": str,
        "bulk": BulkMembers,
        "handOver": bool,
        "tags": Texts,
        "renames": ByName,
        "sensitive": Sequence[str],
        "ignore": Sequence[Texts],
        "existing": ByName,
        "dataName": str,
        "sceneFolder": str,
    },
    total=False,
)
"""Members of ``twin.yaml``."""

ConnectorMembers = TypedDict(  # noqa: UP013
    "ConnectorMembers",
    {
        "kind": str,
        "arn": str,
        "tableName": str,
        "tableArn": str,
        "encryptionKeyArn": str,
        "partitionKey": str,
        "sortKey": str,
        "componentTypeIndex": str,
        "timeUnit": str,
        "keyProperty": str,
        "partition": str,
        "sortPrefix": str,
        "valueAttribute": str,
        "deviceAttribute": str,
        "propertyAttribute": str,
        "firstBucket": str,
        "listDevices": bool,
        "assets": str,
        "propertyAlias": str,
    },
    total=False,
)
"""Members of a connector."""

IngestMembers = TypedDict(  # noqa: UP013
    "IngestMembers",
    {
        "topic": str,
        "componentTypeId": str,
        "deviceId": str,
        "time": str,
        "timeUnit": str,
        "maxAgeDays": int,
        "maxAheadSeconds": int,
        "properties": Texts,
        "connectors": Sequence[str],
        "expiresAfterDays": int,
        "basicIngest": bool,
        "sharedTopics": bool,
    },
    total=False,
)
"""Members of an ingest."""

ComponentTypeMembers = TypedDict(  # noqa: UP013
    "ComponentTypeMembers",
    {
        "componentTypeName": str,
        "description": str,
        "extendsFrom": Sequence[str],
        "isSingleton": bool,
        # A data type alone is short for a property, the name of a connector for a function.
        "propertyDefinitions": Mapping[str, str | Mapping[str, Any]],
        "functions": Mapping[str, str | Mapping[str, Any]],
        "propertyGroups": ByName,
        "compositeComponentTypes": ByName,
        "alarms": ByName,
        "tags": Texts,
    },
    total=False,
)
"""Members of a component type."""

EntityMembers = TypedDict(  # noqa: UP013
    "EntityMembers",
    {
        "entityName": str,
        "description": str,
        "parentEntityId": str,
        "components": ByName,
        "compositeComponents": ByName,
        "tags": Texts,
    },
    total=False,
)
"""Members of an entity."""

SceneMembers = TypedDict(  # noqa: UP013
    "SceneMembers",
    {
        "description": str,
        "capabilities": Sequence[str],
        "sceneMetadata": Texts,
        "specVersion": str,
        "version": str,
        "unit": str,
        "nodes": Sequence[Mapping[str, Any]],
        "rootNodeIndexes": Sequence[int],
        "cameras": Sequence[Mapping[str, Any]],
        "rules": Mapping[str, Any],
        "properties": Mapping[str, Any],
        "defaultCameraIndex": int,
    },
    total=False,
)
"""Members of a scene: the viewer's document, and what the service stores beside it."""
