"""Components of an entity: their own settings, merged with those of their types.

An entity stores a *record* of each component, with nothing but what requests set: ``componentTypeId``,
``description``, ``properties`` (each with ``definition`` and/or ``value``), ``propertyGroups``, and
``imported``, the properties that a schema initializer returned. Everything else is read from the type, so a
changed default takes effect at once.

These are pure functions; ``Types`` is their only access to component types.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin_stack.local.service.errors import ServiceError
from twin_stack.local.service.twinmaker.context import CONFLICT, invalid
from twin_stack.local.service.twinmaker.inheritance import merge_definition
from twin_stack.local.service.twinmaker.values import allowed_values_problems, value_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from twin_stack.local.service.twinmaker.context import Json

    Types = Callable[[str], Json]


@dataclass(frozen=True, slots=True)
class Component:
    """One component of an entity, nested or not, with its resolved type.

    Attributes:
        path: Names from the top-level component to this one, joined by ``/``.
        type_id: Its component type.
        record: Its record in the entity.
        type: The resolved component type.
    """

    path: str
    type_id: str
    record: Json
    type: Json

    @property
    def name(self) -> str:
        """Its own name, the last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def reference(self) -> dict[str, str]:
        """The members that name it in an entity: ``componentName``, and ``componentPath`` if it is nested."""
        path = {"componentPath": self.path} if "/" in self.path else {}
        return {"componentName": self.name, **path}

    @property
    def views(self) -> dict[str, Json]:
        """Its properties by name: ``definition`` with all flags, and ``value`` where there is one."""
        return property_views(self.record, self.type)

    @property
    def external_ids(self) -> dict[str, str]:
        """Values of the properties that identify it in an external system."""
        return {
            name: view["value"]["stringValue"]
            for name, view in self.views.items()
            if view["definition"]["isExternalId"] and "stringValue" in view.get("value", {})
        }


def property_views(record: Json, resolved: Json) -> dict[str, Json]:
    """Return the properties of a component: of the type, imported, and of the entity; the last one wins.

    A property without a value has the definition's default. Values of properties that the type no longer has
    are left out.
    """
    definitions = dict(resolved["propertyDefinitions"])
    imported = record.get("imported", {})
    for name, item in imported.items():
        base = definitions.get(name)
        definitions[name] = merge_definition(base, item["definition"], isImported=True)
    own = record.get("properties", {})
    for name, item in own.items():
        definition = item.get("definition", {})
        if name in definitions or "dataType" in definition:
            definitions[name] = merge_definition(definitions.get(name), definition)
    views: dict[str, Json] = {}
    for name, definition in definitions.items():
        views[name] = {"definition": definition}
        for source in (
            own.get(name, {}).get("value"),
            imported.get(name, {}).get("value"),
            definition.get("defaultValue"),
        ):
            if source is not None:
                views[name]["value"] = source
                break
    return views


def walk(body: Json, types: Types) -> Iterator[Component]:
    """Yield all components of an entity: each top-level one, followed by those nested in it."""
    for name, record in body.get("components", {}).items():
        yield from _walk(name, record["componentTypeId"], record, body, types)


def nested_in(component: Component, body: Json, types: Types) -> Iterator[Component]:
    """Yield the components directly inside another one."""
    for name, item in component.type["compositeComponentTypes"].items():
        path = f"{component.path}/{name}"
        record = body.get("compositeComponents", {}).get(path, {})
        type_id = item["componentTypeId"]
        yield Component(path, type_id, record, types(type_id))


def find(body: Json, path: str, types: Types) -> Component | None:
    """Return the component at a path such as ``Mixer`` or ``Mixer/Motor``, or None."""
    top, *rest = path.split("/")
    record = body.get("components", {}).get(top)
    if record is None:
        return None
    type_id = record["componentTypeId"]
    component = Component(top, type_id, record, types(type_id))
    for name in rest:
        nested = {item.name: item for item in nested_in(component, body, types)}
        if name not in nested:
            return None
        component = nested[name]
    return component


