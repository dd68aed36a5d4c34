"""From the files' comfortable forms to one list of component types and entities.

Taken apart here: a mapping by id, a list, a single object as AWS prints it, AWS's bulk file, entities nested
by ``children``, and one template stamped out for each row of a CSV (``forEach``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin_stack.definition.findings import Code, Finding, Location, shown
from twin_stack.definition.for_each import stamped_entities
from twin_stack.definition.schema import ENTITY_ID
from twin_stack.definition.source import LocatedList, LocatedMap, at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from twin_stack.definition.draft import Draft

_BULK_KEYS = {"component_types": "componentTypes", "entities": "entities"}
_ID_KEYS = {"component_types": "componentTypeId", "entities": "entityId"}
# Members that hold text or a list: where one of them stands, a mapping is one thing and not many by id.
_MEMBERS = ("componentTypeId", "entityId", "entityName", "parentEntityId", "description", "extendsFrom")


@dataclass(frozen=True, slots=True)
class Item:
    """One component type or entity as it was written.

    Attributes:
        item_id: Its id, if it has one.
        data: Its members, id and parent filled in, children taken out.
        source: The container it was read from.
        place: Where it stands.
    """

    item_id: str | None
    data: dict[str, Any]
    source: LocatedMap
    place: Location


def items(draft: Draft, kind: str, root: Any, file: Path) -> Iterator[Item]:
    """Yield everything a file declares.

    Args:
        draft: It takes every mistake, and the ids of what could not be made.
        kind: ``component_types`` or ``entities``.
        root: What the reader returned for the file.
        file: The file, as findings name it.
    """
    if root is None:
        return
    if isinstance(root, LocatedMap) and "forEach" in root:
        if kind == "entities":
            for body, place in stamped_entities(draft, root):
                yield from _item(draft, body, None, place, "entityId", None)
            return
        message = '"forEach" makes entities only'
        place = at(root, "forEach", of_key=True)
        draft.findings.append(Finding(place, Code.UNKNOWN_KEY, message, "write the component types out"))
        return
    bulk_key = _BULK_KEYS[kind]
    if isinstance(root, LocatedMap) and isinstance(root.get(bulk_key), LocatedList):
        for key in root.keys() - {bulk_key}:
            message = f'{shown(key)} cannot stand beside "{bulk_key}"'
            remedy = f"move it to a file of its own folder; {bulk_key} alone are read here"
            draft.findings.append(Finding(at(root, key, of_key=True), Code.UNKNOWN_KEY, message, remedy))
        root = root[bulk_key]
    yield from _declared(draft, root, _ID_KEYS[kind], file, None)


def _declared(draft: Draft, root: Any, id_key: str, file: Path, parent: str | None) -> Iterator[Item]:
    if isinstance(root, LocatedMap) and _is_one_thing(root, id_key):
        yield from _item(draft, root, None, at(root), id_key, parent)
    elif isinstance(root, LocatedMap):
        for key, body in root.items():
            place = at(root, key, of_key=True)
            if isinstance(body, LocatedMap):
                yield from _item(draft, body, key, place, id_key, parent)
            else:
                draft.findings.append(_not_a_mapping(place, shown(key), body))
                draft.lost_ids.add(key)
    elif isinstance(root, LocatedList):
        for index, body in enumerate(root):
            place = at(root, index)
            if isinstance(body, LocatedMap):
                yield from _item(draft, body, None, place, id_key, parent)
            else:
                draft.findings.append(_not_a_mapping(place, f"item {index + 1}", body))
    else:
        draft.findings.append(_not_a_mapping(Location(file, 1, 1), "the file", root))


def _is_one_thing(root: LocatedMap, id_key: str) -> bool:
    """Return whether a mapping holds the members of one thing; else it holds things by id."""
    has_id = any(key.lower() == id_key.lower() for key in root)
    return has_id or any(isinstance(root.get(key), str | LocatedList) for key in _MEMBERS)


def _not_a_mapping(place: Location, name: str, value: Any) -> Finding:
    return Finding(place, Code.WRONG_TYPE, f"{name} is {shown(value)}", "write a mapping of its members")


def _item(  # noqa: PLR0917
    draft: Draft, body: LocatedMap, key: str | None, place: Location, id_key: str, parent: str | None
) -> Iterator[Item]:
    is_entity = id_key == "entityId"
    data = {name: value for name, value in body.items() if not (is_entity and name == "children")}
    for name, value, where in ((id_key, key, "its key"), ("parentEntityId", parent, "it is nested under")):
        if value is None:
            continue
        if body.get(name, value) != value:
            message = f'"{name}" is {shown(body[name])}, {where} is "{value}"'
            draft.findings.append(
                Finding(at(body, name), Code.VALUE_NOT_ALLOWED, message, "keep one of them")
            )
        data[name] = value
    item_id = data.get(id_key)
    yield Item(item_id if isinstance(item_id, str) else None, data, body, place)
    if is_entity and "children" in body:
        children = body["children"]
        if not isinstance(children, LocatedMap | LocatedList):
            draft.findings.append(_not_a_mapping(at(body, "children"), '"children"', children))
        else:  # below an id with a mistake, that one mistake is enough
            is_parent = isinstance(item_id, str) and ENTITY_ID.fits(item_id)
            yield from _declared(draft, children, id_key, body.file, item_id if is_parent else None)
