"""Members of CreateEntity and UpdateEntity, and the comparison of an entity with GetEntity's answer."""

from collections.abc import Collection, Mapping
from typing import Any

from entity_reconciler.shapes import ROOT, Json

_MEMBERS = (("entityName", ""), ("description", ""), ("parentEntityId", ROOT))
_DEFINED = (
    "dataType",
    "isRequiredInEntity",
    "isExternalId",
    "isStoredExternally",
    "isTimeSeries",
    "defaultValue",
    "configuration",
    "displayName",
)
"""Members of a definition of a property in a request. Source: botocore, ``PropertyDefinitionRequest``."""
_UPDATED_NAMES = {"properties": "propertyUpdates", "propertyGroups": "propertyGroupUpdates"}


def create_members(entity: Json) -> Json:
    """Return the members of CreateEntity for an entity.

    Args:
        entity: The entity of a chunk.
    """
    return {name: value for name, value in entity.items() if value is not None}


def update_members(entity: Json, live: Json, *others: Json) -> list[Json]:
    """Return the members of the calls of UpdateEntity that make a live entity the desired one.

    A component that gets another type is removed by a first call, because one call cannot name it twice.

    Args:
        entity: The entity of a chunk.
        live: What GetEntity answers, which has no values of composite components.
        others: Other forms of the entity that it may have at the moment: their values in composite components
            are reset.
    """
    wanted: Mapping[str, Json] = entity.get("components", {})
    present: Mapping[str, Json] = live.get("components") or {}
    replaced = {
        name
        for name, item in wanted.items()
        if name in present and present[name].get("componentTypeId") != item.get("componentTypeId")
    }
    updates: dict[str, Json] = {}
    for name, item in wanted.items():
        if name not in present or name in replaced:
            updates[name] = {"updateType": "CREATE", **_renamed(item)}
        elif update := _component_update(item, present[name], entity.get("ofTypes", {}).get(name, ())):
            updates[name] = update
    updates |= {name: {"updateType": "DELETE"} for name in present if name not in wanted}
    members: Json = {
        name: entity.get(name) or ""
        for name in ("entityName", "description")
        if (entity.get(name) or "") != (live.get(name) or "")
    }
    parent = entity.get("parentEntityId") or ROOT
    if parent != live.get("parentEntityId", ROOT):
        members["parentEntityUpdate"] = (
            {"updateType": "DELETE"} if parent == ROOT else {"updateType": "UPDATE", "parentEntityId": parent}
        )
    if updates:
        members["componentUpdates"] = updates
    if nested := _nested_updates(entity, others):
        members["compositeComponentUpdates"] = nested
    if not members:
        return []
    first = {"componentUpdates": {name: {"updateType": "DELETE"} for name in sorted(replaced)}}
    return [first, members] if replaced else [members]


def merge(former: Json, entity: Json, live: Json) -> Json:
    """Return an entity with the changes of the definition, and with those made by hand in other members.

    Args:
        former: The entity as the definition had it.
        entity: The entity as the definition has it.
        live: What GetEntity answers.
    """
    present = _as_entity(live)
    merged = {**entity}
    for name, default in _MEMBERS:
        if (entity.get(name) or default) == (former.get(name) or default):
            merged[name] = present.get(name) or default
    wanted, before, now = (item.get("components", {}) for item in (entity, former, present))
    components = {}
    for name in {**wanted, **now}:
        if wanted.get(name) == before.get(name):
            if name in now:
                components[name] = now[name]
        elif name in wanted:
            properties = (item.get(name, {}).get("properties", {}) for item in (wanted, before, now))
            components[name] = {**wanted[name], "properties": _merge_each(*properties)}
    return {**merged, "components": components}


def find_differences(entity: Json, live: Json) -> list[str]:
    """Return the paths of members in which a live entity differs from the definition.

    Properties that the definition does not name may have the default of their type.

    Args:
        entity: The entity of a chunk.
        live: What GetEntity answers.
    """
    differences = [
        name for name, default in _MEMBERS if (entity.get(name) or default) != (live.get(name) or default)
    ]
    wanted: Mapping[str, Json] = entity.get("components", {})
    present: Mapping[str, Json] = live.get("components") or {}
    for name in sorted({*wanted, *present}):
        path = f"components.{name}"
        if name not in wanted or name not in present:
            differences.append(path)
            continue
        if wanted[name].get("componentTypeId") != present[name].get("componentTypeId"):
            differences.append(f"{path}.componentTypeId")
        differences += [f"{path}.properties.{item}" for item in _changed_values(wanted[name], present[name])]
    return differences


