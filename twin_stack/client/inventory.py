"""What exists in an account and region, by the type names of CloudFormation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin_stack.client.errors import is_missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


_DESCRIPTIONS: Final = {
    "AWS::DynamoDB::Table": ("dynamodb", "describe_table", "TableName"),
    "AWS::IAM::Role": ("iam", "get_role", "RoleName"),
    "AWS::IoT::TopicRule": ("iot", "get_topic_rule", "ruleName"),
    "AWS::IoTTwinMaker::ComponentType": (
        "iottwinmaker",
        "get_component_type",
        "workspaceId",
        "componentTypeId",
    ),
    "AWS::IoTTwinMaker::Entity": ("iottwinmaker", "get_entity", "workspaceId", "entityId"),
    "AWS::IoTTwinMaker::Scene": ("iottwinmaker", "get_scene", "workspaceId", "sceneId"),
    "AWS::IoTTwinMaker::Workspace": ("iottwinmaker", "get_workspace", "workspaceId"),
    "AWS::Lambda::Function": ("lambda", "get_function_configuration", "FunctionName"),
    "AWS::S3::Bucket": ("s3", "head_bucket", "Bucket"),
}
"""Service, operation and arguments that describe a resource of a type."""


class AwsInventory:
    """What exists, through the public API.

    Args:
        client: Returns a boto3 client of a service.
    """

    def __init__(self, client: Callable[[str], Any]) -> None:
        self._client = client

    def exists(self, type_name: str, identifier: Mapping[str, str]) -> bool:
        """Return whether there is a resource of a type with an identifier.

        Args:
            type_name: A type of ``IMPORT_IDENTIFIERS``.
            identifier: Its identifier.
        """
        *parents, last = identifier.values()
        if type_name == "AWS::Logs::LogGroup":
            return last in self._log_groups(last)
        return not is_missing(lambda: self._describe(type_name, parents, last))

    def _describe(self, type_name: str, parents: list[str], last: str) -> object:
        service, operation, *names = _DESCRIPTIONS[type_name]
        values = dict(zip(names, [*parents, last], strict=True))
        return getattr(self._client(service), operation)(**values)

    def generated(self, type_name: str, prefix: str) -> list[str]:
        """Return ids of resources of a type that begin with the prefix of a name that CloudFormation made.

        Args:
            type_name: A type of ``IMPORT_IDENTIFIERS`` with one identifier.
            prefix: ``STACK-LOGICALID-``; names of buckets are in lower case.
        """
        match type_name:
            case "AWS::DynamoDB::Table":
                pages = self._client("dynamodb").get_paginator("list_tables").paginate()
                names = [name for page in pages for name in page["TableNames"]]
            case "AWS::S3::Bucket":
                prefix = prefix.lower()
                names = [bucket["Name"] for bucket in self._client("s3").list_buckets()["Buckets"]]
            case "AWS::Logs::LogGroup":
                names = self._log_groups(prefix)
            case _:
                return []
        return sorted(name for name in names if name.startswith(prefix))

    def _log_groups(self, prefix: str) -> list[str]:
        pages = self._client("logs").get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix)
        return [group["logGroupName"] for page in pages for group in page["logGroups"]]
