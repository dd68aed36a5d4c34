"""What a component type is once its parents are counted in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin_stack.definition.builtin_types import builtin_types, takes_any_property
from twin_stack.definition.graph import parents_first
from twin_stack.twinmaker.names import ATTRIBUTE_READER, HISTORY_READERS, SCHEMA_INITIALIZER

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from twin_stack.definition.schema import ComponentType, Function, PropertyDefinition

MAX_INHERITED = 1_000_000
"""Most inherited properties, counted over all types: each is held for each type."""


@dataclass(frozen=True, slots=True)
class ResolvedType:
    """A component type with all that it inherits.

    Attributes:
        component_type_id: Its id.
        properties: All properties by name; flags that nobody gave are None.
        functions: All functions by name.
        parts: Ids of the component types inside of it, by name.
        takes_any_property: True when properties may come that no file declares.
        is_singleton: At most one component on an entity.
    """

    component_type_id: str
    properties: Mapping[str, PropertyDefinition]
    functions: Mapping[str, Function]
    parts: Mapping[str, str]
    takes_any_property: bool
    is_singleton: bool

    def unread(self) -> list[str]:
        """Return the properties stored externally that no function reads; any makes the type abstract.

        Source: TwinMaker guide, component types.
        """
        has_history = any(self._implements(name) for name in HISTORY_READERS)
        has_attributes = self._implements(ATTRIBUTE_READER)
        return [
            name
            for name, definition in self.properties.items()
            if stored_externally(definition)
            and not (has_history if definition.is_time_series else has_attributes)
        ]

    def _implements(self, name: str) -> bool:
        function = self.functions.get(name)
        return function is not None and function.is_implemented


def stored_externally(definition: PropertyDefinition) -> bool:
    """Return whether a connector answers for a property.

    A time series is stored externally without saying so: the service keeps no other kind.

    Args:
        definition: A property.
    """
    if definition.is_stored_externally is not None:
        return definition.is_stored_externally
    return bool(definition.is_time_series)


def resolve(types: Mapping[str, ComponentType], partial: Collection[str] = ()) -> dict[str, ResolvedType]:
    """Resolve every type.

    Args:
        types: Declared types by id, without cycles. Unknown parents are passed over.
        partial: Types of which not everything is known: they may have any property.

    Returns:
        The declared types and the documented ones of AWS, by id. When all together inherit more than
        ``MAX_INHERITED``, the types from there on are missing.
    """
    known = {**builtin_types(), **types}
    done: dict[str, ResolvedType] = {}
    inherited = 0
    for type_id in parents_first({key: one.extends_from for key, one in known.items()}):
        own = known[type_id]
        parents = [done[base] for base in own.extends_from if base in done]
        inherited += sum(len(parent.properties) for parent in parents)
        if inherited > MAX_INHERITED:
            break
        is_whole = len(parents) == len(own.extends_from) and type_id not in partial
        done[type_id] = _merge(own, parents, is_whole=is_whole)
    return done


def _merge(own: ComponentType, parents: list[ResolvedType], *, is_whole: bool) -> ResolvedType:
    properties: dict[str, PropertyDefinition] = {}
    functions: dict[str, Function] = {}
    parts: dict[str, str] = {}
    for parent in parents:
        properties |= parent.properties
        functions |= parent.functions
        parts |= parent.parts
    for name, definition in own.property_definitions.items():
        inherited = properties.get(name)
        properties[name] = override(inherited, definition) if inherited is not None else definition
    return ResolvedType(
        component_type_id=own.component_type_id,
        properties=properties,
        functions=functions | own.functions,
        parts=parts | {name: one.component_type_id for name, one in own.composite_component_types.items()},
        takes_any_property=not is_whole
        or takes_any_property(own.component_type_id)
        or any(parent.takes_any_property for parent in parents)
        or SCHEMA_INITIALIZER in own.functions,
        is_singleton=bool(own.is_singleton) or any(parent.is_singleton for parent in parents),
    )


def override(inherited: PropertyDefinition, own: PropertyDefinition) -> PropertyDefinition:
    """Return an inherited property with what a subtype gives of it.

    Args:
        inherited: The parent's.
        own: The subtype's; members that are None are inherited.
    """
    given = {name: value for name in own.model_fields_set if (value := getattr(own, name)) is not None}
    return inherited.model_copy(update=given)
