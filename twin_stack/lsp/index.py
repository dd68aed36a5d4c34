"""What a twin declares and where, as the last analysis found it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twin_stack.lsp.occurrences import Occurrence, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from twin_stack.definition.findings import Location
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.unchecked import UncheckedDefinition


@dataclass(frozen=True, slots=True)
class Place:
    """An occurrence in a file."""

    file: Path
    occurrence: Occurrence


@dataclass(frozen=True, slots=True)
class PropertyFacts:
    """What completion shows of a property.

    Attributes:
        data_type: Type; empty where it is not known.
        unit: Unit; empty where there is none.
        is_time_series: Whether its values have a time.
    """

    data_type: str
    unit: str
    is_time_series: bool


@dataclass(frozen=True, slots=True)
class Names:
    """What can be named.

    Attributes:
        entities: Names of entities, by id.
        component_types: Properties by name, also inherited ones, by component type; those of AWS among them.
        descriptions: Descriptions of entities and component types, by id.
        connectors: Kinds of connectors by name.
        components: Component types by name of the component, by entity.
    """

    entities: Mapping[str, str] = field(default_factory=dict)
    component_types: Mapping[str, Mapping[str, PropertyFacts]] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    connectors: Mapping[str, str] = field(default_factory=dict)
    components: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class Index:
    """What a twin declares, and where it is named.

    Attributes:
        names: What can be named.
        ancestors: Ids of the types that a type extends, nearest first.
        declared_properties: Names of the properties that a type declares itself, by type.
        entity_places: Places of entities, also of those that ``forEach`` makes.
        places: Where things are named.
        by_file: What each file names.
    """

    names: Names = field(default_factory=Names)
    ancestors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    declared_properties: Mapping[str, frozenset[str]] = field(default_factory=dict)
    entity_places: Mapping[str, Location] = field(default_factory=dict)
    places: dict[Symbol, list[Place]] = field(default_factory=lambda: defaultdict(list))
    by_file: dict[Path, list[tuple[Symbol, Occurrence]]] = field(default_factory=dict)

    def resolved(self, symbol: Symbol) -> Symbol | None:
        """Return a symbol with the type that declares a property; None for a text that names nothing.

        Args:
            symbol: A symbol as it is written.
        """
        if symbol.scope == "?":
            return Symbol("entity", symbol.name) if symbol.name in self.names.entities else None
        if symbol.kind != "property":
            return symbol
        scope = symbol.scope
        if isinstance(scope, tuple):
            scope = self.names.components.get(scope[0], {}).get(scope[1], "")
        for type_id in (scope, *self.ancestors.get(scope, ())):
            if symbol.name in self.declared_properties.get(type_id, ()):
                return Symbol("property", symbol.name, type_id)
        return Symbol("property", symbol.name, scope)

    def symbol_at(self, file: Path, line: int, column: int) -> tuple[Symbol, Occurrence] | None:
        """Return what is named at a place.

        Args:
            file: The file.
            line: Line, counted from 1.
            column: Column, counted from 1.
        """
        nearest: tuple[Symbol, Occurrence] | None = None
        nearest_column = 0
        for symbol, occurrence in self.by_file.get(file, ()):
            first = occurrence.mark[1] + occurrence.offset
            # Quotes count as well: two characters more, where a value may begin behind its key.
            is_here = occurrence.mark[0] == line and first <= column <= first + len(symbol.name) + 2
            if is_here and first > nearest_column:
                nearest, nearest_column = (symbol, occurrence), first
        return nearest


def build_index(unchecked: UncheckedDefinition, files: Mapping[Path, Iterable[Occurrence]]) -> Index:
    """Return the index of a twin.

    Args:
        unchecked: What its files declare.
        files: Occurrences by file.
    """
    types, entities = unchecked.component_types, unchecked.entities
    names = Names(
        entities={key: entity.entity_name for key, entity in entities.items()},
        component_types={key: _properties(resolved) for key, resolved in unchecked.resolved_types.items()},
        descriptions={
            **{key: own.description for key, own in types.items() if own.description},
            **{key: own.description for key, own in entities.items() if own.description},
        },
        connectors={
            key: own.kind for key, own in (unchecked.twin.connectors if unchecked.twin else {}).items()
        },
        components={
            key: {name: component.component_type_id for name, component in entity.components.items()}
            for key, entity in entities.items()
        },
    )
    index = Index(
        names=names,
        ancestors={type_id: list(unchecked.ancestors[type_id]) for type_id in types},
        declared_properties={key: frozenset(own.property_definitions) for key, own in types.items()},
        entity_places=unchecked.places.get("entities", {}),
    )
    for file, occurrences in files.items():
        named = index.by_file[file] = []
        for occurrence in occurrences:
            if (symbol := index.resolved(occurrence.symbol)) is not None:
                index.places[symbol].append(Place(file, occurrence))
                named.append((symbol, occurrence))
    return index


def _properties(resolved: ResolvedType) -> dict[str, PropertyFacts]:
    return {
        name: PropertyFacts(
            definition.data_type.type if definition.data_type else "",
            (definition.data_type.unit_of_measure if definition.data_type else None) or "",
            bool(definition.is_time_series),
        )
        for name, definition in resolved.properties.items()
    }
