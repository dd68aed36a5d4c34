"""The metadata of a stack that holds what a definition has and the service does not return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import Stack
from aws_cdk.aws_lambda import CfnFunction

from twin_stack.constructs.tokens import is_unresolved
from twin_stack.definition.kept_members import METADATA_KEY, kept_members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

    from twin_stack.constructs.interfaces import IDataConnector, IWorkspace
    from twin_stack.definition import schema
    from twin_stack.definition.twin_definition import TwinDefinition


def keep_members(
    scope: Construct,
    definition: TwinDefinition,
    *,
    native_types: Mapping[str, schema.ComponentType],
    connectors: Mapping[str, IDataConnector],
    workspace: IWorkspace,
    data_name: str | None,
    logical_id_prefix: str,
) -> None:
    """Add the members that the service does not return to the metadata of the twin's stack.

    ``twin import workspace`` reads them. A twin without such members adds nothing.

    Args:
        scope: The twin.
        definition: A checked definition.
        native_types: The types that the service's own SiteWise connector reads, as they are deployed.
        connectors: The data connectors by the name that functions use.
        workspace: The workspace.
        data_name: The beginning of the names of what holds data; None if it is not known.
        logical_id_prefix: The beginning of the twin's logical ids.
    """
    members: dict[str, Any] = kept_members(definition, native_types)
    # Metadata of a template holds texts: nothing in it is replaced at deployment.
    if not members or is_unresolved(workspace.literal_workspace_id):
        return
    members["workspaceId"] = workspace.literal_workspace_id
    stack = Stack.of(scope)
    functions = {
        name: function.logical_id
        for name, connector in connectors.items()
        if (function := _function_in(stack, connector)) is not None
    }
    if functions:
        members["functions"] = functions
    if data_name is not None and not is_unresolved(data_name):
        members["dataName"] = data_name
    key = f"{METADATA_KEY}:{logical_id_prefix}" if logical_id_prefix else METADATA_KEY
    stack.add_metadata(key, members)


def _function_in(stack: Stack, connector: IDataConnector) -> CfnFunction | None:
    """Return the function of a connector if it is in a stack."""
    resource = connector.function.node.default_child
    if isinstance(resource, CfnFunction) and Stack.of(resource) is stack:
        return resource
    return None
