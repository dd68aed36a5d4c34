"""Items of a file: the forms in which component types and entities can be written.

These are a mapping by id, a list, a single object as AWS returns it, AWS's bulk file, entities nested by
``children``, and one template for each row of a CSV (``forEach``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from twin_stack.definition.findings import Finding, Findings, Location
from twin_stack.definition.for_each import expand_for_each
from twin_stack.definition.rules.members import UNKNOWN_KEY, VALUE_NOT_ALLOWED, WRONG_TYPE
from twin_stack.definition.schema import ENTITY_ID
from twin_stack.definition.source import LocatedList, LocatedMap, at
from twin_stack.definition.wording import quote_value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from twin_stack.definition.budget import Budget
    from twin_stack.definition.unchecked import LostIdsCollector

BULK_KEYS = {"component_types": "componentTypes", "entities": "entities"}
"""Member of AWS's bulk file that holds the items of a kind."""
ID_KEYS = {"component_types": "componentTypeId", "entities": "entityId"}
"""Member that holds the id of an item of a kind."""
ITEM_MEMBERS = ("componentTypeId", "entityId", "entityName", "parentEntityId", "description", "extendsFrom")
"""Members that hold text or a list: a mapping with one of them is one item and not many by id."""


class Item(NamedTuple):
    """One component type or entity as it was written.

    Attributes:
        item_id: Its id, if it has one.
        data: Its members, id and parent filled in, without children.
        source: The container it was read from.
        place: Its place.
    """

    item_id: str | None
    data: dict[str, Any]
    source: LocatedMap
    place: Location


def items(
    kind: str,
    root: Any,
    file: Path,
    *,
    folder: Path,
    findings: Findings,
    lost: LostIdsCollector,
    budget: Budget,
) -> Iterator[Item]:
    """Yield the component types or entities of a file.

    Args:
        kind: ``component_types`` or ``entities``.
        root: Content of the file.
        file: The file, as findings name it.
        folder: The twin's folder, which holds the CSV files that are named.
        findings: Receives every mistake.
        lost: Receives the ids of items that could not be made.
        budget: What is left of the size that a definition may have.
    """
    if root is None:
        return
    parser = _Parser(kind, file, findings, lost)
    if isinstance(root, LocatedMap) and "forEach" in root:
        if kind == "entities":
            for body, place in expand_for_each(root, folder, findings, lost, budget):
                yield from parser.item(body, None, place, None)
            return
        place = at(root, "forEach", of_key=True)
        finding = UNKNOWN_KEY.finding(place, '"forEach" makes entities only', "write the component types out")
        findings.append(finding)
        return
    bulk_key = BULK_KEYS[kind]
    if isinstance(root, LocatedMap) and isinstance(root.get(bulk_key), LocatedList):
        for key in root.keys() - {bulk_key}:
            message = f'{quote_value(key)} cannot be used beside "{bulk_key}"'
            remedy = f"move it to a file of its own folder; {bulk_key} alone are read here"
            findings.append(UNKNOWN_KEY.finding(at(root, key, of_key=True), message, remedy))
        root = root[bulk_key]
    yield from parser.items(root, None)


def _not_a_mapping(place: Location, name: str, value: Any) -> Finding:
    return WRONG_TYPE.finding(place, f"{name} is {quote_value(value)}", "write a mapping of its members")


class _Parser:
    def __init__(self, kind: str, file: Path, findings: Findings, lost: LostIdsCollector) -> None:
        self._is_entity = kind == "entities"
        self._id_key = ID_KEYS[kind]
        self._file = file
        self._findings = findings
        self._lost = lost

    def items(self, root: Any, parent: str | None) -> Iterator[Item]:
        """Yield the items of a container, all of them children of a parent."""
        if isinstance(root, LocatedMap) and self._is_one_item(root):
            yield from self.item(root, None, at(root), parent)
        elif isinstance(root, LocatedMap):
            for key, body in root.items():
                place = at(root, key, of_key=True)
                if isinstance(body, LocatedMap):
                    yield from self.item(body, key, place, parent)
                else:
                    self._findings.append(_not_a_mapping(place, quote_value(key), body))
                    self._lost.words.add(key)
        elif isinstance(root, LocatedList):
            for index, body in enumerate(root):
                place = at(root, index)
                if isinstance(body, LocatedMap):
                    yield from self.item(body, None, place, parent)
                else:
                    self._findings.append(_not_a_mapping(place, f"item {index + 1}", body))
        else:
            self._findings.append(_not_a_mapping(Location(self._file, 1, 1), "the file", root))

    def item(self, body: LocatedMap, key: str | None, place: Location, parent: str | None) -> Iterator[Item]:
        """Yield an item and its children."""
        data = {name: value for name, value in body.items() if not (self._is_entity and name == "children")}
        implied = ((self._id_key, key, "its key is"), ("parentEntityId", parent, "it is nested under"))
        for name, value, where in implied:
            if value is None:
                continue
            if body.get(name, value) != value:
                message = f'"{name}" is {quote_value(body[name])}, {where} "{value}"'
                self._findings.append(VALUE_NOT_ALLOWED.finding(at(body, name), message, "keep one of them"))
            data[name] = value
        item_id = data.get(self._id_key)
        yield Item(item_id if isinstance(item_id, str) else None, data, body, place)
        if self._is_entity and "children" in body:
            children = body["children"]
            if not isinstance(children, LocatedMap | LocatedList):
                self._findings.append(_not_a_mapping(at(body, "children"), '"children"', children))
            else:  # the children of an id with a mistake get no parent: that one mistake is enough
                is_parent = isinstance(item_id, str) and ENTITY_ID.fits(item_id)
                yield from self.items(children, item_id if is_parent else None)

    def _is_one_item(self, root: LocatedMap) -> bool:
        """Return whether a mapping holds the members of one item; else it holds items by id."""
        has_id = any(key.lower() == self._id_key.lower() for key in root)
        return has_id or any(isinstance(root.get(key), str | LocatedList) for key in ITEM_MEMBERS)
