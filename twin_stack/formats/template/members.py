"""Members of CloudFormation's resources as members of definition files. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.kept_members import COMPONENT_ORDER, METADATA_KEY
from twin_stack.formats.workspace.component_types import without_empty
from twin_stack.twinmaker.inheritance import is_stored_externally
from twin_stack.twinmaker.names import ROOT, SITEWISE_ASSET_ID, SITEWISE_ASSET_MODEL_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    Json = Mapping[str, Any]

_NAMED: Final = frozenset(
    {
        "Components",
        "CompositeComponents",
        "CompositeComponentTypes",
        "Configuration",
        "Configurations",
        "Functions",
        "MapValue",
        "Properties",
        "PropertyDefinitions",
        "PropertyGroups",
        "SceneMetadata",
        "Tags",
    }
)
"""Members whose keys are names of the user, not members."""
_RENAMED: Final = {"Configurations": "configuration"}
_LEFT_OUT: Final = frozenset({"ComponentName", "WorkspaceId"})


def kept_workspaces(template: Json) -> list[Json]:
    """Return what a template keeps of its twins, one for each workspace.

    Args:
        template: The template.
    """
    metadata = template.get("Metadata") or {}
    kept = [
        members
        for key, members in metadata.items()
        if key == METADATA_KEY or key.startswith(f"{METADATA_KEY}:")
    ]
    if kept:
        return kept
    # A twin of which the service returns everything keeps nothing.
    ids = (
        resource["Properties"]["WorkspaceId"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::IoTTwinMaker::Workspace"
    )
    return [{"workspaceId": workspace_id} for workspace_id in ids if isinstance(workspace_id, str)]


def resource_members(properties: Json) -> dict[str, Any]:
    """Return the properties of a resource in the service's spelling.

    Args:
        properties: Properties in the spelling of CloudFormation, such as ``EntityName``.
    """
    members: dict[str, Any] = {}
    for key, value in properties.items():
        if key in _LEFT_OUT:
            continue
        name = _RENAMED.get(key, key[:1].lower() + key[1:])
        if key in _NAMED and isinstance(value, dict):
            members[name] = {inner: _member(content) for inner, content in value.items()}
        else:
            members[name] = _member(value)
    return members


def _member(value: Any) -> Any:
    if isinstance(value, dict):
        return value if _is_intrinsic(value) else resource_members(value)
    if isinstance(value, list):
        return [_member(item) for item in value]
    return value


def _is_intrinsic(value: Json) -> bool:
    return len(value) == 1 and next(iter(value)) in {"Ref", "Fn::GetAtt", "Fn::Join", "Fn::Sub"}


def type_members(properties: Json, functions: Mapping[str, str]) -> dict[str, Any]:
    """Return a component type as a definition file has it, apart from what the template keeps beside it.

    Args:
        properties: Properties of its resource.
        functions: Logical ids, or ARNs of functions that exist, by the name of their connector.
    """
    members = resource_members(properties)
    for name, definition in members.get("propertyDefinitions", {}).items():
        flag = definition.get("isStoredExternally")
        if flag == is_stored_externally(is_time_series=definition.get("isTimeSeries"), flag=None):
            del definition["isStoredExternally"]
        if name == SITEWISE_ASSET_MODEL_ID and _is_made_by_the_stack(definition.get("defaultValue")):
            definition.clear()
    definitions = members.get("propertyDefinitions", {})
    members["propertyDefinitions"] = {name: item for name, item in definitions.items() if item}
    members["functions"] = {
        name: _function(function, functions) for name, function in members.get("functions", {}).items()
    }
    return without_empty(members)


def _function(function: Json, functions: Mapping[str, str]) -> dict[str, Any]:
    arn = function.get("implementedBy", {}).get("lambda", {}).get("arn")
    function_id = arn["Fn::GetAtt"][0] if isinstance(arn, dict) and "Fn::GetAtt" in arn else arn
    connector = next((name for name, known_id in functions.items() if known_id == function_id), None)
    if connector is None:
        return dict(function)
    return {"connector": connector, **{key: item for key, item in function.items() if key != "implementedBy"}}


def entity_members(properties: Json, kept: Json) -> dict[str, Any]:
    """Return an entity as a definition file has it.

    Args:
        properties: Properties of its resource.
        kept: What the template keeps of the entity.
    """
    members = resource_members(properties)
    if members.get("parentEntityId") == ROOT:
        del members["parentEntityId"]
    order = {name: index for index, name in enumerate(kept.get(COMPONENT_ORDER, ()))}
    components = members.get("components", {})
    members["components"] = {
        name: components[name]
        for name in sorted(components, key=lambda name: (order.get(name, len(order)), name))
    }
    for path in ("components", "compositeComponents"):
        for component in members.get(path, {}).values():
            values = component.get("properties", {})
            made = [
                name
                for name in (SITEWISE_ASSET_ID, SITEWISE_ASSET_MODEL_ID)
                if _is_made_by_the_stack(values.get(name, {}).get("value"))
            ]
            for name in made:
                del values[name]
    return without_empty(members)


def _is_made_by_the_stack(value: Any) -> bool:
    return isinstance(value, dict) and any(isinstance(content, dict) for content in value.values())
