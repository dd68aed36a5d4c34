"""The tree of nodes of a scene document."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.graph import cycles
from twin_stack.definition.scene_document.components import index_of, node_label
from twin_stack.definition.scene_parts import list_member
from twin_stack.definition.wording import chain, quote_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.scene_document.problems import Path, Problems

_MAX_CYCLES: Final = 1_100
"""Most cycles that are looked for, some more than a check reports: each may be as long as the document."""


def check_tree(problems: Problems, document: Mapping[str, Any]) -> None:
    """Check indexes of nodes, that each is drawn once, and where parts of models are.

    Args:
        problems: Receives the problems.
        document: The document.
    """
    nodes = list_member(document, "nodes")
    children = {
        index: _indexes(problems, node, "children", ("nodes", index), len(nodes))
        for index, node in enumerate(nodes)
        if isinstance(node, dict)
    }
    roots = _indexes(problems, document, "rootNodeIndexes", (), len(nodes))
    if not _check_cycles(problems, nodes, children):
        _check_parents(problems, nodes, children, roots)
    _check_sub_models(problems, nodes, children)


def _indexes(
    problems: Problems, container: Mapping[str, Any], key: str, path: Path, count: int
) -> dict[int, int]:
    """Return the indexes of a list by their positions, without those that are none."""
    indexes: dict[int, int] = {}
    for position, value in enumerate(list_member(container, key)):
        index = index_of(value, count)
        if index is not None:
            indexes[position] = index
        if index is None or isinstance(value, str):
            level = "fatal" if index is None else "warning"
            place = (*path, key, position)
            problems.add("node-index", place, level=level, value=quote_value(value), count=count)
    return indexes


def _check_cycles(problems: Problems, nodes: list[Any], children: Mapping[int, dict[int, int]]) -> bool:
    """Report cycles, and return whether there are any."""
    names = {str(index): str(nodes[index].get("name", index))[:60] for index in children}
    children_by_name = {
        str(index): [str(child) for child in indexes.values()] for index, indexes in children.items()
    }
    has_cycle = False
    for cycle in islice(cycles(children_by_name), _MAX_CYCLES):
        has_cycle = True
        text = chain([*cycle, cycle[0]], names.__getitem__)
        problems.add("node-cycle", ("nodes", int(cycle[0]), "children"), chain=text)
    return has_cycle


def _check_parents(
    problems: Problems,
    nodes: list[Any],
    children: Mapping[int, dict[int, int]],
    roots: dict[int, int],
) -> None:
    """Report nodes that have several parents or none."""
    drawn = set(roots.values())
    seen: set[int] = set()
    for parent, indexes in children.items():
        for position, child in indexes.items():
            if child in seen:
                path = ("nodes", parent, "children", position)
                problems.add("shared-node", path, name=_label(nodes, child))
            seen.add(child)
    if problems.has("node-index", "node-form") or not roots:
        return  # the nodes that they lose are no further mistakes
    pending = list(drawn)
    while pending:
        new = {child for child in children.get(pending.pop(), {}).values() if child not in drawn}
        drawn |= new
        pending += new
    for node in children:
        if node not in drawn and node not in seen:
            problems.add("unreachable-node", ("nodes", node), name=_label(nodes, node), index=node)


def _label(nodes: list[Any], index: int) -> str:
    return node_label(nodes[index], index) if isinstance(nodes[index], dict) else f"#{index}"


def _check_sub_models(problems: Problems, nodes: list[Any], children: dict[int, dict[int, int]]) -> None:
    parents = {child: index for index in reversed(children) for child in reversed(children[index].values())}
    for node in children:
        for position, component in enumerate(list_member(nodes[node], "components")):
            if _is_of(component, "SubModelRef"):
                parent = parents.get(node)
                components = [] if parent is None else list_member(nodes[parent], "components")
                if not any(_is_of(other, "ModelRef", "SubModelRef") for other in components):
                    problems.add("misplaced-sub-model", ("nodes", node, "components", position))


def _is_of(component: Any, *kinds: str) -> bool:
    return isinstance(component, dict) and component.get("type") in kinds
