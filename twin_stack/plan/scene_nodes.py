"""The differences of two scene documents, by node."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from twin_stack.plan.changes import Action, Detail
from twin_stack.plan.differences import differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Json = dict[str, Any]

_NODES: Final = "nodes"
_STRUCTURE: Final = frozenset({"nodes", "rootNodeIndexes"})
_PLACES: Final = frozenset({"children", "name"})


@dataclass(eq=False)
class Node:
    """A node of a scene document with the nodes below it.

    Attributes:
        path: The names on the way to it, the last one its own.
        content: Its members without name and children; components by type.
        children: The nodes directly below it, by name.
    """

    path: tuple[str, ...]
    content: Json
    children: dict[str, Node] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The names on the way to it as one text; a slash inside of a name is escaped."""
        return "/".join(name.replace("/", "\\/") for name in self.path)

    def below(self) -> Iterator[Node]:
        """Yield the nodes below it, each before those below it."""
        waiting = [*reversed(self.children.values())]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += reversed(node.children.values())


def scene_differences(before: Json, after: Json) -> Iterator[Detail]:
    """Yield what differs in two scenes; a node is named by the names on the way to it.

    Nodes have no ids, and their numbers change when one is inserted. A node keeps its identity by its name
    and the names of the nodes above it; the second of equal names is ``name (2)``. A node that is the same
    below another node is moved, with the nodes below it; one that differs in nothing but its name is renamed.

    Args:
        before: Members of the scene before the change.
        after: Members of the scene after it.
    """
    old_document, new_document = before.get("document", {}), after.get("document", {})
    yield from differences(_without(before, {"document"}), _without(after, {"document"}))
    yield from differences(_without(old_document, _STRUCTURE), _without(new_document, _STRUCTURE))
    yield from _node_differences(scene_tree(old_document), scene_tree(new_document))


def scene_tree(document: Json) -> Node:
    """Return the nodes of a document below a root without a name, by name instead of by number.

    Args:
        document: The document of a scene.
    """
    nodes = document.get("nodes", [])
    root = Node((), {})
    waiting: list[tuple[Node, list[Any]]] = [(root, document.get("rootNodeIndexes", []))]
    visited: set[int] = set()
    while waiting:
        parent, indexes = waiting.pop()
        for index in indexes:
            if not isinstance(index, int) or not 0 <= index < len(nodes) or index in visited:
                continue
            visited.add(index)
            members = nodes[index]
            name = _free_name(str(members.get("name", "")), parent.children)
            content = _without(members, _PLACES) | {"components": _keyed(members.get("components", []))}
            parent.children[name] = Node((*parent.path, name), content)
            waiting.append((parent.children[name], members.get("children", [])))
    return root


def _node_differences(before: Node, after: Node) -> Iterator[Detail]:
    pairs = _Pairs(before, after)
    for node in after.below():
        former = pairs.former_of.get(node)
        place = (_NODES, node.label)
        if former is None:
            if pairs.is_topmost(node, after):
                yield Detail(Action.ADDED, place, None, pairs.unmatched_tree(node))
            continue
        if pairs.is_moved(former, node):
            yield Detail(Action.MOVED, place, former.label, node.label)
        elif former.path[-1] != node.path[-1]:
            yield Detail(Action.RENAMED, place, former.label, node.label)
        yield from differences(former.content, node.content, place)
    for node in before.below():
        if node not in pairs.present_of and pairs.is_topmost(node, before):
            yield Detail(Action.REMOVED, (_NODES, node.label), pairs.unmatched_tree(node))