def content_of(live: Json, of_types: Mapping[str, Collection[str]]) -> Json:
    """Return what UpdateEntity can give back to an entity.

    Args:
        live: What GetEntity answers, which has no values of composite components.
        of_types: The properties that the types of its components have, by component.
    """
    entity = _as_entity(live)
    entity["ofTypes"] = {name: sorted(properties) for name, properties in of_types.items()}
    for name, component in (live.get("components") or {}).items():
        for key, view in (component.get("properties") or {}).items():
            definition = view.get("definition") or {}
            if key not in of_types.get(name, ()):
                members = {item: definition[item] for item in _DEFINED if definition.get(item) is not None}
                entity["components"][name]["properties"].setdefault(key, {})["definition"] = members
        entity["components"][name]["propertyGroups"] = {
            key: {item: value for item, value in group.items() if item != "isInherited"}
            for key, group in (component.get("propertyGroups") or {}).items()
            if group.get("isInherited") is False
        }
    return entity


def _changed_values(wanted: Json, present: Json) -> list[str]:
    properties: Mapping[str, Json] = wanted.get("properties", {})
    views: Mapping[str, Json] = present.get("properties") or {}
    names = []
    for name in sorted({*properties, *views}):
        view = views.get(name, {})
        default = view.get("definition", {}).get("defaultValue")
        value = properties.get(name, {}).get("value", default)
        if name not in properties and view.get("definition", {}).get("isImported"):
            continue
        if _plain(value) != _plain(view.get("value", default)):
            names.append(name)
    return names


def _component_update(wanted: Json, present: Json, of_type: Collection[str]) -> Json:
    """Return the update of a component with the same type; empty if nothing changes.

    Args:
        wanted: The component of a chunk.
        present: The component as GetEntity has it.
        of_type: Properties that its type is known to have.
    """
    properties: Mapping[str, Json] = wanted.get("properties", {})
    views: Mapping[str, Json] = present.get("properties") or {}
    changed = _changed_values(wanted, present)
    updates = {
        name: dict(item) for name, item in properties.items() if name in changed or "definition" in item
    }
    for name in changed:
        if name not in properties:
            is_of_type = name in of_type or views[name].get("definition", {}).get("isInherited", True)
            updates[name] = {"updateType": "RESET_VALUE" if is_of_type else "DELETE"}
    update: Json = {"propertyUpdates": updates} if updates else {}
    if (wanted.get("description") or "") != (present.get("description") or ""):
        update["description"] = wanted.get("description") or ""
    groups = dict(wanted.get("propertyGroups", {}))
    for name, group in (present.get("propertyGroups") or {}).items():
        if name not in groups and group.get("isInherited") is False:
            groups[name] = {"updateType": "DELETE"}
    if groups:
        update["propertyGroupUpdates"] = groups
    return {"updateType": "UPDATE", **update} if update else {}


def _as_entity(live: Json) -> Json:
    """Return an answer of GetEntity as an entity of a chunk, without defaults and imported values."""
    components = {}
    for name, component in (live.get("components") or {}).items():
        values = {
            key: view["value"]
            for key, view in (component.get("properties") or {}).items()
            if view.get("value") is not None
            and not view.get("definition", {}).get("isImported")
            and _plain(view["value"]) != _plain(view.get("definition", {}).get("defaultValue"))
        }
        components[name] = {
            "componentTypeId": component.get("componentTypeId"),
            "description": component.get("description"),
            "properties": {key: {"value": value} for key, value in values.items()},
        }
    return {**{name: live.get(name) for name, _ in _MEMBERS}, "components": components}


def _merge_each(wanted: Json, before: Json, now: Json) -> Json:
    """Return members: the desired one where the definition changes it, or else the present one."""
    merged = {}
    for name in {**wanted, **now}:
        source = now if wanted.get(name) == before.get(name) else wanted
        if name in source:
            merged[name] = source[name]
    return merged


def _nested_updates(entity: Json, others: tuple[Json, ...]) -> dict[str, Json]:
    """Return updates of all composite components that an entity has in one of its forms."""
    wanted: Mapping[str, Json] = entity.get("compositeComponents", {})
    updates: dict[str, Json] = {}
    for form in (*others, entity):
        for path, item in form.get("compositeComponents", {}).items():
            # Without its component, a composite component is gone.
            if path.partition("/")[0] in entity.get("components", {}):
                update = updates.setdefault(path, {"updateType": "UPDATE", "propertyUpdates": {}})
                resets = {name: {"updateType": "RESET_VALUE"} for name in item.get("properties", ())}
                update["propertyUpdates"] |= resets
    for path, item in wanted.items():
        resets = updates.get(path, {}).get("propertyUpdates", {})
        changes = _renamed(item)
        properties = {**resets, **changes.pop("propertyUpdates", {})}
        updates[path] = {"updateType": "UPDATE", **changes, "propertyUpdates": properties}
    return updates


def _renamed(item: Json) -> Json:
    """Return a component request with the member names of an update; an update cannot repeat them."""
    return {_UPDATED_NAMES.get(name, name): value for name, value in item.items()}


def _plain(value: Any) -> Any:
    """Return a value without members that are None, and numbers so that 1 and 1.0 are equal."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
