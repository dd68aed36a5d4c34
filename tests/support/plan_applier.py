"""Apply a plan's JSON document to the things of a definition: what the plan does not say, it cannot do."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final

from twin_stack.plan.members import members_of, things_of
from twin_stack.plan.scene_nodes import scene_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from twin_stack.definition import TwinDefinition
    from twin_stack.plan.scene_nodes import Node

Json = dict[str, Any]
Things = dict[str, dict[str, Json]]

_IDS: Final = {
    "component type": "componentTypeId",
    "entity": "entityId",
    "scene": "sceneId",
    "workspace": "workspaceId",
}
_ENTITY_KEYS: Final = {"parentEntityId", "targetEntityId", "entityId", "sceneRootEntityId"}
_TYPE_KEYS: Final = {"componentTypeId", "targetComponentTypeId", "alarmTypeId", "extendsFrom"}
_CONNECTOR_KEYS: Final = {"connector", "connectors"}
_SCENE_MEMBERS: Final = ("description", "capabilities", "sceneMetadata")


def things_as_data(definition: TwinDefinition) -> Things:
    """Return the things of a definition by kind and id; nodes of scenes by name, as they have no ids."""
    return {
        str(kind): {thing_id: _data(str(kind), members_of(kind, thing)) for thing_id, thing in things.items()}
        for kind, things in things_of(definition).items()
    }


def apply_plan(document: Json, before: Things) -> Things:
    """Return the things after a plan.

    Args:
        document: A plan as JSON.
        before: The things before it, as ``things_as_data`` returns them.
    """
    things = copy.deepcopy(before)
    changes = document["changes"]
    for change in changes:
        if "formerId" in change:
            things[change["kind"]][change["id"]] = things[change["kind"]].pop(change["formerId"])
    _follow_renames(things, changes)
    for change in changes:
        kind, thing_id = change["kind"], change["id"]
        match change["action"]:
            case "added":
                things[kind][thing_id] = _data(kind, change["content"])
            case "removed":
                del things[kind][thing_id]
            case _:
                _apply_details(kind, things[kind][thing_id], change["details"])
    return things


def _data(kind: str, members: Json) -> Json:
    data = {key: value for key, value in members.items() if key != _IDS.get(kind)}
    if kind == "scene":
        document = data.pop("document")
        rest = {key: value for key, value in document.items() if key not in ("nodes", "rootNodeIndexes")}
        data = {"members": data, "document": rest, "nodes": _tree(scene_tree(document))}
    return data


def _tree(node: Node) -> Json:
    return {
        name: {"content": child.content, "children": _tree(child)} for name, child in node.children.items()
    }


def _follow_renames(things: Things, changes: list[Json]) -> None:
    """Give references and values the names that the plan says to be new."""
    renamed = {
        kind: {
            change["formerId"]: change["id"]
            for change in changes
            if change["kind"] == kind and "formerId" in change
        }
        for kind in things
    }
    by_key: dict[str, Mapping[str, str]] = {
        **dict.fromkeys(_ENTITY_KEYS, renamed["entity"]),
        **dict.fromkeys(_TYPE_KEYS, renamed["component type"]),
        **dict.fromkeys(_CONNECTOR_KEYS, renamed["connector"]),
    }
    for kind in things:
        things[kind] = {thing_id: _replaced(thing, by_key) for thing_id, thing in things[kind].items()}
    properties = {
        change["id"]: {
            detail["before"]: detail["after"]
            for detail in change["details"]
            if detail["action"] == "renamed" and detail["path"][0] == "propertyDefinitions"
        }
        for change in changes
        if change["kind"] == "component type"
    }
    types = things["component type"]
    for entity in things["entity"].values():
        for component in entity.get("components", {}).values():
            for type_id in _lineage(component["componentTypeId"], types):
                for former, present in properties.get(type_id, {}).items():
                    if former in component.get("properties", {}):
                        component["properties"][present] = component["properties"].pop(former)


def _lineage(type_id: str, types: Mapping[str, Json]) -> Iterator[str]:
    yield type_id
    for parent in types.get(type_id, {}).get("extendsFrom", []):
        yield from _lineage(parent, types)


def _replaced(value: Any, names: Mapping[str, Mapping[str, str]]) -> Any:
    if isinstance(value, list):
        return [_replaced(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _renamed(member, names[key]) if key in names else _replaced(member, names)
        for key, member in value.items()
    }


def _renamed(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(item, ids) for item in value]
    return ids.get(value, value) if isinstance(value, str) else value


def _apply_details(kind: str, thing: Json, details: list[Json]) -> None:
    if kind != "scene":
        for detail in details:
            _set(thing, detail["path"], detail)
        return
    in_nodes = [detail for detail in details if detail["path"][0] == "nodes"]
    for detail in details:
        if detail["path"][0] != "nodes":
            _set(
                thing["members" if detail["path"][0] in _SCENE_MEMBERS else "document"],
                detail["path"],
                detail,
            )
    _apply_nodes(thing["nodes"], in_nodes)


def _apply_nodes(roots: Json, details: list[Json]) -> None:
    whole = [detail for detail in details if len(detail["path"]) == 2 and detail["action"] != "changed"]
    leaving = {
        detail["before"] if detail["action"] != "removed" else detail["path"][1]: detail
        for detail in whole
        if detail["action"] in ("moved", "renamed", "removed")
    }
    taken = {}
    for path in sorted(leaving, key=lambda text: -len(_names(text))):  # the deepest first
        node = _take(roots, path)
        if leaving[path]["action"] != "removed":
            taken[leaving[path]["after"]] = node
    added = {detail["path"][1]: _subtree(detail["after"]) for detail in whole if detail["action"] == "added"}
    for path in sorted([*taken, *added], key=lambda text: len(_names(text))):
        *above, name = _names(path)
        _children(roots, above)[name] = taken[path] if path in taken else added[path]
    for detail in details:
        if len(detail["path"]) > 2:
            *above, name = _names(detail["path"][1])
            _set(_children(roots, above)[name]["content"], detail["path"][2:], detail)


def _subtree(node: Json) -> Json:
    content = {key: value for key, value in node.items() if key != "children"}
    children = {name: _subtree(child) for name, child in node.get("children", {}).items()}
    return {"content": content, "children": children}


def _take(roots: Json, path: str) -> Json:
    *above, name = _names(path)
    node: Json = _children(roots, above).pop(name)
    return node


def _children(roots: Json, names: list[str]) -> Json:
    for name in names:
        roots = roots[name]["children"]
    return roots


def _names(path: str) -> list[str]:
    return [name.replace("\0", "/") for name in path.replace("\\/", "\0").split("/")]


def _set(thing: Json, path: list[str], detail: Json) -> None:
    """Set or remove a member; a step of a list is a number."""
    container: Any = thing
    for step in path[:-1]:
        container = container[int(step)] if isinstance(container, list) else container[step]
    last: Any = int(path[-1]) if isinstance(container, list) else path[-1]
    actions: dict[str, Callable[[], Any]] = {
        "removed": lambda: container.pop(last),
        "renamed": lambda: container.__setitem__(last, container.pop(detail["before"])),
    }
    is_at_top = detail["action"] == "moved" and detail["after"] is None
    action = "removed" if is_at_top else detail["action"]
    actions.get(action, lambda: container.__setitem__(last, detail["after"]))()
