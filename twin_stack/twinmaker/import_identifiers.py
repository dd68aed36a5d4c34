"""Identifiers by which CloudFormation imports a resource: ``primaryIdentifier`` of its schema.

Types that a twin's template contains and whose id is known before the resource exists. Types with an id of
the service (a layer version, a queue's URL) cannot be found by their template.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

IMPORT_IDENTIFIERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "AWS::DynamoDB::Table": ("TableName",),
        "AWS::IAM::Role": ("RoleName",),
        "AWS::IoT::TopicRule": ("RuleName",),
        "AWS::IoTTwinMaker::ComponentType": ("WorkspaceId", "ComponentTypeId"),
        "AWS::IoTTwinMaker::Entity": ("WorkspaceId", "EntityId"),
        "AWS::IoTTwinMaker::Scene": ("WorkspaceId", "SceneId"),
        "AWS::IoTTwinMaker::Workspace": ("WorkspaceId",),
        "AWS::Lambda::Function": ("FunctionName",),
        "AWS::Logs::LogGroup": ("LogGroupName",),
        "AWS::S3::Bucket": ("BucketName",),
    }
)
"""Properties that identify a resource, by its type. Source: ``primaryIdentifier`` of the schemas."""
