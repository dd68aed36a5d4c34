"""AWS::IoTTwinMaker::* of the embedded AWS: provisioned through the TwinMaker API.

Properties, create-only properties and attributes are those of the CloudFormation registry's schemas.
It is not documented whether CloudFormation deletes an entity with its children; here it does not.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from twin_stack.local.cloudformation.properties import members, to_request
from twin_stack.twinmaker.names import ROOT

if TYPE_CHECKING:
    from twin_stack.local.cloudformation.resources import Call, Json

SERVICE = "iottwinmaker"
_ACTIVE = {"state": "ACTIVE"}


def _request(operation: str, properties: Json) -> Json:
    return to_request(SERVICE, f"{operation}Request", properties)


def _without(properties: Json, *names: str) -> Json:
    return {name: value for name, value in properties.items() if name not in names}


def _time(seconds: Any) -> str:
    return datetime.fromtimestamp(float(seconds), UTC).isoformat().replace("+00:00", "Z")


def _common(description: Json) -> dict[str, Any]:
    return {
        "Arn": description["arn"],
        "CreationDateTime": _time(description["creationDateTime"]),
        "UpdateDateTime": _time(description["updateDateTime"]),
    }


def _retag(call: Call, arn: str, new: Json) -> None:
    """Replace all tags of a resource."""
    old = call("ListTagsForResource", {"resourceARN": arn}).get("tags") or {}
    removed = sorted(set(old) - set(new))
    if removed:
        call("UntagResource", {"resourceARN": arn, "tagKeys": removed})
    changed = {key: value for key, value in new.items() if old.get(key) != value}
    if changed:
        call("TagResource", {"resourceARN": arn, "tags": changed})


def _with_empty_values(request: Json, empty: Json, old: Json | None) -> Json:
    """Add the empty value of each property that the template no longer has to a request."""
    dropped = empty if old is None else {name: value for name, value in empty.items() if name in old}
    return {**dropped, **request}


class Workspace:
    """AWS::IoTTwinMaker::Workspace."""

    type_name: ClassVar[str] = "AWS::IoTTwinMaker::Workspace"
    service: ClassVar[str] = SERVICE
    create_only: ClassVar[tuple[str, ...]] = ("WorkspaceId",)
    identifiers: ClassVar[tuple[str, ...]] = ("WorkspaceId",)
    tags: ClassVar[str] = "map"

    def physical_id(self, properties: Json) -> str:
        """Return the workspace id."""
        return str(properties["WorkspaceId"])

    def create(self, call: Call, physical_id: str, properties: Json) -> None:
        """Create the workspace."""
        call("CreateWorkspace", {**_request("CreateWorkspace", properties), "workspaceId": physical_id})

    def update(self, call: Call, physical_id: str, old: Json | None, new: Json) -> None:
        """Change description, role, bucket and tags."""
        request = _request("UpdateWorkspace", _without(new, "Tags"))
        before = _request("UpdateWorkspace", _without(old, "Tags")) if old is not None else None
        call("UpdateWorkspace", _with_empty_values(request, {"description": ""}, before))
        _retag(call, self.describe(call, physical_id)["arn"], new.get("Tags", {}))

    def delete(self, call: Call, physical_id: str) -> None:
        """Delete the workspace, which must be empty."""
        call("DeleteWorkspace", {"workspaceId": physical_id})

    def describe(self, call: Call, physical_id: str) -> Json:
        """Return GetWorkspace's answer."""
        return call("GetWorkspace", {"workspaceId": physical_id})

    def state(self, description: Json) -> Json:  # noqa: ARG002
        """Return ACTIVE: a workspace is ready at once."""
        return _ACTIVE

    def attributes(self, description: Json) -> dict[str, Any]:
        """Return ARN and times."""
        return _common(description)


