"""The components of an entity, with those that are parts of composite ones."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from twin_stack.definition.graph import cycles, parents_first
from twin_stack.definition.schema import Component, CompositeComponent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Entity, PropertyValue


_MAX_PARTS = 1_000
"""Parts of a component that are looked at, twenty times the service's quota of types in one composition tree.

A few types that each have two parts of the next one make millions of parts.
"""


ComponentValues: TypeAlias = Component | CompositeComponent
"""What an entity gives a component, or a part of one."""


class PlacedComponent(NamedTuple):
    """A component at its place in an entity.

    Attributes:
        path: Its name, or for a part of a composite component all names joined by ``/``.
        type_id: Its component type.
        component: Its values; a part has none unless ``compositeComponents`` gives it some.
    """

    path: str
    type_id: str
    component: ComponentValues

    @property
    def is_part(self) -> bool:
        """Whether it is part of a composite component."""
        return "/" in self.path

    @property
    def properties(self) -> Mapping[str, PropertyValue]:
        """The values and definitions that the entity gives it, by name."""
        return self.component.properties

    def location(self, entity: Entity) -> tuple[str, ...]:
        """Return the path in the entity's file to what declares it.

        Args:
            entity: Its entity. A part without values is declared by the component that it is part of.
        """
        path = self.path
        while "/" in path:
            if path in entity.composite_components:
                return "compositeComponents", path
            path = path.rpartition("/")[0]
        return "components", path


def written_components(entity: Entity) -> Iterator[ComponentValues]:
    """Yield what an entity gives its components and parts of them.

    Args:
        entity: The entity.
    """
    yield from entity.components.values()
    yield from entity.composite_components.values()


def placed_components(entity: Entity, types: Mapping[str, ResolvedType]) -> Iterator[PlacedComponent]:
    """Yield each component of an entity, followed by its parts, and those by theirs.

    Components of types that are not documented have no known parts.

    Args:
        entity: The entity.
        types: Resolved types by id.
    """
    for name, component in entity.components.items():
        placed = PlacedComponent(name, component.component_type_id, component)
        yield placed
        if (resolved := types.get(placed.type_id)) is not None and resolved.parts:
            yield from islice(_parts_of(placed, entity, types), _MAX_PARTS)


def placed_component(entity: Entity, path: str, types: Mapping[str, ResolvedType]) -> PlacedComponent | None:
    """Return the component of an entity at a path, None where there is none.

    Args:
        entity: The entity.
        path: Name of the component, or the path of a part.
        types: Resolved types by id.
    """
    placed = _nearest(entity, path, types)
    return placed if placed is not None and placed.path == path else None


def has_undocumented_parts(entity: Entity, path: str, types: Mapping[str, ResolvedType]) -> bool:
    """Return whether a path leads into a component whose parts are not known, such as one of AWS's own types.

    Args:
        entity: The entity.
        path: A path that ``placed_component`` does not find.
        types: Resolved types by id.
    """
    nearest = _nearest(entity, path, types)
    if nearest is None or nearest.path == path:
        return False
    resolved = types.get(nearest.type_id)
    return resolved is None or resolved.takes_any_property


def _nearest(entity: Entity, path: str, types: Mapping[str, ResolvedType]) -> PlacedComponent | None:
    """Return the component at the longest known beginning of a path."""
    name, *rest = path.split("/")
    component = entity.components.get(name)
    if component is None:
        return None
    placed = PlacedComponent(name, component.component_type_id, component)
    for part in rest:
        resolved = types.get(placed.type_id)
        if resolved is None or part not in resolved.parts:
            break
        placed = _part(placed, part, resolved, entity)
    return placed


def _part(whole: PlacedComponent, name: str, resolved: ResolvedType, entity: Entity) -> PlacedComponent:
    path = f"{whole.path}/{name}"
    values = entity.composite_components.get(path, _NO_VALUES)
    return PlacedComponent(path, resolved.parts[name], values)


def _parts_of(
    whole: PlacedComponent, entity: Entity, types: Mapping[str, ResolvedType]
) -> Iterator[PlacedComponent]:
    pending = [whole]
    while pending:
        placed = pending.pop()
        if placed is not whole:
            yield placed
        resolved = types.get(placed.type_id)
        if resolved is not None:
            pending += [_part(placed, name, resolved, entity) for name in reversed([*resolved.parts])]


_NO_VALUES = CompositeComponent()


def composition_sizes(types: Mapping[str, ResolvedType]) -> dict[str, tuple[int, int]]:
    """Return the levels of the composition tree of each type, and the types in it; the type itself is one.

    Args:
        types: Resolved types by id. Those that are parts of themselves are left out.
    """
    parts = {type_id: list(resolved.parts.values()) for type_id, resolved in types.items()}
    in_cycles = {name for cycle in cycles(parts) for name in cycle}
    acyclic = {
        type_id: [part for part in own if part in parts and part not in in_cycles]
        for type_id, own in parts.items()
        if type_id not in in_cycles
    }
    sizes: dict[str, tuple[int, int]] = {}
    for type_id in parents_first(acyclic):
        inner = [sizes[part] for part in acyclic[type_id]]
        levels = 1 + max((depth for depth, _ in inner), default=0)
        sizes[type_id] = levels, 1 + sum(size for _, size in inner)
    return sizes
