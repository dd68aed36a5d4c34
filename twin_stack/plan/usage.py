"""Where component types and properties of a definition are used."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from twin_stack.definition.resolve import stored_externally
from twin_stack.twinmaker.names import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from twin_stack.definition.schema import PropertyDefinition
    from twin_stack.definition.twin_definition import TwinDefinition

_MAX_NAMES: Final = 3
_BINDING: Final = ("entityId", "componentName", "propertyName")


class ComponentUse(NamedTuple):
    """A component of an entity.

    Attributes:
        entity_id: Id of the entity.
        component: Name of the component; a path for a part of one.
        type_id: Component type of the component.
    """

    entity_id: str
    component: str
    type_id: str


class Binding(NamedTuple):
    """A place of a scene that shows a property.

    Attributes:
        scene_id: Id of the scene.
        entity_id: Id of the entity.
        component: Name of the component, empty for the entity as a whole.
        property_name: Name of the property, empty for the component as a whole.
        is_tag: Whether it is the binding of a tag.
    """

    scene_id: str
    entity_id: str
    component: str
    property_name: str
    is_tag: bool = False


@dataclass(frozen=True)
class Usage:
    """The uses of component types and properties in a definition.

    Attributes:
        definition: The definition.
    """

    definition: TwinDefinition

    def components_of(self, type_id: str) -> list[ComponentUse]:
        """Return the components of a type and of the types that extend it, by entity id.

        Args:
            type_id: Id of the component type.
        """
        return sorted(use for sub_type in self._with_sub_types[type_id] for use in self._components[sub_type])

    def sub_types(self, type_id: str) -> list[str]:
        """Return the ids of the types that extend a type, directly or not.

        Args:
            type_id: Id of the component type.
        """
        return sorted(self._with_sub_types[type_id][1:])

    def bindings_of(self, uses: Sequence[ComponentUse], property_name: str | None = None) -> list[Binding]:
        """Return the bindings of scenes to components.

        Args:
            uses: The components.
            property_name: The property that is bound. Default: any, and the component as a whole.
        """
        bound = [binding for use in uses for binding in self._bindings[use.entity_id, use.component]]
        return [binding for binding in bound if property_name in (None, binding.property_name)]

    def bindings_to(self, entity_ids: Sequence[str]) -> list[Binding]:
        """Return the bindings of scenes to entities and their components.

        Args:
            entity_ids: Ids of the entities.
        """
        wanted = set(entity_ids)
        return [
            binding
            for bindings in self._bindings.values()
            for binding in bindings
            if binding.entity_id in wanted
        ]

    def alarms_on(self, type_id: str, property_name: str) -> list[str]:
        """Return the names of alarms on a property, with the type that declares each.

        Args:
            type_id: Id of the component type that has the property.
            property_name: Name of the property.
        """
        types = self.definition.component_types
        return sorted(
            f"{name} of {declaring}"
            for declaring in self._with_sub_types[type_id]
            for name, alarm in types[declaring].alarms.items()
            if alarm.property == property_name
        )

    def dashboards_of(self, uses: Sequence[ComponentUse], property_name: str | None = None) -> list[str]:
        """Return the types whose dashboard of Grafana shows the history of a property.

        Args:
            uses: The components.
            property_name: The property. Default: any.
        """
        return [
            type_id
            for type_id in sorted({use.type_id for use in uses})
            if (histories := self.histories_of(type_id)) and property_name in (None, *histories)
        ]

    def ingests_of(self, type_id: str) -> list[str]:
        """Return the names of the ingests of a type and of those that extend it.

        Args:
            type_id: Id of the component type.
        """
        types = set(self._with_sub_types[type_id])
        return [
            name for name, ingest in self.definition.twin.ingest.items() if ingest.component_type_id in types
        ]

    def property_of(self, type_id: str, name: str) -> PropertyDefinition | None:
        """Return a property of a type with what it inherits.

        Args:
            type_id: Id of the component type.
            name: Name of the property.
        """
        resolved = self.definition.resolved_types.get(type_id)
        return resolved.properties.get(name) if resolved is not None else None

    def histories_of(self, type_id: str) -> list[str]:
        """Return the names of the time series of a type that a connector reads.

        Args:
            type_id: Id of the component type.
        """
        resolved = self.definition.resolved_types.get(type_id)
        if resolved is None:
            return []
        return sorted(name for name, definition in resolved.properties.items() if has_history(definition))

    def children_of(self, entity_id: str) -> list[str]:
        """Return the ids of the entities directly below an entity.

        Args:
            entity_id: Id of the entity.
        """
        return self._children[entity_id]

    @cached_property
    def depth(self) -> int:
        """Depth of the tree of entities."""
        depths: dict[str, int] = {ROOT: 0}
        for entity_id, entity in self.definition.entities.items():  # parents come first
            depths[entity_id] = depths.get(entity.parent_entity_id, 0) + 1
        return max(depths.values())

    @cached_property
    def _children(self) -> defaultdict[str, list[str]]:
        children: defaultdict[str, list[str]] = defaultdict(list)
        for entity_id, entity in self.definition.entities.items():
            children[entity.parent_entity_id].append(entity_id)
        return children

    @cached_property
    def _components(self) -> defaultdict[str, list[ComponentUse]]:
        uses: defaultdict[str, list[ComponentUse]] = defaultdict(list)
        for entity_id, entity in self.definition.entities.items():
            for name, component in entity.components.items():
                for path, type_id in self._with_parts(name, component.component_type_id):
                    uses[type_id].append(ComponentUse(entity_id, path, type_id))
        return uses

    def _with_parts(self, path: str, type_id: str) -> Iterator[tuple[str, str]]:
        yield path, type_id
        resolved = self.definition.resolved_types.get(type_id)
        for name, part_type in (resolved.parts if resolved is not None else {}).items():
            yield from self._with_parts(f"{path}/{name}", part_type)

    @cached_property
    def _with_sub_types(self) -> defaultdict[str, list[str]]:
        """Each type with those that extend it."""
        extended: defaultdict[str, list[str]] = defaultdict(list)
        for type_id in self.definition.component_types:
            extended[type_id].insert(0, type_id)
            for ancestor in self.definition.ancestors.walk(type_id):
                extended[ancestor].append(type_id)
        return extended

    @cached_property
    def _bindings(self) -> defaultdict[tuple[str, str], list[Binding]]:
        bindings: defaultdict[tuple[str, str], list[Binding]] = defaultdict(list)
        for scene_id, scene in self.definition.scenes.items():
            for context, is_tag in _binding_contexts(scene.document):
                entity_id, component, name = (str(context.get(key, "")) for key in _BINDING)
                bindings[entity_id, component].append(Binding(scene_id, entity_id, component, name, is_tag))
        return bindings


def has_history(definition: PropertyDefinition) -> bool:
    """Return whether a property has values with times outside of the service.

    Args:
        definition: The property with what it inherits.
    """
    return bool(definition.is_time_series) and stored_externally(definition)


def name_some(names: Sequence[str]) -> str:
    """Return a few names, and the number of the others.

    Args:
        names: The names.
    """
    listed = ", ".join(f'"{name}"' for name in names[:_MAX_NAMES])
    left = len(names) - _MAX_NAMES
    return f"{listed} and {left:,} more" if left > 0 else listed


def count(number: int, singular: str, plural: str | None = None) -> str:
    """Return a number with its noun.

    Args:
        number: The number.
        singular: The noun for one.
        plural: The noun for several. Default: with an "s".
    """
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def describe_uses(
    usage: Usage, type_id: str, name: str | None, singular: str, plural: str, *, verb: str = ""
) -> str:
    """Return how many components, entities, bindings and alarms a type or a property has; empty for none.

    Args:
        usage: The uses in the definition.
        type_id: Id of the component type.
        name: Name of the property, None for the type as a whole.
        singular: Verb for one component, such as ``has it``; empty for none.
        plural: Verb for several components.
        verb: Words before the numbers.
    """
    uses = usage.components_of(type_id)
    if not uses:
        return ""
    entity_ids = list(dict.fromkeys(use.entity_id for use in uses))
    text = f"; {verb}{count(len(uses), 'component')} of {count(len(entity_ids), 'entity', 'entities')}"
    text += f" {singular if len(uses) == 1 else plural}" if singular else ""
    text += f" ({name_some(entity_ids)})"
    bindings = usage.bindings_of(uses, name)
    alarms = usage.alarms_on(type_id, name) if name else []
    users = [_count_bindings(bindings)] if bindings else []
    users += [f"{'alarm' if len(alarms) == 1 else 'alarms'} {name_some(alarms)}"] if alarms else []
    shown = usage.dashboards_of(uses, name)
    users += (
        [f"the {'dashboard' if len(shown) == 1 else 'dashboards'} of {name_some(shown)}"] if shown else []
    )
    return text + (f", {_join(users)}" if users else "")


def _count_bindings(bindings: Sequence[Binding]) -> str:
    text = count(len(bindings), "binding of scenes", "bindings of scenes")
    tags = sum(binding.is_tag for binding in bindings)
    return f"{text} ({count(tags, 'tag')})" if tags else text


def _join(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def show_member(value: Any) -> str:
    """Return a member of a type in a sentence.

    Args:
        value: The member; a value in the service's form is shown as its content.
    """
    if isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "none" if value is None else str(value)


def _binding_contexts(value: Any, part: str = "") -> Iterator[tuple[Mapping[str, Any], bool]]:
    """Yield the contexts of data bindings, and whether they are those of a tag."""
    if isinstance(value, dict):
        part = str(value.get("type", part))
        for key, member in value.items():
            if key == "dataBindingContext" and isinstance(member, dict):
                yield member, part == "Tag"
            else:
                yield from _binding_contexts(member, part)
    elif isinstance(value, list):
        for member in value:
            yield from _binding_contexts(member, part)