class _InWorkspace:
    """A resource inside a workspace; its ``Ref`` is ``workspace|resource``."""

    service: ClassVar[str] = SERVICE
    tags: ClassVar[str] = "map"
    noun: ClassVar[str]
    id_property: ClassVar[str]

    @property
    def _id_member(self) -> str:
        return self.id_property[:1].lower() + self.id_property[1:]

    def physical_id(self, properties: Json) -> str:
        """Return ``workspace|resource``."""
        identifier = properties.get(self.id_property) or uuid.uuid4()
        return f"{properties['WorkspaceId']}|{identifier}"

    def _key(self, physical_id: str) -> Json:
        workspace_id, _, identifier = physical_id.partition("|")
        return {"workspaceId": workspace_id, self._id_member: identifier}

    def create(self, call: Call, physical_id: str, properties: Json) -> None:
        """Create the resource."""
        operation = f"Create{self.noun}"
        call(operation, {**_request(operation, properties), **self._key(physical_id)})

    def delete(self, call: Call, physical_id: str) -> None:
        """Delete the resource."""
        call(f"Delete{self.noun}", self._key(physical_id))

    def describe(self, call: Call, physical_id: str) -> Json:
        """Return the Get operation's answer."""
        return call(f"Get{self.noun}", self._key(physical_id))

    def state(self, description: Json) -> Json:
        """Return the resource's status."""
        status: Json = description.get("status") or _ACTIVE
        return status


class ComponentType(_InWorkspace):
    """AWS::IoTTwinMaker::ComponentType."""

    type_name: ClassVar[str] = "AWS::IoTTwinMaker::ComponentType"
    create_only: ClassVar[tuple[str, ...]] = ("WorkspaceId", "ComponentTypeId")
    identifiers: ClassVar[tuple[str, ...]] = ("WorkspaceId", "ComponentTypeId")
    noun: ClassVar[str] = "ComponentType"
    id_property: ClassVar[str] = "ComponentTypeId"

    _EMPTY: ClassVar[Json] = {
        "isSingleton": False,
        "description": "",
        "propertyDefinitions": {},
        "extendsFrom": [],
        "functions": {},
        "propertyGroups": {},
        "compositeComponentTypes": {},
    }

    def update(self, call: Call, physical_id: str, old: Json | None, new: Json) -> None:
        """Change the type; remove what the template no longer has."""
        request = _request("UpdateComponentType", _without(new, "Tags"))
        before = None if old is None else _request("UpdateComponentType", _without(old, "Tags"))
        call(
            "UpdateComponentType",
            {**_with_empty_values(request, self._EMPTY, before), **self._key(physical_id)},
        )
        _retag(call, self.describe(call, physical_id)["arn"], new.get("Tags", {}))

    def attributes(self, description: Json) -> dict[str, Any]:
        """Return ARN, times, state, and the attributes that the service sets."""
        return {
            **_common(description),
            "Status.State": description["status"]["state"],
            "IsAbstract": description.get("isAbstract", False),
            "IsSchemaInitialized": description.get("isSchemaInitialized", False),
        }


class Scene(_InWorkspace):
    """AWS::IoTTwinMaker::Scene. As in AWS, the scene's file need not exist yet."""

    type_name: ClassVar[str] = "AWS::IoTTwinMaker::Scene"
    create_only: ClassVar[tuple[str, ...]] = ("WorkspaceId", "SceneId")
    identifiers: ClassVar[tuple[str, ...]] = ("WorkspaceId", "SceneId")
    noun: ClassVar[str] = "Scene"
    id_property: ClassVar[str] = "SceneId"

    _EMPTY: ClassVar[Json] = {"description": "", "capabilities": [], "sceneMetadata": {}}

    def update(self, call: Call, physical_id: str, old: Json | None, new: Json) -> None:
        """Change the scene; remove what the template no longer has."""
        request = _request("UpdateScene", _without(new, "Tags"))
        before = None if old is None else _request("UpdateScene", _without(old, "Tags"))
        call("UpdateScene", {**_with_empty_values(request, self._EMPTY, before), **self._key(physical_id)})
        _retag(call, self.describe(call, physical_id)["arn"], new.get("Tags", {}))

    def attributes(self, description: Json) -> dict[str, Any]:
        """Return ARN, times and the metadata that the service generated."""
        return {
            **_common(description),
            "GeneratedSceneMetadata": description.get("generatedSceneMetadata") or {},
        }


