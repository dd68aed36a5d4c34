"""Compare what GetEntity returns with the entities of a source, value for value."""

from __future__ import annotations

from typing import Any

_TARGETS = {"TargetEntityId": "targetEntityId", "TargetComponentName": "targetComponentName"}


def entity_differences(twinmaker: Any, workspace_id: str, entities: list[dict[str, Any]]) -> list[str]:
    """Return what differs between deployed entities and those of a source, in the members of the source.

    Args:
        twinmaker: A client of TwinMaker.
        workspace_id: Id of the workspace.
        entities: The entities of the source.
    """
    differences = []
    for source in entities:
        entity_id = source["entityId"]
        deployed = twinmaker.get_entity(workspaceId=workspace_id, entityId=entity_id)
        for name in ("entityName", "description", "parentEntityId"):
            if deployed.get(name) != source.get(name, deployed.get(name)):
                differences.append(f"{entity_id}: {name} is {deployed.get(name)!r}")
        components = source.get("components", {})
        if deployed["components"].keys() != components.keys():
            differences.append(f"{entity_id}: components are {sorted(deployed['components'])}")
            continue
        for component_name, component in components.items():
            own = deployed["components"][component_name]
            if own["componentTypeId"] != component["componentTypeId"]:
                differences.append(f"{entity_id}: {component_name} is a {own['componentTypeId']}")
            for name, written in component.get("properties", {}).items():
                value = own["properties"].get(name, {}).get("value")
                if value != _with_api_names(written.get("value")):
                    differences.append(f"{entity_id}: {component_name}.{name} is {value!r}")
    return differences


def _with_api_names(value: Any) -> Any:
    if isinstance(value, dict):
        return {_TARGETS.get(name, name): _with_api_names(item) for name, item in value.items()}
    return [_with_api_names(item) for item in value] if isinstance(value, list) else value
