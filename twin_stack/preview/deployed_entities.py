"""Entities of a definition as the service returns them, with what their component types give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.client.model import Component, Entity, EntitySummary, Property

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition import TwinDefinition
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Entity as DefinedEntity
    from twin_stack.definition.schema import PropertyDefinition, PropertyValue

    Json = dict[str, Any]


def deployed_entities(definition: TwinDefinition) -> list[Entity]:
    """Return all entities of a definition, parents first.

    Args:
        definition: A checked definition with typed values.
    """
    types = definition.resolved_types
    return [
        Entity(_summary(entity), tuple(_components(entity, types))) for entity in definition.entities.values()
    ]


def _summary(entity: DefinedEntity) -> EntitySummary:
    return EntitySummary(
        id=entity.entity_id,
        name=entity.entity_name,
        parent_id=entity.parent_entity_id,
        state="ACTIVE",
        description=entity.description or "",
    )


def _components(entity: DefinedEntity, types: Mapping[str, ResolvedType]) -> Iterator[Component]:
    for name, component in entity.components.items():
        yield from _with_parts(entity, name, component.component_type_id, component.properties, types)


def _with_parts(
    entity: DefinedEntity,
    path: str,
    type_id: str,
    values: Mapping[str, PropertyValue],
    types: Mapping[str, ResolvedType],
) -> Iterator[Component]:
    """Yield a component, then the components that it is composed of."""
    resolved = types.get(type_id)
    inherited = dict(resolved.properties) if resolved else {}
    names = [*inherited, *(name for name in values if name not in inherited)]
    properties = tuple(_property(name, inherited.get(name), values.get(name)) for name in names)
    yield Component(path, type_id, "ACTIVE", properties)
    for name, part_type_id in (resolved.parts if resolved else {}).items():
        part_path = f"{path}/{name}"
        part = entity.composite_components.get(part_path)
        yield from _with_parts(entity, part_path, part_type_id, part.properties if part else {}, types)


def _property(name: str, inherited: PropertyDefinition | None, value: PropertyValue | None) -> Property:
    own = value.definition if value else None
    definition = {**_members(inherited), **_members(own)}
    data_value = value.value if value and value.value is not None else definition.get("defaultValue")
    return Property(name, definition, data_value)


def _members(definition: PropertyDefinition | None) -> Json:
    if definition is None:
        return {}
    members: Json = definition.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)
    return members