class Entity(_InWorkspace):
    """AWS::IoTTwinMaker::Entity."""

    type_name: ClassVar[str] = "AWS::IoTTwinMaker::Entity"
    create_only: ClassVar[tuple[str, ...]] = ("WorkspaceId", "EntityId")
    identifiers: ClassVar[tuple[str, ...]] = ("WorkspaceId", "EntityId")
    noun: ClassVar[str] = "Entity"
    id_property: ClassVar[str] = "EntityId"

    def update(self, call: Call, physical_id: str, old: Json | None, new: Json) -> None:
        """Change name, parent, components and tags.

        Components that were added through the API stay, unless ``old`` is None.
        """
        key = self._key(physical_id)
        request = _request("CreateEntity", _without(new, "Tags"))
        present = self.describe(call, physical_id)
        if old is None:
            self._delete_components(call, key, present)
            before: Json = {}
            present = {**present, "components": {}}
        else:
            before = _request("CreateEntity", _without(old, "Tags"))
        change: Json = {
            **key,
            "entityName": request["entityName"],
            "description": request.get("description", ""),
        }
        parent = request.get("parentEntityId", ROOT)
        if parent != present["parentEntityId"]:
            change["parentEntityUpdate"] = (
                {"updateType": "DELETE"}
                if parent == ROOT
                else {"updateType": "UPDATE", "parentEntityId": parent}
            )
        updates = _component_updates(
            before.get("components", {}), request.get("components", {}), present.get("components", {})
        )
        if updates:
            change["componentUpdates"] = updates
        nested = _nested_updates(
            before.get("compositeComponents", {}), request.get("compositeComponents", {})
        )
        if nested:
            change["compositeComponentUpdates"] = nested
        call("UpdateEntity", change)
        _retag(call, present["arn"], new.get("Tags", {}))

    @staticmethod
    def _delete_components(call: Call, key: Json, present: Json) -> None:
        """Delete all components."""
        names = present.get("components", {})
        if names:
            call("UpdateEntity", {**key, "componentUpdates": {n: {"updateType": "DELETE"} for n in names}})

    def attributes(self, description: Json) -> dict[str, Any]:
        """Return ARN, times, state, and whether it has children."""
        return {
            **_common(description),
            "Status.State": description["status"]["state"],
            "HasChildEntities": description.get("hasChildEntities", False),
        }


def _component_updates(old: Json, new: Json, present: Json) -> Json:
    """Return the updates that change components from ``old`` to ``new``; ``present`` is of GetEntity."""
    updates: Json = {name: {"updateType": "DELETE"} for name in old if name not in new and name in present}
    for name, component in new.items():
        before = old.get(name, {})
        if name in present and component != before:
            # Properties that the type no longer has cannot be reset, and need not be.
            existing = present[name].get("properties", {})
            kept = {key: item for key, item in before.get("properties", {}).items() if key in existing}
            previous = {**before, "properties": kept}
            updates[name] = _component_update("ComponentUpdateRequest", previous, component)
        elif name not in present:
            updates[name] = {"updateType": "CREATE", **_as_update("ComponentUpdateRequest", component)}
    return updates


def _nested_updates(old: Json, new: Json) -> Json:
    """Return updates of nested components by their paths."""
    updates: Json = {path: {"updateType": "DELETE"} for path in old if path not in new}
    for path, component in new.items():
        if component != old.get(path):
            updates[path] = _component_update("CompositeComponentUpdateRequest", old.get(path, {}), component)
    return updates


def _component_update(shape: str, old: Json, new: Json) -> Json:
    """Return one UPDATE; what the template no longer has is reset to the component type's."""
    update = {"updateType": "UPDATE", **_as_update(shape, new)}
    properties = update.get("propertyUpdates", {})
    for name, item in old.get("properties", {}).items():
        if name not in properties:
            properties[name] = {"updateType": "DELETE" if "definition" in item else "RESET_VALUE"}
    if properties:
        update["propertyUpdates"] = properties
    groups = update.get("propertyGroupUpdates", {})
    groups.update(
        {name: {"updateType": "DELETE"} for name in old.get("propertyGroups", {}) if name not in groups}
    )
    if groups:
        update["propertyGroupUpdates"] = groups
    if "description" in old and "description" not in new:
        update["description"] = ""
    return update


def _as_update(shape: str, component: Json) -> Json:
    """Return a component request with the member names of an update."""
    names = {"properties": "propertyUpdates", "propertyGroups": "propertyGroupUpdates"}
    update = {names.get(key, key): value for key, value in component.items()}
    known_members = members(SERVICE, shape)
    # The component type around a nested component defines its type.
    return {
        key: dict(value) if isinstance(value, dict) else value
        for key, value in update.items()
        if key in known_members
    }


TYPES = (Workspace(), ComponentType(), Entity(), Scene())
"""The supported types, which are all but sync jobs."""
