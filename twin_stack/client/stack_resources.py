"""Which stack of an account and region owns a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_GONE = frozenset({"DELETE_COMPLETE", "DELETE_SKIPPED"})
"""States of resources that a stack no longer owns; a retained one is skipped by the deletion."""
_ENDED = "DELETE_COMPLETE"


class StackResource(NamedTuple):
    """A resource of a stack.

    Attributes:
        stack: Name of the stack.
        logical_id: Its id in the template.
        type_name: Its type, such as ``AWS::DynamoDB::Table``.
        physical_id: Its id in the service; of several identifiers, joined by ``|``.
    """

    stack: str
    logical_id: str
    type_name: str
    physical_id: str


def stack_resources(cloudformation: Any) -> Iterator[StackResource]:
    """Yield the resources of all stacks of the client's account and region.

    Args:
        cloudformation: A boto3 client of ``cloudformation``.
    """
    for page in cloudformation.get_paginator("list_stacks").paginate():
        for stack in page["StackSummaries"]:
            if stack["StackStatus"] != _ENDED:
                yield from _resources(cloudformation, stack)


def _resources(cloudformation: Any, stack: dict[str, Any]) -> Iterator[StackResource]:
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack["StackId"])
    for page in pages:
        for resource in page["StackResourceSummaries"]:
            physical_id = resource.get("PhysicalResourceId")
            if physical_id and resource["ResourceStatus"] not in _GONE:
                yield StackResource(
                    stack["StackName"], resource["LogicalResourceId"], resource["ResourceType"], physical_id
                )
