"""What requests change in the stored form of an entity: pure functions.

The stored form (the *body*) has the entity's name, description and parent, and a record of each component. It
holds nothing that comes from component types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.service.errors import ServiceError
from twin_stack.local.service.twinmaker.components import apply_groups, apply_properties, find
from twin_stack.local.service.twinmaker.context import invalid
from twin_stack.local.service.twinmaker.known_messages import component_exists
from twin_stack.twinmaker.names import ROOT

if TYPE_CHECKING:
    from twin_stack.local.service.twinmaker.components import Types
    from twin_stack.local.service.twinmaker.context import Json


def component_path(params: Json) -> str | None:
    """Return the ``componentPath`` of a request, or its top-level ``componentName``."""
    path: str | None = params.get("componentPath") or params.get("componentName")
    return path


def new_body(params: Json, types: Types) -> Json:
    """Return the body of a new entity.

    Args:
        params: Members of CreateEntity.
        types: Resolves component types.

    Raises:
        ServiceError: A component names no type or an unknown one, or a property does not fit its type.
    """
    body: Json = {
        "entityName": params["entityName"],
        "description": params.get("description", ""),
        "parentEntityId": params.get("parentEntityId", ROOT),
        "components": {},
        "compositeComponents": {},
    }
    for name, request in params.get("components", {}).items():
        body["components"][name] = new_record(name, request, types)
    for path, request in params.get("compositeComponents", {}).items():
        _set_nested(body, path, request, types)
    return body


def updated_body(old: Json, params: Json, types: Types) -> Json:
    """Return the body of an entity after an update.

    Args:
        old: Its body before.
        params: Members of UpdateEntity.
        types: Resolves component types.

    Raises:
        ServiceError: A component or a property cannot be changed as requested.
    """
    body = {**old, "components": dict(old["components"])}
    body["compositeComponents"] = dict(old["compositeComponents"])
    body.update({key: params[key] for key in ("entityName", "description") if key in params})
    for name, update in params.get("componentUpdates", {}).items():
        if update.get("updateType") == "CREATE" and name in body["components"]:
            raise component_exists(params["workspaceId"], params["entityId"], name)
        _update_component(body, name, update, types)
    for path, update in params.get("compositeComponentUpdates", {}).items():
        if update.get("updateType") == "DELETE":
            body["compositeComponents"].pop(path, None)
        else:
            _set_nested(body, path, _as_request(update), types)
    move = params.get("parentEntityUpdate")
    if move:
        to_root = move["updateType"] == "DELETE"
        body["parentEntityId"] = ROOT if to_root else move.get("parentEntityId", ROOT)
    return body


def new_record(name: str, request: Json, types: Types) -> Json:
    """Return the record of a new component.

    Args:
        name: Its name.
        request: Members of a ComponentRequest.
        types: Resolves component types.

    Raises:
        ServiceError: The request names no type, or one that does not exist.
    """
    type_id = request.get("componentTypeId")
    if not type_id:
        raise invalid(f"component {name!r} needs a componentTypeId")
    try:
        resolved = types(type_id)
    except ServiceError as error:
        raise invalid(f"component {name!r}: {error.message}; create it first") from error
    record: Json = {"componentTypeId": type_id, "description": request.get("description")}
    record = apply_properties(record, resolved, request.get("properties", {}))
    return apply_groups(record, resolved, request.get("propertyGroups", {}))


def _as_request(update: Json) -> Json:
    """Return a component update with the member names of a component request."""
    names = {"propertyUpdates": "properties", "propertyGroupUpdates": "propertyGroups"}
    return {names.get(key, key): value for key, value in update.items()}


def _update_component(body: Json, name: str, update: Json, types: Types) -> None:
    """Apply one component update; without ``updateType`` it is an UPDATE."""
    kind = update.get("updateType", "UPDATE")
    old = body["components"].get(name)
    if kind == "CREATE":
        body["components"][name] = new_record(name, _as_request(update), types)
        return
    if old is None:
        raise invalid(f"component {name!r} does not exist; use CREATE")
    if kind == "DELETE":
        del body["components"][name]
        nested = body["compositeComponents"]
        body["compositeComponents"] = {
            path: record for path, record in nested.items() if not path.startswith(f"{name}/")
        }
        return
    changed = {key: update[key] for key in ("description", "componentTypeId") if key in update}
    record = {**old, **changed}
    resolved = types(record["componentTypeId"])
    record = apply_properties(record, resolved, update.get("propertyUpdates", {}))
    groups = update.get("propertyGroupUpdates", {})
    body["components"][name] = apply_groups(record, resolved, groups)


def _set_nested(body: Json, path: str, request: Json, types: Types) -> None:
    component = find(body, path, types)
    if component is None or "/" not in path:
        raise invalid(f"there is no composite component at {path!r}")
    record = {**component.record, "description": request.get("description")}
    record = apply_properties(record, component.type, request.get("properties", {}))
    groups = request.get("propertyGroups", {})
    body["compositeComponents"][path] = apply_groups(record, component.type, groups)
