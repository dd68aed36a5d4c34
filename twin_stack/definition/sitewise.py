"""What AWS IoT SiteWise holds of a twin: asset models, assets and their tree, derived from the definition.

A component type read through a connector that manages its assets becomes an asset model, each component of it
an asset. Nothing here is written into a file twice: properties, units and the tree are those of the twin.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from twin_stack.definition.formula import FormulaError, read_formula
from twin_stack.definition.resolve import ResolvedType, stored_externally
from twin_stack.definition.schema import Variable
from twin_stack.twinmaker.data_types import SITEWISE_TYPES
from twin_stack.twinmaker.formula.functions import CONSTANTS, FUNCTIONS
from twin_stack.twinmaker.names import (
    ATTRIBUTE_READER,
    HISTORY_READERS,
    SITEWISE_ASSET_ID,
    SITEWISE_ASSET_MODEL_ID,
    SITEWISE_CONNECTOR,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from twin_stack.definition.formula import Formula
    from twin_stack.definition.schema import (
        ComponentType,
        Connector,
        DataValue,
        Entity,
        PropertyDefinition,
        TwinDefinition,
    )

DATA_TYPES: Final = tuple(dict.fromkeys(SITEWISE_TYPES.values()))
"""Data types that SiteWise and TwinMaker have in common (API references of both)."""
ALIAS_TEMPLATE: Final = "/${workspaceId}/${entityId}/${propertyName}"
"""The alias of a property, as the SiteWise connector takes it."""

AssetKey = tuple[str, str]
"""Entity id and component name."""


@dataclass(frozen=True, slots=True)
class Input:
    """A variable of an expression.

    Attributes:
        name: As SiteWise takes it: small letters, digits and ``_``.
        property_name: The property it stands for.
        component_type_id: Type of the components below whose property it is; None: one of the same asset.
    """

    name: str
    property_name: str
    component_type_id: str | None


@dataclass(frozen=True, slots=True)
class AssetProperty:
    """A property of an asset model.

    Attributes:
        name: That of the component type.
        data_type: One of ``DATA_TYPES``.
        unit: Unit, or None.
        kind: How it gets its values.
        default_value: Of an attribute, as text; None where it has none.
        expression: Of a transform or a metric, with SiteWise's names for its variables.
        inputs: Variables of the expression.
        window: Of a metric, such as ``5m``.
    """

    name: str
    data_type: str
    unit: str | None
    kind: Literal["Attribute", "Measurement", "Transform", "Metric"]
    default_value: str | None = None
    expression: str | None = None
    inputs: tuple[Input, ...] = ()
    window: str | None = None


@dataclass(frozen=True, slots=True)
class AssetModel:
    """An asset model.

    Attributes:
        component_type_id: The type it is made of.
        properties: Its properties.
        children: Types whose assets can be below its own, each a hierarchy.
    """

    component_type_id: str
    properties: tuple[AssetProperty, ...]
    children: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset.

    Attributes:
        key: Its component.
        component_type_id: Names its model.
        children: Assets below it, by the type that names the hierarchy.
    """

    key: AssetKey
    component_type_id: str
    children: tuple[tuple[str, AssetKey], ...]


@dataclass(frozen=True, slots=True)
class SiteWise:
    """All that SiteWise holds of a twin.

    Attributes:
        models: By component type id, children first.
        assets: By entity id and component name, children first.
    """

    models: Mapping[str, AssetModel]
    assets: Mapping[AssetKey, Asset]


def managed_connectors(connectors: Mapping[str, Connector]) -> set[str]:
    """Return the names of the connectors whose assets the twin makes.

    Args:
        connectors: Those of ``twin.yaml``.
    """
    return {name for name, one in connectors.items() if one.manages_assets}


def is_read_by(resolved: ResolvedType, connectors: Collection[str]) -> bool:
    """Return whether one of some connectors answers for the values of a component type.

    Args:
        resolved: The type with what it inherits.
        connectors: Names of connectors.
    """
    readers = (resolved.functions.get(name) for name in (*HISTORY_READERS, ATTRIBUTE_READER))
    return any(function is not None and function.connector in connectors for function in readers)


def property_alias(workspace_id: str, entity_id: str, property_name: str) -> str:
    """Return the alias of a property.

    Args:
        workspace_id: Id of the workspace.
        entity_id: Id of the entity.
        property_name: Name of the property.
    """
    return f"/{workspace_id}/{entity_id}/{property_name}"