def apply_properties(record: Json, resolved: Json, requests: Mapping[str, Json]) -> Json:
    """Return a record changed by property requests with ``updateType`` CREATE, UPDATE, DELETE or RESET_VALUE.

    CREATE and UPDATE (the default) set the members of the request. DELETE removes the entity's own definition
    and value; a property of the type keeps those of the type. RESET_VALUE removes the value only.

    Raises:
        ServiceError: The property is unknown and the request has no data type, or CREATE names one that the
            entity itself has already.
    """
    properties = dict(record.get("properties", {}))
    views = property_views(record, resolved)
    problems = []
    for name, request in requests.items():
        update = request.get("updateType", "UPDATE")
        if update in ("DELETE", "RESET_VALUE") and name not in views:
            problems.append(f"{name} does not exist")
        elif update == "DELETE":
            properties.pop(name, None)
        elif update == "RESET_VALUE":
            properties[name] = {k: v for k, v in properties.get(name, {}).items() if k != "value"}
        elif update == "CREATE" and name in properties:
            raise ServiceError(CONFLICT, f"property {name!r} exists already; use UPDATE")
        elif name not in views and "dataType" not in request.get("definition", {}):
            problems.append(f"{name} is not in the component type, so it needs a dataType")
        else:
            old = properties.get(name, {})
            definition = {**old.get("definition", {}), **request.get("definition", {})}
            value = {"value": request["value"]} if "value" in request else {}
            properties[name] = {**old, "definition": definition, **value}
    if problems:
        raise invalid(f"property {'; property '.join(problems)}")
    return {**record, "properties": properties}


def apply_groups(record: Json, resolved: Json, requests: Mapping[str, Json]) -> Json:
    """Return a record changed by property group requests.

    Raises:
        ServiceError: DELETE names a group that was not added to the entity, or a group names an unknown
            property.
    """
    groups = dict(record.get("propertyGroups", {}))
    for name, request in requests.items():
        if request.get("updateType") == "DELETE":
            if name not in groups:
                raise invalid(f"property group {name!r} was not added to this component")
            del groups[name]
        else:
            group = {key: value for key, value in request.items() if key != "updateType"}
            groups[name] = {**groups.get(name, {}), **group}
    views = property_views(record, resolved)
    for name, group in groups.items():
        unknown = [item for item in group.get("propertyNames", ()) if item not in views]
        if unknown:
            raise invalid(f"property group {name!r} names unknown property {unknown[0]!r}")
    return {**record, "propertyGroups": groups}


def check(component: Component) -> list[str]:
    """Return what is wrong with a component: invalid values, required properties without a value.

    A required property that is stored externally needs no value here.
    """
    if component.type["isAbstract"]:
        return [
            f"component {component.path!r}: component type {component.type_id!r} is abstract (a "
            "property is stored externally and no function reads it); use a type that extends it"
        ]
    problems = []
    for name, view in component.views.items():
        definition = view["definition"]
        place = f"component {component.path!r}, property {name!r}"
        if name not in component.type["propertyDefinitions"]:
            problems += allowed_values_problems(definition["dataType"], place)
        if "value" in view:
            problems += value_problems(view["value"], definition["dataType"], place)
        elif definition["isRequiredInEntity"] and not (
            definition["isStoredExternally"] or definition["isTimeSeries"]
        ):
            problems.append(f"{place} is required and has neither value nor default")
    return problems


def links(body: Json, types: Types) -> set[tuple[str, str]]:
    """Return the links by which an entity is found: its parent, its component types, its external ids."""
    pairs = {("parentEntityId", body["parentEntityId"])}
    for component in walk(body, types):
        pairs.add(("componentTypeId", component.type_id))
        pairs.update(("externalId", value) for value in component.external_ids.values())
    return pairs


def _walk(path: str, type_id: str, record: Json, body: Json, types: Types) -> Iterator[Component]:
    component = Component(path, type_id, record, types(type_id))
    yield component
    for inner in nested_in(component, body, types):
        yield from _walk(inner.path, inner.type_id, inner.record, body, types)
