"""What the stack that deployed a workspace records of it.

A stack of this project keeps in its template what the service does not return, and CloudFormation lists the
functions and assets that it made. Nothing is concluded from names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.kept_members import METADATA_KEY
from twin_stack.twinmaker import custom_resources

if TYPE_CHECKING:
    from collections.abc import Iterable

STACK_ID_TAG: Final = "aws:cloudformation:stack-id"
RESERVED_TAGS: Final = "aws:"
"""Start of the keys of tags that AWS sets."""
_SITEWISE: Final = (custom_resources.ASSET_MODEL, custom_resources.ASSET)
_FUNCTION_ARN: Final = ":function:"


@dataclass(frozen=True, slots=True)
class StackRecord:
    """What a stack records of a workspace.

    Attributes:
        twin: Members of ``twin.yaml`` that the service does not return.
        component_types: Members of component types that the service does not return, by id.
        entities: Members of entities that the service does not return, by id.
        connectors: Names of connectors by the name of the function that the stack made for them.
        sitewise_ids: Ids of the SiteWise asset models and assets that the stack made.
        tags: Tags of the stack, which CloudFormation gives to all that it makes.
    """

    twin: Mapping[str, Any] = field(default_factory=dict)
    component_types: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    entities: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    connectors: Mapping[str, str] = field(default_factory=dict)
    sitewise_ids: frozenset[str] = frozenset()
    tags: Mapping[str, str] = field(default_factory=dict)

    def connector_of(self, arn: str) -> str | None:
        """Return the name of the connector whose function has an ARN, None where the stack names none.

        Args:
            arn: ARN of a Lambda function.
        """
        function_name = arn.rpartition(_FUNCTION_ARN)[2]
        if function_name in self.connectors:
            return self.connectors[function_name]
        declared = self.twin.get("connectors", {})
        return next((name for name, connector in declared.items() if connector.get("arn") == arn), None)

    def own_tags(self, tags: Mapping[str, str]) -> dict[str, str]:
        """Return the tags of a resource without those of AWS and of the stack.

        Args:
            tags: Its tags.
        """
        return {
            key: value
            for key, value in sorted(tags.items())
            if not key.startswith(RESERVED_TAGS) and self.tags.get(key) != value
        }


def read_record(cloudformation: Any, stack_id: str, workspace_id: str) -> StackRecord | None:
    """Return what a stack records of a workspace; None where it keeps nothing of it.

    Args:
        cloudformation: A client of boto3.
        stack_id: Name or id of the stack.
        workspace_id: The workspace.
    """
    members = kept_of(cloudformation.get_template(StackName=stack_id)["TemplateBody"], workspace_id)
    if members is None:
        return None
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_id)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    (stack,) = cloudformation.describe_stacks(StackName=stack_id)["Stacks"]
    return make_record(members, resources, {tag["Key"]: tag["Value"] for tag in stack.get("Tags", ())})


def kept_of(template: Any, workspace_id: str) -> Mapping[str, Any] | None:
    """Return what a template keeps of a workspace, None where it keeps nothing.

    Args:
        template: As GetTemplate returns it: a mapping where it is JSON.
        workspace_id: The workspace.
    """
    if isinstance(template, str):
        try:
            template = json.loads(template)
        except ValueError:
            return None  # YAML: not a template of the CDK
    metadata = template.get("Metadata") if isinstance(template, Mapping) else None
    for key, members in metadata.items() if isinstance(metadata, Mapping) else ():
        is_ours = key == METADATA_KEY or key.startswith(f"{METADATA_KEY}:")
        if is_ours and isinstance(members, Mapping) and members.get("workspaceId") == workspace_id:
            return members
    return None


def make_record(
    members: Mapping[str, Any], resources: Iterable[Mapping[str, Any]], tags: Mapping[str, str]
) -> StackRecord:
    """Return the record of a stack.

    Args:
        members: What its template keeps of the workspace.
        resources: Its resources, as ListStackResources returns them.
        tags: Its tags.
    """
    functions = members.get("functions") or {}
    names_by_logical_id = {logical_id: name for name, logical_id in functions.items()}
    connectors: dict[str, str] = {}
    sitewise_ids: set[str] = set()
    for resource in resources:
        physical_id = resource.get("PhysicalResourceId", "")
        if resource["ResourceType"] in _SITEWISE:
            sitewise_ids.add(physical_id)
        elif resource["LogicalResourceId"] in names_by_logical_id:
            connectors[physical_id] = names_by_logical_id[resource["LogicalResourceId"]]
    twin = dict(members.get("twin") or {})
    if members.get("dataName", members["workspaceId"]) != members["workspaceId"]:
        twin["dataName"] = members["dataName"]
    return StackRecord(
        twin=twin,
        component_types=members.get("componentTypes") or {},
        entities=members.get("entities") or {},
        connectors=connectors,
        sitewise_ids=frozenset(sitewise_ids),
        tags=tags,
    )