def asset_keys(entities: Mapping[str, Entity], type_ids: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """Return the components that are assets: names and types, by entity.

    Args:
        entities: By id.
        type_ids: Component types with managed assets.
    """
    return {
        entity_id: keys
        for entity_id, entity in entities.items()
        if (
            keys := [
                (name, component.component_type_id)
                for name, component in entity.components.items()
                if component.component_type_id in type_ids
            ]
        )
    }


def hierarchy_links(
    entities: Mapping[str, Entity], keys: Mapping[str, Sequence[tuple[str, str]]]
) -> Iterator[tuple[AssetKey, str, AssetKey, str]]:
    """Yield each asset and its type below another asset and its type, parent first.

    An asset has one parent: of several components of an entity, the first one.

    Args:
        entities: By id.
        keys: As ``asset_keys`` returns them.
    """
    for entity_id, own in keys.items():
        parent_id = entities[entity_id].parent_entity_id
        if parent_id in keys:
            parent_name, parent_type = keys[parent_id][0]
            for name, type_id in own:
                yield (parent_id, parent_name), parent_type, (entity_id, name), type_id


def break_cycles(edges: Collection[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the child types by parent type, leaving out what would close a circle.

    CloudFormation cannot create models that need each other.

    Args:
        edges: Pairs of parent and child type.
    """
    children: dict[str, list[str]] = {}
    for parent, child in dict.fromkeys(edges):
        if not _leads_to(children, child, parent):
            children.setdefault(parent, []).append(child)
    return children


def _leads_to(children: Mapping[str, Sequence[str]], start: str, goal: str) -> bool:
    seen, open_ = {start}, [start]
    while open_:
        one = open_.pop()
        if one == goal:
            return True
        new = [child for child in children.get(one, ()) if child not in seen]
        seen.update(new)
        open_ += new
    return False


def sitewise_of(definition: TwinDefinition) -> SiteWise:
    """Return what SiteWise holds of a twin.

    Args:
        definition: A checked definition.
    """
    connectors = managed_connectors(definition.connectors)
    if not connectors:
        return SiteWise({}, {})
    resolved = definition.resolved_types
    type_ids = {
        type_id for type_id in definition.component_types if is_read_by(resolved[type_id], connectors)
    }
    keys = asset_keys(definition.entities, type_ids)
    used = {type_id for own in keys.values() for _, type_id in own}
    below = list(hierarchy_links(definition.entities, keys))
    edges = [(parent_type, child_type) for _, parent_type, _, child_type in below]
    edges += aggregation_edges(resolved, used)
    children = break_cycles(edges)
    native = {name for name, one in definition.connectors.items() if one.kind == "sitewise-native"}
    models = {
        type_id: AssetModel(
            type_id,
            tuple(_properties(resolved[type_id], is_native=is_read_by(resolved[type_id], native))),
            tuple(children.get(type_id, ())),
        )
        for type_id in _children_first(sorted(used), children)
    }
    assets_below: dict[AssetKey, list[tuple[str, AssetKey]]] = {}
    for parent, parent_type, child, child_type in below:
        if child_type in children.get(parent_type, ()):
            assets_below.setdefault(parent, []).append((child_type, child))
    depth: dict[str, int] = {}
    for entity_id, entity in definition.entities.items():  # parents stand first
        depth[entity_id] = depth.get(entity.parent_entity_id, 0) + 1
    assets = {
        (entity_id, name): Asset((entity_id, name), type_id, tuple(assets_below.get((entity_id, name), ())))
        for entity_id in sorted(keys, key=depth.__getitem__, reverse=True)
        for name, type_id in keys[entity_id]
    }
    return SiteWise(models, assets)


def aggregation_edges(
    resolved: Mapping[str, ResolvedType], used: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield parent and child type for each expression over what is below.

    Args:
        resolved: Types by id.
        used: Ids of the types that become asset models.
    """
    for type_id in sorted(used):
        for definition in resolved[type_id].properties.values():
            for variable in definition.declared_variables.values():
                if variable.component_type_id in used:
                    yield type_id, str(variable.component_type_id)


def _children_first(type_ids: Sequence[str], children: Mapping[str, Sequence[str]]) -> list[str]:
    done: dict[str, None] = {}

    def visit(type_id: str) -> None:
        if type_id not in done:
            for child in children.get(type_id, ()):
                visit(child)
            done[type_id] = None

    for type_id in type_ids:
        visit(type_id)
    return list(done)


def is_attribute(definition: PropertyDefinition) -> bool:
    """Return whether SiteWise holds a property as an attribute: one value, without a time.

    Args:
        definition: A property.
    """
    data_type = definition.data_type
    return not definition.is_time_series and data_type is not None and data_type.type in DATA_TYPES


def used_names(resolved: ResolvedType) -> set[str]:
    """Return the properties of a type that its own expressions use, as far as these can be read.

    Args:
        resolved: A type.
    """
    found: set[str] = set()
    for name, definition in resolved.properties.items():
        if definition.expression is None:
            continue
        with suppress(FormulaError):  # the checks report it
            used = variable_sources(definition, formula_of(resolved, name)).values()
            found.update(one.property_name for one in used if one.component_type_id is None)
    return found


def imported_names(resolved: ResolvedType) -> set[str]:
    """Return the properties that the service's own connector imports from the asset model of a type.

    A static property that no expression uses stays TwinMaker's own, so that entities can give values to it.

    Args:
        resolved: A checked type.
    """
    used = used_names(resolved)
    return {
        name
        for name, definition in resolved.properties.items()
        if stored_externally(definition) or (is_attribute(definition) and name in used)
    }


def native_type(one: ComponentType, resolved: ResolvedType, connectors: Collection[str]) -> ComponentType:
    """Return a component type as it is deployed where the service reads SiteWise itself.

    It extends the service's own type, which has the functions, and leaves to it what it imports from the
    asset model. The guide does not say under which names it imports; the names here are such that any
    replacement of characters keeps them.

    Args:
        one: The type as it was written.
        resolved: The same with what it inherits.
        connectors: Names of the connectors of kind ``sitewise-native``.
    """
    functions = {name: own for name, own in one.functions.items() if own.connector not in connectors}
    extends = list(one.extends_from)
    if len(functions) < len(one.functions) and SITEWISE_CONNECTOR not in extends:
        extends.append(SITEWISE_CONNECTOR)
    imported = imported_names(resolved)
    properties = {name: own for name, own in one.property_definitions.items() if name not in imported}
    return one.model_copy(
        update={"functions": functions, "extends_from": extends, "property_definitions": properties}
    )


def _properties(resolved: ResolvedType, *, is_native: bool) -> Iterator[AssetProperty]:
    imported = imported_names(resolved) if is_native else None
    for name, definition in resolved.properties.items():
        data_type = definition.data_type
        if (
            data_type is None
            or data_type.type not in DATA_TYPES
            or name in (SITEWISE_ASSET_ID, SITEWISE_ASSET_MODEL_ID)
        ):
            continue
        unit = data_type.unit_of_measure
        if definition.expression is not None:
            expression, inputs = _inputs(resolved, name, definition)
            yield AssetProperty(
                name,
                data_type.type,
                unit,
                "Metric" if definition.window else "Transform",
                expression=expression,
                inputs=inputs,
                window=definition.window,
            )
        elif definition.is_time_series:
            yield AssetProperty(name, data_type.type, unit, "Measurement")
        elif imported is None or name in imported:
            default = _text(definition.default_value)
            yield AssetProperty(name, data_type.type, unit, "Attribute", default_value=default)


def _text(value: DataValue | None) -> str | None:
    """Return a default value as SiteWise takes it: always as text."""
    if not value or "expression" in value:
        return None
    content = next(iter(value.values()))
    if isinstance(content, bool):
        return "true" if content else "false"
    return str(content)


def formula_of(resolved: ResolvedType, name: str) -> Formula:
    """Return the expression of a property.

    Args:
        resolved: Its type.
        name: A property with an expression. It may use all others that SiteWise holds, and its variables.

    Raises:
        FormulaError: SiteWise would refuse it.
    """
    definition = resolved.properties[name]
    own = [
        other
        for other, one in resolved.properties.items()
        if other != name and one.data_type is not None and one.data_type.type in DATA_TYPES
    ]
    return read_formula(
        str(definition.expression),
        variables=[*own, *definition.declared_variables],
        is_metric=definition.window is not None,
    )


def variable_sources(definition: PropertyDefinition, formula: Formula) -> dict[str, Variable]:
    """Return the properties that an expression uses, by the names it has for them.

    Args:
        definition: The property that is computed.
        formula: Its expression.
    """
    return {
        name: definition.declared_variables.get(name) or Variable(property_name=name)
        for name in formula.variables
    }


def _inputs(
    resolved: ResolvedType, name: str, definition: PropertyDefinition
) -> tuple[str, tuple[Input, ...]]:
    """Return an expression in SiteWise's names, and what stands behind them."""
    formula = formula_of(resolved, name)
    names: dict[str, str] = {}
    for variable in formula.variables:
        names[variable] = _variable_name(variable, names.values())
    inputs = (
        Input(names[variable], one.property_name, one.component_type_id)
        for variable, one in variable_sources(definition, formula).items()
    )
    return formula.renamed(names.__getitem__), tuple(inputs)


def _variable_name(name: str, taken: Collection[str]) -> str:
    """Return a name that SiteWise takes: a small letter, then small letters, digits and ``_``, 64 at most."""
    small = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace("-", "_")[:56]
    if not small[0].isalpha() or small in FUNCTIONS or small in CONSTANTS:
        small = f"p_{small}"
    new, count = small, 1
    while new in taken:
        count += 1
        new = f"{small}_{count}"
    return new
