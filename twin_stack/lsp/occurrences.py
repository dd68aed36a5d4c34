"""Places where files of a twin name entities, component types, connectors, properties and components."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from twin_stack.definition.findings import Location
from twin_stack.definition.items import BULK_KEYS, ID_KEYS, ITEM_MEMBERS
from twin_stack.definition.source import LocatedList, LocatedMap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.source import Mark

SymbolKind = Literal["entity", "component_type", "connector", "property", "component"]

_ITEMS: dict[str, SymbolKind] = {"entities": "entity", "component_types": "component_type"}
_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")


class Symbol(NamedTuple):
    """A thing with a name.

    Attributes:
        kind: What it is.
        name: Its id or name.
        scope: Of a property: its component type, or an entity and component; of a component: its entity.
    """

    kind: SymbolKind
    name: str
    scope: str | tuple[str, str] = ""


class Occurrence(NamedTuple):
    """A place that names a thing.

    Attributes:
        symbol: The thing.
        mark: Line and column of the scalar, counted from 1.
        is_definition: Whether the thing is declared there.
        offset: Characters from there to the name, inside of an expression.
    """

    symbol: Symbol
    mark: Mark
    is_definition: bool = False
    offset: int = 0


def file_occurrences(kind: str, root: Any) -> Iterator[Occurrence]:
    """Yield what a file names.

    Args:
        kind: Kind of the definition file.
        root: Its content, with places.
    """
    if not isinstance(root, LocatedMap | LocatedList):
        return
    if kind == "twin":
        yield from _twin_file(root)
    elif kind == "scenes":
        yield from _scene(root, None)
    elif (
        isinstance(root, LocatedMap)
        and isinstance(template := root.get("entity"), LocatedMap)
        and "forEach" in root
    ):
        yield from _item(kind, template)
    else:
        if isinstance(root, LocatedMap) and isinstance(root.get(BULK_KEYS[kind]), LocatedList):
            root = root[BULK_KEYS[kind]]
        yield from _items(kind, root)


def _named(
    kind: SymbolKind, container: Any, key: str, scope: str | tuple[str, str] = ""
) -> Iterator[Occurrence]:
    """Yield the name that a member of a mapping holds."""
    if isinstance(container, LocatedMap) and isinstance(name := container.get(key), str) and "${" not in name:
        yield Occurrence(Symbol(kind, name, scope), container.value_marks[key])


def _keys(
    kind: SymbolKind,
    container: Any,
    scope: str | tuple[str, str] = "",
    *,
    defines: bool = False,
    only: str | None = None,
) -> Iterator[Occurrence]:
    """Yield the names that are the keys of a mapping, or one of them."""
    if isinstance(container, LocatedMap):
        for name in container if only is None else (only,):
            mark = container.key_marks[name]
            if "${" not in name and not isinstance(mark, Location):
                yield Occurrence(Symbol(kind, name, scope), mark, defines)


def _listed(kind: SymbolKind, names: Any, scope: str = "") -> Iterator[Occurrence]:
    """Yield the names that a list holds."""
    if isinstance(names, LocatedList):
        for name, mark in zip(names, names.value_marks, strict=True):
            if isinstance(name, str):
                yield Occurrence(Symbol(kind, name, scope), mark)


def _members(container: Any, key: str) -> Iterator[tuple[str, LocatedMap]]:
    """Yield the mappings that a member holds by name."""
    members = container.get(key) if isinstance(container, LocatedMap) else None
    if isinstance(members, LocatedMap):
        for name, member in members.items():
            if isinstance(member, LocatedMap):
                yield name, member


def _twin_file(root: Any) -> Iterator[Occurrence]:
    if not isinstance(root, LocatedMap):
        return
    yield from _keys("connector", root.get("connectors"), defines=True)
    for _, ingest in _members(root, "ingest"):
        yield from _named("component_type", ingest, "componentTypeId")
        yield from _listed("connector", ingest.get("connectors"))
        yield from _keys("property", ingest.get("properties"), str(ingest.get("componentTypeId")))
    renames = root.get("renames")
    if isinstance(renames, LocatedMap):  # former ids stay; present ones are keys here
        yield from _keys("entity", renames.get("components"))
        yield from _keys("component_type", renames.get("properties"))


def _items(kind: str, root: Any) -> Iterator[Occurrence]:
    if isinstance(root, LocatedList):
        for item in root:
            if isinstance(item, LocatedMap):
                yield from _item(kind, item)
    elif ID_KEYS[kind] in root or any(isinstance(root.get(key), str | LocatedList) for key in ITEM_MEMBERS):
        yield from _item(kind, root)
    else:
        for key, item in root.items():
            if isinstance(item, LocatedMap):
                yield from _keys(_ITEMS[kind], root, only=key, defines=True)
                yield from _members_of_item(kind, item, key)


def _item(kind: str, item: LocatedMap) -> Iterator[Occurrence]:
    """Yield what an item names that has its id as a member."""
    for occurrence in _named(_ITEMS[kind], item, ID_KEYS[kind]):
        yield occurrence._replace(is_definition=True)
    item_id = item.get(ID_KEYS[kind])
    yield from _members_of_item(kind, item, item_id if isinstance(item_id, str) else "")


def _members_of_item(kind: str, item: LocatedMap, item_id: str) -> Iterator[Occurrence]:
    yield from _entity(item, item_id) if kind == "entities" else _component_type(item, item_id)


def _component_type(item: LocatedMap, type_id: str) -> Iterator[Occurrence]:
    yield from _listed("component_type", item.get("extendsFrom"))
    yield from _keys("property", item.get("propertyDefinitions"), type_id, defines=True)
    for _, part in _members(item, "compositeComponentTypes"):
        yield from _named("component_type", part, "componentTypeId")
    functions = item.get("functions")
    if isinstance(functions, LocatedMap):
        for name, function in functions.items():
            if isinstance(function, str):
                yield Occurrence(Symbol("connector", function), functions.value_marks[name])
            elif isinstance(function, LocatedMap):
                yield from _named("connector", function, "connector")
                yield from _listed("property", function.get("requiredProperties"), type_id)
    for _, group in _members(item, "propertyGroups"):
        yield from _listed("property", group.get("propertyNames"), type_id)
    for _, alarm in _members(item, "alarms"):
        yield from _named("property", alarm, "property", type_id)
        yield from _named("component_type", alarm, "alarmTypeId")
    for _, definition in _members(item, "propertyDefinitions"):
        yield from _property_definition(definition, type_id)


def _property_definition(definition: LocatedMap, type_id: str) -> Iterator[Occurrence]:
    data_type = definition.get("dataType")
    if isinstance(data_type, LocatedMap):
        yield from _named("component_type", data_type.get("relationship"), "targetComponentTypeId")
    variables = definition.get("variables")
    for _, variable in _members(definition, "variables"):
        yield from _named("component_type", variable, "componentTypeId")
        scope = variable.get("componentTypeId", type_id)
        yield from _named("property", variable, "propertyName", str(scope))
    expression = definition.get("expression")
    if isinstance(expression, str) and "\n" not in expression:
        for match in _NAME.finditer(expression):
            if not (isinstance(variables, LocatedMap) and match[0] in variables):
                symbol = Symbol("property", match[0], type_id)
                yield Occurrence(symbol, definition.value_marks["expression"], offset=match.start())


def _entity(item: LocatedMap, entity_id: str) -> Iterator[Occurrence]:
    yield from _named("entity", item, "parentEntityId")
    yield from _keys("component", item.get("components"), entity_id, defines=True)
    for _, component in _members(item, "components"):
        yield from _named("component_type", component, "componentTypeId")
        type_id = str(component.get("componentTypeId"))
        properties = component.get("properties")
        yield from _keys("property", properties, type_id)
        yield from _targets(properties)
    if isinstance(children := item.get("children"), LocatedMap | LocatedList):
        yield from _items("entities", children)


def _targets(value: Any) -> Iterator[Occurrence]:
    """Yield the entities that relationships refer to, and texts that may be bare targets."""
    if isinstance(value, LocatedMap):
        yield from _named("entity", value, "targetEntityId")
        for key, member in value.items():
            if isinstance(member, str):
                if key != "targetEntityId" and "${" not in member:
                    yield Occurrence(Symbol("entity", member, "?"), value.value_marks[key])
            else:
                yield from _targets(member)
    elif isinstance(value, LocatedList):
        for member, mark in zip(value, value.value_marks, strict=True):
            if isinstance(member, str):
                yield Occurrence(Symbol("entity", member, "?"), mark)
            else:
                yield from _targets(member)


def _scene(value: Any, template: str | None) -> Iterator[Occurrence]:
    """Yield what a part of a scene names; a template of a layout is for components of a type."""
    if isinstance(value, LocatedList):
        for member in value:
            yield from _scene(member, template)
    if not isinstance(value, LocatedMap):
        return
    context = value.get("dataBindingContext")
    if isinstance(context, LocatedMap):
        yield from _named("entity", context, "entityId")
        entity_id, component = context.get("entityId"), context.get("componentName")
        if isinstance(entity_id, str):
            yield from _named("component", context, "componentName", entity_id)
            yield from _named("property", context, "propertyName", (entity_id, str(component)))
        elif template is not None:
            yield from _named("property", context, "propertyName", template)
    layout = value.get("layout")
    if isinstance(layout, LocatedMap):
        yield from _named("entity", layout, "parentEntityId")
        yield from _keys("component_type", layout.get("templates"))
        for type_id, node in _members(layout, "templates"):
            yield from _scene(node, type_id)
    yield from _named("entity", value, "sceneRootEntityId")
    for key, member in value.items():
        if key not in ("layout", "dataBindingContext"):
            yield from _scene(member, template)
