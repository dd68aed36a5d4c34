"""The differences of two scene documents, by node."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from twin_stack.plan.changes import Action, Detail
from twin_stack.plan.differences import differences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Json = dict[str, Any]

_NODES: Final = "nodes"
_STRUCTURE: Final = frozenset({"nodes", "rootNodeIndexes"})
_PLACES: Final = frozenset({"children", "name"})


def scene_differences(before: Json, after: Json) -> Iterator[Detail]:
    """Yield what differs in two scenes; a node is named by the names on the way to it.

    Nodes have no ids, and their numbers change when one is inserted. A node keeps its identity by its name
    and the names of the nodes above it; the second of equal names is ``name (2)``. A node that is the same
    below another node is moved.

    Args:
        before: Members of the scene before the change.
        after: Members of the scene after it.
    """
    old_document, new_document = before.get("document", {}), after.get("document", {})
    yield from differences(_without(before, {"document"}), _without(after, {"document"}))
    yield from differences(_without(old_document, _STRUCTURE), _without(new_document, _STRUCTURE))
    yield from _node_differences(_named_nodes(old_document), _named_nodes(new_document))


def _node_differences(
    before: Mapping[tuple[str, ...], Json], after: Mapping[tuple[str, ...], Json]
) -> Iterator[Detail]:
    removed = {path: node for path, node in before.items() if path not in after}
    for path, node in after.items():
        place = (_NODES, "/".join(path))
        if path in before:
            yield from differences(before[path], node, place)
            continue
        former = next(
            (old for old, content in removed.items() if content == node and old[-1] == path[-1]), None
        )
        if former is not None:
            del removed[former]
            if former[:-1] == path[:-1] or path[:-1] in before:
                yield Detail(Action.MOVED, place, "/".join(former), "/".join(path))
        elif path[:-1] in before or len(path) == 1:
            yield Detail(Action.ADDED, place, None, _summary(path, node, after))
    for path, node in removed.items():
        if path[:-1] in after or len(path) == 1:
            yield Detail(Action.REMOVED, (_NODES, "/".join(path)), _summary(path, node, before))


def _summary(path: tuple[str, ...], node: Json, nodes: Mapping[tuple[str, ...], Json]) -> Json:
    below = sum(other[: len(path)] == path for other in nodes) - 1
    return {**node, "nodesBelow": below} if below else node


def _named_nodes(document: Json) -> dict[tuple[str, ...], Json]:
    """Return the nodes of a document by the names on the way to them, without names and children."""
    nodes = document.get("nodes", [])
    named: dict[tuple[str, ...], Json] = {}
    waiting: list[tuple[tuple[str, ...], list[Any]]] = [((), document.get("rootNodeIndexes", []))]
    visited: set[int] = set()
    while waiting:
        above, indexes = waiting.pop()
        names: Counter[str] = Counter()
        for index in indexes:
            if not isinstance(index, int) or not 0 <= index < len(nodes) or index in visited:
                continue
            visited.add(index)
            node = nodes[index]
            name = str(node.get("name", ""))
            names[name] += 1
            path = (*above, name if names[name] == 1 else f"{name} ({names[name]})")
            named[path] = _without(node, _PLACES) | {"components": _keyed(node.get("components", []))}
            waiting.append((path, node.get("children", [])))
    return named


def _keyed(components: list[Json]) -> Json:
    """Return the components of a node by type; the second of a type is ``Tag (2)``."""
    types: Counter[str] = Counter()
    keyed: Json = {}
    for component in components:
        kind = str(component.get("type"))
        types[kind] += 1
        keyed[kind if types[kind] == 1 else f"{kind} ({types[kind]})"] = component
    return keyed


def _without(members: Json, keys: frozenset[str] | set[str]) -> Json:
    return {key: member for key, member in members.items() if key not in keys}
