"""Former ids: what ``renames`` of ``twin.yaml`` says of the ids that a thing had before."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from twin_stack.definition.twin_definition import TwinDefinition


def former_entity_ids(definition: TwinDefinition, entity_id: str) -> tuple[str, ...]:
    """Return the former ids of an entity, newest first.

    Args:
        definition: A checked definition.
        entity_id: The present id.
    """
    return former_ids([definition.renames.entities], entity_id)


def former_type_ids(definition: TwinDefinition, type_id: str) -> tuple[str, ...]:
    """Return the former ids of a component type, newest first.

    Args:
        definition: A checked definition.
        type_id: The present id.
    """
    return former_ids([definition.renames.component_types], type_id)


def former_property_names(definition: TwinDefinition, type_id: str, name: str) -> tuple[str, ...]:
    """Return the former names of a property, newest first.

    Args:
        definition: A checked definition.
        type_id: The present id of a component type that has the property, as its own or inherited.
        name: The present name.
    """
    return _former_members(definition, definition.renames.properties, type_id, name)


def former_part_names(definition: TwinDefinition, type_id: str, name: str) -> tuple[str, ...]:
    """Return the former names of a part of a composite component, newest first.

    Args:
        definition: A checked definition.
        type_id: The present id of a component type that has the part, as its own or inherited.
        name: The present name.
    """
    return _former_members(definition, definition.renames.parts, type_id, name)


def _former_members(
    definition: TwinDefinition, declared: Mapping[str, Mapping[str, str]], type_id: str, name: str
) -> tuple[str, ...]:
    """Return the former names of a member of a component type, which may have been renamed in an ancestor."""
    if not declared:
        return ()
    declaring = chain((type_id,), definition.ancestors.get(type_id, ()))
    return former_ids([declared[ancestor] for ancestor in declaring if ancestor in declared], name)


def former_scene_ids(definition: TwinDefinition, scene_id: str) -> tuple[str, ...]:
    """Return the former ids of a scene, newest first.

    Args:
        definition: A checked definition.
        scene_id: The present id.
    """
    return former_ids([definition.renames.scenes], scene_id)


def former_rule_names(definition: TwinDefinition, name: str) -> tuple[str, ...]:
    """Return the former names of an ingest whose rules devices may still name, newest first.

    Args:
        definition: A checked definition.
        name: The present name of the ingest. Without ``basicIngest`` devices publish to a topic and do not
            name its rule, so it has none.
    """
    if not definition.twin.ingest[name].basic_ingest:
        return ()
    return former_ids([definition.renames.ingests], name)


def first_connector_name(definition: TwinDefinition, name: str) -> str:
    """Return the first name that a connector had, from which the ids of its function derive.

    Args:
        definition: A checked definition.
        name: The present name.
    """
    return (name, *former_ids([definition.renames.connectors], name))[-1]


def former_ids(renames: Iterable[Mapping[str, str]], new_id: str) -> tuple[str, ...]:
    """Return the former ids of a thing, newest first.

    Args:
        renames: New ids by old id, such as ``[{"a": "b", "b": "c"}]``.
        new_id: The present id.
    """
    previous = {new: old for mapping in renames for old, new in mapping.items()}
    formers: dict[str, None] = {}
    present = new_id
    while (present := previous.get(present, new_id)) not in (new_id, *formers):
        formers[present] = None
    return tuple(formers)


def renamed_entities(definition: TwinDefinition) -> list[str]:
    """Return the ids of entities that are renamed, or have a renamed component.

    Args:
        definition: A checked definition.
    """
    renames = definition.renames
    renamed = {*renames.entities.values(), *renames.components}
    return [entity_id for entity_id in definition.entities if entity_id in renamed]


def types_of_renamed_properties(definition: TwinDefinition) -> list[str]:
    """Return the ids of component types that have a renamed property.

    Args:
        definition: A checked definition.
    """
    return [type_id for type_id in definition.component_types if type_id in definition.renames.properties]
