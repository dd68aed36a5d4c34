"""Former ids of what a twin declares."""

from __future__ import annotations

from pydantic import Field

from twin_stack.definition.schema.names import ComponentTypeId, EntityId, Name, SceneId  # noqa: TC001
from twin_stack.definition.schema.shape import Shape


class Renames(Shape):
    """What was renamed, old id to new id, so that history and what refers to the old id stay.

    A thing that was renamed twice has two entries: ``{a: b, b: c}``.

    Attributes:
        entities: Entity ids.
        components: Names of components, by the present id of their entity.
        properties: Names of properties, by the present id of the component type that declares them.
        parts: Names of parts of composite components, by the present id of the component type that declares
            them.
        component_types: Component type ids.
        connectors: Names of connectors.
        ingests: Names of ingests.
        scenes: Scene ids.
    """

    entities: dict[EntityId, EntityId] = Field(default={})
    components: dict[EntityId, dict[Name, Name]] = Field(default={})
    properties: dict[ComponentTypeId, dict[Name, Name]] = Field(default={})
    parts: dict[ComponentTypeId, dict[Name, Name]] = Field(default={})
    component_types: dict[ComponentTypeId, ComponentTypeId] = Field(default={})
    connectors: dict[Name, Name] = Field(default={})
    ingests: dict[Name, Name] = Field(default={})
    scenes: dict[SceneId, SceneId] = Field(default={})
