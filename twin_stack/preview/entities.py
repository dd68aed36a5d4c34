"""Entities of a definition as the service would answer for them, with all that their types give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.client.model import Component, Entity, EntitySummary, Property

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition import TwinDefinition
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Entity as Defined
    from twin_stack.definition.schema import PropertyDefinition, PropertyValue

    Json = dict[str, Any]


def entities(definition: TwinDefinition) -> list[Entity]:
    """Return all entities of a definition, parents first.

    Args:
        definition: A checked definition, its values typed.
    """
    types = definition.resolved_types
    return [
        Entity(_summary(entity), tuple(_components(entity, types))) for entity in definition.entities.values()
    ]


def _summary(entity: Defined) -> EntitySummary:
    return EntitySummary(
        id=entity.entity_id,
        name=entity.entity_name,
        parent_id=entity.parent_entity_id,
        state="ACTIVE",
        description=entity.description or "",
    )


def _components(entity: Defined, types: Mapping[str, ResolvedType]) -> Iterator[Component]:
    for name, component in entity.components.items():
        yield from _component(entity, name, component.component_type_id, component.properties, types)


def _component(
    entity: Defined,
    path: str,
    type_id: str,
    given: Mapping[str, PropertyValue],
    types: Mapping[str, ResolvedType],
) -> Iterator[Component]:
    """Yield a component, then those inside of it."""
    resolved = types.get(type_id)
    declared = dict(resolved.properties) if resolved else {}
    names = [*declared, *(name for name in given if name not in declared)]
    properties = tuple(_property(name, declared.get(name), given.get(name)) for name in names)
    yield Component(path, type_id, "ACTIVE", properties)
    for name, inner_type in (resolved.parts if resolved else {}).items():
        inner = f"{path}/{name}"
        said = entity.composite_components.get(inner)
        yield from _component(entity, inner, inner_type, said.properties if said else {}, types)


def _property(name: str, declared: PropertyDefinition | None, given: PropertyValue | None) -> Property:
    own = given.definition if given else None
    definition = {**_members(declared), **_members(own)}
    value = given.value if given and given.value is not None else definition.get("defaultValue")
    return Property(name, definition, value)


def _members(definition: PropertyDefinition | None) -> Json:
    if definition is None:
        return {}
    found: Json = definition.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)
    return found