class _Pairs:
    """Nodes of both sides that are the same one: by their place, moved with name and content, or renamed.

    Args:
        before: The root before the change.
        after: The root after it.
    """

    def __init__(self, before: Node, after: Node) -> None:
        self.former_of: dict[Node, Node] = {}
        self.present_of: dict[Node, Node] = {}
        self._parents = {
            child: parent
            for root in (before, after)
            for parent in (root, *root.below())
            for child in parent.children.values()
        }
        self._match(before, after)
        while pairs := self._renamed(before, after) or self._moved(before, after):
            for former, node in pairs:
                if former not in self.present_of and node not in self.former_of:
                    self._match(former, node)

    def _match(self, former: Node, node: Node) -> None:
        waiting = [(former, node)]
        while waiting:
            former, node = waiting.pop()
            self.former_of[node], self.present_of[former] = former, node
            waiting += (
                (former.children[name], child)
                for name, child in node.children.items()
                if name in former.children
                and former.children[name] not in self.present_of
                and child not in self.former_of
            )

    def _moved(self, before: Node, after: Node) -> list[tuple[Node, Node]]:
        """Return the unmatched nodes of the same name and content, if there is one on each side."""
        old = _by_content(node for node in before.below() if node not in self.present_of)
        new = _by_content(node for node in after.below() if node not in self.former_of)
        pairs = [
            (former[0], nodes[0])
            for content, former in old.items()
            if len(former) == len(nodes := new.get(content, [])) == 1
        ]
        return sorted(pairs, key=_order_of_pair)

    def _renamed(self, before: Node, after: Node) -> list[tuple[Node, Node]]:
        """Return the unmatched nodes of the same content below a pair, if there is one on each side."""
        lost = [node for node in before.below() if node not in self.present_of]
        new = [node for node in after.below() if node not in self.former_of]
        names = {node.path[-1] for node in lost} & {node.path[-1] for node in new}  # they may be moved
        places = self._by_place(node for node in new if node.path[-1] not in names)
        return [
            (former[0], nodes[0])
            for place, former in self._by_place(node for node in lost if node.path[-1] not in names).items()
            if len(former) == len(nodes := places.get(place, [])) == 1
        ]

    def _by_place(self, nodes: Iterable[Node]) -> dict[tuple[Node, str], list[Node]]:
        """Return unmatched nodes by the former node above them, and by all that is below them."""
        by_place: dict[tuple[Node, str], list[Node]] = {}
        for node in nodes:
            parent = self._parents[node]
            former = self.former_of.get(parent, parent)
            is_below_pair = former in self.present_of
            if is_below_pair and not any(
                child in self.former_of or child in self.present_of for child in node.below()
            ):
                content = json.dumps(self.unmatched_tree(node), sort_keys=True, default=str)
                by_place.setdefault((former, content), []).append(node)
        return by_place

    def is_moved(self, former: Node, node: Node) -> bool:
        """Return whether a node is below another node than before."""
        return self.former_of.get(self._parents[node]) is not self._parents[former]

    def is_topmost(self, node: Node, root: Node) -> bool:
        """Return whether the node above an added or removed one is neither."""
        parent = self._parents[node]
        return parent is root or parent in self.former_of or parent in self.present_of

    def unmatched_tree(self, node: Node) -> Json:
        """Return the content of an added or removed node with those of the nodes below it."""
        children = {
            name: self.unmatched_tree(child)
            for name, child in node.children.items()
            if child not in self.former_of and child not in self.present_of
        }
        return {**node.content, "children": children} if children else node.content


def _order_of_pair(pair: tuple[Node, Node]) -> tuple[int, list[str]]:
    """Return a key that is the same on the way back: what is high up decides about what is below it."""
    return sum(len(node.path) for node in pair), sorted(node.label for node in pair)


def _by_content(nodes: Iterable[Node]) -> dict[str, list[Node]]:
    by_content: dict[str, list[Node]] = {}
    for node in nodes:
        content = json.dumps([node.path[-1], node.content], sort_keys=True, default=str)
        by_content.setdefault(content, []).append(node)
    return by_content


def _free_name(name: str, taken: Json | dict[str, Node]) -> str:
    """Return a name that siblings do not have: the second ``Pump`` is ``Pump (2)``."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free


def _keyed(components: list[Json]) -> Json:
    """Return the components of a node by type; the second of a type is ``Tag (2)``."""
    keyed: Json = {}
    for component in components:
        keyed[_free_name(str(component.get("type")), keyed)] = component
    return keyed


def _without(members: Json, keys: frozenset[str] | set[str]) -> Json:
    return {key: member for key, member in members.items() if key not in keys}
